import pytest
from fimble.core.completion import healing, next_line, scope, stop
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "x = foo(a)█"),
        ("python", "def f():█\n"),
        ("python", "class A:█\n"),
        ("python", "x = [\n    1,█\n]"),
        ("python", "# Sum up.█"),
        ("javascript", "a;█\n}"),
        ("javascript", "if (a) {█"),
        ("javascript", "/* Sum up. */█"),
        ("go", "switch x {\ncase 1:█\n}"),
        ("html", "<p>a</p>█"),
        ("typescriptreact", "const a = <A />█"),
        ("css", "a {\n  color: red;█\n}"),
        ("klingon", "a b c;█"),
    ],
)
def test_after_a_finished_line_the_next_is_asked_for(language: str, marked: str) -> None:
    assert next_line.finished(at_cursor(marked, language)) is True


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "x = █"),
        ("python", "x =█"),
        ("python", "a = '█"),
        ("python", "foo(█)"),
        ("python", "foo(a,█)"),
        ("python", "x: dict = {'a':█"),
        ("python", "foo.█"),
        ("python", "    █"),
        ("python", "█"),
        ("javascript", "a &&█"),
        ("javascript", "if (a >█"),
        ("typescript", "let a:█"),
        ("css", "a {\n  color:█\n}"),
        ("klingon", "say 'ab█"),
    ],
)
def test_an_unfinished_line_is_continued(language: str, marked: str) -> None:
    assert next_line.finished(at_cursor(marked, language)) is False


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "return x█"),
        ("python", "count += 1█\n"),
        ("python", "def f():\n    '''Sum of the█\n    '''\n"),
        ("python", "# Sum of the█"),
        ("javascript", "foo(a)█"),
        ("java", "@Test█"),
        ("html", "<div>█"),
        ("javascript", "foo(█"),
    ],
)
def test_where_the_syntax_cannot_tell_the_model_does(language: str, marked: str) -> None:
    assert next_line.finished(at_cursor(marked, language)) is None


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["python", "html", "go", "x"]))
def test_any_cursor_has_an_answer(before: str, after: str, language: str) -> None:
    context = at_cursor(f"{before}█{after}".replace("█", "", before.count("█")), language)
    assert next_line.finished(context) in (True, False, None)
    assert scope.decide(context) in ("line", "block")


@pytest.mark.parametrize(
    ("prefix", "taken", "required"),
    [
        ("return ", " ", False),
        ("a\n    ", " ", False),
        ("a\n\t\t", "\t", False),
        ("return", "return", True),
        ("x = foo", " foo", True),
        ("getUserNa", "Na", True),
        ("get_us", "_us", True),
        ("x1", "", False),
        ("foo(", "(", True),
        ("calls.", ".", True),
        ("calls.pu", ".pu", True),
        ('x = ("', ' ("', True),
        ("    <di", "di", True),
        ("", "", False),
    ],
)
def test_healing_gives_back_what_it_took(prefix: str, taken: str, required: bool) -> None:
    healed = healing.split(prefix)
    assert (healed.taken, healed.required) == (taken, required)
    assert healed.head + healed.taken == prefix
    assert healed.join(f"{taken}word") == "word"


@given(st.text(max_size=40))
def test_healing_never_loses_text(prefix: str) -> None:
    healed = healing.split(prefix)
    assert healed.head + healed.taken == prefix


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "def f():\n    █\n"),
        ("python", "def f():\n    █\n\nx = 1\n"),
        ("javascript", "function f() {\n  █\n}\n"),
        ("python", "# Read the file and count its lines.\n█\n"),
        ("go", "func f() {\n\t// Read the file and count.\n\t█\n}\n"),
        ("python", 'def f():\n    """Reads the orders of a file."""\n    █\n\nx = 1\n'),
        (
            "python",
            "def f():\n    '''Reads it.\n\n    Returns:\n        Its lines.\n    '''\n    █\n",
        ),
        ("typescript", "/** Adds the prices of all items. */\n█\n"),
        ("java", "/**\n * Adds the prices.\n *\n * @param items all\n */\n█\n"),
        ("css", "/* Cards in a grid */\n█\n"),
        ("html", "<!-- a form to log in -->\n█\n"),
    ],
)
def test_a_missing_body_and_a_described_one_are_blocks(language: str, marked: str) -> None:
    assert scope.decide(at_cursor(marked, language)) == "block"


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("python", "def f():\n    x = █\n"),
        ("python", "def f():\n    █\n    return x\n"),
        ("python", "x = 1\n█\ny = 2\n"),
        ("python", "# Read it.\n█\n"),
        ("python", "# Read the file and count its lines.\n█\nfor line in file:\n    pass\n"),
        ("python", 'def f():\n    """Reads it."""\n    █\n'),
        ("python", 'def f():\n    """Reads the orders of a file."""\n    █\n    return x\n'),
        ("python", 'x = """a b c d e f"""\n█\n'),
        ("javascript", "f(1 /* the one and only */\n█\n"),
        ("javascript", "the one and only */\n█\n"),
        ("python", "█"),
        ("javascript", "foo(█)"),
    ],
)
def test_everywhere_else_one_line_is_enough(language: str, marked: str) -> None:
    assert scope.decide(at_cursor(marked, language)) == "line"


@pytest.mark.parametrize(
    ("line_prefix", "generated", "shown"),
    [
        ("    ", "a = 1\n    b = 2\nc = 3\n", "a = 1\n    b = 2"),
        ("    ", "if a:\n        b\n\n    c = 3\n", "if a:\n        b"),
        ("    ", "if a:\n\n        b\n    return\nx", "if a:\n\n        b\n    return"),
        ("", "\n    a = 1\n    b = 2\nc = 3\n", "\n    a = 1\n    b = 2"),
    ],
)
def test_a_block_stops_at_its_end(line_prefix: str, generated: str, shown: str) -> None:
    rule = stop.block(line_prefix)
    cut = next(
        cut for end in range(len(generated) + 1) if (cut := rule(generated[:end])) is not None
    )
    assert generated[:cut] == shown


def test_a_block_has_a_largest_size() -> None:
    assert stop.block("", max_lines=2)("a\nb\nc\nd\n") == 3
