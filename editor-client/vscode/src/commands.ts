/** What the server's commands are given, and what becomes of their results. */
import * as fs from 'node:fs/promises';
import * as vscode from 'vscode';
import { SHOW_STATISTICS, WHY_NO_NEXT_EDIT, WHY_NO_SUGGESTION, type Statistics } from './protocol';

/** What a command wants besides the place; undefined: the user has thought better of it. */
type Ask = (editor: vscode.TextEditor) => Promise<Record<string, unknown> | undefined>;

const QUESTIONS: ReadonlyMap<string, Ask> = new Map([
  ['fimble.edit', () => instruction('What should be changed in the selection?')],
  ['fimble.generate', () => instruction('What should be written here?')],
  ['fimble.fixAll', (editor: vscode.TextEditor) => rule(editor.document)],
]);

/** The arguments of a command that was given none: the place, and what the user is asked for. */
export async function argumentsOf(command: string): Promise<unknown[] | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return [];
  const place = placeOf(editor);
  const ask = QUESTIONS.get(command);
  const asked = ask ? await ask(editor) : {};
  return asked && [{ ...place, ...asked }];
}

async function instruction(prompt: string): Promise<Record<string, unknown> | undefined> {
  const said = await vscode.window.showInputBox({ title: 'Fimble', prompt });
  return said ? { instruction: said } : undefined;
}

/** One of the rules that the document breaks. */
async function rule(document: vscode.TextDocument): Promise<Record<string, unknown> | undefined> {
  const found = vscode.languages.getDiagnostics(document.uri).map(({ code }) => code);
  const codes = found.map((code) => String(typeof code === 'object' ? code.value : (code ?? '')));
  const unique = [...new Set(codes)].filter(Boolean);
  const chosen = await vscode.window.showQuickPick(unique, { title: 'Fix every finding of which rule?' });
  return chosen ? { code: chosen } : undefined;
}

/** The document and the place in it, as the server's commands take them. */
export function placeOf(editor: vscode.TextEditor): Record<string, unknown> {
  const { document, selection } = editor;
  const place = { uri: document.uri.toString(), version: document.version };
  return selection.isEmpty
    ? { ...place, position: plain(selection.active) }
    : { ...place, range: { start: plain(selection.start), end: plain(selection.end) } };
}

/** Shows the result of a command that asks for something. Edits come by `workspace/applyEdit`. */
export async function show(command: string, result: unknown): Promise<void> {
  if ((command === WHY_NO_SUGGESTION || command === WHY_NO_NEXT_EDIT) && typeof result === 'string') {
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
