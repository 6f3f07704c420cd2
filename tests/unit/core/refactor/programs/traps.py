"""Things that are easily broken."""

import contextlib
import functools
from dataclasses import dataclass, field

COUNT = 1
names = ["a", "b"]


def swallowed(values):
    state = "none"
    with contextlib.suppress(ZeroDivisionError):
        state = "first"
        quotient = 10 // values[0]
        state = f"second {quotient}"
    result = state
    return result


def loops(n):
    out = []
    for i in range(n):
        for j in range(i):
            if j == 2:
                break
            cell = (i, j)
            out.append(cell)
        else:
            out.append("whole")
        previous = out[-1] if i else None
        if previous == "whole":
            continue
        out.append(previous)
    while n:
        n -= 1
        last = n
    else:
        last = "never"
    return out, last


def walrus(values):
    total = 0
    if any((big := v) > 3 for v in values):
        total += big
        log("big", big)
    doubled = [twice for v in values if (twice := v * 2) > 2]
    while (size := len(doubled)) > 1:
        doubled.pop()
        total += size
    return total, doubled, size


def classes(base):
    scale = 2

    @dataclass
    class Point:
        x: int = base
        tags: list = field(default_factory=list)

        def scaled(self, by=scale):
            grown = self.x * by
            self.tags.append(grown)
            return grown

    point = Point()
    first = point.scaled()
    scale = 10
    second = point.scaled()
    return first, second, point.tags


def defaults(start):
    step = start
    def add(x, step=step):
        result = x + step
        return result
    step += 1
    one = add(1)
    adders = [functools.partial(add, k) for k in range(2)]
    two = [a() for a in adders]
    return one, two, step


def nested(x):
    def outer(y):
        total = x + y

        def inner(z):
            nonlocal total
            before = total
            total = before * z
            return total

        first = inner(2)
        second = inner(3)
        return first, second, total

    a = outer(1)
    b = outer(2)
    return a, b


def deleted(values):
    table = dict(enumerate(values))
    item = table.pop(0)
    del table[1]
    left = list(table)
    temp = left
    del temp
    return item, left


def finals(flag):
    steps = []
    for attempt in range(3):
        try:
            steps.append(attempt)
            if attempt == 1 and flag:
                break
            value = 1 / (attempt - 2)
            steps.append(value)
        except ZeroDivisionError as error:
            message = str(error)
            steps.append(message)
            continue
        finally:
            mark = "end"
            steps.append(mark)
    done = len(steps)
    return done, steps


def strings(name):
    sql = f"""
      select {name}
        from t
    """
    joined = "a\
b"
    raw = rf"\d{name!r:>5}"
    text = (
        "one "
        f"two {name}"
    )
    lines = [line.strip() for line in sql.splitlines()]
    return lines, joined, raw, text, sql


def unpack(pairs):
    (a, b), *rest = pairs
    c = d = a
    c += b
    e, f = d, c
    e, f = f, e
    [g, *h] = [e, f, *rest]
    counts = {}
    for key, value in rest:
        counts[key] = counts.get(key, 0) + value
        a = value
    swap = a, b
    return c, d, e, f, g, h, counts, swap


def shadow(names):
    list = [n.upper() for n in names]
    names = list
    len = 3
    result = names, len
    return result


def recursion(n, seen=None):
    seen = [] if seen is None else seen
    seen.append(n)
    if n > 0:
        deeper = recursion(n - 1, seen)
        log(deeper is seen)
    copy = seen[:]
    copy.reverse()
    return copy


def lazily(values):
    limit = 2
    late = (v for v in values if v < limit)
    limit = 3
    early = sum(v for v in values if v < limit)
    callbacks = []
    for v in values:
        label = f"v{v}"
        callbacks.append(lambda label=label: label)
        total = sum(v * w for w in values)
        callbacks.append(lambda: total)
    shown = [c() for c in callbacks]
    return list(late), early, shown


def conditional(kind):
    if kind == "a":
        import math as lib
        value = lib.floor(2.5)
    elif kind == "b":
        value = COUNT
    else:
        return None
    try:
        name = lib.__name__
    except UnboundLocalError as problem:
        name = type(problem).__name__
    answer = value, name
    return answer


log(swallowed([0]), swallowed([3]), loops(4), walrus([1, 5]), walrus([1]))
log(classes(3), defaults(1), nested(1), deleted([5, 6, 7]), finals(True), finals(False))
log(strings("id"), unpack([(1, 2), ("x", 3), ("x", 4)]), shadow(names), recursion(2))
log(lazily([1, 2]), conditional("a"), conditional("b"), conditional("c"))
