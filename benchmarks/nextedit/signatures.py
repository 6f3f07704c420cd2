"""Parameters changed by hand; true is what the language binds to them, judged without Fimble.

Python: `inspect.Signature` binds the arguments of every call that plainly is one of the function:
before and after, what a parameter is given must be the same, and a new one is given something. A
function that is defined twice or handed on as a value must be left alone. Both is told by names
alone, and functions where it is not sure by names are left out.
"""

from __future__ import annotations

import ast
import inspect
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fimble.completion.nextedit.proposal import Step
from fimble.core.text import python
from fimble.core.text.python import Function
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits

OF_A_FILE = 4
_FRESH = "fresh_one"


@dataclass(frozen=True)
class Mutation:
    """Parameters that were changed.

    Attributes:
        text: The text with them.
        function: The name of the function.
        old: Its parameters before.
        new: Its parameters now.
        told: What was changed.
        is_ambiguous: Whether nothing may follow.
    """

    text: str
    function: str
    old: ast.arguments
    new: ast.arguments
    told: str
    is_ambiguous: bool = False

    def judged(self, steps: Sequence[Step]) -> tuple[int, int, int]:
        """How many calls were edited, how many as they have to be, and how many have to be."""
        if self.is_ambiguous:
            return len(steps), 0, 0
        before = _calls(self.text, self.function)
        wanted = {at for at, call in before.items() if self._has_to_follow(call)}
        right = sum(self._is_right(step, before) for step in steps)
        return len(steps), right, max(len(wanted), right)

    def _has_to_follow(self, call: ast.Call) -> bool:
        was, now = _bound(self.old, call), _bound(self.new, call)
        return was is not None and (now is None or _differ(was, now))

    def _is_right(self, step: Step, before: dict[int, ast.Call]) -> bool:
        """Whether the calls around an edit bind as they did, with the edit alone."""
        after = _calls(apply_edits(self.text, [step.edit]), self.function)
        if len(after) != len(before):
            return False
        pairs = [
            (old, new)
            for old, new in zip(before.values(), after.values(), strict=True)
            if ast.dump(old) != ast.dump(new)
        ]
        return bool(pairs) and any(self._binds(old, new) for old, new in pairs)

    def _binds(self, old: ast.Call, new: ast.Call) -> bool:
        was, now = _bound(self.old, old), _bound(self.new, new)
        return was is not None and now is not None and not _differ(was, now)


def mutations(snapshot: Snapshot, rng: random.Random) -> Iterator[Mutation]:
    """Some functions of a file that are called in it, each with other parameters."""
    source = python.parse(snapshot.text) if snapshot.language_id == "python" else None
    if source is None:
        return
    functions = [n for n in source.nodes if isinstance(n, Function)]
    rng.shuffle(functions)
    names, made = Counter(f.name for f in functions), 0
    for function in functions:
        calls = _calls(snapshot.text, function.name)
        if not calls or function.name.startswith("__") or made >= OF_A_FILE:
            continue
        changed = _changed(function.args, isinstance(source.owner(function), ast.ClassDef), rng)
        text = _with(source, function, changed) if changed is not None else None
        if changed is None or text is None:
            continue
        ambiguous = _is_ambiguous(source, function, names[function.name] - 1)
        if ambiguous is None:
            continue
        told = f"{function.name}({ast.unparse(function.args)}) -> ({ast.unparse(changed)})"
        yield Mutation(text, function.name, function.args, changed, told, ambiguous)
        made += 1


def _with(source: python.Source, function: Function, args: ast.arguments) -> str | None:
    """The text with other parameters; None where they are not one piece of it."""
    line = source.offset(function.lineno, function.col_offset)
    begin = source.text.index("(", line) + 1
    written = ast.unparse(function.args)
    if source.text[begin : begin + len(written) + 1] != f"{written})":
        return None
    text = apply_edits(source.text, [Edit(begin, begin + len(written), ast.unparse(args))])
    return text if python.compiles(text) else None


def _changed(args: ast.arguments, method: bool, rng: random.Random) -> ast.arguments | None:
    """Parameters of which one was added, removed, moved, or is by name only now."""
    places = [*args.args]
    first = int(method and bool(places) and places[0].arg in ("self", "cls"))
    required = len(places) - len(args.defaults)
    kinds = ["add"] + ["remove"] * (len(places) > first) + ["swap"] * (required - first > 1)
    match rng.choice(kinds):
        case "add":
            places.insert(rng.randrange(first, required + 1) if required >= first else 0, _fresh())
            return _arguments(args, places, args.defaults)
        case "remove":
            gone = rng.randrange(first, len(places))
            places.pop(gone)
            defaults = [d for n, d in enumerate(args.defaults) if n + required != gone]
            return _arguments(args, places, defaults)
        case _:
            one, two = rng.sample(range(first, required), 2)
            places[one], places[two] = places[two], places[one]
            return _arguments(args, places, args.defaults)


def _fresh() -> ast.arg:
    return ast.arg(_FRESH)


def _arguments(
    args: ast.arguments, places: list[ast.arg], defaults: list[ast.expr]
) -> ast.arguments:
    kept = args.vararg, args.kwonlyargs, args.kw_defaults, args.kwarg
    return ast.arguments(args.posonlyargs, places, *kept, defaults)


def _calls(text: str, name: str) -> dict[int, ast.Call]:
    """The calls of a name or attribute, by their number in the text; none if it does not parse."""
    try:
        nodes = ast.walk(python.tree(text))
    except SyntaxError:
        return {}
    found = [
        n
        for n in nodes
        if isinstance(n, ast.Call) and name == getattr(n.func, "id", getattr(n.func, "attr", ""))
    ]
    return dict(enumerate(found))


def _bound(args: ast.arguments, call: ast.Call) -> dict[str, object] | None:
    """What a call gives the parameters; None if it does not fit, or is not to be seen."""
    if any(isinstance(a, ast.Starred) for a in call.args) or any(not k.arg for k in call.keywords):
        return None
    signature, values = _signature(args), [ast.dump(a) for a in call.args]
    named = {k.arg: ast.dump(k.value) for k in call.keywords if k.arg}
    is_bound = isinstance(call.func, ast.Attribute) and next(iter(signature.parameters), "") in (
        "self",
        "cls",
    )
    try:
        bound = signature.bind(*["self"] * is_bound, *values, **named)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)


def _signature(args: ast.arguments) -> inspect.Signature:
    scope: dict[str, object] = {}
    plain = ast.arguments(
        [ast.arg(a.arg) for a in args.posonlyargs],
        [ast.arg(a.arg) for a in args.args],
        args.vararg and ast.arg(args.vararg.arg),
        [ast.arg(a.arg) for a in args.kwonlyargs],
        [d and ast.Constant(ast.dump(d)) for d in args.kw_defaults],
        args.kwarg and ast.arg(args.kwarg.arg),
        [ast.Constant(ast.dump(d)) for d in args.defaults],
    )
    exec(f"def f({ast.unparse(plain)}): pass", scope)
    function = scope["f"]
    assert callable(function)
    return inspect.signature(function)


def _differ(was: dict[str, object], now: dict[str, object]) -> bool:
    """Whether a parameter that was there before is given something else."""
    return any(was[name] != now[name] for name in {*was} & {*now})


def _is_ambiguous(source: python.Source, function: Function, twins: int) -> bool | None:
    """Whether by names alone it is sure that it cannot be told what calls a function.

    Returns:
        None where neither is sure: such functions are left out.
    """
    name, owner = function.name, source.owner(function)
    method = isinstance(owner, ast.ClassDef)
    if twins:
        same = [n for n in getattr(owner or source.tree, "body", ()) if isinstance(n, Function)]
        return True if [n.name for n in same].count(name) > 1 else None
    if function.decorator_list or name.startswith("test"):
        return None
    handed_on = False
    for node in source.nodes:
        called = source.parents.get(node)
        is_call = isinstance(called, ast.Call) and called.func is node
        if isinstance(node, ast.Attribute) and node.attr == name:
            of_self = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not (method and of_self):
                return None
            handed_on = handed_on or not is_call
        elif isinstance(node, ast.Name) and node.id == name:
            if method or not isinstance(node.ctx, ast.Load):
                return None
            handed_on = handed_on or not is_call
        elif name in (getattr(node, "arg", None), getattr(node, "asname", None)):
            return None
    return handed_on
