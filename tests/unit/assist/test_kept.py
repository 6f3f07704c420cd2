"""What a rule's fix may not do: a document, ruff's finding in it, and no fix or one that keeps it."""

from pathlib import Path

import pytest
from fimble.assist import fixing, quick_fix
from fimble.assist.base import silent
from fimble.assist.checks import BUILT_IN
from fimble.assist.fixing import Options
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken

from tests.unit.assist.test_fixers import fixed

KEPT = {
    "F401 another statement on its line": ('import os; print("hi")\n', 'print("hi")\n'),
    "F401 a statement before it": ("print(1); import os\n", "print(1)\n"),
    "F401 in the middle": ("x = 1; import os; y = 2\n", "x = 1; y = 2\n"),
    "F401 after a colon": ("if input(): import os; print(1)\n", "if input(): print(1)\n"),
    "F401 CR": ("import os\rprint('a')\r", "print('a')\r"),
    "F401 one of several": (
        "from m import (\n    a,\n    b,  # why\n)\n\nprint(b)\n",
        "from m import (\n    b,  # why\n)\n\nprint(b)\n",
    ),
    "F841 another statement on its line": (
        'def f(log):\n    x = 1; log.append("a")\n    return log\n',
        'def f(log):\n    log.append("a")\n    return log\n',
    ),
    "F841 effects in a string": (
        'def f(log):\n    log.pop()\n    x = f"{log.append(1)}"\n    return log\n',
        'def f(log):\n    log.pop()\n    f"{log.append(1)}"\n    return log\n',
    ),
    "F841 value in parentheses": (
        "def f(a):\n    x = (\n        a()\n    )\n",
        "def f(a):\n    (\n        a()\n    )\n",
    ),
    "S101 parentheses": (
        "def f(x, a, b):\n    assert x == (a or b)\n",
        "def f(x, a, b):\n    if x != (a or b):\n        raise AssertionError\n",
    ),
    "S101 a comment": (
        "def f(a):\n    assert (\n        a  # why\n        == 1\n    )\n",
        "def f(a):\n    if not (\n        a  # why\n        == 1\n    ):\n        raise AssertionError\n",
    ),
    "S101 a choice": (
        "def f(x, a):\n    assert x in (a if a else [1])\n",
        "def f(x, a):\n    if x not in (a if a else [1]):\n        raise AssertionError\n",
    ),
    "B904 in another handler": (
        "def f(s):\n    try:\n        int(s)\n    except ValueError as error:\n        try:\n            s()\n"
        "        except TypeError:\n            if s:\n                raise KeyError\n        print(error)\n",
        "def f(s):\n    try:\n        int(s)\n    except ValueError as error:\n        try:\n            s()\n"
        "        except TypeError as exc:\n            if s:\n                raise KeyError from exc\n"
        "        print(error)\n",
    ),
    "S101 a taken name": (
        "def f(x, msg):\n    assert x, 'no'\n    return msg\n",
        "def f(x, msg):\n    if not x:\n        message = 'no'\n"
        "        raise AssertionError(message)\n    return msg\n",
    ),
    "EM101 a taken name": (
        "def f(msg):\n    try:\n        raise ValueError('a')\n    except ValueError:\n        return msg\n",
        "def f(msg):\n    try:\n        message = 'a'\n        raise ValueError(message)\n"
        "    except ValueError:\n        return msg\n",
    ),
    "EM101 a name that is free again": (
        "def f(a):\n    if a:\n        msg = 'a'\n        raise KeyError(msg)\n    raise ValueError('b')\n",
        "def f(a):\n    if a:\n        msg = 'a'\n        raise KeyError(msg)\n    msg = 'b'\n"
        "    raise ValueError(msg)\n",
    ),
    "B904 a taken name": (
        "def f(s):\n    error = None\n    try:\n        int(s)\n    except ValueError:\n        if s:\n"
        "            raise KeyError(s)\n        error = 'bad'\n    return error\n",
        "def f(s):\n    error = None\n    try:\n        int(s)\n    except ValueError as exc:\n        if s:\n"
        "            raise KeyError(s) from exc\n        error = 'bad'\n    return error\n",
    ),
    "B904 parentheses": (
        "try:\n    f()\nexcept (KeyError):\n    raise ValueError\n",
        "try:\n    f()\nexcept (KeyError) as error:\n    raise ValueError from error\n",
    ),
    "G004 nothing to format": (
        'import logging\n\nlogging.info(f"100% done")\n',
        'import logging\n\nlogging.info("100% done")\n',
    ),
    "SIM102 a string over two lines": (
        "def f(a, b):\n    if a:\n        if b:\n            print('one \\\n            two')\n",
        "def f(a, b):\n    if a and b:\n        print('one \\\n            two')\n",
    ),
    "SIM102 parentheses": (
        "def f(a, b):\n    if (a\n            or b):\n        if b:\n            print(a)\n",
        "def f(a, b):\n    if (\n        (a\n            or b)\n        and b\n    ):\n        print(a)\n",
    ),
    "F821 a class of its module": (
        "print(datetime.now())\n",
        "from datetime import datetime\n\nprint(datetime.now())\n",
    ),
    "F821 a module": (
        "print(datetime.timedelta(1))\n",
        "import datetime\n\nprint(datetime.timedelta(1))\n",
    ),
    "F821 a module of a package": (
        "x = urllib.parse.quote('a')\n",
        "import urllib.parse\n\nx = urllib.parse.quote('a')\n",
    ),
    "A002 the class is called": (
        "class A:\n    def __init__(self, id):\n        self.id = id\n\n    @classmethod\n"
        "    def make(cls):\n        return cls(id=5), A(id=6)\n",
        "class A:\n    def __init__(self, id_):\n        self.id = id_\n\n    @classmethod\n"
        "    def make(cls):\n        return cls(id_=5), A(id_=6)\n",
    ),
    "N803 another function of that name": (
        "def f(aB):\n    import json\n\n    return json.f(aB=aB), f(aB=1)\n",
        "def f(a_b):\n    import json\n\n    return json.f(aB=a_b), f(a_b=1)\n",
    ),
    "PLC0415 it is there": (
        "import json\n\n\ndef f():\n    import json\n    return json\n",
        "import json\n\n\ndef f():\n    return json\n",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_fix_changes_nothing_else(name: str) -> None:
    before, after = KEPT[name]
    assert fixed(name.split()[0], before) == after


REFUSED = {
    "F401 it is tried": "try:\n    import surely_not_there\n    HAVE = True\nexcept ImportError:\n    HAVE = False\nprint(HAVE)\n",
    "F401 it shall fail": "import pytest\n\nwith pytest.raises(ImportError):\n    import gone\n",
    "F401 a fixture": "from fixtures import store\n\n\ndef test_it(store):\n    return store\n",
    "F401 read by name": "import os\n\nprint(eval('os'))\n",
    "F401 it makes a module known": "import xml\nimport xml.dom\n\nprint(xml)\n",
    "F841 held": "def f(a):\n    t = a.create_task(f)\n    return 1\n",
    "F841 a destructor": "class A:\n    def __del__(self): ...\n\n\ndef f():\n    x = A()\n    return 1\n",
    "S101 shares its line": "def f(x, log):\n    assert x == 1; log.append(1)\n",
    "S101 one line": "def f(x):\n    if x: assert x\n",
    "EM101 a class": "class A:\n    raise ValueError('a')\n",
    "EM101 locals": "def f():\n    print(locals())\n    raise ValueError('a')\n",
    "EM102 order": "def f(a):\n    raise a.pop().make()(f'{a}')\n",
    "EM101 one line": "def f(a):\n    if a: raise ValueError('a')\n",
    "B904 set again": "try:\n    f()\nexcept KeyError as e:\n    e = None\n    raise ValueError\n",
    "PLC0415 a platform": "import sys\n\n\ndef f():\n    if sys.platform == 'win32':\n        import json\n        return json\n    return 1\n",
    "PLC0415 not everywhere": "def f():\n    import winreg\n    return winreg\n",
    "PLC0415 tried": "def f():\n    try:\n        import json\n        return json\n    except ImportError:\n        return 1\n",
    "PLC0415 perhaps a circle": "def f():\n    from b import g\n    return g\n",
    "PLC0415 read before": "def f(a):\n    if a:\n        print(json)\n    import json\n    return json\n",
    "F821 a forgotten variable": "def f():\n    send(email)\n\n\ndef send(x): ...\n",
    "F821 not of the module": "def f():\n    return email.send()\n",
    "F821 called": "def f(x):\n    return copy(x)\n",
    "F821 a common word": "def f(s):\n    return replace(s, 'a', 'b')\n",
    "F821 two meanings": "def f():\n    return time()\n",
    "A002 handed on": "def f(x, id):\n    return id\n\n\ng = f\nprint(g(1, id=2))\n",
    "A002 an object is called": "class A:\n    def __call__(self, id):\n        return id\n\n\nprint(A()(id=1))\n",
    "A002 overridden": "class A:\n    def run(self, id):\n        return id\n\n\nclass B(A):\n    def run(self, id):\n        return id + 1\n\n\nfor o in (A(), B()):\n    print(o.run(id=1))\n",
    "A002 called by its attribute": "def f(id):\n    return id\n\n\nprint(f.__call__(id=1))\n",
    "A002 decorated": "@app.route\ndef f(id):\n    return id\n",
    "A002 given by stars": "def f(id):\n    return id\n\n\nprint(f(**{'id': 1}))\n",
    "FBT001 the class is handed on": "class A:\n    def __init__(self, a, b: bool):\n        self.b = b\n\n\nprint(list(map(A, [1], [True])))\n",
    "FBT001 mapped": "def f(a, b: bool):\n    return b\n\n\nprint(list(map(f, [1], [True])))\n",
    "A001 shown": "def f(a):\n    id = a\n    return f'{id=}'\n",
    "N806 shown": "def f(a):\n    aB = a\n    return f'{aB = !r}'\n",
    "PLW2901 shown": "def f(rows):\n    for row in rows:\n        row = row.strip()\n        print(f'{row=}')\n",
    "PLW2901 locals": "def f(rows):\n    for row in rows:\n        row = row.strip()\n        print(locals())\n",
    "PLW2901 seen later": "def f(rows, out):\n    for row in rows:\n        out.append(lambda: row)\n        row = row.strip()\n        print(row)\n",
    "PLR2004 a member": "class Color(Enum):\n    big = len(x) > 17\n",
    "ARG005 by keyword": "f = lambda x: 1\nprint(f(x=2))\n",
    "ARG001 eval": "def f(a):\n    return eval('a')\n",
    "B903 more than its fields": "class P:\n    def __init__(self, x: int, *, y: int):\n        self.x = x\n        self.y = y\n",
    "SIM105 a taken name": "def f(contextlib):\n    try:\n        contextlib()\n    except KeyError:\n        pass\n",
    "RUF012 looked at": "class A(Model):\n    xs: list[int] = []\n",
    "SIM105 read before": "def f(a, E):\n    try:\n        a()\n    except E:\n        pass\n",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_rule_cannot_keep_it_refuses(name: str) -> None:
    found = fixed(name.split()[0], REFUSED[name])
    assert found is None, found


@pytest.mark.parametrize(
    ("code", "text", "other"),
    [
        ("F401", "from helpers import helper\n", "from a import helper\n"),
        ("F401", "import os\n", "import a\n\nprint(a.os)\n"),
        ("F401", "import os\n", "patch('a.os')\n"),
        ("A001", "sum = 1\n", "from a import sum\n"),
        ("N816", "maxRetries = 3\n", "from a import maxRetries\n"),
        ("A002", "class A:\n    def __init__(self, id):\n        self.id = id\n", "A(id=5)\n"),
        ("A002", "class A:\n    def __init__(self, id):\n        self.id = id\n", "class B(A): ...\n\n\nB(id=5)\n"),
        ("FBT001", "class A:\n    def __init__(self, b: bool):\n        self.b = b\n", "A(True)\n"),
        ("A002", "def f(id):\n    return id\n", "import a\n\nrun(a.f)\n"),
        ("A002", "def f(id):\n    return id\n", "from a import f as g\n\ng(**x)\nf(id=1)\n"),
    ],
)  # fmt: skip
def test_other_files_of_the_project_are_asked(
    code: str, text: str, other: str, tmp_path: Path
) -> None:
    here = str(tmp_path / "a.py")
    assert fixed(code, text, here) is not None
    (tmp_path / "main.py").write_text(other)
    assert fixed(code, text, here) is None
    (tmp_path / "pyproject.toml").touch()
    assert fixed(code, text, here) is None


def test_a_class_is_followed_through_the_files(tmp_path: Path) -> None:
    text, here = (
        "class A:\n    def __init__(self, id):\n        self.id = id\n",
        str(tmp_path / "a.py"),
    )
    (tmp_path / "b.py").write_text("from a import A\n\n\nclass B(A): ...\n")
    (tmp_path / "c.py").write_text("from b import B as C\n")
    assert fixed("A002", text, here) is not None
    (tmp_path / "d.py").write_text("from c import C\n\nC(id=1)\n")
    assert fixed("A002", text, here) is None


def test_a_public_name_whose_users_cannot_be_seen_stays(tmp_path: Path) -> None:
    text, here = "def f(id):\n    return id\n", str(tmp_path / "a.py")
    assert fixed("A002", text, here) is not None
    (tmp_path / "b.py").write_text("x = 1\n" * 100_000)
    assert fixed("A002", text, here) is None
    assert fixed("A002", text.replace("f(", "_f("), here) is not None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("S101", "def f(a):\n    assert a\n"),
        ("PLC1901", "def f(a):\n    return a == ''\n"),
        ("DTZ005", "import datetime\n\nx = datetime.datetime.now()\n"),
        ("B903", "class P:\n    def __init__(self, x: int, y: int) -> None:\n        self.x = x\n        self.y = y\n"),
        ("ASYNC251", "import time\n\n\nasync def f():\n    time.sleep(1)\n"),
        ("N818", "class Broken(Exception): ...\n"),
    ],
)  # fmt: skip
def test_what_changes_behaviour_is_chosen_one_by_one(code: str, text: str) -> None:
    snapshot = Snapshot("file:///nowhere/at/all/a.py", "a.py", "python", 1, text)
    found = [d for checker in BUILT_IN for d in checker.check(snapshot, code) or ()]
    target = next(d for d in found if d.code == code)
    alone = fixing.find(None, snapshot, target, BUILT_IN, CancelToken())
    assert alone.edits
    assert len(alone.title.split()) > 2
    many = fixing.find(None, snapshot, target, BUILT_IN, CancelToken(), Options(keeps=True))
    assert not many.edits
    assert "one by one" in many.verdict.detail


def test_fixing_all_of_a_kind_leaves_what_changes_behaviour() -> None:
    text = "def f(a):\n    assert a\n    assert not a\n"
    snapshot = Snapshot("file:///nowhere/at/all/a.py", "a.py", "python", 1, text)
    options = Options(keeps=True)
    done = quick_fix.every(None, snapshot, "S101", BUILT_IN, CancelToken(), silent, options)
    assert done == (text, 0, 2)


def test_a_named_import_of_types_keeps_its_kind() -> None:
    text = "import type { A, B } from 'x';\nlet b: B;\n"
    snapshot = Snapshot("file:///nowhere/a.ts", "a.ts", "typescript", 1, text)
    start = text.index("A")
    message = "'A' is declared but its value is never read."
    found = Diagnostic(start, start + 1, message, "6133", "ts")
    fix = fixing.find(None, snapshot, found, BUILT_IN, CancelToken())
    assert apply_edits(text, fix.edits) == "import type { B } from 'x';\nlet b: B;\n"
