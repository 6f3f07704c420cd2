from pathlib import Path

import pytest
from fimble.completion.retrieval.definitions import Definitions
from fimble.completion.retrieval.edits import RecentEdits
from fimble.completion.retrieval.ignored import Ignored
from fimble.completion.retrieval.snippet import Snippet, pack
from fimble.completion.retrieval.windows import Windows

SHAPES = "class Circle:\n    radius: float\n\n    def area(self) -> float:\n        return 3.14 * self.radius**2\n"
USERS = "def load_user(name):\n    return database.fetch(name)\n"


def test_the_window_that_looks_like_the_cursor_comes_first() -> None:
    windows = Windows()
    windows.update("a", "shapes.py", SHAPES)
    windows.update("b", "users.py", USERS)
    (best, *_) = windows.similar(
        "c", "def area(circle: Circle) -> float:\n    return circle.radius"
    )
    assert best.path == "shapes.py"
    windows.remove("a")
    assert windows.similar("c", "area of radius float\n") == []


def test_what_is_hardly_like_the_cursor_is_left_out() -> None:
    windows = Windows()
    windows.update("a", "shapes.py", SHAPES)
    assert windows.similar("b", "def area(room, length, width, height, doors, windows):") == []


FETCH = "rows = database.fetch(query)\ncount = len(rows)\nreport(count, rows, query)\n"


@pytest.mark.parametrize(
    ("above", "typed", "quoted"),
    [
        ("count = len(rows)\n", "colours = database(", 1),  # the line above
        ("count = len(rows)\n\n  )\n", "colours = database(", 1),
        ("rows = len(count)\n", "colours = database(", 0),
        ("", "query, database.fetch, count, rows, colours, ", 1),  # like enough
    ],
)
def test_what_is_a_little_alike_is_quoted_where_the_line_above_stands_there_too(
    above: str, typed: str, quoted: int
) -> None:
    windows = Windows()
    windows.update("a", "rows.py", FETCH)
    assert len(windows.similar("b", above + typed)) == quoted


def test_a_file_is_not_quoted_to_itself() -> None:
    windows = Windows()
    windows.update("a", "shapes.py", SHAPES)
    assert windows.similar("a", SHAPES) == []


def test_a_changed_file_is_indexed_again() -> None:
    windows = Windows()
    windows.update("a", "shapes.py", SHAPES)
    windows.update("a", "shapes.py", USERS)
    (found,) = windows.similar("b", "database.fetch(load_user)")
    assert "database" in found.text


@pytest.mark.parametrize(
    ("language", "text", "head"),
    [
        ("python", USERS, "def load_user(name):"),
        ("python", "class load_user:\n    name: str\n", "class load_user:\n    name: str"),
        (
            "typescript",
            "export function load_user(\n  a: string,\n): User {\n  x();\n}\n",
            "function load_user(\n  a: string,\n): User {",
        ),
        (
            "go",
            "func load_user(name string) error {\n\treturn nil\n}\n",
            "func load_user(name string) error {",
        ),
        (
            "java",
            "class A {\n  int load_user(int a) {\n    return a;\n  }\n}\n",
            "int load_user(int a) {",
        ),
        ("rust", "fn load_user(a: u8) -> u8 {\n    a\n}\n", "fn load_user(a: u8) -> u8 {"),
    ],
)
def test_the_head_of_a_used_definition_is_found(language: str, text: str, head: str) -> None:
    definitions = Definitions()
    definitions.update("a", "users", language, text)
    (found,) = definitions.used("b", "x = load_user(1)\n")
    assert found.text == head
    assert definitions.used("a", "x = load_user(1)\n") == []


def test_imported_names_come_before_others() -> None:
    definitions = Definitions()
    definitions.update("a", "shapes.py", "python", SHAPES)
    definitions.update("b", "users.py", "python", USERS)
    prefix = "from users import load_user\n\n" + "\n" * 20 + "load_user()\nCircle()\n"
    assert [s.path for s in definitions.used("c", prefix)] == ["users.py", "shapes.py"]


def test_recent_edits_of_other_files_are_kept() -> None:
    edits = RecentEdits()
    edits.update("a", "a.py", "one\ntwo\nthree\n")
    assert edits.others("b") == []
    edits.update("a", "a.py", "one\n2\nthree\n")
    (edit,) = edits.others("b")
    assert "2" in edit.text
    assert edits.others("a") == []


def test_the_budget_takes_the_best_once_and_in_a_stable_order() -> None:
    first = [Snippet("b.py", "x" * 30, 2, "definition"), Snippet("a.py", "y" * 30, 1, "definition")]
    second = [Snippet("c.py", "x" * 30, 9, "similar"), Snippet("d.py", "known", 9, "similar")]
    chosen = pack([first, second], 1000, "known text")
    assert [s.path for s in chosen] == ["a.py", "b.py"]
    assert [s.path for s in pack([first, second], 15, "")] == ["b.py"]


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("src/a.py", False),
        ("generated/a.py", True),
        ("private/a.py", True),
        (".env", True),
        ("deploy/.env.production", True),
        ("id_rsa", True),
        ("certs/server.pem", True),
        ("node_modules/x/index.js", True),
    ],
)
def test_ignored_files_and_secrets_are_never_quoted(
    tmp_path: Path, name: str, ignored: bool
) -> None:
    (tmp_path / ".gitignore").write_text("generated/\n", encoding="utf-8")
    (tmp_path / ".fimbleignore").write_text("private/\n", encoding="utf-8")
    assert Ignored(tmp_path)(tmp_path / name) is ignored


def test_a_file_outside_the_workspace_is_not_quoted(tmp_path: Path) -> None:
    assert Ignored(tmp_path / "a")(tmp_path / "b.py")
