"""What grammars forgive and languages do not."""

import pytest
from fimble.core.completion import strict
from fimble.generation.testing import at_cursor


def broken(marked: str, text: str, language: str) -> bool:
    context = at_cursor(marked, language)
    document = context.prefix + text + context.suffix
    sound = strict.is_sound_json(context, document, language)
    return strict.breaks(context, document, language) if sound is None else not sound


@pytest.mark.parametrize(
    ("language", "marked", "text"),
    [
        ("python", "█\n", "f(x)y = 2"),
        ("python", "x = 1\n█y = 2\n", "print(x)"),
        ("python", "def f():\n    x = █\n", "return 1"),
        ("python", "x = [█]\n", "1 2"),
        ("go", "package a\n\n█\n", "package b"),
        ("java", "package a;\n█\nclass A {}\n", "package b;"),
        ("csharp", "namespace A;\n█\n", "namespace B;"),
        ("html", "<html>\n<body>\n█\n</body>\n</html>\n", "</body>"),
        ("json", '{"a": 1, █}', '"b": 2,'),
        ("json", "[1, 2█]", ","),
        ("json", '{"a": █}', "b"),
        ("json", '{"a": 1}█', '{"b": 2}'),
        ("json", "{█}", '"a": 1 // one'),
        ("jsonc", '{"a": [1█}', ",,]"),
    ],
)
def test_what_the_grammar_forgives_is_found(language: str, marked: str, text: str) -> None:
    assert broken(marked, text, language)


@pytest.mark.parametrize(
    ("language", "marked", "text"),
    [
        ("python", "█\n", "f(x); y = 2"),
        ("python", "█\n", "try:"),
        ("python", "█\n", "if x:"),
        ("python", "print 'old'\nx = █\n", "1"),
        ("python", "x = f(\n█\n", "1,"),
        ("python", "█\n", 'f"{a["b"]}"'),
        ("go", "█\n", "package a"),
        ("html", "<ul>\n█\n</ul>\n", "<li>a</li><li>b</li>"),
        ("json", '{"a": 1, █}', '"b": 2'),
        ("json", '{"a": [█\n', "1]}"),
        ("json", '// a\n{"a": 1, █}', '"b": 2,'),
        ("jsonc", '{"a": 1, █}', '"b": 2, // two\n'),
        ("jsonc", '{"a": "/* , } */", █}', '"b": "//",'),
    ],
)
def test_what_a_language_allows_passes(language: str, marked: str, text: str) -> None:
    assert not broken(marked, text, language)


def test_json_that_its_tool_reads_with_comments_may_hold_them() -> None:
    assert strict.is_json('{"a": 1, /* b */ "c": ["d",],}', lenient=True)
    assert not strict.is_json('{"a": 1,}')
    assert not strict.is_json('{"a": 1,,}', lenient=True)
