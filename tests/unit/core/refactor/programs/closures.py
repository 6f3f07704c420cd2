"""Closures, generators, exceptions, context managers, classes, decorators, async."""

import asyncio
import contextlib
import functools

TOTAL = 0


def counter(start):
    value = start
    step = 2

    def bump():
        nonlocal value
        value += step
        return value

    bump()
    first = value
    bump()
    peek = lambda: value
    return first, peek(), value


def callbacks(n):
    out = []
    for i in range(n):
        square = i * i
        out.append(lambda: square)
        out.append(lambda i=i: i)
    last = "before"
    out.append(lambda: last)
    last = "after"
    kept = last
    out.append(lambda: kept)
    return [f() for f in out]


def tally(amount):
    global TOTAL
    before = TOTAL
    TOTAL += amount
    delta = TOTAL - before
    return delta


def tries(value):
    state = "start"
    extra = None
    try:
        state = "trying"
        number = int(value)
        extra = 10 // number
        state = f"got {extra}"
    except ValueError as error:
        name = type(error).__name__
        log("caught", name, state)
        state = name
    except ZeroDivisionError:
        state = "zero"
    else:
        doubled = extra * 2
        log(doubled)
    finally:
        note = f"done {state}"
        log(note)
    if extra is None:
        return state
    return state, extra


def unset(flag):
    if flag:
        value = 1
    try:
        shown = value
    except UnboundLocalError:
        shown = "unset"
    result = shown
    return result


def numbers(limit):
    a, b = 0, 1
    while a < limit:
        sent = yield a
        total = a + b
        a, b = b, total
        if sent:
            a = b
    end = "end"
    return end


@contextlib.contextmanager
def opened(name):
    log("open", name)
    handle = name.upper()
    try:
        yield handle
    finally:
        closing = f"close {name}"
        log(closing)


def with_files(names):
    sizes = []
    for name in names:
        with opened(name) as handle, opened("x") as other:
            size = len(handle) + len(other)
            sizes.append(size)
    first = sizes[0]
    return first, sizes


def cached(fn):
    store = {}

    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        key = (args, tuple(sorted(kwargs.items())))
        if key in store:
            log("hit")
            return store[key]
        result = fn(*args, **kwargs)
        store[key] = result
        return result

    return wrapper


@cached
def power(base, exponent=2):
    result = base**exponent
    return result


class Account:
    count = 0
    __secret = 3

    def __init__(self, owner):
        self.owner = owner
        self.balance = 0
        Account.count += 1
        number = Account.count
        label = f"{owner}-{number}"
        self.label = label

    @property
    def text(self):
        sign = "+" if self.balance > 0 else "-"
        shown = f"{sign}{self.balance}"
        return shown

    def deposit(self, amount, note=""):
        fee = 1 if amount > 100 else 0
        net = amount - fee
        self.balance += net
        log(note, net)
        return net

    def hidden(self):
        value = self.__secret
        doubled = value * 2
        return doubled

    @classmethod
    def make(cls, *owners):
        made = [cls(owner) for owner in owners]
        count = len(made)
        log(count)
        return made

    @staticmethod
    def compare(a, b):
        gap = a.balance - b.balance
        word = "more" if gap > 0 else "less"
        return word, gap


class Savings(Account):
    def __init__(self, owner, rate):
        percent = rate * 100
        super().__init__(owner)
        self.percent = percent

    def deposit(self, amount, note="saved"):
        bonus = int(amount * self.percent / 100)
        everything = amount + bonus
        return super().deposit(everything, note)


async def load(ids):
    found = []
    misses = 0
    for number in ids:
        row = await later({"id": number, "size": number * 2})
        size = row["size"]
        if size > 4:
            misses += 1
            continue
        found.append(f"{number}:{size}")
    summary = ",".join(found)
    log(summary)
    return summary, misses


async def later(value):
    await asyncio.sleep(0)
    return value


async def gathered(ids):
    rows = [row async for row in stream(ids)]
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(log, "closed")
        answers = await asyncio.gather(*(later(row) for row in rows))
    best = max(answers)
    return best, len(rows)


async def stream(ids):
    for number in ids:
        doubled = number * 2
        yield doubled


def nested(matrix):
    flat = [cell for row in matrix for cell in row if cell]
    pairs = {(i, j): cell for i, row in enumerate(matrix) for j, cell in enumerate(row)}
    sums = [sum(row) for row in matrix]
    widest = max(len(row) for row in matrix)
    result = (flat, len(pairs), sums, widest)
    return result


def defaults(items=[], *, seen=None):
    seen = seen or set()
    for item in items:
        seen.add(item)
    items = sorted(seen)
    (first, *_), count = items or [0], len(items)
    x = y = count
    x += 1
    return first, x, y


log(counter(1), callbacks(3), tally(2), tally(3), tries("2"), tries("x"), tries("0"))
log(unset(True), unset(False), with_files(["a", "bcd"]))
it = numbers(10)
log(next(it), next(it), it.send(True), list(it))
log(power(2), power(2), power(2, exponent=3), power.__name__)
ann, bob = Account("ann"), Savings("bob", 0.1)
log(ann.deposit(50), ann.deposit(200, "big"), bob.deposit(100), ann.text, bob.text, ann.label)
log(Account.compare(ann, bob), ann.hidden(), [a.owner for a in Account.make("x", "y")])
log(asyncio.run(load([1, 2, 3])), asyncio.run(gathered([1, 5])))
log(nested([[1, 0], [2, 3, 4]]), defaults([3, 1]), defaults())
