import * as vscode from 'vscode';
import type { Status } from './protocol';

/** `preparing`: the server's environment is made; `stopped`: there is no server. */
export type State = Status['state'] | 'preparing' | 'stopped';

const ICONS: Record<State, string> = {
  preparing: '$(cloud-download)',
  loading: '$(loading~spin)',
  idle: '$(sparkle)',
  busy: '$(sync~spin)',
  paused: '$(debug-pause)',
  error: '$(warning)',
  stopped: '$(circle-slash)',
};

const WORDS: Record<State, string> = {
  preparing: 'Preparing the language server',
  loading: 'Loading the model',
  idle: 'Ready',
  busy: 'Thinking',
  paused: 'Paused',
  error: 'Something is wrong',
  stopped: 'Not running',
};

/** The item in the status bar, and the state behind it. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('fimble', vscode.StatusBarAlignment.Right, 90);
  private current: State = 'stopped';
  private said = '';

  constructor() {
    this.item.name = 'Fimble';
    this.item.command = 'fimble.showMenu';
    this.set('stopped');
    this.item.show();
  }

  get state(): State {
    return this.current;
  }

  /** What the state means in this case, to be shown to the user. */
  get message(): string {
    return this.said || WORDS[this.current];
  }

  set(state: State, message = '', percent?: number): void {
    this.current = state;
    this.said = message;
    const share = percent === undefined ? '' : ` ${Math.floor(percent)} %`;
    this.item.text = `${ICONS[state]} Fimble${share}`;
    this.item.tooltip = `Fimble: ${this.message}`;
    this.item.accessibilityInformation = { label: `Fimble: ${this.message}${share}` };
    this.item.backgroundColor =
      state === 'error' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.item.dispose();
  }
}
