/** How next edits look: the old text struck out, the new one behind it, and what Tab does. */
import * as path from 'node:path';
import * as vscode from 'vscode';
import { difference, rows } from './nextEditText';
import type { Step } from './nextEdits';

const VISIBLE = 'fimble.nextEditVisible';
const TAB = 'fimble.nextEditTab';

export interface Shown {
  /** What is left of the chain; all of it is drawn wherever it can be seen. */
  steps: readonly Step[];
  reason: string;
  editor: vscode.TextEditor | undefined;
  /** The one that Tab is about; undefined: Tab is the editor's. */
  step: Step | undefined;
  /** Whether the cursor stands on its lines. */
  here: boolean;
  /** Whether VS Code draws it as ghost text, whose keys are its own. */
  ghost: boolean;
  /** Whether Tab has brought the cursor where it is. */
  arrived: boolean;
}

/** Decorations, the item in the status bar, which a screen reader reads, and the context of the keys. */
export class NextEditView implements vscode.Disposable {
  private readonly removed = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
    textDecoration: 'line-through',
  });
  /** Made before `added`: of two at one place the later one comes first. */
  private readonly hint = vscode.window.createTextEditorDecorationType({});
  private readonly added = vscode.window.createTextEditorDecorationType({});
  private readonly item = vscode.window.createStatusBarItem('fimble.nextEdit', vscode.StatusBarAlignment.Left, -90);
  private readonly context = new Map<string, boolean>();

  constructor() {
    this.item.name = 'Fimble: next edit';
    this.item.command = 'fimble.nextEdit';
  }

  show(shown: Shown): void {
    const { step, editor } = shown;
    for (const visible of vscode.window.visibleTextEditors) {
      const uri = visible.document.uri.toString();
      const own = shown.ghost ? [] : shown.steps.filter((other) => other.uri.toString() === uri);
      visible.setDecorations(this.removed, own.flatMap((other) => removedOf(visible.document, other)));
      visible.setDecorations(this.added, own.flatMap((other) => addedOf(visible.document, other, shown.reason)));
      visible.setDecorations(this.hint, visible === editor && step && !shown.ghost ? [hintOf(visible, shown)] : []);
    }
    this.announce(shown);
    this.set(VISIBLE, step !== undefined && !shown.ghost);
    this.set(TAB, step !== undefined && !shown.ghost && (shown.arrived || !indents(editor)));
  }

  dispose(): void {
    vscode.Disposable.from(this.removed, this.added, this.hint, this.item).dispose();
  }

  private announce(shown: Shown): void {
    if (!shown.step) return this.item.hide();
    const said = sentence(shown.step, shown.here, shown.editor);
    const more = shown.steps.length > 1 ? `, ${shown.steps.length} left` : '';
    this.item.text = `$(arrow-right) ${said}${more}`;
    this.item.tooltip = `${shown.reason}\nTab: ${said}. Escape: not now.`;
    this.item.accessibilityInformation = { label: `Fimble, next edit: ${said}${more}. ${shown.reason}`, role: 'status' };
    this.item.show();
  }

  private set(name: string, value: boolean): void {
    if (this.context.get(name) === value) return;
    this.context.set(name, value);
    void vscode.commands.executeCommand('setContext', name, value);
  }
}

/** Whether Tab is there to indent: the cursor stands in white space that a line begins with. */
function indents(editor: vscode.TextEditor | undefined): boolean {
  if (!editor) return true;
  const { line, character } = editor.selection.active;
  return editor.document.lineAt(line).text.slice(0, character).trim() === '';
}

function sentence(step: Step, here: boolean, editor: vscode.TextEditor | undefined): string {
  if (here) return 'take the edit';
  const line = `line ${step.range.start.line + 1}`;
  const same = editor?.document.uri.toString() === step.uri.toString();
  return same ? `go to the edit in ${line}` : `go to the edit in ${path.posix.basename(step.uri.path)}, ${line}`;
}

function hintOf(editor: vscode.TextEditor, { step, here, arrived }: Shown): vscode.DecorationOptions {
  const { range } = editor.document.lineAt(editor.selection.active.line);
  const key = arrived || !indents(editor) ? 'Tab' : 'Ctrl+Alt+Enter';
  return {
    range: new vscode.Range(range.end, range.end),
    renderOptions: {
      after: {
        contentText: step ? `${key}: ${sentence(step, here, editor)}` : '',
        color: new vscode.ThemeColor('editorCodeLens.foreground'),
        fontStyle: 'italic',
        margin: '0 0 0 2em',
      },
    },
  };
}

/** What a step changes in its document. */
function changeOf(document: vscode.TextDocument, step: Step): { range: vscode.Range; text: string } {
  const { start, end, text } = difference(step.edit.oldText, step.edit.text);
  const base = document.offsetAt(step.range.start);
  return { range: new vscode.Range(document.positionAt(base + start), document.positionAt(base + end)), text };
}

function removedOf(document: vscode.TextDocument, step: Step): vscode.DecorationOptions[] {
  const { range } = changeOf(document, step);
  return range.isEmpty ? [] : [{ range }];
}

/** The new text: behind the old one, and its further lines beside the lines below. */
function addedOf(document: vscode.TextDocument, step: Step, reason: string): vscode.DecorationOptions[] {
  const { range, text } = changeOf(document, step);
  if (!text) return [];
  const first = range.end.line;
  return rows(text, document.lineCount - first).map((row, index) => {
    const at = index === 0 ? range.end : document.lineAt(first + index).range.end;
    return {
      range: new vscode.Range(at, at),
      hoverMessage: reason,
      renderOptions: {
        after: {
          contentText: row.replace(/ /g, '\u00a0') || '\u00a0',
          backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'),
          color: new vscode.ThemeColor('editorGhostText.foreground'),
          margin: index > 0 ? '0 0 0 2em' : range.isEmpty ? '0' : '0 0.2em',
        },
      },
    };
  });
}
