"""Existing documentation: what it names, and how it is brought up to date."""

import pytest
from fimble.core.docstrings import check, existing, languages, update
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.styles import STYLES
from fimble.core.text.snapshot import Snapshot


def first(language: str, code: str) -> Item:
    items = languages.items(Snapshot("file:///a", "a", language, 1, code))
    return next(item for item in items if item.kind == "function")


def bring_up_to_date(language: str, code: str, style: str) -> str:
    item = first(language, code)
    chosen = next(s for s in STYLES[language] if s.name == style)
    lines = update.wanted(item, chosen, language)
    words = {line.key: f"New {line.about}." for line in lines if line.slot}
    return update.updated(item, chosen, language, lines, words, 80)


GOOGLE = '''def f(a, new, *rest):
    """My own words.

    And more of them.

    Args:
        gone (int): Was here.
            With a second line.
        a: My a.
        rest: Others.

    Returns:
        Mine.
    """
'''
NUMPY = '''def f(a, new):
    """Mine.

    Parameters
    ----------
    a : int
        My a.
    gone
        Was here.

    Returns
    -------
    int
        Mine.
    """
'''
SPHINX = '''def f(new, a):
    """Mine.

    :param int a: My a.
    :param gone: Was
        here.
    :type gone: int
    :returns: Mine.
    """
'''
JSDOC = """/**
 * Mine.
 * @param {string} a - My a.
 * @param {Object} gone
 *   Was here.
 * @returns {number} Mine.
 */
function f(a, fresh) { return 1 }
"""
XML = """class A {
  /// <summary>Mine.</summary>
  /// <param name="gone">
  /// Was here.
  /// </param>
  /// <param name="a">My a.</param>
  int F(int a, int fresh) { return 1; }
}
"""
PHP = "<?php\n/**\n * Mine.\n *\n * @param int $a My a.\n * @param $gone\n */\nfunction f(int $a, $new) {}\n"


@pytest.mark.parametrize(
    ("language", "code", "named"),
    [
        ("python", GOOGLE, ["gone", "a", "rest"]),
        ("python", NUMPY, ["a", "gone"]),
        ("python", SPHINX, ["a", "gone"]),
        ("javascript", JSDOC, ["a", "gone"]),
        ("csharp", XML, ["gone", "a"]),
        ("php", PHP, ["a", "gone"]),
        ("java", "class A {\n/** D.\n * @param a x\n * @param <T> t */\nvoid f(int a) {} }", ["a"]),
        ("cpp", "/** @brief D\n * @param[in] a x\n */\nvoid f(int a) {}", ["a"]),
        (
            "ruby",
            "# D\n# @param [String] a x\n# @param b [Integer] y\ndef f(a, b); end",
            ["a", "b"],
        ),
        ("javascript", "/** @param {number} [a=1] x */\nfunction f(a) {}", ["a"]),
        ("python", 'def f(a):\n    """Mine: a is it."""\n', []),
    ],
)
def test_the_parameters_that_documentation_names(
    language: str, code: str, named: list[str]
) -> None:
    found = existing.entries(language, first(language, code).place.existing)
    assert list(dict.fromkeys(n for e in found for n in e.names)) == named


def test_google_keeps_every_word_of_the_user() -> None:
    text = bring_up_to_date("python", GOOGLE, "google")
    assert text == GOOGLE.partition("\n")[2].strip().replace(
        "        gone (int): Was here.\n            With a second line.\n", ""
    ).replace("        rest: Others.", "        new: New new.\n        rest: Others.")


def test_numpy() -> None:
    text = bring_up_to_date("python", NUMPY, "numpy")
    expected = NUMPY.partition("\n")[2].strip()
    expected = expected.replace("    gone\n        Was here.\n\n", "\n")
    assert text == expected.replace("My a.\n", "My a.\n    new\n        New new.\n")


def test_sphinx_in_the_order_of_the_signature() -> None:
    text = bring_up_to_date("python", SPHINX, "sphinx")
    assert text.split("\n")[2:-1] == [
        "    :param new: New new.",
        "    :param int a: My a.",
        "    :returns: Mine.",
    ]


def test_tags() -> None:
    assert (
        bring_up_to_date("javascript", JSDOC, "jsdoc")
        == JSDOC.replace(
            " * @param {Object} gone\n *   Was here.\n", " * @param {*} fresh - New fresh.\n"
        ).partition("\nfunction")[0]
    )
    assert " * @param mixed $new New $new.\n" in bring_up_to_date("php", PHP, "phpdoc")


def test_elements() -> None:
    text = bring_up_to_date("csharp", XML, "xmldoc")
    assert text.split("\n")[1:] == [
        '  /// <param name="a">My a.</param>',
        '  /// <param name="fresh">New fresh.</param>',
    ]


def test_a_section_that_becomes_empty_goes() -> None:
    code = 'def f():\n    """Mine.\n\n    Args:\n        gone: x\n\n    Returns:\n        Mine.\n    """\n'
    assert bring_up_to_date("python", code, "google") == (
        '"""Mine.\n\n    Returns:\n        Mine.\n    """'
    )


@pytest.mark.parametrize(
    ("language", "code", "messages"),
    [
        ("python", '"""M."""\n\n\ndef f(a):\n    """Plain words."""\n', []),
        (
            "python",
            "def f(): ...\n",
            ["module has no documentation", "function f has no documentation"],
        ),
        (
            "python",
            '"""M."""\ndef _f(): ...\nclass A:\n    """D."""\n\n    def __len__(self): ...\n',
            [],
        ),
        (
            "python",
            f'"""M."""\n{GOOGLE}',
            ["f does not document its parameter new", "f documents gone, which is no parameter"],
        ),
        (
            "javascript",
            "export function f({a}) {}\nfunction g() {}\n",
            ["function f has no documentation"],
        ),
        (
            "javascript",
            "/**\n * @param props x\n * @param props.a y\n */\nfunction f({a}) {}\n",
            [],
        ),
    ],
)
def test_what_a_check_finds(language: str, code: str, messages: list[str]) -> None:
    items = languages.items(Snapshot("file:///a", "a", language, 1, code))
    assert [problem.message for problem in check.problems(language, items)] == messages
