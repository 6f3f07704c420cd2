import * as vscode from 'vscode';
import type { InlineCompletionItem } from 'vscode-languageclient/node';
import { DID_PARTIALLY_ACCEPT, DID_SHOW } from './protocol';

type Notify = (method: string, params: object) => Promise<void>;

interface Offered {
  item: InlineCompletionItem;
  uri: string;
  at: vscode.Position;
}

/**
 * Tells the server what became of its suggestions. VS Code has no stable event for it: "shown"
 * is said when a suggestion has reached the editor in time, parts are measured by our own keys.
 * That a whole suggestion was taken says the item's command.
 */
export class Acceptance {
  private last: Offered | undefined;
  private taken = 0;

  constructor(private readonly notify: Notify) {}

  shown(document: vscode.TextDocument, position: vscode.Position, item: InlineCompletionItem): void {
    this.last = { item, uri: document.uri.toString(), at: position };
    this.taken = 0;
    void this.notify(DID_SHOW, { item });
  }

  /** Runs VS Code's command that takes a part, and reports how much it took. */
  async takePart(command: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const offered = this.last;
    const before = editor?.selection.active;
    await vscode.commands.executeCommand(command);
    if (!editor || !before || offered?.uri !== editor.document.uri.toString()) return;
    if (this.taken === 0 && !before.isEqual(offered.at)) return;
    const inserted = editor.document.getText(new vscode.Range(before, editor.selection.active));
    const text = textOf(offered.item);
    if (!inserted || text.slice(this.taken, this.taken + inserted.length) !== inserted) return;
    this.taken += inserted.length;
    await this.notify(DID_PARTIALLY_ACCEPT, { item: offered.item, acceptedLength: this.taken });
  }
}

function textOf(item: InlineCompletionItem): string {
  return typeof item.insertText === 'string' ? item.insertText : item.insertText.value;
}
