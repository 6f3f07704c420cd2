/** What the model writes, beside the editor while it writes it; see `DRAFT`. */
import * as vscode from 'vscode';
import type { Draft } from './protocol';
import { showsDrafts } from './settings';

export const SCHEME = 'fimble-draft';

/** One read-only document for each document that is written for. It is closed when its text is checked. */
export class Drafts implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.changed.event;
  private queue: Promise<void> = Promise.resolve();

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Shows the text so far, or puts the document away. */
  receive({ uri: document, languageId, text, done }: Draft): Promise<void> {
    const uri = draftOf(document);
    const isShown = this.texts.has(uri.toString());
    if (done) return isShown ? this.enqueue(() => this.putAway(uri)) : this.queue;
    if (!isShown && !showsDrafts()) return this.queue;
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return isShown ? this.queue : this.enqueue(() => open(uri, languageId));
  }

  /** Puts every document away: the server that wrote them is gone. */
  clear(): Promise<void> {
    const all = [...this.texts.keys()].map((key) => vscode.Uri.parse(key));
    return this.enqueue(async () => void (await Promise.all(all.map((uri) => this.putAway(uri)))));
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }

  private async putAway(uri: vscode.Uri): Promise<void> {
    this.texts.delete(uri.toString());
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const ours = ({ input }: vscode.Tab): boolean =>
      input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
    await vscode.window.tabGroups.close(tabs.filter(ours), true);
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }
}

/** Its tab is called after the document. */
export function draftOf(document: string): vscode.Uri {
  const name = vscode.Uri.parse(document).path.split('/').pop() ?? '';
  return vscode.Uri.from({ scheme: SCHEME, path: `/Draft for ${name}`, query: document });
}

async function open(uri: vscode.Uri, language: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.languages.setTextDocumentLanguage(document, language).then(undefined, () => undefined);
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: true,
  });
}
