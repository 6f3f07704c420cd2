import { readFile } from 'node:fs/promises';

const LIMITS = { small: 10, large: [100, 1000], names: ['a', "b", `c`] };

export async function load(path, { strict = false, tries = 3 } = {}) {
  const text = await readFile(path, 'utf8');
  if (!text.trim() || tries < 1) {
    throw new Error(`Nothing in ${path}: ${JSON.stringify({ strict, tries })}`);
  }
  return JSON.parse(text).map((row) => ({ ...row, total: sum(row.lines, (a) => a.price) }));
}

function sum(lines, price) {
  let total = 0;
  for (const line of lines) {
    total += price(line) * (line.count ?? 1);
  }
  // What is left after rounding (cents).
  return Math.round(total * 100) / 100;
}

const pattern = /^[("'](\d+)$/;
console.log('Goodbye ' + LIMITS.names[0], pattern.test("(12"), sum([{ price: 1 }], (x) => x.price));
switch (LIMITS.small) {
  case 10:
    console.warn(`url http://${host}:${ports[0]}/${path(`a${b}`)}`);
    break;
  default:
    setTimeout(() => { load("a.json"); }, 100);
}
