"""One table per filter: the document with the cursor, what the model said, what is shown."""

import pytest
from fimble.core.completion import filters
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.completion.filters.dangerous import dangerous
from fimble.core.completion.filters.indentation import indentation
from fimble.core.completion.filters.leading_space import leading_space
from fimble.core.completion.filters.repetition import repetition
from fimble.core.completion.filters.scope import scope
from fimble.core.completion.filters.secrets import secrets
from fimble.core.completion.filters.suffix_overlap import suffix_overlap
from fimble.core.completion.filters.unresolved import unresolved
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st

LANGUAGES = ["python", "typescript", "html", "css", "go", "sql", "svelte", "klingon"]


def test_white_space_is_not_said_twice() -> None:
    assert leading_space(Candidate("  1", at_cursor("x = █"))).text == "1"
    assert leading_space(Candidate("\n  1", at_cursor("x = █"))).text == "\n  1"


@pytest.mark.parametrize(
    ("marked", "generated", "shown", "replaced"),
    [
        ("foo(█)", "a, b)", "a, b", 0),
        ("foo(█)", "bar(a)", "bar(a)", 0),
        ("foo(█)", "a):", "a):", 1),
        ('print("a: █")', '", b);', '", b);', 2),
        ("on(() => {█})", "\n  a();\n});", "\n  a();\n});", 2),
        ("foo(a█, b)", "c, b)", "c", 0),
        ("if (a) {\n  █\n}\n", "b();\n}", "b();", 0),
        ("if (a) {\n  if (b) {\n    c();\n  █\n}\n", "}", "}", 0),
        ("█\n}\n", "if (a) {\n  b();\n}", "if (a) {\n  b();\n}", 0),
        ("a = 1\n█\nreturn a\nb()\n", "b = 2\nreturn a\nb(", "b = 2", 0),
    ],
)
def test_what_stands_below_is_not_said_again(
    marked: str, generated: str, shown: str, replaced: int
) -> None:
    judged = suffix_overlap(Candidate(generated, at_cursor(marked, "javascript")))
    assert isinstance(judged, Candidate)
    assert (judged.text, judged.replaced) == (shown, replaced)


@pytest.mark.parametrize(
    ("marked", "generated", "shown"),
    [
        ("x = █", "1\ny = 2", "1"),
        ("x = █", "{\n  a: 1,\n}\ny = 2", "{\n  a: 1,\n}"),
        ("fn█", " a() {\n    1\n}\nfn b() {}", " a() {\n    1\n}"),
        ("if a█", ":\n    b\nc", ":\n    b"),
        ('x = """█', 'a\nb"""\ny = 1', 'a\nb"""'),
        ("f {\n    █", "a\n    b\nc", "a\n    b"),
        ("f {\n    a█", "\n}\n\nfn b() {\n", "\n}"),
        ("void f()█", "\n{\n  a;\n}\nint b;", "\n{\n  a;\n}\nint b;"),
    ],
)
def test_a_suggestion_ends_with_what_it_began(marked: str, generated: str, shown: str) -> None:
    assert scope(Candidate(generated, at_cursor(marked))).text == shown


def test_a_line_said_twice_is_said_once() -> None:
    judged = repetition(Candidate("a: mydb\n  b: mydb\n  b: mydb\n", at_cursor("█")))
    assert isinstance(judged, Candidate)
    assert judged.text == "a: mydb\n  b: mydb"


@pytest.mark.parametrize(
    "text",
    [
        'key = "AKIAQ3EGR5NL7WXK2BPD"',
        'password = "h8Kw!pq0"',
        '"api_key": "9f86d081884c7d65"',
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_keys_and_passwords_are_withheld(text: str) -> None:
    assert secrets(Candidate(text, at_cursor("█"))) == Withheld("secret")


@pytest.mark.parametrize(
    "text",
    ['password = "your-password"', "password = os.environ['PASSWORD']", 'token = "${TOKEN}"'],
)
def test_placeholders_are_no_secrets(text: str) -> None:
    assert isinstance(secrets(Candidate(text, at_cursor("█"))), Candidate)


def test_the_users_own_secret_is_not_ours_to_hide() -> None:
    context = at_cursor('a = "9f86d081884c7d65"\napi_key = █')
    assert isinstance(secrets(Candidate('"9f86d081884c7d65"', context)), Candidate)


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("subprocess.run(█", 'f"ls {path}", shell=True)'),
        ("cursor.execute(█", 'f"SELECT * FROM users WHERE id = {user}")'),
        ("db.query(█", '"DELETE FROM users WHERE id = " + id)'),
        ("requests.get(url, █", "verify=False)"),
        ("const agent = new Agent({█", " rejectUnauthorized: false })"),
        ("█", "rm -rf / "),
        ("█", "eval(request.args['x'])"),
    ],
)
def test_dangerous_code_is_withheld(marked: str, text: str) -> None:
    assert dangerous(Candidate(text, at_cursor(marked))) == Withheld("dangerous")


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("subprocess.run(█", '"make", shell=True)'),
        ("cursor.execute(█", '"SELECT * FROM users WHERE id = ?", (user,))'),
        ("requests.get(url, verify=False, █", "timeout=3)"),
        ("█", "rm -rf /tmp/cache"),
    ],
)
def test_harmless_code_is_not(marked: str, text: str) -> None:
    assert isinstance(dangerous(Candidate(text, at_cursor(marked))), Candidate)


@pytest.mark.parametrize(
    ("marked", "text", "passes"),
    [
        ("def f(a):\n    █\n        return a\n", "b = a", False),
        ("def f(a):\n    █\n\n        return a\n", "b = a", False),
        ("def f(a):\n    █\n        return a\n", "for b in a:", True),
        ("def f(a):\n    █\n        return a\n", "if a:  # always", True),
        ("def f(a):\n    █\n    return a\n", "b = a", True),
        ("def f(a):\n    █\n", "if a:", True),
        ("def f(a):\n    if a:\n        b()\n  █\n", "c()", False),
        ("x = (\n  1,\n  █\n      2)\n", "3,", True),
        ("x = = 1\ndef f(a):\n    █\n        return a\n", "b = a", True),
        ("x = 1\n█\ny = 2\n    z = 3\n", "w = 1", True),
        ("x = '\x00█'\n", "a", True),
        ("x = 1\n\ty = █\n", "x", True),
        ("def f(a):\n    b = a\n        c = █\n", "b", True),
        ("def f(a):\n    b = a\n    █\n        return a\n", "c = b", False),
        ("def f(a):\n    b = a\n    █\n        return a\n", "if b:", True),
        ("def f(a):\n    b = █\n        return a\n", "a", False),
    ],
)
def test_a_line_of_python_opens_the_deeper_ones_below(marked: str, text: str, passes: bool) -> None:
    candidate = Candidate(text, at_cursor(marked))
    assert indentation(candidate) == (candidate if passes else Withheld("indentation"))


def test_indentation_elsewhere_is_a_matter_of_taste() -> None:
    candidate = Candidate("a();", at_cursor("█\n    b();\n", "javascript"))
    assert indentation(candidate) == candidate


MODULE = "import os\n\n\ndef read(path, *, strict=False):\n    return os.stat(path)\n\n\n" * 6


@pytest.mark.parametrize(
    ("marked", "text", "known"),
    [
        ("x = █\n", "read(os.sep)", True),
        ("x = █\n", "invented(os.sep)", False),
        ("x = os.█\n", "getcwd()", True),
        ("x = █\n", "[name for name in os.environ]", True),
        ("x = read(█)\n", "strict=True", True),
        ("█\n", "import sys", True),
        ("█\n", "for item in os.environ:\n    print(item)", True),
        ("█\n", "def other(a, b=1):\n    return a + b", True),
        ("from os import *\nx = █\n", "getcwd()", True),
        ("def f(*args, █):\n    pass\n", "**kwds", True),
        ("def f(*args, █\n    pass\n", "**kwds):", True),
        ("def f(█):\n    pass\n", "a: int, *rest: int, key: str = '', **more: str", True),
        ("f = lambda *args, █: 1\n", "key, **more", True),
        ("read(*os.environ, █)\n", "**kwds", False),
        ("read(*os.environ, █\n", "**kwds)", False),
        ("read(█)\n", "*invented", False),
        ("x = [█]\n", "*invented", False),
        ("x = {█}\n", "**invented", False),
        ("def f(█):\n    pass\n", "a=invented", False),
        ("def f(█):\n    pass\n", "a: int = invented", False),
        ("def f(█):\n    pass\n", "*a: Invented", False),
        ("first, █ = os.environ\n", "*rest", True),
        ("█ = os.environ\n", "[first, (second, *rest)]", True),
        ("█\n", "for a, *b in os.environ:\n    print(a, b)", True),
        ("█\n", "for a, *b in invented:\n    print(a, b)", False),
        ("x = [█]\n", "a for a in invented", False),
        ("x = [█ for *b, c in os.environ]\n", "b + [c]", True),
        ("with open(path) as █:\n    pass\n", "(first, *rest)", True),
        ("with █:\n    pass\n", "invented as first", False),
        ("match os.name:\n    case █:\n        pass\n", "[a, *b]", True),
        ("match os.name:\n    case █:\n        pass\n", "{'a': b, **c}", True),
        ("match os.name:\n    case █:\n        pass\n", "os.stat(st_mode=(a | b)) as c", True),
        ("match os.name:\n    case █:\n        pass\n", "Invented()", False),
        ("match os.name:\n    case █:\n        pass\n", "invented.name", False),
        ("█\n", "invented.name = 1", False),
        ("█\n", "invented[0], os.name = 1, 2", False),
        ("█\n", "invented += 1", False),
    ],
)
def test_names_that_nobody_defines_are_withheld(marked: str, text: str, known: bool) -> None:
    judged = unresolved(Candidate(text, at_cursor(MODULE + marked)))
    assert judged == (
        Candidate(text, at_cursor(MODULE + marked)) if known else Withheld("unresolved_name")
    )


@given(st.text(), st.text(), st.text(), st.sampled_from(LANGUAGES))
def test_accepting_changes_nothing_but_the_rest_of_the_line(
    before: str, after: str, generated: str, language: str
) -> None:
    before, after = before.replace("█", ""), after.replace("█", "")
    context = at_cursor(f"{before}█{after}", language)
    judged = filters.run(Candidate(generated, context))
    if isinstance(judged, Candidate):
        assert judged.text.strip()
        assert 0 <= judged.replaced <= len(context.line_suffix)
        assert judged.document.startswith(before)
        assert judged.document.endswith(after[judged.replaced :])


DAYS = '"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", '


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ('DAYS = ["Mon", "Tue", "█"]\n', f'Wed", "Thu", "Fri", "Sat", "Sun", {DAYS * 4}"Mon'),
        ("x = [█]\n", ", ".join(f"({', '.join(map(str, range(30)))})" for _ in range(3))),
        ("█\n", "one long sentence that says this and that, and says it again; " * 3),
        ("█\n", "if a:\n    first_thing(b, c)\n    second_thing(d, e)\n" * 3),
        ("x = '█'\n", "abc" * 9),
    ],
)
def test_a_loop_of_any_length_is_withheld(marked: str, text: str) -> None:
    assert repetition(Candidate(text, at_cursor(marked))) == Withheld("repetition")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{{'name': 'person {n}', 'age': {n}, 'town': 'Rome'}}," for n in range(9)),
        "0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1",
        "one long sentence that says this and that, and says it again; " * 2,
        "-" * 79,
    ],
)
def test_what_only_resembles_itself_is_no_loop(text: str) -> None:
    assert isinstance(repetition(Candidate(text, at_cursor("█\n"))), Candidate)


@pytest.mark.parametrize("text", ["display(df.head())", "get_ipython().run()", "Out[1]", "spark"])
def test_what_notebooks_define_is_known(text: str) -> None:
    context = at_cursor("import pandas as pd\ndf = pd.DataFrame()\n" * 20 + "█\n")
    assert isinstance(unresolved(Candidate(text, context)), Candidate)
