import * as vscode from 'vscode';
import { run, type RunOptions } from './process';
import { SECTION } from './settings';

/** A row of `fimble model list --json`. */
interface Model {
  name: string;
  state: 'installed' | 'broken' | '-';
  download_bytes: number | null;
  about: string;
}

/** The part of `fimble doctor --json` that is used here. */
interface Doctor {
  recommended: string;
  exporter_missing: string[];
}

export interface ModelHost {
  log: vscode.LogOutputChannel;
  /** Program and arguments before the server's own. */
  command: () => Promise<string[]>;
  /** Adds the packages that turn weights into a model; rejects where it cannot. */
  addExporter: (progress: RunOptions) => Promise<void>;
  restart: () => Promise<void>;
}

/** Asks which model, installs it if it is not there, and uses it. */
export async function chooseModel(host: ModelHost): Promise<void> {
  const models = JSON.parse(await fimble(host, ['model', 'list', '--json'])) as Model[];
  const { recommended } = await examine(host);
  const items = models.map((model) => ({ label: model.name, ...explain(model, recommended), model }));
  items.sort((a, b) => Number(b.label === recommended) - Number(a.label === recommended));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Which model should Fimble use?',
    placeHolder: 'The first one suits this machine',
    matchOnDetail: true,
  });
  if (!chosen) return;
  if (chosen.model.state !== 'installed') await install(host, chosen.model);
  await use(host, chosen.model.name);
}

/** Installs the model that suits this machine and uses it. */
export async function installRecommended(host: ModelHost): Promise<void> {
  const { recommended } = await examine(host);
  const models = JSON.parse(await fimble(host, ['model', 'list', '--json'])) as Model[];
  const model = models.find((candidate) => candidate.name === recommended);
  if (model && model.state !== 'installed') await install(host, model);
  await use(host, recommended);
}

async function use(host: ModelHost, name: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  await settings.update('model', name, vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('setContext', 'fimble.modelReady', true);
  await host.restart();
}

function explain(model: Model, recommended: string): { description: string; detail: string } {
  const size = model.download_bytes ? `${Math.round(model.download_bytes / 1e6)} MB` : '';
  const state = model.state === 'installed' ? 'installed' : size;
  const advice = model.name === recommended ? 'suits this machine' : '';
  return { description: [state, advice].filter(Boolean).join(', '), detail: model.about };
}

async function install(host: ModelHost, model: Model): Promise<void> {
  const title = `Fimble: installing ${model.name}`;
  const where = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location: where, title, cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    const { exporter_missing: missing } = await examine(host);
    if (missing.length > 0) {
      progress.report({ message: 'preparing the exporter' });
      await host.addExporter({ signal: abort.signal, onLine: (line) => host.log.info(line) });
    }
    let percent = 0;
    const onLine = (line: string): void => {
      const said = parse(line);
      if (said?.total) {
        const now = (100 * (said.done ?? 0)) / said.total;
        progress.report({ message: `${Math.floor(now)} % of ${megabytes(said.total)}`, increment: now - percent });
        percent = now;
      } else {
        host.log.info(said?.note ?? line);
        if (said?.note) progress.report({ message: said.note });
      }
    };
    const args = ['model', 'install', model.name, '--progress', 'json'];
    await fimble(host, args, { onLine, signal: abort.signal });
  });
}

/** A line of `--progress json`, undefined for anything else. */
export function parse(line: string): { note?: string; done?: number; total?: number } | undefined {
  try {
    const said: unknown = JSON.parse(line);
    return typeof said === 'object' && said !== null ? said : undefined;
  } catch {
    return undefined;
  }
}

async function examine(host: ModelHost): Promise<Doctor> {
  const [program = '', ...before] = await host.command();
  const text = await run(program, [...before, 'doctor', '--json'], { acceptStatus: 1 });
  return JSON.parse(text) as Doctor;
}

async function fimble(host: ModelHost, args: string[], options: RunOptions = {}): Promise<string> {
  const [program = '', ...before] = await host.command();
  return run(program, [...before, ...args], options);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
