"""Forms of documentation that real packages have, directives, and what nobody asks for."""

import pytest
from fimble import assist
from fimble.assist import Task
from fimble.core.docstrings import check, languages
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.generation.testing import ScriptedGenerator


def problems(language: str, text: str, path: str = "a") -> list[str]:
    items = languages.items(Snapshot("file:///a", path, language, 1, text))
    found = (i for i in check.problems(language, items) if i.item.kind != "module")
    return [problem.message for problem in found]


def all_documented(language: str, text: str) -> tuple[str, str]:
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    task = Task(ScriptedGenerator(lambda prompt: " Take it.\n"), snapshot, {})
    outcome = assist.run("docstring.all", task)
    return apply_edits(text, outcome.edits), outcome.message


def google(parameters: str, rows: str) -> str:
    body = "\n".join(f"    {row}" for row in rows.split("\n"))
    return f'def f({parameters}):\n    r"""Do.\n\n{body}\n    """\n'


@pytest.mark.parametrize(
    ("parameters", "rows"),
    [
        ("x, y", "Args:\n    x: One.\n\n    y: Two."),
        ("x, *args, **kw", "Args:\n    x: One.\n    \\*args: Two.\n    \\**kw: Three."),
        ("x, **kw", "Args:\n    x: One.\n    **kw: On.\n\nKeyword Arguments:\n    timeout (float): T."),
        ("x, **kw", "Args:\n    x: One.\n\nOther Parameters:\n    timeout: T."),
        ("x, **kw", ":param x: One.\n:param timeout: T.\n:type timeout: int"),
        ("x, **kw", ":param x: One.\n:keyword timeout: T.\n:key retries: R."),
        ("x, y", "Args:\n    x (tuple(int, str) or None): One.\n    y (dict[str,\n        int]): Two."),
        ("x, y", "Args:\n    x: A list:\n\n        - a: b\n\n        - c\n    y: Two."),
        ("x, y", "Args:\n    x, y: Both."),
        ("x, y", "Args:\n    x / y: Both."),
        ("x, y", "Args:\n    ``x``: One.\n    *y*: Two."),
        ("x, y", "Args:\n    x: One.\n    y - Two, in a form of its own."),
        ("x, y", "Args:\n    x: One.\n    Note: not a parameter.\n    y: Two."),
        ("x, y", "Args:\n    x: One.\n\nRefer to `g` for the rest of the parameters."),
        ("x, like", "Parameters\n----------\nx : int\n    One.\n${LIKE}"),
        ("x, y", "Parameters\n==========\nx, y : int\n    Both."),
        ("*xs", "Args:\n    a: First.\n    b: Second."),
        ("x, **kw", "All keyword arguments are forwarded.\n\n:param x: One."),
        ("x, **kw", ":param x: One.\n\n.. versionchanged:: 2\n    Keyword arguments are taken."),
        ("*xs, sep", "Print objects given as positional arguments.\n\nArgs:\n    sep: Between."),
        ("x, **kw", "See :meth:`A.b <c.A.b>` for full method documentation.\n\n:param x: One."),
        ("self, x", "Args:\n    x: One."),
        ("xs, y", "Parameters\n----------\na1, a2, ... : int\n    Both.\ny : int\n    Two."),
        ("x", "Parameters\n----------\nx : int\n    One.\ny : int\n    `y` was removed in numpy 1.10."),
        ("_x, y", "Args:\n    x: One.\n    y: Two."),
        ("x", "Example:\n    Args:\n        other: Of an example.\n\nArgs:\n    x: One."),
    ],
)  # fmt: skip
def test_python_sections_that_agree(parameters: str, rows: str) -> None:
    assert problems("python", google(parameters, rows)) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", google("xs, y, z", "Parameters\n----------\na1, a2, ... : int\n    One.\nz : int\n    Z.")),
        ("python", google("x, y", "Refer to `g` for full documentation.\n\nArgs:\n    x: One.")),
        ("python", google("y, *xs, z", "Parameters\n----------\na1, a2, ... : int\n    One.\nz : int\n    Z.")),
        ("python", google("self, x, y", "Args:\n    x: One.")),
        ("python", google("y, self", "Args:\n    self: One.")),
        ("python", google("x, y", "Parameters\n----------\nx : int\n    One, ...")),
        ("python", google("x, y", "All keyword arguments go on.\n\nArgs:\n    x: One.")),
        ("python", google("x, *y", "All keyword arguments go on.\n\n:param x: One.")),
        ("python", google("x, **y", "All positional arguments go on.\n\n:param x: One.")),
        ("python", google("x, **y", "See the full documentation.\n\n:param x: One.")),
        ("python", google("y, x", "Args:\n    x: One.\n\nExample:\n    >>> f()\n    <BLANKLINE>\n    1")),
        ("php", "<?php\n/** D.\n * @param mixed[] $x All of them.\n */\nfunction f(array $x, int $y) {}\n"),
        ("php", "<?php\n/** D.\n * @param mixed[] $x\n */\nfunction f(array $x, $y) {}\n"),
    ],
)  # fmt: skip
def test_prose_and_types_stand_only_for_what_they_are_about(language: str, text: str) -> None:
    assert problems(language, text) == ["f does not document its parameter y"]


def test_a_documentation_may_begin_with_the_call_that_it_is_about() -> None:
    rows = "Args:\n    a: One.\n    *xs: Two."
    said = google("*xs, y, z=0", rows).replace("Do.", "f(a, *xs, y=1)\n\n    Do.")
    assert problems("python", said) == ["f does not document its parameter y"]
    other = said.replace("f(a, *xs, y=1)", "g(a, *xs, y=1)")
    assert len(problems("python", other)) == 3


def test_stars_escaped_in_a_plain_string_are_read() -> None:
    rows = "Parameters\n----------\nx : int\n    One.\n\\\\*\\\\*kw : any\n    Two."
    assert problems("python", google("x, **kw", rows)) == []
    assert problems("python", google("x, **ks", rows)) == [
        "f does not document its parameter ks",
        "f documents kw, which is no parameter",
    ]


def test_a_type_without_words_may_still_be_of_nothing() -> None:
    text = "<?php\n/** D.\n * @param mixed[] $x\n */\nfunction f(int $a, array $y) {}\n"
    assert problems("php", text) == ["f documents x, which is no parameter"]


def test_an_entry_on_the_closing_line() -> None:
    assert (
        problems(
            "python", 'def f(x, y):\n    """D.\n\n    Args:\n        x: 1.\n        y: 2."""\n'
        )
        == []
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("javascript", "/** D.\n * @param {{a: {b: number}}[]} x One.\n * @param {{c: d}|null} y Two. */\nfunction f(x, y) {}\n"),
        ("javascript", "/** D.\n * @param {{\n *   a: number,\n *   b: {c: string}\n * }} x One.\n * @param y Two. */\nfunction f(x, y) {}\n"),
        ("javascript", "/** D.\n * @param {Array} pair One. */\nfunction f([a, b]) {}\n"),
        ("javascript", "/** D.\n * @param {x} [x=[1, 2]] One.\n * @param y Two. */\nfunction f(x, y) {}\n"),
        ("typescript", "/** {@inheritDoc g}\n * @param x One. */\nfunction f(x, y) {}\n"),
        ("php", "<?php\n/** D.\n * @param array<string, int> $x 1\n * @param class-string<T> $y 2\n * @param 'a'|'b' $z 3\n */\nfunction f($x, $y, $z) {}\n"),
        ("php", "<?php\n/** D.\n * @param callable(int $a): bool $x 1\n * @param ?int ...$y 2\n */\nfunction f($x, ...$y) {}\n"),
        ("php", "<?php\n/** D.\n * @param mixed[] $x\n * @return $this\n */\nfunction f(string $a, array $x, int ...$y): self {}\n"),
        ("ruby", "# D.\n# @param x [Hash{Symbol => Array<String>}] 1\n# @yield [a] 2\ndef f(x, &block); end\n"),
        ("ruby", "# D.\n# @param x 1\n# @option opts [Integer] :a 2\ndef f(x, **opts); end\n"),
        ("ruby", "# @overload f(a)\n#   @param a 1\n# @overload f(b, c)\n#   @param b 2\ndef f(*args); end\n"),
        ("csharp", 'class A {\n/// <param name="class">1</param>\n/// <param name="y">2</param>\nint F(int @class, int y) { return 1; }\n}\n'),
        ("csharp", 'class A {\n/// <inheritdoc/>\n/// <param name="x">1</param>\nint F(int x, int y) { return 1; }\n}\n'),
        ("cpp", "/**\n * @param x,y Both.\n * @param[in,out] z It.\n */\nint f(int x, int y, int z);\n"),
        ("cpp", "/// D.\n/// \\param x One.\n/// ```\n/// @param other in a listing\n/// ```\nint f(int x);\n"),
        ("java", "class A {\n/** D.\n * @param <T> t\n * @param x One. */\n<T> void f(T x) {}\n}\n"),
    ],
)  # fmt: skip
def test_tags_that_agree(language: str, text: str) -> None:
    assert [p for p in problems(language, text) if "parameter" in p] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ruby", "# A.\nclass A\n  # Do.\n  def m(x)\n    x\n  end\nend\n"),
        ("ruby", "# A.\nclass A\n  # D.\n  # rubocop:disable X\n  def m; end\n\n  private def p(q) = q\nend\n"),
        ("ruby", "# A.\nclass A\n  protected\n\n  def p; end\n\n  def q; end\n  private\n  def r; end\nend\n"),
        ("ruby", "# A.\nclass A\n  # D.\n  sig { void }\n  def m; end\n  def n; end\n  private :n\nend\n"),
        ("ruby", "module A\n  module B\n    # C.\n    class C\n    end\n  end\nend\n"),
        ("ruby", "module A::B\n  register :x\n  # C.\n  class C\n  end\nend\n"),
        ("ruby", "# A.\nclass A\n  ##\n  # Do.\n\n  def m; end\nend\n"),
        ("ruby", "# A.\nclass A < B\n  def inspect = 1\n  def m(x)\n    super + 1\n  end\nend\n"),
        ("ruby", "# A.\nclass A\n  # X.\n  attr_reader :x\n  def x=(v) @x = v end\nend\n"),
        ("javascript", "/** D. */\nclass A {\n  m() {}\n}\n/** D. */\nclass B {\n  /** M. */\n  m() {}\n}\nmodule.exports = { B };\n"),
        ("javascript", "const a = new (class {\n  m() {}\n})();\n"),
        ("javascript", "/** D. */\nexport class A extends B {\n  m() { return super.m(); }\n}\n"),
        ("php", "<?php\n/** A. */\nclass A extends B {\n  public function __toString() { return ''; }\n  public function f() { parent::f(); }\n}\n"),
        ("python", "class A(dict):\n    'A.'\n    def get(self, key): ...\nclass B(C):\n    'B.'\n    def m(self):\n        return super().m()\n"),
        ("python", "import io\nfrom typing import TextIO\nclass A(io.RawIOBase):\n    'A.'\n    def readable(self): ...\nclass B(TextIO):\n    'B.'\n    def write(self, s): ...\n"),
        ("javascript", "class A {\n  m() {}\n}\nmodule.exports = {\n  create() { return new A(); }\n};\n"),
        ("ruby", "# @private\nmodule A\n  class B\n    def m; end\n  end\nend\n"),
        ("python", "class A(B):\n    'A.'\n    def m(self, x):\n        y = B.m(self, x)\n        return y\n"),
        ("c", "/** A. */\ntypedef struct a {\n  int (*next)(void *);\n} a_t;\n"),
        ("python", "# Auto generated by tools/make.py\nclass A: ...\n"),
        ("go", "// Code generated by x. DO NOT EDIT.\n\npackage a\n\nfunc F() {}\n"),
        ("c", "int main(void)\n{\n    return 0;\n}\n"),
        ("ruby", "module A\n  autoload :B, 'b'\nend\n"),
        ("javascript", "/** D. */\n// eslint-disable-next-line x\nexport function f() {}\n"),
        ("javascript", "/** D. */\n// a note\n// and another\nexport function f() {}\n"),
        ("javascript", "/** D. */\nexport function f() {\n  return { fix(fixer) {}, Program(node) {} };\n}\n"),
        ("javascript", "module.exports = { create(context) {} };\n"),
        ("javascript", "export const a = () => 1, b = () => 2;\n"),
        ("typescript", "class A { m() {} }\nexport const x = 1;\n"),
        ("typescript", "/** D. */\nexport class A {\n  override m() {}\n}\n"),
        ("typescript", "/** D. */\nexport function f(a: string): void;\nexport function f(a: number): void;\nexport function f(a: any) {}\n"),
        ("typescript", "@Dec()\n/** D. */\nexport class A {}\n"),
        ("python", "import typing as t\n@t.overload\ndef f(a: int): ...\ndef f(a):\n    'Do.'\n"),
        ("python", "from typing_extensions import overload as o, override\n@o\ndef f(a: int): ...\ndef f(a):\n    'Do.'\nclass A:\n    'A.'\n    @override\n    def m(self): ...\n"),
        ("python", "class A:\n    'A.'\n    def m(self):\n        'Do.'\nclass B(A):\n    'B.'\n    def m(self): ...\n"),
        ("python", "def f():\n    ('Doc one '\n     'two.')\n"),
        ("rust", "pub(crate) fn f() {}\nimpl A for B { fn f(&self) {} }\n#[doc = \"x\"]\npub fn g() {}\n"),
        ("rust", "/// D.\n#[inline]\n// a note\n#[cold]\npub fn f() {}\n#[inline]\n/// D.\npub fn g() {}\n"),
        ("java", "/** A. */\npublic class A {\n  @Override\n  public String toString() { return \"\"; }\n}\n"),
        ("csharp", "/// A.\npublic class A {\n  public override string ToString() => \"\";\n}\n"),
        ("csharp", "/// A.\npublic class A {\n  /// M.\n#pragma warning disable X\n  public void M() {}\n}\n"),
        ("cpp", "/** A. */\nclass A {\npublic:\n  void f() override;\n};\nvoid A::g() {}\n"),
        ("cpp", "/** D. */\n// NOLINTNEXTLINE(x)\nint f(int a);\n"),
        ("php", "<?php\n/** A. */\nclass A {\n  #[\\Override]\n  public function f() {}\n}\n"),
        ("go", "package a\n\ntype c struct{}\n\nfunc (c) Do() {}\n\n// D does.\ntype D struct{}\n\nfunc (d D) String() string { return \"\" }\n"),
    ],
)  # fmt: skip
def test_what_nobody_asks_for(language: str, text: str) -> None:
    assert problems(language, text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("go", "package a\n\n//export Sum\nfunc Sum() {}\n"),
        ("go", "package a\n\n//nolint\nfunc Sum() {}\n"),
        ("ruby", "# rubocop:disable X\ndef f; end\n"),
        ("ruby", "# A.\nclass A\n  protected\n  def p; end\n  public\n  def q; end\nend\n"),
        ("javascript", "/** eslint-disable x */\nexport function f() {}\n"),
        ("javascript", "/** @ts-ignore */\nexport function f() {}\n"),
        ("javascript", "function f() {}\nexport { f };\n"),
        ("javascript", "export const api = { get() {} };\n"),
        ("rust", "#[inline]\npub fn f() {}\n"),
        ("python", "class A:\n    'A.'\n    def m(self): ...\n"),
        ("python", "class A(dict):\n    'A.'\n    def m(self):\n        return super().get(1)\n"),
        ("python", "import io\nclass A(io.RawIOBase):\n    'A.'\n    def rewind(self): ...\n"),
        (
            "python",
            "from mine import RawIOBase\nclass A(RawIOBase):\n    'A.'\n    def read(self): ...\n",
        ),
        ("ruby", "# A.\nclass A < B\n  def initialize(x)\n    super()\n  end\nend\n"),
        ("ruby", "# A.\nclass A\n  # X.\n  attr_reader :xy\n  def x=(v) @x = v end\nend\n"),
        ("ruby", "# A.\nclass A\n  # A section.\n\n  def m; end\nend\n"),
        ("ruby", "# A.\nclass A\n  ##\n  # Do.\n\n\n  def m; end\nend\n"),
        ("javascript", "/** D. */\nclass A {\n  m() {}\n}\nexports.A = A;\n"),
        ("javascript", "/** D. */\nclass A {\n  m() {}\n}\nmodule.exports = { b: 1, c: [A] };\n"),
        ("ruby", "# A.\nmodule A\n  # @private\n  class B\n  end\n  def m; end\nend\n"),
        ("python", "class A(B):\n    'A.'\n    def m(self, x):\n        return self.b.m(x)\n"),
        ("python", "# What was auto generated by hand\nclass A: ...\n"),
        ("javascript", "/** D. */\nmodule.exports = class A {\n  m() {}\n};\n"),
        (
            "php",
            "<?php\n/** A. */\nclass A extends B {\n  public function __construct() { parent::__construct(); }\n}\n",
        ),
        ("c", "int mainly(void)\n{\n    return 0;\n}\n"),
    ],
)
def test_what_is_still_asked_for(language: str, text: str) -> None:
    assert [p.split(" has ")[1] for p in problems(language, text)] == ["no documentation"]


@pytest.mark.parametrize("path", ["a.pyi", "deep/a.pyi"])
def test_declarations_of_code_elsewhere_need_no_documentation(path: str) -> None:
    assert problems("python", "def f(): ...\n", path) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("javascript", "// eslint-disable-next-line x\nexport function f() {}\n",
         "/**\n * Take it.\n */\n// eslint-disable-next-line x\nexport function f() {}\n"),
        ("cpp", "// NOLINTNEXTLINE\nint f();\n", "// NOLINTNEXTLINE\nint f();\n"),
        ("go", "package a\n\n//go:noinline\nfunc F() {}\n",
         "package a\n\n// F take it.\n//\n//go:noinline\nfunc F() {}\n"),
        ("ruby", "# rubocop:disable X\ndef f; end\n", "# Take it.\n# rubocop:disable X\ndef f; end\n"),
        ("cpp", "template <class T = std::vector<int>, int N = 2, class... R> // why\nclass A {};\n",
         "@tparam T Take it.\n * @tparam N Take it.\n * @tparam R Take it.\n */\ntemplate"),
        ("typescript", "export interface A<in out T> { f(): T }\n", " * @typeParam T - "),
        ("python", "'M.'\ndef f(a):\n    # type: (int) -> int\n    return a\n",
         "'M.'\ndef f(a):\n    # type: (int) -> int\n    \"\"\"Take it.\n"),
        ("python", "'M.'\ndef f(): \\\n    return\n", "'M.'\ndef f():\n    \"\"\"Take it.\"\"\"\n    return\n"),
        ("python", "'M.'\ndef f(*a, **b): pass\n", "'M.'\ndef f(*a, **b):\n    \"\"\"Take it.\n"),
    ],
)  # fmt: skip
def test_documentation_in_its_place(language: str, text: str, expected: str) -> None:
    after, _ = all_documented(language, text)
    if language == "cpp" and "NOLINT" in text:
        assert after.endswith("\n" + expected)
        assert after.startswith("/**\n * @brief ")
    else:
        assert expected in after
    assert problems(language, after) == []


def test_an_item_that_cannot_be_documented_costs_only_itself() -> None:
    text = "# A.\nclass A\n  define_method(:x) { 1 }\n  memoize def a(x)\n    x\n  end\n  def z; end\nend\n"
    after, message = all_documented("ruby", text)
    assert message == ""
    assert after.count("# Take it.") == 2
    assert "  # @return [Object] " in after.split("memoize")[0]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("raise make_error()", []),
        ("raise self.error", []),
        ("raise Broken()", ["Broken"]),
        ("raise socket.timeout", ["socket.timeout"]),
        ("try:\n        raise KeyError\n    except Exception:\n        pass", []),
        ("try:\n        raise KeyError\n    except LookupError:\n        pass", []),
        ("try:\n        raise KeyError\n    except LookupError:\n        raise", ["KeyError", "LookupError"]),
        ("try:\n        raise KeyError\n    except OSError:\n        pass", ["KeyError"]),
        ("try:\n        raise KeyError\n    except:\n        pass", []),
    ],
)  # fmt: skip
def test_exceptions_are_named_by_their_class_and_only_if_they_leave(
    code: str, names: list[str]
) -> None:
    text = f"import socket\ndef f(self):\n    {code}\n"
    items = languages.items(Snapshot("file:///a", "a", "python", 1, text))
    found = next(i for i in items if i.kind == "function").details.raises
    assert [raised.name for raised in found] == names


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "python",
            'def f(width):\n    """Do.\n\n    Args:\n        width: The width.\n    """\n    return width\n',
            'def f(size):\n    """Do.\n\n    Args:\n        size: The width.\n    """\n    return size\n',
        ),
        (
            "python",
            'def f(width):\r\n    """Do.\r\n\r\n    :param width: It.\r\n    :type width: int\r\n    """\r\n    return width\r\n',
            'def f(size):\r\n    """Do.\r\n\r\n    :param size: It.\r\n    :type size: int\r\n    """\r\n    return size\r\n',
        ),
        (
            "python",
            'def f(other):\n    """Do.\n\n    :param other: width\n    """\n    width = other\n    return width\n',
            'def f(other):\n    """Do.\n\n    :param other: width\n    """\n    size = other\n    return size\n',
        ),
        (
            "javascript",
            "/**\n * Do.\n * @param {width} width - The width.\n */\nfunction f(width) { return width; }\n",
            "/**\n * Do.\n * @param {width} size - The width.\n */\nfunction f(size) { return size; }\n",
        ),
    ],
)
def test_a_renamed_parameter_is_renamed_in_its_documentation(
    language: str, text: str, expected: str
) -> None:
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    start = text.rindex("return width") + len("return ")
    answers = ScriptedGenerator(lambda prompt: "size` fits")
    outcome = assist.run("rename", Task(answers, snapshot, {"start": start, "end": start}))
    assert apply_edits(text, outcome.edits) == expected
