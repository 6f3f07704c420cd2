// The processes below code-server, as /proc has them.
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 10_000;

/** The language server of this code-server, another one than `not`: `{pid, parent}`. */
export async function server(config, not = 0) {
  return until('a language server', () =>
    below(config.pid).find((process) => process.pid !== not && process.command.includes('scripted_server')),
  );
}

/** Waits until a process is gone. */
export async function gone(pid) {
  await until(`the end of process ${pid}`, () => !all().some((process) => process.pid === pid));
}

function below(root) {
  const processes = all();
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  }
  return processes.filter(({ pid }) => found.has(pid));
}

function all() {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const status = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

async function until(what, look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`expected ${what} within ${PATIENCE_MS} ms`);
    await pause(100);
  }
}
