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
}

/** What of the bar is the download; packing is the rest. */
const DOWNLOAD_SHARE = 80;

export interface ModelHost {
  log: vscode.LogOutputChannel;
  /** Program and arguments before the server's own. */
  command: () => Promise<string[]>;
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
    const bar = new Bar();
    const onLine = (line: string): void => {
      const said = parse(line);
      if (said?.total) progress.report(bar.at(said.transfer ?? '', said.done ?? 0, said.total));
      else {
        host.log.info(said?.note ?? line);
        if (said?.note) progress.report({ message: said.note });
      }
    };
    const args = ['model', 'install', model.name, '--progress', 'json'];
    await fimble(host, args, { onLine, signal: abort.signal });
  });
}

/** One bar from 0 to 100 % for a download and the packing after it; it never goes back. */
export class Bar {
  private shown = 0;

  /** What to report of a transfer: what is done now, and how much further the bar is. */
  at(transfer: string, done: number, total: number): { message: string; increment: number } {
    const packs = transfer.startsWith('Packing');
    const part = done / total;
    const now = packs ? DOWNLOAD_SHARE + (100 - DOWNLOAD_SHARE) * part : DOWNLOAD_SHARE * part;
    const increment = Math.max(0, Math.min(100, now) - this.shown);
    this.shown += increment;
    const doing = packs ? 'packing the weights' : `downloading ${megabytes(total)}`;
    return { message: `${Math.floor(this.shown)} %, ${doing}`, increment };
  }
}

/** A line of `--progress json`, undefined for anything else. */
export function parse(
  line: string,
): { note?: string; transfer?: string; done?: number; total?: number } | undefined {
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
