"""Calls that follow a signature, in Python: each passes what it passed, bound by Python itself."""

import ast
import inspect
import random
from collections.abc import Iterator

import pytest
from fimble.core.refactor.calls import follow
from fimble.core.refactor.calls.values import Parameter
from fimble.core.refactor.python import signature as signatures
from fimble.core.text import python
from fimble.core.text.snapshot import apply_edits

_NAMES = ("a", "b", "c", "d", "e")


def _parameters(parameters: str) -> tuple[Parameter, ...]:
    source = python.parse(f"def f({parameters}): pass\n")
    assert source is not None
    found = signatures.at(source, 6, 6)
    assert found is not None
    return found.parameters


def _rewritten(old: str, new: str, call: str) -> tuple[str, list[str]] | None:
    """A call after the parameters became others, and its holes; None if it stays."""
    source = python.parse(call)
    assert source is not None
    node = next(n for n in source.nodes if isinstance(n, ast.Call))
    read = signatures.call_of(source, node)
    change = follow.signature(_parameters(old), _parameters(new))
    if read is None or isinstance(change, str):
        return None
    found = follow.rewritten(read, change)
    if found is None:
        return None
    holes = [found.edit.new_text[start:end] for start, end in found.holes]
    return apply_edits(call, [found.edit]), holes


@pytest.mark.parametrize(
    ("old", "new", "call", "wanted"),
    [
        ("a", "a, b", "f(1)", "f(1, b)"),
        ("a", "b, a", "f(1)", "f(b, 1)"),
        ("", "a", "f()", "f(a)"),
        ("a", "", "f(1)", "f()"),
        ("a, b", "b, a", "f(1, 2)", "f(2, 1)"),
        ("a, b", "a, *, b", "f(1, 2)", "f(1, b=2)"),
        ("a, b", "a, c", "f(1, b=2)", "f(1, c=2)"),
        ("a, b=1", "a, b", "f(1)", "f(1, 1)"),
        ("a, b=X", "a, b", "f(1)", "f(1, b)"),
        ("a, b=1, c=2", "a, c=2", "f(1, 5, 6)", "f(1, 6)"),
        ("a, b=1, c=2", "a, n=0, b=1, c=2", "f(1, 5, 6)", "f(1, b=5, c=6)"),
        ("a, *, b", "a, *, b, c", "f(1, b=2)", "f(1, b=2, c=c)"),
        ("a, **k", "a, b, **k", "f(1, b=2, z=3)", None),
        ("a, *r", "*r", "f(1, 2)", "f(2)"),
        ("a, *r", "a, b, *r", "f(1, 2)", "f(1, b, 2)"),
        ("a", "a, b", "f(x for x in y)", "f((x for x in y), b)"),
        ("a", "", "f(x for x in y)", "f()"),
        ("a, b", "a, b, c", "f(\n    1,\n    2,\n)", "f(\n    1,\n    2,\n    c,\n)"),
        ("a", "a, b", "f(\n    1\n)", "f(\n    1,\n    b\n)"),
        ("a, b", "b", "f((1), [2, 3])", "f([2, 3])"),
        ("a, b", "a", "f(1,  # one\n  2)", "f(1,  # one\n  2)"),
    ],
)
def test_a_call_follows(old: str, new: str, call: str, wanted: str | None) -> None:
    found = _rewritten(old, new, call)
    assert (found[0] if found is not None else call) == (call if wanted is None else wanted)


def test_what_only_the_user_knows_is_a_hole() -> None:
    assert _rewritten("a", "a, size", "f(1)") == ("f(1, size)", ["size"])
    assert _rewritten("a", "a, *, size", "f(1)") == ("f(1, size=size)", ["size"])
    assert _rewritten("a, b=3", "a, b", "f(1)") == ("f(1, 3)", [])


@pytest.mark.parametrize(
    ("old", "new", "call"),
    [
        ("a", "a, b=1", "f(1)"),
        ("a", "a, *b", "f(1)"),
        ("a", "a, **b", "f(1)"),
        ("a: int", "a: str", "f(1)"),
        ("a", "a, b", "f(*x)"),
        ("a", "a, b", "f(**x)"),
        ("a", "a, b", "f(1, 2)"),
        ("a, b", "a, c, d", "f(1, 2)"),
        ("a, b", "*a, b", "f(1, 2)"),
        ("a, *r", "a", "f(1, 2)"),
        ("a, b, /", "a, c=1, b=2, /", "f(1, 2)"),
    ],
)
def test_what_fits_or_is_not_sure_stays(old: str, new: str, call: str) -> None:
    assert _rewritten(old, new, call) is None


def test_calls_made_at_random_pass_what_they_passed() -> None:
    rng, followed = random.Random(3), 0
    for old, new, call in _cases(rng, 1500):
        found = _rewritten(old, new, call)
        before, after = (_bound(p, c) for p, c in ((old, call), (new, found[0] if found else call)))
        if before is None or (found is None and after is None):
            continue
        assert after is not None, (old, new, call, found)
        if found is None:
            continue
        followed += 1
        fresh, gone = {*after} - {*before}, {*before} - {*after}
        assert not fresh or not gone or len(before) == len(after), (old, new, call, found)
        for name in {*before} & {*after}:
            assert before[name] == after[name], (old, new, call, found)
    assert followed > 150


def _cases(rng: random.Random, count: int) -> Iterator[tuple[str, str, str]]:
    for _ in range(count):
        old = _signature(rng, rng.sample(_NAMES, rng.randrange(5)))
        kept = [*(n for n in _NAMES if n in old)]
        change = rng.choice(["add", "remove", "move", "any"])
        if change == "add":
            kept += rng.sample([n for n in _NAMES if n not in kept], 1) if len(kept) < 5 else []
        elif change == "remove" and kept:
            kept.remove(rng.choice(kept))
        elif change == "move":
            rng.shuffle(kept)
        new = _signature(rng, kept)
        places = rng.randrange(4)
        names = rng.sample(_NAMES, rng.randrange(3))
        arguments = [*map(str, range(places)), *(f"{n}='{n}'" for n in names)]
        yield old, new, f"f({', '.join(arguments)})"


def _signature(rng: random.Random, names: list[str]) -> str:
    """Parameters with literal defaults from some place on, the last of them by name only."""
    first, star = rng.randrange(len(names) + 1), rng.randrange(2 * len(names) + 1)
    found = [f"{n}={ord(n)}" if i >= first else n for i, n in enumerate(names)]
    if star < len(found):
        found.insert(star, "*")
    return ", ".join(found)


def _bound(parameters: str, call: str) -> dict[str, object] | None:
    """What Python binds, what stands for a hole as its name; None if it does not fit."""
    known = {name: name for name in _NAMES}
    scope: dict[str, object] = {**known}
    exec(f"def f({parameters}): pass", scope)
    function = scope["f"]
    assert callable(function)
    try:
        arguments = inspect.signature(function).bind
        bound = eval(call, {**known, "f": arguments})
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)
