/** The extension's own Python environment with the server in it. Knows nothing of VS Code. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Cancelled, ISOLATED, ProgramError, run, type RunOptions } from './process';

export const PYTHON_AT_LEAST = [3, 11] as const;

const VERSION_CODE = 'import sys; print(sys.version_info[0], sys.version_info[1])';
const LOCK_POLL_MS = 500;

export interface EnvironmentOptions {
  /** Where environments are kept, one per version of the extension. */
  folder: string;
  version: string;
  /** Folder with the server's wheel; without one it comes from the package index. */
  wheels: string;
  /** The Python to use, '' to look for uv and python3. */
  python: string;
}

/** How to make and fill a virtual environment. */
interface Maker {
  create: (folder: string) => [string, string[]];
  install: (python: string, requirement: string) => [string, string[]];
}

export class Environment {
  readonly root: string;

  constructor(private readonly options: EnvironmentOptions) {
    this.root = path.join(options.folder, `server-${options.version}`);
  }

  get python(): string {
    return process.platform === 'win32'
      ? path.join(this.root, 'Scripts', 'python.exe')
      : path.join(this.root, 'bin', 'python');
  }

  /** Whether it is whole and has all `extras`. */
  async has(extras: readonly string[]): Promise<boolean> {
    const installed = await this.stamp();
    return installed !== undefined && extras.every((extra) => installed.includes(extra));
  }

  /**
   * Makes it, or adds what is missing. Two windows take turns; what an interruption has left is
   * made anew. Rejects with a sentence for the user.
   */
  async ensure(extras: readonly string[], progress: RunOptions & { onStep?: (step: string) => void }): Promise<void> {
    if (await this.has(extras)) return;
    await fs.mkdir(this.options.folder, { recursive: true });
    const release = await this.lock(progress.signal);
    try {
      if (await this.has(extras)) return;
      const maker = await this.maker();
      const installed = await this.stamp();
      if (installed === undefined) {
        await fs.rm(this.root, { recursive: true, force: true });
        progress.onStep?.('Making a Python environment');
        await run(...maker.create(this.root), progress);
      }
      const wanted = [...new Set([...(installed ?? []), ...extras])];
      progress.onStep?.(`Installing the language server (${wanted.join(', ')})`);
      await run(...maker.install(this.python, await this.requirement(wanted)), progress);
      await fs.writeFile(this.stampFile, JSON.stringify(wanted));
    } finally {
      await release();
    }
  }

  private get stampFile(): string {
    return path.join(this.root, 'fimble.json');
  }

  /** The extras of a whole environment, undefined if there is none. */
  private async stamp(): Promise<string[] | undefined> {
    try {
      return JSON.parse(await fs.readFile(this.stampFile, 'utf8')) as string[];
    } catch {
      return undefined;
    }
  }

  private async requirement(extras: readonly string[]): Promise<string> {
    const names = await fs.readdir(this.options.wheels).catch(() => [] as string[]);
    const wheel = names.find((name) => /^fimble-.*\.whl$/.test(name));
    return wheel
      ? `${path.join(this.options.wheels, wheel)}[${extras.join(',')}]`
      : `fimble[${extras.join(',')}]==${this.options.version}`;
  }

  private async maker(): Promise<Maker> {
    if (!this.options.python && (await works('uv', ['--version']))) return UV;
    const names = process.platform === 'win32' ? ['py', 'python'] : ['python3', 'python'];
    const candidates = this.options.python ? [this.options.python] : names;
    for (const candidate of candidates) {
      if (await recentEnough(candidate)) return withPython(candidate);
    }
    throw new ProgramError(
      `Fimble needs Python ${PYTHON_AT_LEAST.join('.')} or newer, or uv. ` +
        `Looked for ${candidates.join(', ')}. Install one, or set fimble.python.`,
    );
  }

  private async lock(signal?: AbortSignal): Promise<() => Promise<void>> {
    const file = `${this.root}.lock`;
    for (;;) {
      try {
        await fs.writeFile(file, String(process.pid), { flag: 'wx' });
        return () => fs.rm(file, { force: true });
      } catch {
        if (await abandoned(file)) await fs.rm(file, { force: true });
        else await pause(LOCK_POLL_MS, signal);
      }
    }
  }
}

const UV: Maker = {
  create: (folder) => ['uv', ['venv', '--quiet', '--python', `>=${PYTHON_AT_LEAST.join('.')}`, folder]],
  install: (python, requirement) => ['uv', ['pip', 'install', '--quiet', '--python', python, requirement]],
};

function withPython(base: string): Maker {
  return {
    create: (folder) => [base, [ISOLATED, '-m', 'venv', folder]],
    install: (python, requirement) => [
      python,
      [ISOLATED, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement],
    ],
  };
}

async function works(program: string, args: string[]): Promise<boolean> {
  return run(program, args).then(
    () => true,
    () => false,
  );
}

async function recentEnough(python: string): Promise<boolean> {
  const said = await run(python, [ISOLATED, '-c', VERSION_CODE]).catch(() => '');
  const [major = 0, minor = 0] = said.trim().split(' ').map(Number);
  return major > PYTHON_AT_LEAST[0] || (major === PYTHON_AT_LEAST[0] && minor >= PYTHON_AT_LEAST[1]);
}

/** Whether the window that made the lock is gone. */
async function abandoned(file: string): Promise<boolean> {
  const owner = Number(await fs.readFile(file, 'utf8').catch(() => ''));
  if (!owner) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Cancelled());
    setTimeout(resolve, milliseconds);
  });
}
