"""An import comes with a new name and goes with the last use, where it is known from where."""

import pytest
from fimble.completion.nextedit.rules.missing_import import missing_import
from fimble.completion.nextedit.rules.unused_import import unused_import

from tests.unit.completion.nextedit.typing import after, situation


def added(before: str, now: str, language: str, path: str = "", **others: str) -> str:
    """The text with the imports that follow; unchanged where none does."""
    there = {name.replace("__", "/").replace("_dot_", "."): text for name, text in others.items()}
    asked = situation(before, now, language=language, path=path, others=there)
    return after(missing_import, asked).get(asked.snapshot.path, now)


def test_python_knows_its_own_library() -> None:
    text = "import sys\n\n\nprint(sys.argv)\n"
    now = text + "print(os.getcwd())\n"
    assert added(text, now, "python") == now.replace("import sys", "import os\nimport sys")
    typed = "from typing import Any\n\nx: Any = 1\n"
    now = typed + "y: Literal['a'] = 'a'\n"
    assert added(typed, now, "python") == now.replace("import Any", "import Any, Literal")


def test_other_files_of_python_tell_where_a_name_is_from() -> None:
    now = "import os\n\nprint(os.sep, build(1))\n"
    other = "from tools.make import build\n\nbuild(2)\n"
    expected = now.replace("import os\n", "import os\n\nfrom tools.make import build\n")
    assert added("import os\n\nprint(os.sep)\n", now, "python", other_dot_py=other) == expected
    against = "from other.make import build\n\nbuild(2)\n"
    assert (
        added("import os\n\nprint(os.sep)\n", now, "python", a_dot_py=other, b_dot_py=against)
        == now
    )


def test_go_puts_a_package_among_those_of_its_kind() -> None:
    text = 'package a\n\nimport (\n\t"fmt"\n\t"sort"\n\n\t"x.org/y"\n)\n\nfunc f() {\n\tfmt.Println()\n}\n'
    now = text.replace("fmt.Println()", "fmt.Println(slices.Max(nil))")
    assert added(text, now, "go") == now.replace('\t"sort"', '\t"slices"\n\t"sort"')
    now = text.replace("fmt.Println()", "fmt.Println(z.New())")
    other = 'package a\n\nimport "x.org/y/z"\n\nvar v = z.New()\n'
    expected = now.replace('\t"x.org/y"\n', '\t"x.org/y"\n\t"x.org/y/z"\n')
    assert added(text, now, "go", other_dot_go=other) == expected


def test_java_puts_a_class_beside_the_likest() -> None:
    text = "package a;\n\nimport java.util.List;\n\nimport org.x.B;\n\nclass A {\n}\n"
    now = text.replace("class A {\n", "class A {\n    Map<B, List<B>> all;\n")
    assert added(text, now, "java") == now.replace(
        "util.List;", "util.List;\nimport java.util.Map;"
    )
    now = text.replace("class A {\n", "class A {\n    Ant ant;\n")
    other = "package b;\n\nimport org.x.Ant;\n\nclass O {\n    Ant ant;\n}\n"
    expected = now.replace("import org.x.B;", "import org.x.Ant;\nimport org.x.B;")
    assert added(text, now, "java", O_dot_java=other) == expected


def test_scripts_spell_a_path_as_the_file_does() -> None:
    text = "import { a } from './lib/a.js';\n\na();\n"
    now = text + "b();\n"
    exported = "export function b() {}\n"
    expected = now.replace("a.js';\n", "a.js';\nimport { b } from './lib/b.js';\n")
    assert added(text, now, "javascript", "src/m.js", src__lib__b_dot_js=exported) == expected
    other = "import { b } from '../lib/a.js';\n\nb();\n"
    expected = now.replace("{ a }", "{ a, b }")
    assert added(text, now, "javascript", "src/m.js", src__x__o_dot_js=other) == expected


SILENT = {
    "nobody knows the name": ("x = 1\n", "x = 1\nbuild(x)\n", "python"),
    "a variable like a module": ("x = 1\n", "x = 1\nprint(time)\n", "python"),
    "it is declared below": ("x = 1\n", "def f():\n    return os.sep\n\n\nos = x = 1\n", "python"),
    "a word of a comment": ("x = 1\n", "x = 1  # os.sep\n", "python"),
    "a parameter like a package": (
        'package a\n\nimport (\n\t"fmt"\n)\n\nvar v = fmt.X\n',
        'package a\n\nimport (\n\t"fmt"\n)\n\nvar v = fmt.X\n\nfunc f(path Way) {\n\tpath.Base()\n}\n',
        "go",
    ),
    "a type parameter": ("class A {\n}\n", "class A<Map> {\n    Map x;\n}\n", "java"),
}


@pytest.mark.parametrize("case", SILENT)
def test_where_it_is_not_known_nothing_is_imported(case: str) -> None:
    before, now, language = SILENT[case]
    assert added(before, now, language) == now


def dropped(before: str, now: str, language: str) -> str:
    asked = situation(before, now, language=language)
    return next(iter(after(unused_import, asked).values()), now)


DROPPED = {
    "python": ("import os\nimport sys\n\nprint(sys.argv, os.sep)\n", ", os.sep", "import os\n"),
    "python, one of several": ("from m import a, b\n\nprint(a, b)\n", ", b)", ", b"),
    "go": (
        'package a\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nvar v = fmt.Sprint(os.Args)\n',
        "os.Args",
        '\t"os"\n',
    ),
    "java": (
        "import a.B;\nimport a.C;\n\nclass A {\n    B b;\n    C c;\n}\n",
        "    B b;\n",
        "import a.B;\n",
    ),
    "typescript": (
        "import { a, b } from 'm';\nimport c from 'c';\n\na(b, c);\n",
        ", c);",
        "import c from 'c';\n",
    ),
}


@pytest.mark.parametrize("case", DROPPED)
def test_the_import_of_what_was_used_last_goes(case: str) -> None:
    before, use, gone = DROPPED[case]
    now = before.replace(use, ")" * use.count(")"))
    assert dropped(before, now, case.split(",")[0]) == now.replace(gone, "", 1)


KEPT = {
    "it was not used before": ("import os\n\nprint(1)\n", "import os\n\nprint(2)\n"),
    "it was just written": ("print(1)\n", "import os\n\nprint(1)\n"),
    "a string names it": ("from m import a\n\na()\n", "from m import a\n\n__all__ = ['a']\n"),
    "a new name may be from there": ("from m import a\n\na()\n", "from m import a\n\nb()\n"),
    "it is used elsewhere": ("import os\n\nos.a()\nos.b()\n", "import os\n\nos.b()\n"),
}


@pytest.mark.parametrize("case", KEPT)
def test_an_import_that_may_be_meant_stays(case: str) -> None:
    before, now = KEPT[case]
    assert dropped(before, now, "python") == now
