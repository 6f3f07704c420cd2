"""What no reader would keep, although the checkers are happy with it."""

import pytest
from fimble.core.fixes.refusals import OF_ALL, OF_MODEL, Refusal, refusal
from fimble.core.fixes.refusals.deleted import deleted
from fimble.core.fixes.refusals.elsewhere import elsewhere
from fimble.core.fixes.refusals.environment import environment
from fimble.core.fixes.refusals.expectation import expectation
from fimble.core.fixes.refusals.half_renamed import half_renamed
from fimble.core.fixes.refusals.lost import lost

from tests.unit.core.fixes.problems import TEXT, problem

SIGNATURE = "it would lose a function or a parameter"
CODE = "it would lose code that the finding is not about"


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (TEXT.replace("Exception", "OSError"), ""),
        (TEXT.replace("            return None\n", "            raise\n"), ""),
        ("class Store:\n    pass\n", SIGNATURE),
        (TEXT.replace("self, path", "self"), SIGNATURE),
        (TEXT.replace('read(path, "utf-8")', "None"), CODE),
        ("def (", CODE),
    ],
)
def test_a_rewrite_keeps_what_the_finding_is_not_about(after: str, reason: str) -> None:
    assert lost(problem(TEXT, "Exception"), after) == reason


def test_a_function_does_not_vanish_with_the_finding_on_its_line() -> None:
    assert lost(problem("def g(c): return 2\n", "c)"), "pass\n") == SIGNATURE
    assert lost(problem("def g(c): return 2\n", "c)"), "def g(): return 2\n") == ""


def test_imports_that_the_finding_is_not_about_stay_as_they_are() -> None:
    text = "from a import b as b\nfrom a import c as c\nfrom a import d as d\n"
    found = problem(text, "b as b")
    assert lost(found, text.replace("b as b", "b")) == ""
    assert lost(found, text.replace(" as b", "").replace(" as c", "").replace(" as d", "")) == CODE


FILE = """\
import os

LIMIT = 3


def first(rows):
    return rows[LIMIT]


print(os.sep, first([]))
"""


@pytest.mark.parametrize(
    ("marked", "old", "new", "inside"),
    [
        ("rows[", "rows[LIMIT]", "rows[0]", True),
        ("rows[", "import os\n", "import json\nimport os\n", True),
        ("rows[", "import os\n", "import os\n\nif TYPE_CHECKING:\n    import json\n", True),
        ("rows[", "def first", "def new():\n    pass\n\n\ndef first", True),
        ("rows[", "first", "second", False),
        ("rows[", "LIMIT = 3", "LIMIT = 4", False),
        ("rows[", "LIMIT = 3\n", "", False),
        ("os\n", "import os\n", "", True),
        ("os\n", "os", "posix", False),
        ("3", "LIMIT = 3", "LIMIT = 4", True),
        ("3", "LIMIT", "MOST", False),
        ("print", "print(os.sep, first([]))\n", "", True),
    ],
)
def test_a_fix_stays_in_the_statement_of_its_finding(
    marked: str, old: str, new: str, inside: bool
) -> None:
    reason = elsewhere(problem(FILE, marked), FILE.replace(old, new))
    assert reason == ("" if inside else "it would also change code elsewhere in the file")


CLASS = """\
class Page:
    nextCursor: str
    _size = 1

    def show(self, limit):
        total = limit * self._size
        self.shown = total
        return total, self.shown
"""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("total", "amount", ""),
        ("total = ", "amount = ", "it would rename `total` in only some of its places"),
        ("_size", "_length", ""),
        ("_size =", "_length =", "it would rename `_size` in only some of its places"),
        ("self.shown =", "self.seen =", "it would rename `shown` in only some of its places"),
        ("self.shown", "self.seen", ""),
        ("limit)", "most)", "it would rename `limit` in only some of its places"),
        ("nextCursor", "next_cursor", "it would rename `nextCursor`, which other files may use"),
        ("show(", "display(", "it would rename `show`, which other files may use"),
        ("total = limit", "total = [limit for limit in limit]", ""),
    ],
)
def test_a_name_changes_in_all_of_its_places_or_in_none(old: str, new: str, reason: str) -> None:
    assert half_renamed(problem(CLASS, "nextCursor"), CLASS.replace(old, new)) == reason


def test_what_is_left_of_a_local_name_may_not_become_a_global_one() -> None:
    text = "size = 1\n\n\ndef f(rows):\n    size = len(rows)\n    return size\n"
    after = text.replace("    size =", "    length =")
    assert half_renamed(problem(text, "size ="), after).startswith("it would rename `size`")
    assert half_renamed(problem(text, "size ="), after.replace("return size", "return 0")) == ""


def test_imports_may_go_and_come() -> None:
    text = "import json\nimport os\nprint(os)\n"
    assert half_renamed(problem(text, "json"), "import os\nprint(os)\n") == ""


@pytest.mark.parametrize(
    ("language", "before", "after", "refused"),
    [
        ("python", 'f(secret="a")\n', 'f(secret=os.environ["A"])\n', True),
        ("python", 'f(secret="a")\n', 'f(secret=os.getenv("A", "a"))\n', True),
        ("python", 'f(os.environ["B"], "a")\n', 'f(os.environ["B"], "b")\n', False),
        ("javascript", 'f("a");\n', "f(process.env.A);\n", True),
        ("java", 'f("a");\n', 'f(System.getenv("A"));\n', True),
    ],
)
def test_no_value_is_read_from_the_environment_instead(
    language: str, before: str, after: str, refused: bool
) -> None:
    assert bool(environment(problem(before, '"a"', language), after)) is refused


@pytest.mark.parametrize(
    ("after", "refused"),
    [
        ("def f(a):\n    b = 1\n", True),
        ("def f(a):\n    b = 1\n    pass\n", True),
        ("def f(a):\n    b = 1\n    # run(a, 42)\n", True),
        ("def f(a):\n    b = 1\n    run(a, LIMIT)\n", False),
        ("def f(a):\n    b = 1\n    start(a)\n", False),
    ],
)
def test_the_statement_of_the_finding_stays(after: str, refused: bool) -> None:
    found = problem("def f(a):\n    b = 1\n    run(a, 42)\n", "42")
    assert deleted(found, after) == ("it would delete the statement" if refused else "")


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ('assert host == "0.0.0.0"\n', 'assert host == "127.0.0.1"\n', True),
        ("self.assertEqual(a, 1)\n", "self.assertEqual(a, 2)\n", True),
        ("assert a == 42\n", "answer = 42\nassert a == answer\n", False),
        ('host = "0.0.0.0"\n', 'host = "127.0.0.1"\n', False),
        ('assert a == 1, "no"\n', 'assert a == 1, "a is not 1"\n', False),
    ],
)
def test_an_assertion_keeps_what_it_expects(before: str, after: str, refused: bool) -> None:
    reason = expectation(problem(before, before.strip()), after)
    assert reason == ("it would change what a test expects" if refused else "")


@pytest.mark.parametrize("refuse", [deleted, half_renamed, expectation, elsewhere])
def test_nothing_is_said_of_a_text_without_a_tree(refuse: Refusal) -> None:
    assert refuse(problem("x = 1\n", "1"), "x = (\n") == ""
    assert refuse(problem("x = (\n", "("), "") == ""
    assert refuse(problem("x = 1;\n", "1", "javascript"), "") == ""


def test_the_first_reason_is_given() -> None:
    found = problem(CLASS, "nextCursor")
    assert refusal(found, CLASS, OF_ALL + OF_MODEL) == ""
    assert refusal(found, "x = 1\n", OF_MODEL) == SIGNATURE
