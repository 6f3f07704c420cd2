/** The `vscode` module of unit tests. */
import { createVSCodeMock } from 'jest-mock-vscode';
import { vi } from 'vitest';

const mock = createVSCodeMock(vi);
export const { Position, Range, Selection, StatusBarAlignment, ThemeColor, Uri, ViewColumn, WorkspaceEdit } = mock;
export const { commands, window, workspace } = mock;
export default mock;
