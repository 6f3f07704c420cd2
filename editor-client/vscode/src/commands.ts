/** What the server's commands are given, and what becomes of their results. */
import * as fs from 'node:fs/promises';
import * as vscode from 'vscode';
import { SHOW_STATISTICS, WHY_NO_SUGGESTION, type Statistics } from './protocol';

/** Commands that want an instruction, and how it is asked for. */
export const INSTRUCTED: ReadonlyMap<string, string> = new Map([
  ['fimble.edit', 'What should be changed in the selection?'],
  ['fimble.generate', 'What should be written here?'],
]);

/** The document and the place in it, as the server's commands take them. */
export function placeOf(editor: vscode.TextEditor | undefined): Record<string, unknown> | undefined {
  if (!editor) return undefined;
  const { document, selection } = editor;
  const place = { uri: document.uri.toString(), version: document.version };
  return selection.isEmpty
    ? { ...place, position: plain(selection.active) }
    : { ...place, range: { start: plain(selection.start), end: plain(selection.end) } };
}

/** Shows the result of a command that asks for something. Edits come by `workspace/applyEdit`. */
export async function show(command: string, result: unknown): Promise<void> {
  if (command === WHY_NO_SUGGESTION && typeof result === 'string') {
    void vscode.window.showInformationMessage(`Fimble: ${result}`);
  } else if (command === SHOW_STATISTICS) {
    await showStatistics(result as Statistics | null);
  }
}

async function showStatistics(statistics: Statistics | null): Promise<void> {
  if (!statistics) {
    void vscode.window.showInformationMessage('Fimble: nothing is counted.');
    return;
  }
  const options = { enableScripts: false, localResourceRoots: [] };
  const panel = vscode.window.createWebviewPanel(
    'fimble.statistics',
    'Fimble statistics',
    vscode.ViewColumn.Active,
    options,
  );
  panel.webview.html = await fs.readFile(statistics.path, 'utf8');
}

function plain(position: vscode.Position): { line: number; character: number } {
  return { line: position.line, character: position.character };
}
