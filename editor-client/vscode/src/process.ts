import { spawn } from 'node:child_process';
import * as path from 'node:path';

/** A program that ended with another status than 0. */
export class ProgramError extends Error {}

/** The user has cancelled. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled.');
  }
}

export interface RunOptions {
  /** Called with every line of stderr, and of stdout too unless it is the result. */
  onLine?: (line: string) => void;
  /** Ends the program: SIGTERM, and SIGKILL if it has not ended five seconds later. */
  signal?: AbortSignal;
  /** A status that is as good as 0: `fimble doctor` answers 1 where something is missing. */
  acceptStatus?: number;
  env?: NodeJS.ProcessEnv;
}

/**
 * Where programs run: never in the workspace, which need not be trusted. Python looks there for its
 * modules, uv for the index to install from, and Windows for the programs themselves.
 */
export const NEUTRAL_FOLDER = path.dirname(process.execPath);

/** Keeps Python to its own modules: neither those of the current folder nor of `PYTHONPATH`. */
export const ISOLATED = '-I';

const GRACE_MS = 5_000;
const TAIL = 400;

/**
 * Runs a program without a shell and returns what it wrote to stdout.
 *
 * Rejects with `ProgramError` (the last line of stderr in its message) or `Cancelled`.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) return reject(new Cancelled());
    const env = options.env ?? process.env;
    const child = spawn(program, args, { env, cwd: NEUTRAL_FOLDER, windowsHide: true });
    const cancel = (): void => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
    };
    options.signal?.addEventListener('abort', cancel, { once: true });
    let out = '';
    let last = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    lines(child.stderr, (line) => {
      if (line.trim()) last = line.trim();
      options.onLine?.(line);
    });
    child.on('error', (error) => reject(new ProgramError(`${program} cannot be started: ${error.message}`)));
    child.on('close', (status) => {
      options.signal?.removeEventListener('abort', cancel);
      if (options.signal?.aborted) reject(new Cancelled());
      else if (status === 0 || status === options.acceptStatus) resolve(out);
      else reject(new ProgramError(last.slice(0, TAIL) || `${program} ended with status ${status}`));
    });
  });
}

function lines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? '';
    parts.forEach(onLine);
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}
