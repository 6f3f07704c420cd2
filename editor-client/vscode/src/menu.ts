import * as vscode from 'vscode';
import { SHOW_STATISTICS, WHY_NO_SUGGESTION } from './protocol';
import { SECTION } from './settings';
import type { StatusBar } from './status';

interface Entry extends vscode.QuickPickItem {
  command: string;
}

/** What a click on the status bar item offers. */
export async function showMenu(status: StatusBar, pausedHere: boolean): Promise<void> {
  const chosen = await vscode.window.showQuickPick(entries(status, pausedHere), {
    title: `Fimble: ${status.message}`,
    placeHolder: 'What do you want to do?',
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

export function entries(status: StatusBar, pausedHere: boolean): Entry[] {
  const on = vscode.workspace.getConfiguration(SECTION).get<boolean>('enabled', true);
  const language = vscode.window.activeTextEditor?.document.languageId;
  const list: Entry[] = [
    pausedHere
      ? { label: '$(play) Resume in this window', command: 'fimble.pauseHere' }
      : { label: '$(debug-pause) Pause in this window', command: 'fimble.pauseHere' },
    on
      ? { label: '$(debug-pause) Pause everywhere', command: 'fimble.pauseEverywhere' }
      : { label: '$(play) Resume everywhere', command: 'fimble.pauseEverywhere' },
    { label: '$(question) Why is there no suggestion?', command: WHY_NO_SUGGESTION },
    { label: '$(package) Models...', command: 'fimble.chooseModel' },
    { label: '$(graph) Statistics', command: SHOW_STATISTICS },
    { label: '$(refresh) Restart the language server', command: 'fimble.restart' },
    { label: '$(output) Show the log', command: 'fimble.showLog' },
    { label: '$(gear) Settings', command: 'fimble.openSettings' },
  ];
  if (language) list.splice(2, 0, languageEntry(language));
  const helpless = status.state === 'stopped' || status.state === 'preparing';
  return helpless ? list.filter((entry) => !NEEDS_SERVER.includes(entry.command)) : list;
}

const NEEDS_SERVER: readonly string[] = [WHY_NO_SUGGESTION, SHOW_STATISTICS];

function languageEntry(language: string): Entry {
  const off = disabledLanguages().includes(language);
  return { label: `$(code) Turn suggestions ${off ? 'on' : 'off'} in ${language} files`, command: 'fimble.toggleLanguage' };
}

function disabledLanguages(): string[] {
  return vscode.workspace.getConfiguration(SECTION).get<string[]>('disabledLanguages', []);
}

export async function pauseEverywhere(): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  await settings.update('enabled', !settings.get<boolean>('enabled', true), vscode.ConfigurationTarget.Global);
}

export async function toggleLanguage(): Promise<void> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (!language) return;
  const others = disabledLanguages().filter((name) => name !== language);
  const off = others.length < disabledLanguages().length;
  const settings = vscode.workspace.getConfiguration(SECTION);
  await settings.update('disabledLanguages', off ? others : [...others, language], vscode.ConfigurationTarget.Global);
}
