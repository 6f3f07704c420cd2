import time

import pytest
from fimble.completion.retrieval.imports import Imports
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot


def at(marked: str, language_id: str = "python", path: str = "app/main.py") -> CursorContext:
    offset = marked.index("|")
    text = marked.replace("|", "", 1)
    return CursorContext(Snapshot("file:///w/" + path, path, language_id, 1, text), offset)


def found(imports: Imports, context: CursorContext) -> list[str]:
    return [line for s in imports.missing("own", context) for line in s.text.split("\n")]


@pytest.mark.parametrize(
    ("language", "other", "here", "quoted"),
    [
        ("python", "import json\nfrom a.b import Thing, rest\n", "import json\n|\n\nThing()\n", 1),
        ("python", "from a import (\n    Thing,\n    rest,\n)\n", "import json\n|\n\nrest()\n", 4),
        ("java", "import a.b.Thing;\n", "package c;\n\n|\nclass A { Thing b; }\n", 1),
        ("java", "import static a.b.Thing.make;\n", "package c;\n\nimport |\nint a = make();\n", 1),
        ("java", "import a.b.Thing;\n", "package c;\n\nimport a.|\nclass A { Thing b; }\n", 1),
        ("kotlin", "import a.b.Thing\n", "package c\n\n|\nval a = Thing()\n", 1),
        ("go", 'import (\n\t"x.y/z/thing/v2"\n)\n', 'import (\n\t"fmt"\n\t|\n)\nthing.Do()\n', 1),
        ("go", 'import "x.y/thing"\n', 'import (\n\t"x.|\n)\nfunc a() { thing.Do() }\n', 1),
        ("typescript", "import { Thing } from 'x';\n", "import y from 'y';\n|\nnew Thing();\n", 1),
        ("typescriptreact", "import type { Aa } from 'x';\n", "import 'y';\nimport |\n\nAa", 1),
        ("javascript", "import {\n  Aa,\n  Bb,\n} from 'x';\n", "import 'y';\n|\nBb();\n", 4),
        (
            "svelte",
            "import Thing from 'x';\n",
            "<script>\n\timport 'y';\n\t|\n</script>\n<Thing />\n",
            1,
        ),
        ("rust", "use a::b::{Thing, Rest};\n", "use c::d;\n|\nfn e() -> Thing {}\n", 1),
        ("php", "use A\\B\\Thing;\n", "use C\\D;\n|\nnew Thing();\n", 1),
        ("sql", "from Thing;\n", "from a;\n|\nThing\n", 0),
    ],
)
def test_the_import_of_a_name_that_is_used_is_found(
    language: str, other: str, here: str, quoted: int
) -> None:
    imports = Imports()
    imports.update("other", "other", language, other)
    assert len(found(imports, at(here, language))) == quoted


@pytest.mark.parametrize(
    "here",
    [
        "import json\nfrom a import Thing\n|\nThing()\n",  # it is there
        "import json\n|\nother()\n",  # not used
        "import json\n\ndef f():\n    |\n    Thing()\n",  # no place for imports
        "|\nThing()\n",  # nothing says that imports stand here
        "important = 1\n|\nThing()\n",
    ],
)
def test_nothing_is_quoted_where_no_import_is_missing(here: str) -> None:
    imports = Imports()
    imports.update("other", "other.py", "python", "from a import Thing\n")
    assert found(imports, at(here)) == []


def test_what_most_files_say_stands_for_a_name_and_once() -> None:
    imports = Imports()
    for name, module in (("one", "rare"), ("two", "usual"), ("three", "usual")):
        imports.update(name, f"{name}.py", "python", f"from {module} import Thing\n")
    imports.update("own", "app/main.py", "python", "from mine import Thing\n" * 9)
    here = at("import json\n|\nThing()\n")
    assert found(imports, here) == ["from usual import Thing"]
    imports.remove("two")
    imports.remove("three")
    assert found(imports, here) == ["from rare import Thing"]


@pytest.mark.parametrize(
    ("language", "statement"),
    [("python", "from .a import Thing"), ("typescript", "import { Thing } from './a';")],
)
def test_relative_imports_come_from_the_same_folder_only(language: str, statement: str) -> None:
    for folder, count in (("app", 1), ("lib", 0)):
        imports = Imports()
        imports.update("other", f"{folder}/other", language, statement + "\n")
        start = "import json" if language == "python" else "import 'json';"
        here = at(f"{start}\n|\nThing()\n", language)
        assert len(found(imports, here)) == count


def test_languages_do_not_import_from_each_other() -> None:
    imports = Imports()
    imports.update("other", "other.ts", "typescript", "import { Thing } from 'x';\n")
    assert found(imports, at("import json\n|\nThing()\n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import " * 10_000,
        "import x\n" * 7_000,
        "import {" * 6_000,
        "from a import (\n" * 4_000,
        "use a::" * 7_000,
        '"' + "a/" * 25_000,
        "import a" + ".b" * 24_000,
        "use " + "A\\" * 24_000,
        " \t" * 25_000,
        "\n" * 50_000,
    ],
)
def test_long_texts_are_read_in_a_time_that_grows_with_them(text: str) -> None:
    began = time.process_time()
    for language in ("python", "typescript", "java", "go", "rust", "php"):
        Imports().update("a", "a", language, text)
        imports = Imports()
        imports.missing("a", at(text[:50_000] + "|", language))
    assert time.process_time() - began < 5
