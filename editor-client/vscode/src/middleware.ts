import * as vscode from 'vscode';
import {
  InlineCompletionRequest,
  type InlineCompletionItem,
  type LanguageClient,
  type Middleware,
} from 'vscode-languageclient/node';
import type { Acceptance } from './acceptance';
import { argumentsOf, show } from './commands';
import type { NextEdits } from './nextEdits';
import { toBeConfirmed, withConfirmation } from './preview';
import { previewsEdits } from './settings';

/** What the client adds to what VS Code sends; whatever decides anything is in the server. */
export function middleware(client: () => LanguageClient, acceptance: Acceptance, nextEdits: NextEdits): Middleware {
  return {
    async provideInlineCompletionItems(document, position, context, token) {
      const next = nextEdits.insertionAt(document, position);
      if (next || nextEdits.walking) return next ? [next] : null;
      const version = document.version;
      const converter = client().code2ProtocolConverter;
      const params = {
        ...converter.asInlineCompletionParams(document, position, context),
        textDocument: { uri: converter.asUri(document.uri), version },
        formattingOptions: formattingOptions(document),
      };
      const result = await client().sendRequest(InlineCompletionRequest.type, params, token).catch(() => null);
      if (token.isCancellationRequested || document.version !== version) return null;
      const items: readonly InlineCompletionItem[] = Array.isArray(result) ? result : (result?.items ?? []);
      if (items[0]) acceptance.shown(document, position, items[0]);
      return client().protocol2CodeConverter.asInlineCompletionResult(result, token);
    },

    async executeCommand(command, args, next) {
      const given = args.length === 0 ? await argumentsOf(command) : args;
      if (!given) return undefined;
      const result: unknown = await next(command, given);
      await show(command, result);
      return result;
    },

    async resolveCodeAction(item, token, next) {
      const resolved = await next(item, token);
      if (resolved?.edit && previewsEdits()) resolved.edit = toBeConfirmed(resolved.edit, resolved.title);
      return resolved;
    },

    workspace: {
      handleApplyEdit: (params, next) =>
        next(previewsEdits() ? withConfirmation(params) : params, new vscode.CancellationTokenSource().token),
    },
  };
}

/** How the editor indents this document. */
function formattingOptions(document: vscode.TextDocument): object | undefined {
  const editor = vscode.window.visibleTextEditors.find((candidate) => candidate.document === document);
  if (!editor) return undefined;
  return { tabSize: editor.options.tabSize, insertSpaces: editor.options.insertSpaces };
}
