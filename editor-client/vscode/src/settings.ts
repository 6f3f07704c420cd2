import * as vscode from 'vscode';
import { SERVER_SETTINGS } from './protocol';

export const SECTION = 'fimble';

/** How the server is started; read anew at every start. */
export interface Launch {
  command: readonly string[];
  python: string;
  model: string;
  threads: number;
}

export function launchSettings(): Launch {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    command: settings.get<string[]>('server.command', []),
    python: settings.get<string>('python', ''),
    model: settings.get<string>('model', ''),
    threads: settings.get<number>('threads', 0),
  };
}

/** A change of these needs another server process. */
export const LAUNCH_SETTINGS = ['server.command', 'python', 'model', 'threads'];

export function previewsEdits(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get<boolean>('previewEdits', false);
}

export function showsDrafts(): boolean {
  return vscode.workspace.getConfiguration(SECTION).get<boolean>('showDrafts', true);
}

/** What the server is told: its settings under its names. A window can be paused by itself. */
export function serverSettings(pausedHere: boolean): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const values: Record<string, unknown> = {};
  for (const name of SERVER_SETTINGS) {
    const value: unknown = settings.get(camelCase(name));
    if (value !== undefined) values[name] = value;
  }
  if (pausedHere) values['enabled'] = false;
  if (!vscode.workspace.isTrusted) values['checkers'] = [];
  return values;
}

/** `debounce_ms` is `debounceMs` in VS Code. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
