"""Facts of the syntax tree, one small file per language."""

import pytest
from fimble.core.docstrings import languages
from fimble.core.docstrings.facts import Item
from fimble.core.text.snapshot import Snapshot


def read(language: str, text: str) -> dict[str, Item]:
    items = languages.items(Snapshot("file:///a", "a", language, 1, text))
    return {item.qualname: item for item in items}


def signature(item: Item) -> str:
    """Parameters, result and exceptions on one line."""
    details = item.details
    parameters = ", ".join(
        p.name
        + (f": {p.annotation}" if p.annotation else "")
        + (f"={p.default}" if p.default else "")
        for p in details.parameters
    )
    result = "yields" if details.yields else "value" if details.returns_value else "nothing"
    raised = " ".join(r.name for r in details.raises)
    return f"({parameters}) {result} {raised}".strip()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def f(): pass", "() nothing"),
        ("def f(a, /, b: int = 3, *, c=None): return a", "(a, b: int=3, c=None) value"),
        ("def f(*args: str, **kw): return", "(*args: str, **kw) nothing"),
        ("def f(_, __, _kept): pass", "(_kept) nothing"),
        ("async def f(größe): return größe", "(größe) value"),
        ("def f() -> None: return g()", "() nothing"),
        ("def f() -> int: ...", "() value"),
        ("def f():\n    yield 1", "() yields"),
        ("def f():\n    def g():\n        return 1", "() nothing"),
        ("def f():\n    if x:\n        raise ValueError('x')", "() nothing ValueError"),
        (
            "def f():\n    try:\n        g()\n    except (A, b.C):\n        raise",
            "() nothing A b.C",
        ),
        ("def f():\n    try:\n        g()\n    except A as e:\n        raise e", "() nothing A"),
        (
            "def f():\n    try:\n        g()\n    except A as e:\n        raise B from e",
            "() nothing B",
        ),
        ("def f():\n    try:\n        raise A\n    except A:\n        pass", "() nothing"),
        ("def f():\n    raise make()", "() nothing"),
        ("def g():\n    raise A\ndef f():\n    return g()", "() value A"),
        (
            "def g():\n    raise A\ndef f():\n    try:\n        g()\n    except A: pass",
            "() nothing",
        ),
    ],
)
def test_python_signatures(code: str, expected: str) -> None:
    assert signature(read("python", code)["f"]) == expected


def test_python_methods_lose_their_receiver_and_static_ones_do_not() -> None:
    found = read(
        "python",
        "class A:\n    def m(self, x): ...\n    @staticmethod\n    def s(x): ...\n"
        "    @classmethod\n    def c(cls, x): ...\n    @property\n    def p(self): return 1\n",
    )
    assert [signature(found[f"A.{name}"])[:4] for name in "msc"] == ["(x) "] * 3
    assert "property" in found["A.p"].details.traits


def test_python_items_say_what_is_public_and_what_carries_its_own_documentation() -> None:
    found = read(
        "python",
        "@overload\ndef f(a: int): ...\nclass _A:\n    def m(self): ...\n"
        "class B:\n    def __init__(self): ...\n    @x.setter\n    def x(self, v): ...\n"
        "def g():\n    def inner(): ...\nh = lambda x: x\n",
    )
    assert not found["f"].documentable
    assert not found["B.x"].documentable
    public = [name for name, item in found.items() if item.public and name]
    assert public == ["f", "B", "B.x", "g"]


def test_python_class_attributes() -> None:
    found = read(
        "python", "class A(B):\n    x: int = 3\n    y = 2\n    _z: str\n    def m(self): ...\n"
    )
    assert [(a.name, a.annotation) for a in found["A"].details.attributes] == [
        ("x", "int"),
        ("y", ""),
    ]


JAVASCRIPT = """\
export default function* f(a, [b] = [], {c, d: {e} = {}, ...rest}) { yield 1 }
foo.bar = function(x) { if (!x) { throw new RangeError("x"); } return x };
const arrow = async (y = 1, ...zs) => y;
class A { constructor(q) {} #hidden() {} get size() { return 1 } set size(v) {} }
"""


def test_javascript() -> None:
    found = read("javascript", JAVASCRIPT)
    assert signature(found["f"]) == (
        "(a, items0=[], options1, options1.c, options1.d, options1.d.e) yields"
    )
    assert signature(found["bar"]) == "(x) value RangeError"
    assert found["bar"].details.raises[0].condition == "!x"
    assert signature(found["arrow"]) == "(y=1, ...zs) value"
    assert signature(found["A.constructor"]) == "(q) nothing"
    assert not found["A.#hidden"].public


def test_functions_inside_expressions_carry_no_documentation() -> None:
    code = (
        "function outer() {\n  return function inner(a) { return a };\n}\nrun(() => 1, x => x);\n"
    )
    assert list(read("javascript", code)) == ["outer"]


def test_ambient_declarations_are_documented_above_declare() -> None:
    item = read("typescript", "export declare function f(a: number): void;\n")["f"]
    assert item.place.start == 0


def test_typescript() -> None:
    code = (
        "export class A<T> { private m?: number; @dec() run<U>(this: A, x?: U, y = 2): Promise<void> "
        "{ return go() } }\ninterface I { g(a: string): number }\n"
    )
    found = read("typescript", code)
    assert signature(found["A.run"]) == "(x: U=undefined, y=2) nothing"
    assert found["A"].details.generics == ("T",)
    assert signature(found["I.g"]) == "(a: string) value"


@pytest.mark.parametrize(
    ("language", "code", "name", "expected"),
    [
        ("java", "class A<T> { <U extends B> U f(final int a, String... b) throws E { throw new X(); } }",
         "A.f", "(a: int, b: String...) value X E"),
        ("java", "record P(int x, int y) {}", "P", "(x: int, y: int) nothing"),
        ("go", "package a\nfunc (r *R[T]) F(a, b int, _ bool, c ...string) (n int, err error) { return }",
         "R.F", "(a: int, b: int, c: string) value"),
        ("rust", "impl S { pub unsafe fn f<T>(&mut self, a: &str, (b, c): (u8, u8)) -> Result<T, E> {} }",
         "S.f", "(a: &str) value"),
        ("csharp", "class A { int F(ref int a, string b = \"x\", params int[] c) => throw new E(); }",
         "A.F", "(a: int, b: string, c: int[]) value E"),
        ("cpp", "template <class T> int *f(const T& a, int b = 3, int (*cb)(int)) { throw E(\"x\"); }",
         "f", "(a: T, b: int=3, cb: int) value E"),
        ("c", "void f(char *a, int b[]);", "f", "(a: char, b: int) nothing"),
        ("php", "<?php function f(int $a, ?string &$b = null, ...$c): ?array { throw new \\E(); return $a; }",
         "f", "($a: int, $b: ?string=null, ...$c) value \\E"),
        ("ruby", "class A\n  def f(a, b = 1, *c, d:, **g, &blk)\n    raise E, 'x'\n  end\nend",
         "A.f", "(a, b=1, *c, d, **g, &blk) value E"),
    ],
)  # fmt: skip
def test_other_languages(language: str, code: str, name: str, expected: str) -> None:
    assert signature(read(language, code)[name]) == expected


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("python", "def f():\n    '''Doc.'''\n", "f"),
        ("javascript", "/** Doc. */\nexport const f = () => 1;\n", "f"),
        ("typescript", "class A {\n  /** Doc. */\n  @dec()\n  f() {}\n}\n", "A.f"),
        ("java", "class A {\n  /** Doc. */\n  @Override\n  void f() {}\n}\n", "A.f"),
        ("go", "package a\n\n// f does.\n// More.\nfunc f() {}\n", "f"),
        ("rust", "/// Doc.\n/// More.\n#[inline]\nfn f() {}\n", "f"),
        ("csharp", "class A {\n  /// <summary>Doc.</summary>\n  [X] void F() {}\n}\n", "A.F"),
        ("cpp", "/** Doc. */\ntemplate <class T>\nvoid f(T a) {}\n", "f"),
        ("php", "<?php\n/** Doc. */\n#[X]\nfunction f() {}\n", "f"),
        ("ruby", "# Doc.\n# More.\ndef f; end\n", "f"),
    ],
)
def test_existing_documentation_is_found(language: str, code: str, name: str) -> None:
    assert (
        "oc" in read(language, code)[name].place.existing
        or "does" in read(language, code)[name].place.existing
    )


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("go", "package a\n\n// Not for f.\n\nfunc f() {}\n", "f"),
        ("javascript", "// no doc\nfunction f() {}\n", "f"),
        ("ruby", "x = 1 # of x\ndef f; end\n", "f"),
        ("python", "def f():\n    f'''no doc'''\n", "f"),
    ],
)
def test_other_comments_are_no_documentation(language: str, code: str, name: str) -> None:
    assert read(language, code)[name].place.existing == ""


@pytest.mark.parametrize(
    "text", ["", "\n", "#!/usr/bin/env python\n", "def f(", "🙂🙂", "class", "\r\n\r\n"]
)
@pytest.mark.parametrize("language", sorted(languages.LANGUAGES))
def test_no_text_is_too_strange(language: str, text: str) -> None:
    for item in languages.items(Snapshot("file:///a", "a", language, 1, text)):
        assert 0 <= item.place.start <= item.place.end <= len(text)
        assert item.details.parameters == ()
