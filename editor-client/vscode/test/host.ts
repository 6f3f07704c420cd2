/** Tests inside VS Code's extension host. `run` writes `{passed, failures, activationMs}` to $FIMBLE_RESULT. */
import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Api } from '../src/extension';

const EXTENSION = 'fimble.fimble';
const CASES: [name: string, test: (api: Api) => Promise<void>][] = [
  ['starts', starts],
  ['positions with emoji, combining characters, tabs and CRLF', positions],
  ['restarts one after the other', restarts],
  ['a killed server is started again', recovers],
  ['what is written is shown as a draft, then inserted', drafts],
  ['settings reach the server', pauses],
];

export async function run(): Promise<void> {
  const passed: string[] = [];
  const failures: string[] = [];
  const extension = vscode.extensions.getExtension<Api>(EXTENSION);
  const api = await extension?.activate();
  for (const [name, test] of CASES) {
    try {
      assert.ok(api, 'the extension is not active');
      await test(api);
      passed.push(name);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const result = { passed, failures, activationMs: api?.activationMs };
  writeFileSync(process.env['FIMBLE_RESULT'] ?? '', JSON.stringify(result));
}

async function starts(api: Api): Promise<void> {
  await until('the server is ready', () => api.state() === 'idle');
}

async function positions(): Promise<void> {
  for (const [text, expected] of [
    ['# 🙂🙂\n🙂 = ', "# 🙂🙂\n🙂 = 'é'"],
    ['e\u0301 = 1\r\n\tarea = ', 'e\u0301 = 1\r\n\tarea = width * height'],
    ['"👩‍👩‍👧"; area = ', '"👩‍👩‍👧"; area = width * height'],
  ] as const) {
    assert.equal(await completed(text), expected);
  }
}

/** The text after the suggestion at its end was taken. */
async function completed(text: string): Promise<string> {
  const document = await vscode.workspace.openTextDocument({ language: 'python', content: text });
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.setEndOfLine(text.includes('\r\n') ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF));
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(end, end);
  const before = document.getText();
  await until(`a suggestion for ${JSON.stringify(text)}`, async () => {
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    await pause(150);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
    return document.getText() !== before;
  });
  return document.getText();
}

async function restarts(api: Api): Promise<void> {
  const before = servers();
  await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand('fimble.restart')));
  await until('the server is ready again', () => api.state() === 'idle');
  await until('one other server', () => servers().length === 1 && servers()[0] !== before[0]);
  await completed('area = ');
}

async function recovers(api: Api): Promise<void> {
  const [victim = 0] = servers();
  process.kill(victim, 'SIGKILL');
  await until('another server', () => servers().length === 1 && servers()[0] !== victim);
  await until('it is ready', () => api.state() === 'idle');
  assert.equal(await completed('area = '), 'area = width * height');
}

async function drafts(): Promise<void> {
  const shown: string[] = [];
  const noted = vscode.workspace.onDidOpenTextDocument((document) => {
    if (document.uri.scheme === 'fimble-draft') shown.push(document.getText());
  });
  const document = await vscode.workspace.openTextDocument({ language: 'python', content: '' });
  await vscode.window.showTextDocument(document);
  const place = { uri: document.uri.toString(), position: { line: 0, character: 0 } };
  await vscode.commands.executeCommand('fimble.generate', {
    ...place,
    instruction: 'a function of the first primes',
  });
  const code = 'def primes():\n    return [2, 3, 5]';
  await until('the code in the document', () => document.getText().trimEnd() === code);
  await until('the code in the draft', () => shown.some((text) => text.trimEnd() === code));
  const isDraft = ({ label }: vscode.Tab): boolean => label.startsWith('Draft for');
  await until('no draft', () => !vscode.window.tabGroups.all.some((group) => group.tabs.some(isDraft)));
  noted.dispose();
}

async function pauses(api: Api): Promise<void> {
  const settings = vscode.workspace.getConfiguration('fimble');
  await settings.update('enabled', false, vscode.ConfigurationTarget.Global);
  await until('it is paused', () => api.state() === 'paused');
  await settings.update('enabled', undefined, vscode.ConfigurationTarget.Global);
  await until('it is resumed', () => api.state() === 'idle');
}

/** Process ids of the servers that this extension host has started. */
function servers(): number[] {
  try {
    const out = execFileSync('pgrep', ['-P', String(process.pid), '-f', 'scripted_server'], { encoding: 'utf8' });
    return out.split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`expected: ${what}`);
    await pause(50);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
