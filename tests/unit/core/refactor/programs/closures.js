// Functions that see variables of others: counters, callbacks, loops, hoisting.
function counter(start) {
  let value = start;
  const step = 2;
  const next = () => {
    value += step;
    return value;
  };
  const peek = () => value;
  next();
  const first = value;
  next();
  return [first, peek(), value];
}

function callbacks(n) {
  const fns = [];
  for (let i = 0; i < n; i++) {
    const square = i * i;
    fns.push(() => square);
    fns.push(() => i);
    i += 0;
  }
  for (const name of ["a", "b"]) {
    fns.push(() => name + n);
  }
  let last = "before";
  fns.push(() => last);
  last = "after";
  const kept = last;
  fns.push(() => kept);
  return fns.map((fn) => fn());
}

function hoisted(x) {
  const early = helper(1);
  const base = 10;
  const twice = base * 2;
  const late = helper(2);
  function helper(k) {
    return typeof k === "number" ? k + x : base;
  }
  function reads() {
    return twice + late;
  }
  return [early, twice, late, reads()];
}

function dead(flag) {
  const show = () => {
    try {
      return state;
    } catch (error) {
      return error.name;
    }
  };
  const before = show();
  let state = "set";
  const inside = show();
  if (flag) {
    const state = "inner";
    log(state, show());
  }
  state = "again";
  const after = show();
  return [before, inside, after];
}

const curry = (a) => (b) => {
  const sum = a + b;
  const product = a * b;
  log(sum);
  return [sum, product];
};

const memo = (() => {
  const cache = new Map();
  let hits = 0;
  return function lookup(key) {
    if (cache.has(key)) {
      hits++;
      return `${cache.get(key)} (${hits})`;
    }
    const made = key.toUpperCase();
    cache.set(key, made);
    if (key.length > 3) {
      const shorter = lookup(key.slice(1));
      log(shorter);
    }
    return made;
  };
})();

function shadows(x) {
  const out = [];
  {
    const x = "block";
    out.push(x);
  }
  const inner = (x) => {
    const y = x + 1;
    out.push(y);
    return y;
  };
  inner(x);
  out.push(x);
  for (const x of [7]) {
    const z = x;
    out.push(z);
  }
  const named = { x, out: out.length };
  const { x: again, missing = x } = named;
  return [out, again, missing];
}

function debounce(fn, limit = 2) {
  let calls = 0;
  let pending = null;
  const wrapped = (...args) => {
    calls += 1;
    pending = args;
    if (calls % limit === 0) {
      const sent = pending;
      pending = null;
      return fn(...sent);
    }
    return pending;
  };
  wrapped.calls = () => calls;
  return wrapped;
}

log(counter(1), callbacks(3), hoisted(5), dead(true), dead(false));
log(curry(2)(3), memo("abcde"), memo("cde"), memo("cde"), shadows(1));
const bounced = debounce((a, b) => a + b);
log(bounced(1, 2), bounced(3, 4), bounced.calls());
