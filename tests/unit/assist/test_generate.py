from pathlib import Path

import pytest
from fimble.assist import Task, run, templates
from fimble.core.text import Snapshot, apply_edits
from fimble.errors import UsageError
from fimble.testing import ScriptedGenerator


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
