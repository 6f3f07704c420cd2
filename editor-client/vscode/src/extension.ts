import * as path from 'node:path';
import * as vscode from 'vscode';
import { Drafts } from './drafts';
import { Environment } from './environment';
import * as menu from './menu';
import * as models from './models';
import { ISOLATED, type RunOptions } from './process';
import { Server } from './server';
import { LAUNCH_SETTINGS, SECTION, launchSettings, type Launch } from './settings';
import { StatusBar } from './status';

const PAUSED_HERE = 'pausedHere';
const GREETED = 'greeted';
const WALKTHROUGH = 'fimble.fimble#start';

/** What tests look at. */
export interface Api {
  /** From the call of `activate` to its end, before the server starts. */
  activationMs: number;
  state: () => string;
}

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): Api {
  const begun = performance.now();
  const log = vscode.window.createOutputChannel('Fimble', { log: true });
  const status = new StatusBar();
  const drafts = new Drafts();
  const environment = environmentOf(context);
  const pausedHere = (): boolean => context.workspaceState.get(PAUSED_HERE, false);
  const started = new Server({
    log,
    status,
    drafts,
    pausedHere,
    command: (launch) => commandOf(launch, environment, (options) => prepare(environment, ['cpu'], status, options)),
  });
  server = started;
  const modelHost = hostOfModels(log, status, environment, () => started.restart());
  const commands: Record<string, () => unknown> = {
    'fimble.showMenu': () => menu.showMenu(status, pausedHere()),
    'fimble.showLog': () => log.show(),
    'fimble.restart': () => started.restart(),
    'fimble.openSettings': () => vscode.commands.executeCommand('workbench.action.openSettings', '@ext:fimble.fimble'),
    'fimble.openWalkthrough': () => openWalkthrough(),
    'fimble.openSample': () => openSample(),
    'fimble.chooseModel': () => models.chooseModel(modelHost),
    'fimble.installModel': () => models.installRecommended(modelHost),
    'fimble.pauseEverywhere': () => menu.pauseEverywhere(),
    'fimble.toggleLanguage': () => menu.toggleLanguage(),
    'fimble.acceptWord': () => started.acceptance.takePart('editor.action.inlineSuggest.acceptNextWord'),
    'fimble.acceptLine': () => started.acceptance.takePart('editor.action.inlineSuggest.acceptNextLine'),
    'fimble.nextEdit': () => started.nextEdits.next(),
    'fimble.takeNextEdit': () => started.nextEdits.take(),
    'fimble.skipNextEdit': () => started.nextEdits.skip(),
    'fimble.takeAllNextEdits': () => started.nextEdits.takeAll(),
    'fimble.dismissNextEdit': () => started.nextEdits.dismiss(),
    'fimble.neverThisNextEdit': () => started.nextEdits.dismiss(true),
    'fimble.pauseHere': async () => {
      await context.workspaceState.update(PAUSED_HERE, !pausedHere());
      await started.configure();
    },
  };
  context.subscriptions.push(
    log,
    status,
    drafts,
    started.nextEdits,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, reporting(run))),
    vscode.workspace.onDidChangeConfiguration((event) => changed(event, started)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  void greet(context);
  void started.restart();
  const activationMs = performance.now() - begun;
  log.info(`Activated in ${activationMs.toFixed(1)} ms`);
  return { activationMs, state: () => status.state };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

function environmentOf(context: vscode.ExtensionContext): Environment {
  return new Environment({
    folder: context.globalStorageUri.fsPath,
    version: (context.extension.packageJSON as { version: string }).version,
    wheels: path.join(context.extensionPath, 'wheels'),
    python: launchSettings().python,
  });
}

/** The configured command, or the Python of the extension's own environment, made if need be. */
async function commandOf(
  launch: Launch,
  environment: Environment,
  make: (options: RunOptions) => Promise<void>,
): Promise<string[]> {
  if (launch.command.length > 0) return [...launch.command];
  if (!(await environment.has(['cpu']))) await make({});
  return [environment.python, ISOLATED, '-m', 'fimble'];
}

function hostOfModels(
  log: vscode.LogOutputChannel,
  status: StatusBar,
  environment: Environment,
  restart: () => Promise<void>,
): models.ModelHost {
  return {
    log,
    restart,
    command: () => commandOf(launchSettings(), environment, (options) => prepare(environment, ['cpu'], status, options)),
  };
}

/** Makes the environment or adds to it, with progress that can be cancelled. */
async function prepare(
  environment: Environment,
  extras: string[],
  status: StatusBar,
  options: RunOptions,
): Promise<void> {
  status.set('preparing');
  const title = 'Fimble: preparing the language server';
  const where = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location: where, title, cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    options.signal?.addEventListener('abort', () => abort.abort());
    const onStep = (message: string): void => progress.report({ message });
    await environment.ensure(extras, { ...options, signal: abort.signal, onStep });
  });
}

async function changed(event: vscode.ConfigurationChangeEvent, started: Server): Promise<void> {
  if (!event.affectsConfiguration(SECTION)) return;
  const launches = LAUNCH_SETTINGS.some((name) => event.affectsConfiguration(`${SECTION}.${name}`));
  await (launches ? started.restart() : started.configure());
}

async function greet(context: vscode.ExtensionContext): Promise<void> {
  const wanted = vscode.workspace.getConfiguration('workbench').get('welcomePage.walkthroughs.openOnInstall', true);
  if (!wanted || context.globalState.get(GREETED, false)) return;
  await context.globalState.update(GREETED, true);
  await openWalkthrough();
}

async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
}

async function openSample(): Promise<void> {
  const content = 'def area(width, height):\n    return ';
  const document = await vscode.workspace.openTextDocument({ language: 'python', content });
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const end = document.lineAt(document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(end, end);
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
}

/** An error of a command is one message to the user. */
function reporting(run: () => unknown): () => Promise<void> {
  return async () => {
    try {
      await run();
    } catch (error) {
      void vscode.window.showErrorMessage(`Fimble: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}
