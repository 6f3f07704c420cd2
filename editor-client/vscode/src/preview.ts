/** Edits that VS Code shows in its refactoring preview before it applies them. */
import * as vscode from 'vscode';
import type { ApplyWorkspaceEditParams, WorkspaceEdit } from 'vscode-languageclient/node';

/** The same edit, to be confirmed. */
export function toBeConfirmed(edit: vscode.WorkspaceEdit, label: string): vscode.WorkspaceEdit {
  const confirmed = new vscode.WorkspaceEdit();
  for (const [uri, edits] of edit.entries()) {
    for (const change of edits) {
      confirmed.replace(uri, change.range, change.newText, { needsConfirmation: true, label });
    }
  }
  return confirmed;
}

/** The same for an edit that the server has sent. */
export function withConfirmation(params: ApplyWorkspaceEditParams): ApplyWorkspaceEditParams {
  const annotation = { label: params.label ?? 'Fimble', needsConfirmation: true };
  const documentChanges = (params.edit.documentChanges ?? []).map((change) =>
    'edits' in change
      ? { ...change, edits: change.edits.map((edit) => ({ ...edit, annotationId: 'fimble' })) }
      : change,
  );
  const edit: WorkspaceEdit = { ...params.edit, documentChanges, changeAnnotations: { fimble: annotation } };
  return params.edit.documentChanges ? { ...params, edit } : params;
}
