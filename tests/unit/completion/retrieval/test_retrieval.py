from pathlib import Path

import pytest
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


def test_the_budget_takes_the_best_once_and_in_a_stable_order() -> None:
    ranked = [
        Snippet("b.py", "x" * 30, 0.9),
        Snippet("a.py", "y" * 30, 0.8),
        Snippet("c.py", "x" * 30, 0.7),
        Snippet("d.py", "known", 0.6),
    ]
    assert [s.path for s in pack(ranked, 1000, "known text")] == ["a.py", "b.py"]
    assert [s.path for s in pack(ranked, 15, "")] == ["b.py"]


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
