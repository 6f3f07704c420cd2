"""Every fixer: a document, ruff's finding in it, and the document after the first fix that passes."""

from pathlib import Path

import pytest
from fimble.assist import fixing
from fimble.assist.checks import BUILT_IN, RuffChecker
from fimble.core.fixes import FIXERS, Problem
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.testing import ScriptedGenerator


def fixed(code: str, text: str, path: str = "/nowhere/at/all/a.py") -> str | None:
    snapshot = Snapshot(f"file://{path}", "a.py", "python", 1, text)
    found = [d for checker in BUILT_IN for d in checker.check(snapshot, code) or ()]
    target = next(d for d in found if d.code == code)
    fix = fixing.find(None, snapshot, target, BUILT_IN, CancelToken())
    return apply_edits(text, fix.edits) if fix.edits else None


CASES = {
    "F821 stdlib module": (
        '"""Doc."""\n\nx = json.dumps(1)\n',
        '"""Doc."""\n\nimport json\n\nx = json.dumps(1)\n',
    ),
    "F821 stdlib name": (
        "import os\n\nx: Any = os.sep\n",
        "import os\nfrom typing import Any\n\nx: Any = os.sep\n",
    ),
    "F821 merged": (
        "from collections.abc import Set\n\n\ndef f(a: Set) -> Mapping:\n    return a\n",
        "from collections.abc import Mapping, Set\n\n\ndef f(a: Set) -> Mapping:\n    return a\n",
    ),
    "F821 alias": ("print(np.zeros(3))\n", "import numpy as np\n\nprint(np.zeros(3))\n"),
    "F821 misspelt": (
        "def f(customer):\n    print(customer)\n    return custmer.name\n",
        "def f(customer):\n    print(customer)\n    return customer.name\n",
    ),
    "F821 misspelt import": (
        "from a import Costumer\n\nprint(Customer, Customer())\n",
        "from a import Customer\n\nprint(Customer, Customer())\n",
    ),
    "F821 misspelt definition": (
        "def lenght():\n    return 1\n\n\ndef f():\n    return length() + length()\n",
        "def length():\n    return 1\n\n\ndef f():\n    return length() + length()\n",
    ),
    "F821 misspelt parameter": (
        "def f(custmer):\n    return customer.name or customer.id\n",
        "def f(customer):\n    return customer.name or customer.id\n",
    ),
    "syntax hole": ("x = 1\nprint(f'the x}')\n", "x = 1\nprint(f'the {x}')\n"),
    "syntax bracket": ("x = {'a': 1\ny = 2\n", "x = {'a': 1}\ny = 2\n"),
    "syntax one too many": ("import os)\nprint(os)\n", "import os\nprint(os)\n"),
    "syntax quote": ("x = len('a)\n", "x = len('a')\n"),
    "ARG001": (
        'def f(a, b):\n    """Doc."""\n    return a\n',
        'def f(a, b):\n    """Doc."""\n    del b  # Unused.\n    return a\n',
    ),
    "ARG001 stars": ("def f(a, **rest):\n    return a\n", "def f(a, **_rest):\n    return a\n"),
    "ARG005": ("f = map(lambda x: 1, 'a')\n", "f = map(lambda _x: 1, 'a')\n"),
    "A001": (
        "def f():\n    sum = 1\n    print(sum, 'sum')\n",
        "def f():\n    sum_ = 1\n    print(sum_, 'sum')\n",
    ),
    "A002": (
        "def f(id):\n    return id or f(id=1)\n",
        "def f(id_):\n    return id_ or f(id_=1)\n",
    ),
    "A004": (
        "def f():\n    from rich import print\n\n    print(1)\n",
        "def f():\n    from rich import print as print_\n\n    print_(1)\n",
    ),
    "N806": (
        "def f():\n    someValue = 1\n    return [someValue for _ in 'a']\n",
        "def f():\n    some_value = 1\n    return [some_value for _ in 'a']\n",
    ),
    "N818": ("class Broken(Exception): ...\n", "class BrokenError(Exception): ...\n"),
    "SIM102": (
        "if a := input():\n    if a == 'b':\n        # why\n        print(a)\n",
        "if (a := input()) and a == 'b':\n    # why\n    print(a)\n",
    ),
    "SIM117": (
        "with open('a') as a:\n    with open('b') as b:\n        print(a, b)\n",
        "with open('a') as a, open('b') as b:\n    print(a, b)\n",
    ),
    "DTZ005": (
        "import datetime\n\nx = datetime.datetime.now()\n",
        "import datetime\n\nx = datetime.datetime.now().astimezone()\n",
    ),
    "DTZ003": (
        "import datetime\n\nx = datetime.datetime.utcnow()\n",
        "import datetime\n\nx = datetime.datetime.now(tz=datetime.UTC)\n",
    ),
    "DTZ011": (
        "from datetime import date\n\nx = date.today()\n",
        "from datetime import datetime\n\nx = datetime.now().astimezone().date()\n",
    ),
    "RUF012": (
        "class A:\n    xs: list[int] = []\n",
        "from typing import ClassVar\n\n\nclass A:\n    xs: ClassVar[list[int]] = []\n",
    ),
    "PLW2901": (
        "def f(rows):\n    for row in rows:\n        row = row.strip()\n        print(row)\n",
        "def f(rows):\n    for row in rows:\n        new_row = row.strip()\n        print(new_row)\n",
    ),
    "ASYNC251": (
        "import time\n\n\nasync def f():\n    time.sleep(1)\n    time.time()\n",
        "import asyncio\nimport time\n\n\nasync def f():\n    await asyncio.sleep(1)\n    time.time()\n",
    ),
    "S101": (
        "def f(a):\n    assert a == 1, 'no'\n",
        "def f(a):\n    if a != 1:\n        msg = 'no'\n        raise AssertionError(msg)\n",
    ),
    "B026": ("f(*a, k=1)\nf(k=1, *a)\n", "f(*a, k=1)\nf(*a, k=1)\n"),
    "PLR2004": (
        "def f(xs):\n    return len(xs) > 10\n",
        "def f(xs):\n    xs_length_limit = 10\n    return len(xs) > xs_length_limit\n",
    ),
    "FBT001": (
        "def f(a: int, b: bool):\n    return a, b or f(1, True)\n",
        "def f(a: int, *, b: bool):\n    return a, b or f(1, b=True)\n",
    ),
    "TRY003": (
        "def f():\n    raise ValueError('a long message here')\n",
        "def f():\n    msg = 'a long message here'\n    raise ValueError(msg)\n",
    ),
    "B904": (
        "try:\n    f()\nexcept KeyError:\n    raise ValueError\n",
        "try:\n    f()\nexcept KeyError as error:\n    raise ValueError from error\n",
    ),
    "PLC1901": ("def f(a):\n    return a == ''\n", "def f(a):\n    return not a\n"),
    "PLC0415": (
        "import os\n\n\ndef f():\n    import sys\n    return sys, os\n",
        "import os\nimport sys\n\n\ndef f():\n    return sys, os\n",
    ),
    "SIM105": (
        "try:\n    f()\nexcept (KeyError, ValueError):\n    # fine\n    pass\n",
        "import contextlib\n\n# fine\nwith contextlib.suppress(KeyError, ValueError):\n    f()\n",
    ),
    "G004": (
        "import logging\n\nx = 1\nlogging.info(f'{x!r} is 100% {x + 1}', stack_info=True)\n",
        'import logging\n\nx = 1\nlogging.info("%r is 100%% %s", x, x + 1, stack_info=True)\n',
    ),
    "B903": (
        "class P:\n    def __init__(self, x: int, y: int = 0) -> None:\n"
        "        self.x = x\n        self.y = y\n",
        "from dataclasses import dataclass\n\n\n@dataclass\nclass P:\n    x: int\n    y: int = 0\n",
    ),
    "F401": (
        "import os\nfrom a import b, c\n\nprint(b, os)\n",
        "import os\nfrom a import b\n\nprint(b, os)\n",
    ),
    "F841": ("def f():\n    x = print()\n", "def f():\n    print()\n"),
    "F841 pure": ("def f():\n    x = 1\n", "def f():\n    pass\n"),
    "TRY301": (
        "def f(a):\n    try:\n        if a:\n            raise ValueError\n    except ValueError:\n        f(a)\n",
        "def _f_part(a):\n    if a:\n        raise ValueError\n\n\n"
        "def f(a):\n    try:\n        _f_part(a)\n    except ValueError:\n        f(a)\n",
    ),
    "EM101": (
        "def f():\n    raise ValueError('a')\n",
        "def f():\n    msg = 'a'\n    raise ValueError(msg)\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_fixer(name: str) -> None:
    before, after = CASES[name]
    assert fixed(name.split()[0], before) == after


@pytest.mark.parametrize(
    ("code", "text", "other", "may"),
    [
        ("N802", "def someName(): ...\n", "from a import someName\n", False),
        ("N802", "def someName(): ...\n", "some_name = 1\n", True),
        ("N802", "def _someName(): ...\n", "_someName = 1\n", True),
        ("A002", "def f(id):\n    return id\n", "from a import f\n\nf(id=1)\n", False),
        ("A002", "def f(id):\n    return id\n", "from a import f\n\nf(1) == id\n", True),
        ("FBT001", "def f(a, b: bool):\n    return a, b\n", "from a import f\n\nf(1, True)\n", False),
        ("FBT001", "def f(a, b: bool):\n    return a, b\n", "g(1, True)\n", True),
        ("ARG001", "def f(a):\n    return 1\n", "f(1)\nf(a=1)\n", True),
        ("N818", "class Broken(Exception): ...\n", "except Broken:\n", False),
    ],
)  # fmt: skip
def test_what_other_files_of_the_project_use_stays_as_it_is(
    code: str, text: str, other: str, may: bool, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "a.py").write_text("from a import someName, f\nf(1, True, id=1)\n")
    assert fixed(code, text, str(tmp_path / "a.py")) is not None
    (tmp_path / "b.py").write_text(other)
    assert (fixed(code, text, str(tmp_path / "a.py")) is not None) is may


def test_the_project_knows_where_a_name_lives(tmp_path: Path) -> None:
    package = tmp_path / "src" / "app"
    (package / "deep").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    (package / "deep" / "widgets.py").write_text("class Widget: ...\nprivate = Gadget = 1\n")
    (package / "b.py").write_text("from outside.things import Thing\nimport os\n")
    here = str(package / "a.py")
    after = fixed("F821", "import os\n\nprint(os, Widget)\n", here)
    assert after == "import os\n\nfrom app.deep.widgets import Widget\n\nprint(os, Widget)\n"
    assert fixed("F821", "print(Thing)\n", here) == (
        "from outside.things import Thing\n\nprint(Thing)\n"
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("F821", "print(zq)\n"),
        ("PLC0415", "def f():\n    import os\n    return os\n\n\nos = 1\n"),
        ("A001", "def f():\n    sum = 1\n    return locals(), sum\n"),
        ("N802", "class A:\n    def someName(self): ...\n"),
        ("FBT001", "def f(a: bool, b: int): ...\n\n\nf(*x, 1)\n"),
        ("PLW2901", "def f(rows):\n    for row in rows:\n        row = 1\n    return row\n"),
    ],
)
def test_what_is_not_safe_is_not_proposed(code: str, text: str) -> None:
    assert fixed(code, text) is None


@pytest.mark.parametrize("fixer", FIXERS)
@pytest.mark.parametrize(
    "text", ["", "x = 1\n", "def f(:\n", "é = '\n", "class A:\r\n\tdef f(s): s\r\n"]
)
def test_fixers_bear_any_text_and_finding(fixer, text: str) -> None:  # type: ignore[no-untyped-def]
    for code in ("F821", "syntax", "A001", "ARG001", "SIM102", "DTZ005", "PLR2004", "B904", ""):
        for start in range(len(text) + 1):
            snapshot = Snapshot("untitled:1", "", "python", 1, text)
            found = Diagnostic(start, min(start + 3, len(text)), "`x` (", code, "ruff")
            for proposal in fixer(Problem(snapshot, found)):
                apply_edits(text, proposal.edits)


def test_a_function_that_does_too_much_is_split_until_it_passes() -> None:
    part = "    for x in xs:\n        if x:\n            out.append(x)\n        elif out:\n            out.pop()\n"
    text = f"def work(xs, out):\n{part * 6}    return out\n"
    after = fixed("C901", text)
    assert after is not None
    before, now = ({}, {})
    for code, scope in ((text, before), (after, now)):
        exec(code, scope)
    values = [1, 0, 2, 0, 0, 3]
    assert before["work"](values, []) == now["work"](values, [])
    assert after.count("def ") > 1


def test_the_model_names_what_was_split_off() -> None:
    text = CASES["TRY301"][0]
    snapshot = Snapshot("file:///nowhere/at/all/a.py", "a.py", "python", 1, text)
    target = next(d for d in RuffChecker().check(snapshot, "TRY301") or () if d.code == "TRY301")
    generator = ScriptedGenerator(lambda _: "refuse(")
    fix = fixing.find(generator, snapshot, target, BUILT_IN, CancelToken())
    after = apply_edits(text, fix.edits)
    assert "def refuse(a):" in after
    assert "        refuse(a)\n" in after


@pytest.mark.parametrize(
    ("text", "name", "after"),
    [
        ('import { a, b } from "m";\na();\n', "b", 'import { a } from "m";\na();\n'),
        ('import { b } from "m";\na();\n', "b", "a();\n"),
        ('import b, { a } from "m";\na();\n', "b", 'import { a } from "m";\na();\n'),
        ('import a, { c as b } from "m";\na();\n', "b", 'import a from "m";\na();\n'),
        ('import * as b from "m";\na();\n', "b", "a();\n"),
    ],
)
def test_an_unused_import_of_a_script_is_dropped(text: str, name: str, after: str) -> None:
    snapshot = Snapshot("file:///nowhere/a.ts", "a.ts", "typescript", 1, text)
    start = text.index("{") if "{" in text else 7
    message = f"'{name}' is declared but its value is never read."
    found = Diagnostic(start, start + 1, message, "6133", "ts")
    fix = fixing.find(None, snapshot, found, BUILT_IN, CancelToken())
    assert apply_edits(text, fix.edits) == after
    assert fix.verdict.level == "parses"
