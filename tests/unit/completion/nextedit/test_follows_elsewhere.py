"""Names and parameters that other files import: those files follow, where the import proves it."""

import pytest
from fimble.completion.nextedit.rules.rename_follows import rename_follows
from fimble.completion.nextedit.rules.signature_follows import signature_follows

from tests.unit.completion.nextedit.typing import after, situation

MODULE = "def old(a):\n    return a\n"


def _renamed(path: str, other: str, text: str) -> str | None:
    fresh = MODULE.replace("old", "fresh")
    asked = situation(MODULE, fresh, path=path, others={other: text})
    return after(rename_follows, asked).get(other)


def _called(path: str, other: str, text: str) -> str | None:
    more = MODULE.replace("old(a)", "old(a, b)")
    asked = situation(MODULE, more, path=path, others={other: text})
    return after(signature_follows, asked).get(other)


@pytest.mark.parametrize(
    ("path", "other", "text", "wanted"),
    [
        ("m.py", "x.py", "from m import old\n\nold(1)\n", "from m import fresh\n\nfresh(1)\n"),
        ("m.py", "x.py", "import m\n\nm.old(m.old)\n", "import m\n\nm.fresh(m.fresh)\n"),
        ("m.py", "x.py", "import m as n\n\nn.old(1)\n", "import m as n\n\nn.fresh(1)\n"),
        (
            "p/m.py",
            "x.py",
            "from p.m import old as o\n\no(1)\n",
            "from p.m import fresh as o\n\no(1)\n",
        ),
        ("p/m.py", "x.py", "from p import m\n\nm.old(1)\n", "from p import m\n\nm.fresh(1)\n"),
        ("p/m.py", "x.py", "import p.m\n\np.m.old(1)\n", "import p.m\n\np.m.fresh(1)\n"),
        (
            "p/m.py",
            "p/x.py",
            "from .m import old\n\nold(1)\n",
            "from .m import fresh\n\nfresh(1)\n",
        ),
        ("p/m.py", "p/q/x.py", "from ..m import old\n\nold\n", "from ..m import fresh\n\nfresh\n"),
        ("p/m.py", "p/x.py", "from . import m\n\nm.old(1)\n", "from . import m\n\nm.fresh(1)\n"),
        (
            "p/__init__.py",
            "x.py",
            "from p import old\n\nold(1)\n",
            "from p import fresh\n\nfresh(1)\n",
        ),
        ("src/p/m.py", "x.py", "from p.m import old\n\nold\n", "from p.m import fresh\n\nfresh\n"),
        (
            "m.py",
            "x.py",
            "from m import old\n\nfresh = old\n",
            "from m import fresh as old\n\nfresh = old\n",
        ),
    ],
)
def test_what_imports_a_name_follows_it(path: str, other: str, text: str, wanted: str) -> None:
    assert _renamed(path, other, text) == wanted


@pytest.mark.parametrize(
    ("path", "other", "text"),
    [
        ("m.py", "x.py", "from n import old\n\nold(1)\n"),
        ("p/m.py", "x.py", "from q.m import old\n\nold(1)\n"),
        ("p/m.py", "x.py", "from m import old\n\nold(1)\n"),
        ("p/m.py", "q/x.py", "from .m import old\n\nold(1)\n"),
        ("m.py", "x.py", "from m import *\n\nold(1)\n"),
        ("m.py", "x.py", "import m\n\nm = 1\nm.old(1)\n"),
        ("m.py", "x.py", "import m\n\n\ndef f(m):\n    m.old(1)\n"),
        ("m.py", "x.py", "old = 1\nprint(old)\n"),
        ("m.py", "x.py", "import m\n\nx.m.old(1)\n"),
        ("m.py", "x.py", "from m import (\n"),
    ],
)
def test_what_may_be_another_module_is_left_alone(path: str, other: str, text: str) -> None:
    assert _renamed(path, other, text) is None
    assert _called(path, other, text) is None


def test_a_variable_of_a_function_is_not_imported() -> None:
    text = "def f():\n    old = 1\n    return old\n"
    asked = situation(
        text, text.replace("old", "fresh", 1), path="m.py", others={"x.py": "from m import old\n"}
    )
    assert [*after(rename_follows, asked)] == ["m.py"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("from m import old\n\nold(1)\n", "from m import old\n\nold(1, b)\n"),
        ("from m import old as o\n\nx = [o(1)]\n", "from m import old as o\n\nx = [o(1, b)]\n"),
        ("import m\n\nm.old(a=1)\n", "import m\n\nm.old(a=1, b=b)\n"),
    ],
)
def test_the_calls_of_files_that_import_a_function_follow(text: str, wanted: str) -> None:
    assert _called("m.py", "x.py", text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "from m import old\n\nmap(old, x)\n\nold(1)\n",
        "from m import old\n\nold(1)\nold = 2\n",
        "from m import old\n\nold(*x)\n",
        "import m\n\nuse(m.old)\nm.old(1)\n",
    ],
)
def test_a_function_that_a_file_hands_on_is_left_alone_there(text: str) -> None:
    assert _called("m.py", "x.py", text) is None


@pytest.mark.parametrize(
    ("path", "other", "text", "wanted"),
    [
        (
            "m.ts",
            "x.ts",
            "import { old } from './m';\nold(1);\n",
            "import { fresh } from './m';\nfresh(1);\n",
        ),
        (
            "m.ts",
            "x.ts",
            "import { old } from './m.js';\nold();\n",
            "import { fresh } from './m.js';\nfresh();\n",
        ),
        (
            "a/m.ts",
            "b/x.ts",
            "import { old as o } from '../a/m';\no();\n",
            "import { fresh as o } from '../a/m';\no();\n",
        ),
        (
            "a/index.ts",
            "x.ts",
            "import { old } from './a';\nold();\n",
            "import { fresh } from './a';\nfresh();\n",
        ),
        (
            "m.ts",
            "x.ts",
            "import { old } from './m';\nf({ old });\n",
            "import { fresh } from './m';\nf({ old: fresh });\n",
        ),
        (
            "m.ts",
            "x.ts",
            "import { old } from './m';\nlet fresh = old;\n",
            "import { fresh as old } from './m';\nlet fresh = old;\n",
        ),
        ("m.ts", "x.ts", "import { old } from 'm';\nold();\n", None),
        ("m.ts", "x.ts", "import { old } from './n';\nold();\n", None),
        ("m.ts", "x.ts", "import old from './m';\nold();\n", None),
        ("m.ts", "x.ts", "import * as m from './n';\nm.old();\n", None),
    ],
)
def test_scripts_that_import_a_name_follow_it(
    path: str, other: str, text: str, wanted: str | None
) -> None:
    module = "export function old() {}\n"
    asked = situation(
        module,
        module.replace("old", "fresh"),
        language="typescript",
        path=path,
        others={other: text},
    )
    assert after(rename_follows, asked).get(other) == wanted
