"""What each style makes of one signature."""

import pytest
from fimble.core.docstrings import languages, skeleton
from fimble.core.docstrings.styles import STYLES
from fimble.core.text.snapshot import Snapshot

PYTHON = "def f(a: int, *rest, b='x') -> list[int]:\n    if a < 0:\n        raise ValueError\n    return []\n"


def documented(language: str, code: str, name: str, style_name: str) -> str:
    snapshot = Snapshot("file:///a", "a", language, 1, code)
    item = next(i for i in languages.items(snapshot) if i.name == name)
    style = next(s for s in STYLES[language] if s.name == style_name)
    lines = style.lines(item)
    words = {
        line.key: f"<{line.key}>" if "@" not in line.key else "x" for line in lines if line.slot
    }
    return skeleton.render(style, lines, words, "", 80)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("google", '''"""<summary>

Args:
    a: <parameter a>
    *rest: <parameter *rest>
    b: <parameter b>

Returns:
    <returns>

Raises:
    ValueError: <raises ValueError>
"""'''),
        ("numpy", '''"""<summary>

Parameters
----------
a : int
    <parameter a>
*rest
    <parameter *rest>
b
    <parameter b>

Returns
-------
list[int]
    <returns>

Raises
------
ValueError
    <raises ValueError>
"""'''),
        ("sphinx", '''r"""<summary>

:param a: <parameter a>
:param \\*rest: <parameter *rest>
:param b: <parameter b>
:returns: <returns>
:raises ValueError: <raises ValueError>
"""'''),
        ("plain", '"""<summary>"""'),
    ],
)  # fmt: skip
def test_python(style: str, expected: str) -> None:
    assert documented("python", PYTHON, "f", style) == expected


@pytest.mark.parametrize(
    ("language", "style", "code", "expected"),
    [
        ("javascript", "jsdoc", "async function f(a, {b = 1}, n = 'x', ...cs) { throw new E(); return 1 }",
         "/**\n * <summary>\n *\n * @param {*} a - <parameter a>\n * @param {object} options - <parameter options>\n"
         " * @param {number} [options.b=1] - <parameter options.b>\n * @param {string} [n='x'] - <parameter n>\n"
         " * @param {...*} cs - <parameter ...cs>\n * @returns {Promise<*>} <returns>\n"
         " * @throws {E} <raises E>\n */"),
        ("typescript", "tsdoc", "function f<T>(a: T, {b}: X): T { return a }",
         "/**\n * \\<summary\\>\n *\n * @typeParam T - \\<generic T\\>\n * @param a - \\<parameter a\\>\n"
         " * @param options - \\<parameter options\\>\n * @returns \\<returns\\>\n */"),
        ("java", "javadoc", "class A { <T> int f(T a) throws E { return 1; } }",
         "/**\n * &lt;summary&gt;\n *\n * @param <T> &lt;generic T&gt;\n * @param a &lt;parameter a&gt;\n"
         " * @return &lt;returns&gt;\n * @throws E &lt;raises E&gt;\n */"),
        ("go", "godoc", "package a\nfunc f(a int) error { panic(a) }",
         "// f <summary>\n// It returns an error if <raises error>\n// It panics if <panics>"),
        ("rust", "rustdoc", "pub unsafe fn f(a: u8) -> Result<u8, E> { panic!() }",
         "/// \\<summary\\>\n///\n/// # Errors\n///\n/// Returns an error if \\<raises error\\>\n///\n/// # Panics\n///\n"
         "/// Panics if \\<panics\\>\n///\n/// # Safety\n///\n/// The caller must ensure that \\<safety\\>"),
        ("csharp", "xmldoc", "class A { int f<T>(T a) { throw new E(); } }",
         "/// <summary>\n/// &lt;summary&gt;\n/// </summary>\n"
         '/// <typeparam name="T">&lt;generic T&gt;</typeparam>\n/// <param name="a">&lt;parameter a&gt;</param>\n'
         '/// <returns>&lt;returns&gt;</returns>\n/// <exception cref="E">&lt;raises E&gt;</exception>'),
        ("cpp", "doxygen", "template <class T> int f(T a) { throw E(); }",
         "/**\n * @brief <summary>\n *\n * @tparam T <generic T>\n * @param a <parameter a>\n * @return <returns>\n"
         " * @throws E <raises E>\n */"),
        ("php", "phpdoc", "<?php function f(int $a, $b): ?int { throw new E(); return 1; }",
         "/**\n * <summary>\n *\n * @param int $a <parameter $a>\n * @param mixed $b <parameter $b>\n"
         " * @return ?int <returns>\n * @throws E <raises E>\n */"),
        ("ruby", "yard", "def f(a, *b, &c)\n  raise E\nend",
         "# <summary>\n#\n# @param a <parameter a>\n# @param b <parameter *b>\n# @param c <parameter &c>\n"
         "# @return [Object] <returns>\n# @raise [E] <raises E>"),
    ],
)  # fmt: skip
def test_other_languages(language: str, style: str, code: str, expected: str) -> None:
    assert documented(language, code, "f", style) == expected


def test_the_model_reads_the_text_up_to_the_slot() -> None:
    snapshot = Snapshot("file:///a", "a", "python", 1, "class A:\n    def f(self, a): return a\n")
    item = next(i for i in languages.items(snapshot) if i.name == "f")
    google, numpy = STYLES["python"][:2]
    started = skeleton.started(google, google.lines(item)[:4], {"summary": "Do it."}, "    ")
    assert started == '    """Do it.\n\n    Args:\n        a:'
    first = skeleton.started(numpy, numpy.lines(item)[:1], {}, "    ")
    assert first == '    """'


def test_long_words_wrap_with_their_hanging_indent() -> None:
    snapshot = Snapshot("file:///a", "a", "python", 1, "def f(a): pass\n")
    item = next(i for i in languages.items(snapshot) if i.name == "f")
    google = STYLES["python"][0]
    words = {"summary": "Do it.", "parameter a": "word " * 12 + "end."}
    text = skeleton.render(google, google.lines(item), words, "    ", 50)
    assert text == (
        '"""Do it.\n\n    Args:\n        a: word word word word word word word word\n'
        "            word word word word end.\n    \"\"\""
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("python", 'ends """ and \\n'), ("javascript", "ends */ here"), ("csharp", "a < b & c </summary>"),
     ("java", "a */ {@link X} <b>"), ("typescript", "{@x} */")],
)  # fmt: skip
def test_no_words_end_their_frame(language: str, words: str) -> None:
    style = STYLES[language][0]
    escaped = style.escape(words)
    for ending in ('"""', "*/", "</", "\\n", "{@"):
        assert ending not in escaped.replace("\\{", "").replace("\\@", "")
