// Plain functions over plain data: totals, formatting, search.
const prices = [
  { sku: "pear", cents: 120, count: 3, tags: ["fruit", "fresh"] },
  { sku: "soap", cents: 250, count: 1, tags: [] },
  { sku: "rice", cents: 90, count: 12, tags: ["dry"] },
];

function total(items, discount) {
  let sum = 0;
  let pieces = 0;
  for (const item of items) {
    const line = item.cents * item.count;
    sum += line;
    pieces += item.count;
  }
  const reduced = Math.round(sum * (1 - discount));
  const perPiece = pieces ? reduced / pieces : 0;
  log("total", sum, reduced);
  return { reduced, perPiece, pieces };
}

function format(cents, sign = "€") {
  const whole = Math.floor(cents / 100);
  const rest = cents % 100;
  const padded = `${rest}`.padStart(2, "0");
  const text = `${sign}${whole}.${padded}`;
  return text;
}

/** The lines of a bill. */
function bill(items) {
  const lines = [];
  let longest = 0;
  for (let i = 0; i < items.length; i++) {
    const { sku, cents, count } = items[i];
    const left = `${count} x ${sku}`;
    longest = Math.max(longest, left.length);
    lines.push([left, format(cents * count)]);
  }
  const out = [];
  for (const [left, right] of lines) {
    const gap = " ".repeat(longest - left.length + 2);
    out.push(left + gap + right);
  }
  const head = `bill
  of ${items.length}`;
  return [head, ...out].join("\n");
}

function find(items, wanted, { exact = false, limit = 10 } = {}) {
  const found = [];
  let seen = 0;
  for (const item of items) {
    seen++;
    if (found.length >= limit) {
      break;
    }
    if (!item.tags.length) {
      continue;
    }
    const hit = exact ? item.sku === wanted : item.tags.some((tag) => tag.includes(wanted));
    if (hit) {
      found.push(item.sku);
    }
  }
  log("seen", seen);
  return found;
}

function group(items) {
  const groups = new Map();
  items.forEach((item) => {
    const key = item.tags[0] ?? "none";
    const known = groups.get(key) || [];
    known.push(item.sku);
    groups.set(key, known);
  });
  const names = [...groups.keys()].sort();
  const result = {};
  for (const name of names) {
    const list = groups.get(name);
    result[name] = list.length > 1 ? list : list[0];
  }
  return result;
}

function largest(items) {
  let best = null;
  let price = -1;
  for (const item of items) {
    if (item.cents > price) {
      best = item;
      price = item.cents;
    }
  }
  const { sku, ...rest } = best;
  [price] = [price / 2];
  ({ cents: price } = { cents: price + 1 });
  return { sku, price, rest };
}

log(total(prices, 0.1));
log(total([], 0));
log(format(1205), format(7, "$"));
log(bill(prices));
log(find(prices, "fr"), find(prices, "rice", { exact: true }), find(prices, "r", { limit: 1 }));
log(group(prices));
log(largest(prices));
