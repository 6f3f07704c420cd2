"""Random documentation in every style, with words of which it is known where they belong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

KEPT, GONE, NEW = ("alpha", "beta"), ("gamma", "delta"), ("omega",)
TAGGED = {
    "javascript": ("/**", " *", " */", "function f({}) {{ return 1; }}", "@param {{{t}}} {n} - "),
    "typescript": ("/**", " *", " */", "function f({}) {{ return 1; }}", "@param {n} - "),
    "java": ("/**", " *", " */", "int f({}) {{ return 1; }}", "@param {n} "),
    "cpp": ("/**", " *", " */", "int f({}) {{ return 1; }}", "@param[in] {n} "),
    "c": ("", "///", "", "int f({}) {{ return 1; }}", "\\param {n} "),
    "php": ("/**", " *", " */", "function f({}) {{ return 1; }}", "@param {t} ${n} "),
    "ruby": ("", "#", "", "def f({})\n  1\nend", "@param {n} [{t}] "),
    "csharp": ("", "///", "", "int F({}) {{ return 1; }}", '<param name="{n}">'),
}
DECLARED = {"java": "int {}", "cpp": "int {}", "c": "int {}", "csharp": "int {}", "php": "${}"}
TYPES = {
    "javascript": ("{a: {b: c}}[]", "Map<string, {x: number}>", "string|null", "*"),
    "php": ("array<string, int>", "class-string<T>", "'a'|'b'", "callable(int $q): bool", "?int"),
    "ruby": ("Hash{Symbol => Array<Integer>}", "String, nil", "#to_s"),
}
PYTHON_TYPES = ("int", "tuple(int, str) or None", "dict[str, list[int]]", "int, optional")


@dataclass
class Case:
    """A text, and its words.

    Attributes:
        text: A function with documentation.
        keep: Words that must be there afterwards.
        lose: Words about parameters that are gone.
    """

    text: str = ""
    keep: list[str] = field(default_factory=list)
    lose: list[str] = field(default_factory=list)


class _Words:
    def __init__(self, chance: random.Random) -> None:
        self.chance, self.case, self.count = chance, Case(), 0

    def __call__(self, *, kept: bool = True) -> str:
        self.count += 1
        word = f"{'kept' if kept else 'lost'}{self.count}"
        (self.case.keep if kept else self.case.lose).append(word)
        return word

    def lines(self, indent: str, *, kept: bool = True) -> Iterator[str]:
        """Further lines of an entry: indented, some a list, some behind a blank line."""
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            if self.chance.random() < 0.3:
                yield ""
            mark = self.chance.choice(("", "- ", "* ", "1. "))
            yield f"{indent}{mark}{self(kept=kept)}{self.chance.choice(('', ':', ' (x).'))}"


def python(seed: int, style: str) -> Case:
    """A function of Python."""
    chance = random.Random(seed)
    say = _Words(chance)
    margin = chance.choice(("    ", "\t", "  "))
    step = "\t" if margin == "\t" else chance.choice(("  ", "    "))
    keys = chance.random() < 0.3
    out = [f"Do {say()}.", "", f"{say()} prose: {say()}", ""]
    out += {"google": _google, "numpy": _numpy, "sphinx": _sphinx}[style](say, step, keys=keys)
    end = chance.choice(("closing", "own"))
    lines = [out[0], *(f"{margin}{line}".rstrip() for line in out[1:])]
    if end == "own" or not lines[-1].strip():
        lines.append(margin)
    names = [*KEPT[:1], *NEW, *KEPT[1:], *(["**rest"] if keys else [])]
    head = f'def f({", ".join(names)}):\n{margin}r"""'
    say.case.text = head + "\n".join(lines) + f'"""\n{margin}return 1\n'
    if chance.random() < 0.3:
        say.case.text = say.case.text.replace("\n", "\r\n")
    return say.case


def _order(say: _Words, *, keys: bool) -> list[str]:
    names = [*KEPT, *(() if keys else GONE)]
    say.chance.shuffle(names)
    if not {*KEPT} & {*names[:1]}:
        names.insert(0, names.pop(names.index(KEPT[0])))
    return names


def _google(say: _Words, step: str, *, keys: bool) -> list[str]:
    chance, out = say.chance, [say.chance.choice(("Args:", "Arguments:", "Parameters:"))]
    spaced = chance.random() < 0.3
    for name in _order(say, keys=keys):
        kept = name not in GONE
        kind = f" ({chance.choice(PYTHON_TYPES)})" if chance.random() < 0.5 else ""
        if kind and chance.random() < 0.3:
            kind = f" (tuple[int,\n{step}{step}int])"
        first = f"{step}{name}{kind}: {say(kept=kept)}"
        out += [*first.split("\n"), *say.lines(step + step, kept=kept)]
        if chance.random() < 0.2:
            out.append(f"{step}{say()} is no entry")
        if spaced:
            out.append("")
    if keys:
        out += [
            f"{step}\\*\\*rest: {say()}",
            "",
            chance.choice(("Keyword Args:", "Other Parameters:")),
        ]
        out += [f"{step}timeout (float): {say()}", f"{step}retries: {say()}"]
    if chance.random() < 0.6:
        out += ["", "Returns:", f"{step}{say()}: {say()}", "", "Note:", f"{step}gamma: {say()}"]
    return out


def _numpy(say: _Words, step: str, *, keys: bool) -> list[str]:
    chance, out = say.chance, ["Parameters", "----------"]
    for name in _order(say, keys=keys):
        kept = name not in GONE
        kind = f" : {chance.choice(PYTHON_TYPES)}" if chance.random() < 0.7 else ""
        out += [f"{name}{kind}", f"{step}{say(kept=kept)}", *say.lines(step, kept=kept)]
    if keys:
        out += [r"\*\*rest", f"{step}{say()}", "", "Other Parameters", "----------------"]
        out += ["timeout : float", f"{step}{say()}"]
    if chance.random() < 0.6:
        out += ["", "Returns", "-------", f"{say()} : int", f"{step}{say()}", "", "Notes", "-----"]
        out += [f"gamma : {say()}"]
    return out


def _sphinx(say: _Words, step: str, *, keys: bool) -> list[str]:
    chance, out = say.chance, list[str]()
    for name in _order(say, keys=keys):
        kept = name not in GONE
        kind = chance.choice(("", "", "int ", "dict[str, int] "))
        out += [f":param {kind}{name}: {say(kept=kept)}", *say.lines(step, kept=kept)]
        if chance.random() < 0.3:
            out.append(f":type {name}: {say(kept=kept)}")
    if keys:
        out += [rf":param \*\*rest: {say()}", f":param timeout: {say()}", f":type timeout: {say()}"]
        out += [f":keyword retries: {say()}"]
    out += [f":returns: {say()}", *say.lines(step)]
    return [*out, "", f"{say()} behind it"] if chance.random() < 0.4 else out


def tagged(seed: int, language: str) -> Case:
    """A function of another language."""
    chance = random.Random(seed)
    say = _Words(chance)
    opening, mark, closing, code, form = TAGGED[language]
    out = [f"Do {say()}.", ""]
    for name in _order(say, keys=False):
        out += _tag(say, language, form, name)
    if language != "csharp":
        out += [f"@return {say()}", f"@see {say()}"]
    if language == "ruby":
        out += [f"{say()} behind it"]
    margin = chance.choice(("", "  ", "\t")) if language not in ("ruby",) else ""
    body = [f"{margin}{mark} {line}".rstrip() for line in out]
    if opening and chance.random() < 0.3:
        body[-1] += closing
        body = [margin + opening, *body]
    elif opening:
        body = [margin + opening, *body, margin + closing]
    names = [*KEPT[:1], *NEW, *KEPT[1:]]
    declared = ", ".join(DECLARED.get(language, "{}").format(name) for name in names)
    text = "\n".join([*body, margin + code.format(declared)]) + "\n"
    if language in ("java", "csharp"):
        text = f"class A {{\n{text}}}\n"
    text = f"<?php\n{text}" if language == "php" else text
    say.case.text = text.replace("\n", "\r\n") if chance.random() < 0.3 else text
    return say.case


def _tag(say: _Words, language: str, form: str, name: str) -> list[str]:
    kept = name not in GONE
    kind = say.chance.choice(TYPES.get(language, ("int",)))
    head = form.format(t=kind, n=name) + say(kept=kept)
    more = list(say.lines("  ", kept=kept))
    if language == "csharp":
        return [*([head] if more else [head + "</param>"]), *(more and [*more, "</param>"])]
    return [head, *more]
