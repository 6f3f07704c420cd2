// Old code: var, switch, labels, try, hoisted functions, delete, typeof.
function vars(list) {
  var out = [];
  for (var i = 0; i < list.length; i++) {
    var value = list[i];
    if (value % 2) {
      var odd = (odd || 0) + value;
    }
    var last = value > 2 ? value : last;
    out.push(last);
    out.push(function () { return value; });
  }
  var shown = out.map(function (each) { return typeof each === "function" ? each() : each; });
  return [shown, odd, i, last];
}

function twice(x) {
  var keep = function () { return x; };
  var before = keep();
  var x = before + 1;
  var x = x * 2;
  return [before, x, keep()];
}

function pick(kind) {
  let result = "";
  switch (kind) {
    case "a":
      let shared = 1;
      result += "a" + shared;
      break;
    case "b": {
      const only = 2;
      const more = only + 1;
      result += "b" + more;
    }
    case "c":
      shared = 5;
      result += "c" + shared;
      break;
    default:
      result = "none";
  }
  const size = result.length;
  return [result, size];
}

function labels(grid) {
  let found = null;
  let looked = 0;
  outer: for (const row of grid) {
    for (const cell of row) {
      looked++;
      if (cell < 0) {
        continue outer;
      }
      if (cell > 5) {
        found = cell;
        break outer;
      }
    }
  }
  do {
    looked += 10;
    if (looked > 30) break;
  } while (looked < 100);
  return [found, looked];
}

function tries(value) {
  let state = "start";
  let extra;
  try {
    state = "trying";
    const parsed = JSON.parse(value);
    extra = parsed.a;
    state = "parsed";
    const upper = extra.toUpperCase();
    state = upper;
  } catch (error) {
    const name = error.name;
    log("caught", name, state);
    state = name;
  } finally {
    const note = `done ${state}`;
    log(note);
  }
  if (!extra) {
    throw new RangeError(state);
  }
  return [state, extra];
}

function cleanup(fail) {
  let open = true;
  const events = [];
  try {
    events.push("work");
    open = !fail;
    if (fail) throw new Error("no");
    const result = events.length;
    return result;
  } finally {
    open = false;
    events.push(open);
    log(events);
  }
}

function objects(key) {
  const target = { a: 1, b: 2, [key]: 3 };
  const removed = delete target.a;
  const kind = typeof missing;
  const own = "b" in target;
  const a = target[key];
  const { b, ...others } = target;
  const copy = { a, b, others, sum(c) { return a + c; } };
  const { length: n = 4 } = key;
  return [removed, kind, own, copy.sum(1), copy.others, n];
}

function implicit() {
  "use strict";
  const value = 1;
  try {
    undeclared = value;
    log("set");
  } catch (error) {
    log(error.name);
  }
  return value;
}

function assigns(a, b) {
  let c = a;
  c ??= 4;
  c ||= b;
  const d = (c = c + 1), e = c;
  let f, g = 3;
  f = g++ + ++g;
  [a, b] = [b, a];
  ({ a, c: [c] = [9] } = { a: f });
  for (a in { k: 1 }) log(a);
  for (c of [1, 2]) {
    log(c);
  }
  return { a, b, c, d, e, f, g };
}

function early(n) {
  if (n < 0) return "negative";
  if (n === 0) {
    const zero = "zero";
    return zero;
  }
  const half = n / 2;
  const text = half % 1 ? "odd" : "even";
  if (text === "odd") {
    log(half);
    return text;
  } else {
    const twice = half * 4;
    log(twice);
  }
  while (n > 0) {
    n -= 2;
    if (n === 4) return "four";
  }
  return [text, n];
}

const attempt = (fn, ...args) => {
  try {
    return fn(...args);
  } catch (error) {
    return error.name;
  }
};
log(vars([1, 2, 3]), twice(1), attempt(pick, "a"), attempt(pick, "b"), attempt(pick, "z"));
log(labels([[1, -1, 9], [2, 7]]), labels([[]]), attempt(tries, '{"a":"x"}'), attempt(tries, "{"), attempt(tries, '{}'));
log(attempt(cleanup, true), cleanup(false), objects("zz"), implicit(), assigns(0, 2), assigns(5, 6));
log(early(-1), early(0), early(3), early(10), early(8));
