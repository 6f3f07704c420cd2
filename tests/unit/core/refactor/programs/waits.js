// Promises, async functions and generators.
const later = (value) => new Promise((done) => done(value));
const fails = (reason) => Promise.reject(new TypeError(reason));

async function load(ids) {
  const found = [];
  let misses = 0;
  for (const id of ids) {
    const row = await later({ id, size: id * 2 });
    const { size } = row;
    if (size > 4) {
      misses += 1;
      continue;
    }
    const text = `${id}:${size}`;
    found.push(text);
  }
  const summary = found.join();
  log("summary", summary);
  return { summary, misses };
}

async function guarded(bad) {
  let state = "new";
  try {
    state = "waiting";
    const value = await (bad ? fails("x") : later(1));
    const next = value + 1;
    state = `got ${next}`;
  } catch (error) {
    const shown = error.name;
    state = shown;
    log(shown);
  }
  return state;
}

function* numbers(limit) {
  let a = 0;
  let b = 1;
  while (a < limit) {
    const sent = yield a;
    const skip = sent === "skip";
    const sum = a + b;
    a = b;
    b = sum;
    if (skip) {
      a = b;
    }
  }
  const end = "end";
  return end;
}

async function* pages(n) {
  for (let page = 0; page < n; page++) {
    const start = page * 10;
    const rows = [start, start + 1];
    yield rows;
  }
}

async function collect(n) {
  const all = [];
  for await (const rows of pages(n)) {
    const sum = rows.reduce((a, b) => a + b, 0);
    all.push(sum);
  }
  const count = all.length;
  return [count, ...all];
}

async function parallel(list) {
  const started = list.map(async (x) => {
    const doubled = x * 2;
    const answer = await later(doubled);
    log(answer);
    return answer;
  });
  const done = await Promise.all(started);
  const [first = 0, ...rest] = done;
  const best = Math.max(first, ...rest);
  return best;
}

function chain(n) {
  const start = n;
  return later(start)
    .then((value) => {
      const more = value + n;
      return more;
    })
    .then((value) => {
      log("chained", value);
      const message = `v${value}`;
      throw new Error(message);
    })
    .catch((error) => {
      const { message } = error;
      return message;
    });
}

const it = numbers(10);
log(it.next(), it.next(), it.next("skip"), [...it]);
load([1, 2, 3]).then(log);
guarded(false).then(log);
guarded(true).then(log);
collect(2).then(log);
parallel([3, 1]).then(log);
chain(2).then(log);
