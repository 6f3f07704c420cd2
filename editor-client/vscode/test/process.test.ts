import { expect, test } from 'vitest';
import { ProgramError, run } from '../src/process';

test('returns stdout and hands on the lines of stderr', async () => {
  const lines: string[] = [];
  const code = 'process.stderr.write("one\\r\\ntw"); process.stderr.write("o"); console.log("out")';
  expect(await run(process.execPath, ['-e', code], { onLine: (line) => lines.push(line) })).toBe('out\n');
  expect(lines).toEqual(['one', 'two']);
});

test('an error is the last line that the program said', async () => {
  const failing = run(process.execPath, ['-e', 'console.error("why\\n"); process.exit(3)']);
  await expect(failing).rejects.toThrow(new ProgramError('why'));
});

test('a status can be accepted', async () => {
  expect(await run(process.execPath, ['-e', 'console.log(7); process.exit(1)'], { acceptStatus: 1 })).toBe('7\n');
});

test('a program that is not there is named', async () => {
  await expect(run('no-such-program-here', [])).rejects.toThrow(/no-such-program-here cannot be started/);
});
