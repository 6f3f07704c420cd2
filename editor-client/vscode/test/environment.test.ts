import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Environment } from '../src/environment';
import { Cancelled } from '../src/process';

let folder: string;
let calls: string;

/** A Python that makes environments out of itself and writes down what it is asked for. */
async function fakePython(version: string, install = 'exit 0'): Promise<string> {
  const file = path.join(folder, 'python');
  const lines = [
    '#!/bin/sh',
    `echo "$@" >> ${calls}`,
    `pwd >> ${calls}.folders`,
    `if [ "$2" = -c ]; then echo "${version}"; fi`,
    `if [ "$3" = venv ]; then mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; fi`,
    `if [ "$3" = pip ]; then ${install}; fi`,
  ];
  await fs.writeFile(file, lines.join('\n'), { mode: 0o755 });
  return file;
}

function environment(python: string): Environment {
  return new Environment({ folder: path.join(folder, 'storage'), version: '1.2.3', wheels: folder, python });
}

async function called(word: string): Promise<string[]> {
  return (await fs.readFile(calls, 'utf8')).split('\n').filter((line) => line.includes(word));
}

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(tmpdir(), 'fimble-'));
  calls = path.join(folder, 'calls');
});

test('is made once, and from the index where there is no wheel', async () => {
  const made = environment(await fakePython('3 11'));
  expect(await made.has(['cpu'])).toBe(false);
  await made.ensure(['cpu'], {});
  await made.ensure(['cpu'], {});
  expect(await made.has(['cpu'])).toBe(true);
  expect(await called('venv')).toHaveLength(1);
  expect(await called('pip')).toEqual([expect.stringContaining('fimble[cpu]==1.2.3')]);
});

test('takes the wheel beside it', async () => {
  await fs.writeFile(path.join(folder, 'fimble-1.2.3-py3-none-any.whl'), '');
  await environment(await fakePython('3 13')).ensure(['cpu'], {});
  expect(await called('pip')).toEqual([expect.stringContaining('fimble-1.2.3-py3-none-any.whl[cpu]')]);
});

test('gets what is missing, and keeps what it has', async () => {
  const made = environment(await fakePython('3 12'));
  await made.ensure(['cpu'], {});
  await made.ensure(['export'], {});
  expect(await made.has(['cpu', 'export'])).toBe(true);
  expect(await called('venv')).toHaveLength(1);
  expect((await called('pip')).at(-1)).toContain('fimble[cpu,export]');
});

test('says which Python it needs', async () => {
  const made = environment(await fakePython('3 10'));
  await expect(made.ensure(['cpu'], {})).rejects.toThrow(/needs Python 3\.11 or newer/);
});

test('is not there after a failed installation, and can be made again', async () => {
  const broken = environment(await fakePython('3 11', 'echo "ERROR: no space left" >&2; exit 1'));
  await expect(broken.ensure(['cpu'], {})).rejects.toThrow('ERROR: no space left');
  expect(await broken.has(['cpu'])).toBe(false);
  const repaired = environment(await fakePython('3 11'));
  await repaired.ensure(['cpu'], {});
  expect(await repaired.has(['cpu'])).toBe(true);
});

test('is made by one of two windows', async () => {
  const python = await fakePython('3 11', 'sleep 0.3');
  await Promise.all([environment(python).ensure(['cpu'], {}), environment(python).ensure(['cpu'], {})]);
  expect(await called('venv')).toHaveLength(1);
});

test('a lock of a window that is gone is broken', async () => {
  const made = environment(await fakePython('3 11'));
  await fs.mkdir(path.join(folder, 'storage'));
  await fs.writeFile(`${made.root}.lock`, '4194305');
  await made.ensure(['cpu'], {});
  expect(await made.has(['cpu'])).toBe(true);
});

test('can be cancelled', async () => {
  const abort = new AbortController();
  const made = environment(await fakePython('3 11', 'exec sleep 30'));
  const making = made.ensure(['cpu'], { signal: abort.signal, onStep: () => setTimeout(() => abort.abort(), 100) });
  await expect(making).rejects.toThrow(Cancelled);
  expect(await made.has(['cpu'])).toBe(false);
});

test('no Python runs in the current folder, or with its modules', async () => {
  const workspace = await fs.realpath(folder);
  process.chdir(workspace);
  await environment(await fakePython('3 11')).ensure(['cpu'], {});
  const asked = (await fs.readFile(calls, 'utf8')).trim().split('\n');
  expect(asked).toHaveLength(3);
  expect(asked.filter((line) => !line.startsWith('-I '))).toEqual([]);
  expect(await fs.readFile(`${calls}.folders`, 'utf8')).not.toContain(workspace);
});

test('what lies in a hostile folder does not run while an environment is made', async () => {
  const canary = path.join(folder, 'canary');
  for (const name of ['types', 'venv', 'pip', 'ensurepip', 'json', 'subprocess', 'fimble']) {
    await fs.writeFile(path.join(folder, `${name}.py`), `open(${JSON.stringify(canary)}, 'a').write('${name} ')`);
  }
  process.chdir(folder);
  process.env['PYTHONPATH'] = folder;
  process.env['PIP_NO_INDEX'] = '1'; // the installation fails, after pip has begun
  try {
    await expect(environment('python3').ensure(['cpu'], {})).rejects.toThrow();
  } finally {
    delete process.env['PYTHONPATH'];
    delete process.env['PIP_NO_INDEX'];
  }
  await expect(fs.readFile(canary)).rejects.toThrow('ENOENT');
}, 60_000);
