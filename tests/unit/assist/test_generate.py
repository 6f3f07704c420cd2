import itertools
import os
import re
from pathlib import Path

import pytest
from fimble.assist import Task, packages, run, templates
from fimble.assist import generate as generation
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.errors import UsageError
from fimble.generation.testing import ScriptedGenerator


def snapshot(text: str, language: str = "python") -> Snapshot:
    return Snapshot("file:///nowhere/at/all/a", "a", language, 3, text)


def generate(marked: str, *answers: str, language: str = "python", **arguments: object):
    start = marked.index("█")
    document = snapshot(marked.replace("█", ""), language)
    said = iter(answers)
    generator = ScriptedGenerator(lambda _: next(said, ""))
    place = {"start": start, **arguments}
    outcome = run("generate", Task(generator, document, place))
    return outcome, apply_edits(document.text, outcome.edits), generator


def test_a_comment_becomes_code_below_it_with_its_imports_at_the_top() -> None:
    marked = "import os\n\nprint(os.sep)\n\n# TODO: a function that dumps\n# rows as JSON█\n"
    answer = "import json\n\ndef dump(rows):\n    return json.dumps(rows)\n```"
    outcome, after, generator = generate(marked, answer)
    assert after == (
        "import json\nimport os\n\nprint(os.sep)\n\n# TODO: a function that dumps\n"
        "# rows as JSON\ndef dump(rows):\n    return json.dumps(rows)\n"
    )
    assert "a function that dumps rows as JSON" in "".join(
        s.text for s in generator.requests[0].prompt
    )
    assert outcome.level.startswith("nothing new")


def test_code_takes_the_indentation_of_the_cursor_and_missing_imports_are_added() -> None:
    marked = "class A:\n    x = 1\n\n    █\n"
    answer = "def dump(self):\n    return json.dumps(self.x)"
    _, after, _ = generate(marked, answer, instruction="a method that dumps x")
    assert "    def dump(self):\n        return json.dumps(self.x)\n" in after
    assert after.startswith("import json\n")


def test_code_and_imports_may_meet_at_the_same_place() -> None:
    outcome = templates.fill(snapshot("import os\n\nprint(os)\n"), 0, "dataclass", {"name": "a"})
    after = apply_edits("import os\n\nprint(os)\n", outcome.edits)
    assert "class A:" in after
    assert "from dataclasses import dataclass\n" in after
    compile(after, "a", "exec")


def test_what_is_there_already_is_not_written_again() -> None:
    known = "def f():\n    return 1\n"
    marked = f"{known}\n\n# a function g that calls f█\n"
    again = f"{known}\n\ndef g():\n    return f()\n"
    _, after, _ = generate(marked, known, again)
    assert after.count("def f()") == 1
    assert after.endswith("# a function g that calls f\ndef g():\n    return f()\n")


@pytest.mark.parametrize(
    ("language", "known"),
    [
        ("go", "package p\n\nfunc A() int { return 1 }\n"),
        ("rust", 'use std::fs;\n\nfn main() {\n    fs::read("a").unwrap();\n}\n'),
        ("c", "#include <stdio.h>\n\nint main(void)\n{\n    return 0;\n}\n"),
        ("typescript", "export const z = 1;\n\nexport default class A {}\n"),
    ],
)
def test_an_answer_with_nothing_new_changes_nothing_and_says_so(language: str, known: str) -> None:
    marked = f"{known}\n// a function that does more█\n"
    again = marked.replace("█", "")
    outcome, after, _ = generate(marked, known, again, f"{again}{known}", known, language=language)
    assert after == again
    assert outcome.message == "Nothing was written: the model only repeated what is there."


def test_the_first_answer_that_passes_is_taken() -> None:
    outcome, after, generator = generate(
        "█", "def f(:", "print(undefined)", "x = 1", instruction="x"
    )
    assert after == "x = 1\n"
    assert len(generator.requests) == 3
    assert outcome.message == "Written (nothing new for ruff)."


def test_the_code_is_shown_while_it_grows_and_every_attempt_begins_anew() -> None:
    drafts: list[str] = []
    told: list[str] = []
    said = iter(("def f(:\n```", "def first(rows):\n    return rows[0]\n```\nThat is it."))
    task = Task(
        ScriptedGenerator(lambda _: next(said)),
        snapshot(""),
        {"start": 0, "instruction": "the first row"},
        progress=lambda message, percentage=None: told.append(message),
        draft=drafts.append,
    )
    assert run("generate", task).edits
    assert drafts[:3] == ["", "def f(:\n", ""]
    assert drafts[-1] == "def first(rows):\n    return rows[0]\n"
    assert len(drafts) > 4
    assert all(drafts[-1].startswith(draft) for draft in drafts[2:])
    assert told[0] == "writing, attempt 1"
    assert told[-1] == "writing, attempt 2, line 2"


def test_nothing_is_written_if_nothing_passes() -> None:
    outcome, after, _ = generate("█", "def f(:", "(", "", "[", instruction="x")
    assert after == ""
    assert outcome.message == "Nothing was written: the answers would bring a new problem (syntax)."
    assert "no instruction" in generate("x = 1█\n")[0].message


@pytest.mark.parametrize(
    ("language", "marked", "answer", "after"),
    [
        (
            "javascript",
            'import a from "a";\n\n// read it█\n',
            'import fs from "fs";\nconst text = fs.readFileSync(a);\n',
            'import a from "a";\nimport fs from "fs";\n\n// read it\nconst text = fs.readFileSync(a);\n',
        ),
        ("html", "<main>\n  █\n</main>\n", "<p>\n  Hi\n</p>", "<main>\n  <p>\n    Hi\n  </p>\n</main>\n"),
        ("sql", "-- all names█\n", "SELECT name FROM t;", "-- all names\nSELECT name FROM t;\n"),
        ("css", "█", ".a { color: red; }", ".a { color: red; }\n"),
    ],
)  # fmt: skip
def test_languages(language: str, marked: str, answer: str, after: str) -> None:
    assert generate(marked, answer, language=language, instruction="it")[1] == after


TEMPLATES = [(t.name, t.language_id) for t in templates.known()]


@pytest.mark.parametrize(("name", "language"), TEMPLATES)
def test_every_template_parses_when_filled(name: str, language: str) -> None:
    text = "def f(a, b):\n    return a + b\n\n\n" if language == "python" else ""
    outcome = templates.fill(snapshot(text, language), len(text), name, {"name": "OrderItem"})
    after = apply_edits(text, outcome.edits)
    assert outcome.edits, outcome.message
    assert "order_item" in after.lower() or "orderitem" in after.lower() or "test_f" in after
    assert "${name" not in after


def test_a_template_is_filled_from_the_files_own_functions() -> None:
    text = "def add(a, b):\n    return a + b\n\n\ndef _no(): ...\n"
    outcome = templates.fill(snapshot(text), len(text), "test-pytest", {})
    after = apply_edits(text, outcome.edits)
    assert "def test_add() -> None:\n    assert add(a, b) == NotImplemented" in after
    assert "_no()" not in after[len(text) :]


def test_users_add_templates_and_replace_ours(tmp_path: Path) -> None:
    (tmp_path / "mine.py.tmpl").write_text("# language: python\n# about: mine\nx = '${what}'\n")
    (tmp_path / "dataclass.py.tmpl").write_text("# language: python\ny = 1\n")
    known = {t.name: t for t in templates.known(tmp_path)}
    assert known["mine"].about == "mine"
    assert known["dataclass"].body == "y = 1\n"
    outcome = templates.fill(snapshot(""), 0, "mine", {"what": "it"}, tmp_path)
    assert apply_edits("", outcome.edits) == "x = 'it'\n"


def test_what_is_missing_is_said() -> None:
    with pytest.raises(UsageError, match="no template"):
        templates.fill(snapshot(""), 0, "nothing", {})
    with pytest.raises(UsageError, match="needs name"):
        templates.fill(snapshot(""), 0, "dataclass", {})


def long_form(fields: int) -> str:
    inputs = "".join(
        f'  <label for="f{n}">Field number {n}</label>\n  <input id="f{n}" name="field{n}" type="text">\n'
        for n in range(fields)
    )
    return f"<form>\n{inputs}</form>\n"


def going_on(whole: str) -> ScriptedGenerator:
    """Says `whole`, and goes on where the prompt ends."""

    def script(shown: str) -> str:
        said = shown.rpartition("```html\n")[2]
        assert whole.startswith(said)
        return f"{whole}```\nThat is it."[len(said) :]

    return ScriptedGenerator(script, limited=True)


def test_an_answer_that_ends_at_the_token_limit_goes_on() -> None:
    whole = long_form(25)
    generator, drafts, told = going_on(whole), list[str](), list[str]()
    task = Task(
        generator,
        snapshot("", "html"),
        {"start": 0, "instruction": "a form"},
        progress=lambda message, percentage=None: told.append(message),
        draft=drafts.append,
    )
    outcome = run("generate", task)
    assert apply_edits("", outcome.edits) == whole
    assert 1 < len(generator.requests) <= generation.CONTINUATIONS + 1
    assert all(later.startswith(first) for first, later in itertools.pairwise(drafts))
    assert told[-1].startswith("writing, attempt 1, line 5")


def test_an_answer_that_goes_on_to_wishes_of_its_own_ends_there() -> None:
    marked = "struct P { x: i32 }\n\nimpl P {\n    fn a(&self) {}\n\n    // a method b█\n}\n"
    asked = marked.replace("█", "")
    begun = asked[:-2] + "    fn b(&self) {\n        // b\n    }\n\n"
    more = "".join(f"    // a method c{n}\n    fn c{n}(&self) {{}}\n\n" for n in range(400))
    _, after, generator = generate(marked, begun + more, language="rust")
    assert after == asked.replace(
        "method b\n", "method b\n    fn b(&self) {\n        // b\n    }\n"
    )
    assert len(generator.requests) == 1


def test_an_answer_without_an_end_is_given_up() -> None:
    generator = going_on(long_form(500))
    outcome = run(
        "generate", Task(generator, snapshot("", "html"), {"start": 0, "instruction": "x"})
    )
    assert outcome.message == "Nothing was written: the model wrote nothing whole."
    assert len(generator.requests) == generation.CANDIDATES * (generation.CONTINUATIONS + 1)


def test_an_answer_that_goes_round_is_not_continued() -> None:
    generator = ScriptedGenerator(lambda _: "<p>the same paragraph again</p>\n" * 900, limited=True)
    outcome = run(
        "generate", Task(generator, snapshot("", "html"), {"start": 0, "instruction": "x"})
    )
    assert not outcome.edits
    assert len(generator.requests) == 2 * generation.CANDIDATES


def test_a_cancelled_answer_is_not_continued() -> None:
    cancel = CancelToken()
    whole = long_form(60)
    generator = ScriptedGenerator(lambda _: (cancel.cancel(), whole)[1], limited=True)
    document = snapshot("", "html")
    run("generate", Task(generator, document, {"start": 0, "instruction": "x"}, cancel))
    assert len(generator.requests) == 1


PROJECTS = {
    "pyproject.toml": '[project]\nname = "mine"\ndependencies = ["requests>=2", "PyYAML"]\n',
    "package.json": '{"name": "mine", "dependencies": {"react": "1", "@scope/kit": "2"}}',
    "go.mod": "module example.com/mine\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.0\n)\n",
    "Cargo.toml": '[package]\nname = "mine"\n\n[dependencies]\nserde-json = "1"\n',
    "src/helpers.py": "",
    "src/other.ts": "",
}


@pytest.mark.parametrize(
    ("name", "code", "missing"),
    [
        ("a.py", "import json\nimport requests\nimport yaml\nimport helpers\n\nprint(json, requests, yaml, helpers)\n", ""),
        ("a.py", "import passlib.hash\nfrom . import helpers\nfrom .nowhere import x\n\nprint(passlib.hash, helpers, x)\n", "`passlib.hash`, `.nowhere`"),
        ("a.py", "try:\n    import orjson\nexcept ImportError:\n    orjson = None\n", ""),
        ("a.tsx", "import React from 'react';\nimport fs from 'node:fs';\nimport { readFile } from 'fs/promises';\nimport x from './other';\nimport { k } from '@scope/kit/x';\n", ""),
        ("a.tsx", "import Table from 'react-sortable-table';\nexport * from '@other/kit';\nimport y from './nowhere';\n", "`react-sortable-table`, `@other/kit`, `./nowhere`"),
        ("a.js", "const t = require('left-pad');\nconst p = require('path');\n", "`left-pad`"),
        ("a.go", 'package mine\n\nimport (\n\t"fmt"\n\t"net/http"\n\tg "github.com/gin-gonic/gin/render"\n\t"example.com/mine/sub"\n)\n', ""),
        ("a.go", 'package mine\n\nimport "github.com/pkg/errors"\n', "`github.com/pkg/errors`"),
        ("a.rs", "use std::fs;\nuse serde_json::Value;\nuse crate::x;\n", ""),
        ("a.rs", "use rand::Rng;\n", "`rand`"),
        ("a.vue", "<script setup>\nimport x from 'vue-nowhere'\n</script>\n", "`vue-nowhere`"),
        ("a.java", "import org.nowhere.X;\n\nclass A {}\n", ""),
    ],
)  # fmt: skip
def test_an_import_that_the_project_lacks_is_told(
    tmp_path: Path, name: str, code: str, missing: str
) -> None:
    for path, text in PROJECTS.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    file = tmp_path / "src" / name
    document = Snapshot(file.as_uri(), name, languages.of_path(name), 1, "")
    arguments = {"start": 0, "instruction": "an example that imports things"}
    outcome = run("generate", Task(ScriptedGenerator(lambda _: code), document, arguments))
    warning = "The project neither has nor declares what this imports: "
    assert outcome.warning == (f"{warning}{missing}." if missing else ""), outcome.message
    assert outcome.edits, outcome.message


def test_an_answer_without_unknown_imports_is_preferred(tmp_path: Path) -> None:
    answers = iter(("import nowhere\n\nx = nowhere.f()\n", "import json\n\nx = json.dumps(1)\n"))
    document = Snapshot((tmp_path / "a.py").as_uri(), "a.py", "python", 1, "")
    arguments = {"start": 0, "instruction": "x as JSON"}
    outcome = run("generate", Task(ScriptedGenerator(lambda _: next(answers)), document, arguments))
    assert "nowhere" not in apply_edits("", outcome.edits)
    assert not outcome.warning


def test_what_a_project_has_is_read_without_following_links_or_pipes(tmp_path: Path) -> None:
    (tmp_path / "package.json").symlink_to("/dev/zero")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "tsconfig.json")
    text = "import x from 'nowhere';\n"
    document = Snapshot((tmp_path / "a.ts").as_uri(), "a.ts", "typescript", 1, "")
    assert packages.unknown(document, text) == ("nowhere",)


@pytest.mark.parametrize(
    ("name", "code", "beside", "missing"),
    [
        ("A.java", "public class A {\n    User user;\n}\n", {}, "`User`"),
        ("A.java", "public class A {\n    User user;\n}\n", {"User.java": "class User {}"}, ""),
        ("A.java", "public class A {\n    User user;\n}\n", {"B.kt": "data class User(val a: Int)"}, ""),
        ("A.java", "public class A {\n    User user;\n}\n", {"B.java": "class B { User user; }"}, "`User`"),
        ("a.go", "package a\n\nfunc F(p Point) int {\n\treturn size(p)\n}\n", {}, "`Point`, `size`"),
        ("a.go", "package a\n\nfunc F(p Point) int {\n\treturn size(p)\n}\n", {"b.go": "package a\n\ntype Point struct{}\n\nfunc size(p Point) int { return 1 }\n"}, ""),
        ("a.rs", "fn f(point: &Point) -> i32 {\n    1\n}\n", {"b.rs": "pub struct Point;\n"}, "`Point`"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_declares_is_told(
    tmp_path: Path, name: str, code: str, beside: dict[str, str], missing: str
) -> None:
    for path, text in beside.items():
        (tmp_path / path).write_text(text)
    document = Snapshot((tmp_path / name).as_uri(), name, languages.of_path(name), 1, "")
    arguments = {"start": 0, "instruction": "an example"}
    outcome = run("generate", Task(ScriptedGenerator(lambda _: code), document, arguments))
    warning = "Nothing declares what this uses, where it is used: "
    assert outcome.warning == (f"{warning}{missing}." if missing else ""), outcome.message
    assert outcome.edits, outcome.message


def test_tests_see_what_the_sources_of_their_package_declare(tmp_path: Path) -> None:
    for root in ("main", "test"):
        (tmp_path / "src" / root / "java" / "a").mkdir(parents=True)
    (tmp_path / "src" / "main" / "java" / "a" / "User.java").write_text("class User {}\n")
    file = tmp_path / "src" / "test" / "java" / "a" / "UserTest.java"
    document = Snapshot(file.as_uri(), file.name, "java", 1, "")
    code = "package a;\n\nclass UserTest {\n    User user;\n}\n"
    arguments = {"start": 0, "instruction": "an example"}
    outcome = run("generate", Task(ScriptedGenerator(lambda _: code), document, arguments))
    assert outcome.edits
    assert not outcome.warning


def test_an_answer_whose_names_are_declared_is_preferred() -> None:
    said = "fn f() -> i32 {\n    helper(1)\n}\n```", "fn f() -> i32 {\n    2\n}\n```"
    outcome, after, _ = generate("█", *said, language="rust", instruction="a function f")
    assert "helper" not in after
    assert not outcome.warning


@pytest.mark.parametrize(
    ("language", "known", "again"),
    [
        ("rust", "pub struct Point {\n    pub x: i32,\n    pub y: i32,\n}\n", "pub struct Point {\n    x: i32,\n    pub y\n    : i64,\n    z: u8,\n}\n"),
        ("go", "package a\n\ntype Point struct {\n\tX, Y int\n}\n", "type Point struct {\n\tX int\n\tY  float64 `json:\"y\"`\n}\n"),
    ],
)  # fmt: skip
def test_a_field_that_is_said_in_another_form_is_not_there_twice(
    language: str, known: str, again: str
) -> None:
    said = f"{again}\nfunc F() {{}}\n" if language == "go" else f"{again}\nfn f() {{}}\n"
    _, after, _ = generate(f"{known}\n// a function f█\n", said, language=language)
    fields = after[: after.index("}")]
    assert len(re.findall(r"\b[xX]\b", fields)) == 1
    assert len(re.findall(r"\b[yY]\b", fields)) == 1
    assert ("z: u8" in fields) == ("z: u8" in again)
