// A module: exports stay, what is local may change.
const limit = 3;
let used = 0;
export const settings = { limit, name: "m" };

export function take(n) {
  const wanted = Math.min(n, limit);
  used += wanted;
  const left = limit * 3 - used;
  return left;
}

function hidden(values) {
  const copy = values.slice();
  const size = copy.length;
  const half = size >> 1;
  for (let i = 0; i < half; i++) {
    const other = size - 1 - i;
    const held = copy[i];
    copy[i] = copy[other];
    copy[other] = held;
  }
  return copy;
}

export default function main(text) {
  const words = text.split(/\s+/);
  const first = words[0];
  const lower = words.map((word) => word.toLowerCase());
  const counts = lower.reduce((all, word) => {
    const known = all[word] ?? 0;
    return { ...all, [word]: known + 1 };
  }, {});
  const reversed = hidden(words);
  const entries = Object.entries(counts);
  const top = entries.sort(([, a], [, b]) => b - a)[0]?.[0];
  return { first, counts, reversed, top };
}

export class Stack {
  items = [];
  push(item) {
    const size = this.items.push(item);
    const full = size >= limit;
    const message = full ? "full" : `${size}`;
    return message;
  }
}
export { used as spent, hidden as flip };

log(take(2), take(5), main("the cat The dog"), hidden([1, 2, 3]), new Stack().push(1), settings);
