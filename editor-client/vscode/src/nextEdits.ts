/** The edit that follows from the last one: shown, gone to, taken, one after the other. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { difference, rows, snippet } from './nextEditText';
import { NextEditView } from './nextEditView';
import { toBeConfirmed } from './preview';
import { END_NEXT_EDIT, type NextEdit, type NextEditChain } from './protocol';
import { previewsEdits } from './settings';

const PAUSE_MS = 60;
const NONE = 'Fimble: no edit follows from the last one.';

/** The server, as far as it is needed here. */
export interface Asked {
  next: (document: vscode.TextDocument, position: vscode.Position) => Promise<NextEditChain | null>;
  run: (command: string, argument: object) => Promise<unknown>;
}

/** A step, in VS Code's terms. */
export interface Step {
  uri: vscode.Uri;
  range: vscode.Range;
  edit: NextEdit;
}

/**
 * At most one chain is shown. The server says what follows; what was taken is taken out here as
 * well, so that the next key finds the next step. What is done is done one after the other.
 */
export class NextEdits implements vscode.Disposable {
  /** Whether the user goes through the chain by Tab: ghost text of others would take the key. */
  walking = false;
  private readonly view = new NextEditView();
  private readonly listeners: vscode.Disposable[];
  private chain: { id: string; reason: string; steps: Step[] } | undefined;
  /** Steps that the user has passed over. */
  private skipped = 0;
  /** Whether the cursor stands where Tab has brought it. */
  private arrived = false;
  private taking = false;
  private question = 0;
  private timer: NodeJS.Timeout | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly server: Asked) {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument((event) => this.changed(event)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.moved(event)),
      vscode.window.onDidChangeActiveTextEditor(() => this.askSoon(0)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
    ];
  }

  /** What Tab does: goes to the step, or takes it where the cursor stands on its lines. */
  next(): Promise<void> {
    return this.enqueue(async () => {
      const step = this.current();
      if (!step) return void vscode.window.setStatusBarMessage(NONE, 4000);
      await (isOn(vscode.window.activeTextEditor, step) ? this.takeStep(step) : this.goTo(step));
    });
  }

  /** Takes the step, if it is on the screen. */
  take(): Promise<void> {
    return this.enqueue(async () => {
      const step = this.current();
      if (!step) return void vscode.window.setStatusBarMessage(NONE, 4000);
      await (isShown(step) ? this.takeStep(step) : this.goTo(step));
    });
  }

  /** Passes the step over. */
  skip(): Promise<void> {
    return this.enqueue(async () => {
      this.skipped += 1;
      this.arrived = false;
      if (!this.current()) this.clear();
      this.draw();
    });
  }

  /** Takes every step as one, after a list of them unless all are on the screen. */
  takeAll(): Promise<void> {
    return this.enqueue(async () => {
      const chain = this.chain;
      if (!chain) return void vscode.window.setStatusBarMessage(NONE, 4000);
      const previews = previewsEdits();
      const chosen = previews || chain.steps.every(isShown) ? chain.steps : await choose(chain.steps, chain.reason);
      const edit = new vscode.WorkspaceEdit();
      for (const step of chosen) {
        const document = await vscode.workspace.openTextDocument(step.uri);
        if (!holds(document, step)) return this.stale();
        edit.replace(step.uri, step.range, step.edit.text);
      }
      if (chosen.length === 0) return;
      this.clear();
      await vscode.workspace.applyEdit(previews ? toBeConfirmed(edit, chain.reason) : edit);
    });
  }

  /** Ends the chain: for now, or until the editor is closed. */
  dismiss(forGood = false): Promise<void> {
    return this.enqueue(async () => {
      const id = this.chain?.id;
      this.clear();
      if (id !== undefined) await this.server.run(END_NEXT_EDIT, { id, forGood });
    });
  }

  /** Nothing is shown any more. */
  clear(): void {
    this.question += 1;
    this.chain = undefined;
    this.skipped = 0;
    this.arrived = false;
    this.walking = false;
    this.draw();
  }

  /** The step as ghost text, where it only adds text at the cursor. */
  insertionAt(document: vscode.TextDocument, position: vscode.Position): vscode.InlineCompletionItem | undefined {
    const step = this.current();
    const text = step && isAt(step, document) ? insertion(document, step, position) : undefined;
    return text ? new vscode.InlineCompletionItem(text, new vscode.Range(position, position)) : undefined;
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.listeners, this.view).dispose();
  }

  private current(): Step | undefined {
    return this.chain?.steps[this.skipped];
  }

  private changed({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.taking || contentChanges.length === 0 || vscode.window.activeTextEditor?.document !== document) return;
    if (this.chain) this.clear();
    this.askSoon(PAUSE_MS);
  }

  private moved({ textEditor }: vscode.TextEditorSelectionChangeEvent): void {
    const step = this.current();
    if (!step || this.taking || textEditor !== vscode.window.activeTextEditor) return;
    this.arrived &&= isOn(textEditor, step);
    this.draw();
  }

  private askSoon(pause: number): void {
    clearTimeout(this.timer);
    this.question += 1;
    this.timer = setTimeout(() => void this.ask(), pause);
  }

  private async ask(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    const question = ++this.question;
    const { document, selection } = editor;
    const version = document.version;
    const found = await this.server.next(document, selection.active).catch(() => null);
    const overtaken = question !== this.question || document.version !== version;
    if (overtaken || vscode.window.activeTextEditor?.document !== document) return;
    const same = found !== null && found.id === this.chain?.id;
    if (!same) this.clear();
    if (found) {
      this.chain = { id: found.id, reason: found.reason, steps: found.edits.map(stepOf) };
      this.draw();
      if (!same) await this.suggest(editor);
    }
  }

  /** Has VS Code ask for ghost text where the step is some. */
  private async suggest({ document, selection }: vscode.TextEditor): Promise<void> {
    if (ghosts(document) && this.insertionAt(document, selection.active)) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    }
  }

  private async goTo(step: Step): Promise<void> {
    const document = await vscode.workspace.openTextDocument(step.uri);
    if (!holds(document, step)) return this.stale();
    const place = new vscode.Range(step.range.start, step.range.start);
    const editor = await vscode.window.showTextDocument(document, { selection: place });
    editor.revealRange(step.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    this.arrived = true;
    this.walking = true;
    this.draw();
  }

  private async takeStep(step: Step): Promise<void> {
    const editor = editorOf(step);
    if (!editor || !holds(editor.document, step)) return this.stale();
    const chain = this.chain;
    this.taking = true;
    this.walking = true;
    try {
      const rest = chain?.steps.filter((other) => other !== step) ?? [];
      const moved = behind(editor.document, step, rest);
      if (!(await apply(editor, step))) return this.stale();
      if (!chain || !this.chain) return;
      this.chain = { ...chain, steps: moved(editor.document) };
      this.arrived = false;
      if (!this.current()) this.clear();
    } finally {
      this.taking = false;
    }
    this.draw();
    this.askSoon(0);
  }

  private stale(): void {
    this.clear();
    vscode.window.setStatusBarMessage('Fimble: the text is another one by now, so nothing was edited.', 4000);
  }

  private draw(): void {
    const editor = vscode.window.activeTextEditor;
    const step = this.current();
    const usable = step && editor && editor.selections.length === 1 ? step : undefined;
    const ghost = usable && editor && ghosts(editor.document) ? this.insertionAt(editor.document, editor.selection.active) : undefined;
    this.view.show({
      steps: this.chain?.steps.slice(this.skipped) ?? [],
      reason: this.chain?.reason ?? '',
      editor,
      step: usable,
      here: usable !== undefined && isOn(editor, usable),
      ghost: ghost !== undefined,
      arrived: this.arrived,
    });
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work, work);
    return this.queue;
  }
}

/** The steps that the user leaves in a list of all. */
async function choose(steps: readonly Step[], title: string): Promise<readonly Step[]> {
  const items = steps.map((step) => ({ ...described(step), picked: true, step }));
  const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true, matchOnDescription: true });
  return chosen?.map(({ step }) => step) ?? [];
}

/** A step in one line. */
function described({ uri, range, edit }: Step): { label: string; description: string } {
  const { start, end, text } = difference(edit.oldText, edit.text);
  const [before, after] = [edit.oldText.slice(start, end), text].map((part) => rows(part, 1).join());
  const name = path.posix.basename(uri.path);
  return { label: `${name}, line ${range.start.line + 1}`, description: before ? `${before} → ${after}` : `+ ${after}` };
}

function stepOf(edit: NextEdit): Step {
  const { start, end } = edit.range;
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return { uri: vscode.Uri.parse(edit.textDocument.uri), range, edit };
}

function isAt(step: Step, document: vscode.TextDocument): boolean {
  return document.uri.toString() === step.uri.toString();
}

function editorOf(step: Step): vscode.TextEditor | undefined {
  const all = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  return all.find((editor) => editor && isAt(step, editor.document));
}

/** Whether the text is still the one that the step was made for. */
function holds(document: vscode.TextDocument, step: Step): boolean {
  return document.getText(step.range) === step.edit.oldText;
}

/** Whether the cursor stands on the step's lines. */
function isOn(editor: vscode.TextEditor | undefined, { uri, range }: Step): boolean {
  if (!editor || editor.document.uri.toString() !== uri.toString()) return false;
  const { line } = editor.selection.active;
  return range.start.line <= line && line <= range.end.line;
}

/** Whether the user can see the step. */
function isShown(step: Step): boolean {
  return editorOf(step)?.visibleRanges.some((visible) => visible.contains(step.range)) ?? false;
}

function ghosts(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration('editor', document).get('inlineSuggest.enabled', true);
}

/** What a step adds at a position, if that is all it does. */
function insertion(document: vscode.TextDocument, step: Step, position: vscode.Position): string | undefined {
  const { start, end, text } = difference(step.edit.oldText, step.edit.text);
  const at = document.positionAt(document.offsetAt(step.range.start) + start);
  return start === end && at.isEqual(position) && step.edit.holes.length === 0 ? text : undefined;
}

async function apply(editor: vscode.TextEditor, { range, edit }: Step): Promise<boolean> {
  const undo = { undoStopBefore: true, undoStopAfter: true };
  if (edit.holes.length > 0) {
    return editor.insertSnippet(new vscode.SnippetString(snippet(edit.text, edit.holes)), range, undo);
  }
  const end = editor.document.offsetAt(range.start) + edit.text.length;
  const done = await editor.edit((builder) => builder.replace(range, edit.text), undo);
  const cursor = editor.document.positionAt(end);
  if (done) editor.selection = new vscode.Selection(cursor, cursor);
  return done;
}

/** Says, once a step was taken, where the others stand. */
function behind(document: vscode.TextDocument, step: Step, rest: Step[]): (after: vscode.TextDocument) => Step[] {
  const by = step.edit.text.length - step.edit.oldText.length;
  const places = rest.map((other) => {
    const [start, end] = [document.offsetAt(other.range.start), document.offsetAt(other.range.end)];
    const shift = other.range.start.isAfterOrEqual(step.range.end) ? by : 0;
    return isAt(other, document) ? ([start + shift, end + shift] as const) : undefined;
  });
  return (after) =>
    rest.map((other, index) => {
      const place = places[index];
      return place ? { ...other, range: new vscode.Range(after.positionAt(place[0]), after.positionAt(place[1])) } : other;
    });
}
