import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { Acceptance } from './acceptance';
import type { Drafts } from './drafts';
import { middleware } from './middleware';
import { NextEdits } from './nextEdits';
import { Cancelled, NEUTRAL_FOLDER } from './process';
import { DRAFT, NEXT_EDIT, STATUS, type Draft, type NextEditChain, type Status } from './protocol';
import { launchSettings, serverSettings, type Launch } from './settings';
import type { StatusBar } from './status';

const SELECTOR = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-remote' }];
const STOP_MS = 3_000;
const CRASHES = 3;
const CRASH_WINDOW_MS = 180_000;

export interface Host {
  log: vscode.LogOutputChannel;
  status: StatusBar;
  drafts: Drafts;
  /** Program and arguments before `serve`. */
  command: (launch: Launch) => Promise<string[]>;
  pausedHere: () => boolean;
}

/**
 * The one server of this window. Starts, stops and restarts run one after the other, whoever
 * asks for them; restarts that wait are one restart.
 */
export class Server {
  readonly acceptance = new Acceptance(async (method, params) => this.client?.sendNotification(method, params));
  readonly nextEdits = new NextEdits({
    next: (document, position) => this.nextEdit(document, position),
    run: async (command, argument) =>
      this.client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: [argument] }),
  });
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private crashes: number[] = [];

  constructor(private readonly host: Host) {}

  restart(): Promise<void> {
    this.waiting ??= this.enqueue(async () => {
      this.waiting = undefined;
      await this.doStop();
      await this.doStart();
    });
    return this.waiting;
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.doStop());
  }

  /** Sends the settings as they are now. */
  async configure(): Promise<void> {
    const settings = { fimble: serverSettings(this.host.pausedHere()) };
    await this.client?.sendNotification('workspace/didChangeConfiguration', { settings });
  }

  private async nextEdit(document: vscode.TextDocument, position: vscode.Position): Promise<NextEditChain | null> {
    const client = this.client;
    if (!client?.isRunning() || vscode.languages.match(SELECTOR, document) === 0) return null;
    const textDocument = { uri: client.code2ProtocolConverter.asUri(document.uri), version: document.version };
    return client.sendRequest<NextEditChain | null>(NEXT_EDIT, {
      textDocument,
      position: { line: position.line, character: position.character },
    });
  }

  private enqueue(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch((error: unknown) => this.failed(error));
    return this.queue;
  }

  private async doStart(): Promise<void> {
    this.crashes = [];
    const launch = launchSettings();
    const [program = '', ...args] = await this.host.command(launch);
    args.push('serve', '--stdio');
    if (launch.model) args.push('--model', launch.model);
    if (launch.threads) args.push('--threads', String(launch.threads));
    this.host.log.info(`Starting ${program} ${args.join(' ')}`);
    const executable = { command: program, args, options: { cwd: NEUTRAL_FOLDER } };
    const client = new LanguageClient('fimble', 'Fimble', executable, this.options());
    client.onNotification(STATUS, (said: Status) => this.host.status.set(said.state, said.message));
    client.onNotification(DRAFT, (draft: Draft) => this.host.drafts.receive(draft));
    this.client = client;
    this.host.status.set('loading');
    await client.start();
    await vscode.commands.executeCommand('setContext', 'fimble.running', true);
  }

  private async doStop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.nextEdits.clear();
    await vscode.commands.executeCommand('setContext', 'fimble.running', false);
    await client?.dispose(STOP_MS).catch((error: unknown) => this.host.log.warn(String(error)));
    this.host.status.set('stopped');
    await this.host.drafts.clear();
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      outputChannel: this.host.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: serverSettings(this.host.pausedHere()),
      initializationFailedHandler: () => false,
      middleware: middleware(() => this.client as LanguageClient, this.acceptance, this.nextEdits),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.closed(),
      },
    };
  }

  /** The server has ended by itself: it is started again, but not for ever. */
  private closed(): { action: CloseAction; handled: true } {
    void this.host.drafts.clear();
    this.nextEdits.clear();
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (this.crashes.length <= CRASHES) {
      this.host.status.set('loading', 'Restarting the language server');
      return { action: CloseAction.Restart, handled: true };
    }
    void this.failed(new Error(`The language server has ended ${this.crashes.length} times.`));
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  /** One message, with the way out. */
  private async failed(error: unknown): Promise<void> {
    this.client = undefined;
    await vscode.commands.executeCommand('setContext', 'fimble.running', false);
    if (error instanceof Cancelled) return this.host.status.set('stopped');
    const message = error instanceof Error ? error.message : String(error);
    this.host.log.error(message);
    this.host.status.set('error', message);
    void vscode.window.showErrorMessage(`Fimble: ${message}`, 'Restart', 'Show log').then((choice) => {
      if (choice === 'Restart') return this.restart();
      if (choice === 'Show log') this.host.log.show();
      return undefined;
    });
  }
}
