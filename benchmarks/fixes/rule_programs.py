"""Programs made at random, each with something that a rule of quick fixes is about.

`program(code, rng)` is a text in which ruff finds `code`. What it is made of stands in
`program_pieces.py`; line ends and what all programs share are added here.
"""

# ruff: noqa: E501 - a line of the programs

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from types import MappingProxyType

from name_programs import Names
from statement_programs import Statements


class Programs(Statements, Names):
    """Makes a program for any rule."""


RULES: MappingProxyType[str, Callable[[Programs], str]] = MappingProxyType(
    {
        "F401": Programs.unused_import,
        "F841": Programs.unused_variable,
        "S101": Programs.assertion,
        "EM101": Programs.raised,
        "EM102": Programs.raised,
        "TRY003": Programs.raised,
        "B904": Programs.raised_in_handler,
        "PLC0415": Programs.local_import,
        "G004": Programs.logged,
        "SIM102": Programs.nested_if,
        "SIM117": Programs.nested_with,
        "SIM105": Programs.suppressed,
        "PLW2901": Programs.loop_variable,
        "PLR2004": Programs.magic,
        "A001": Programs.shadow,
        "A002": lambda make: make.parameter("id", "x"),
        "N803": lambda make: make.parameter("maxRetries", "x"),
        "FBT001": lambda make: make.parameter("flag", "x", "bool"),
        "ARG005": Programs.lambda_parameter,
        "ARG001": Programs.unused_argument,
        "N806": lambda make: make.naming("someValue"),
        "N802": Programs.named_function,
        "N818": Programs.error_class,
        "B026": Programs.star,
        "RUF012": Programs.class_default,
        "B903": Programs.plain_class,
        "PLC1901": Programs.empty,
        "DTZ005": Programs.zone,
        "DTZ011": Programs.zone,
        "DTZ003": Programs.zone,
        "ASYNC251": Programs.blocking,
        "C901": Programs.long_function,
        "PLR0912": Programs.long_function,
        "TRY301": Programs.raised_in_try,
        "F821": Programs.missing,
        "F821 misspelt": Programs.misspelt,
    }
)
"""Rules, and what makes a program for each."""

PRELUDE = """\
import asyncio
import contextlib as _contextlib
import logging
from enum import Enum

kinds = [ValueError]
logger = logging.getLogger("program")
quiet = _contextlib.suppress
held = type("Held", (), {})()
msg_of = x_of = str


class Local(Exception):
    pass


class Base:
    pass


class Fields:
    def __init_subclass__(cls):
        log(sorted(cls.__dict__.get("__annotations__", {})))


def make(number):
    return ValueError


def kind_of(error):
    known = (AssertionError, AttributeError, ImportError, NameError, TypeError, ValueError, KeyError)
    return [n for n, kind in enumerate(known) if isinstance(error, kind)]


def kinds_of_value(values):
    return ["text" if isinstance(v, str) and "'" in v else v for v in values]


def by_word(f):
    return f(word=1)


def show(*args, **kwargs):
    return args, kwargs


def drive(coroutine):
    return asyncio.run(coroutine)


@_contextlib.contextmanager
def ctx(value):
    log("enter", value)
    yield value
    log("leave", value)


"""
CALLS = """

for _args in ((0, 1), (1, 0), ("", "b"), ("x", [])):
    try:
        log(main(*_args))
    except Exception as _error:
        log("raised", kind_of(_error), kinds_of_value(_error.args))
"""


def program(code: str, rng: random.Random) -> str:
    """A program for a rule, with one of several line ends."""
    text = PRELUDE + RULES[code](Programs(rng)) + CALLS
    ends = rng.random()
    if ends < 0.06:
        return text.replace("\n", "\r\n")
    if ends < 0.1 and "'''" not in text and '"""' not in text:
        return text.replace("\n", "\r")
    return text.replace("\n\n\n", "\n\f\n\n", 2) if ends > 0.95 else text


def programs(code: str, count: int, seed: int) -> Iterator[str]:
    """So many different programs for a rule, fewer if there are not so many."""
    rng, seen = random.Random(f"{code} {seed}"), set[str]()
    for _ in range(20 * count):
        text = program(code, rng)
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) == count:
            return
