"""Programs made at random log the same after every refactoring that is offered anywhere in them."""

from textwrap import indent

import pytest
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import named
from fimble.core.text import syntax
from fimble.core.text.snapshot import Snapshot, apply_edits
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.core.refactor.node import Node
from tests.unit.core.refactor.test_script_behaviour import NEW, WHAT, drafts

NAMES = st.sampled_from(["a", "b", "c", "d"])
ATOMS = st.one_of(
    NAMES, st.sampled_from(["1", "'s'", "log(3)", "o.p", "o?.q", "-5", "typeof e", "o.m(a)"])
)


def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["-", "*", "<", "===", "&&", "||", "??", ","])
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda e: f"log({e})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})"),
        inner.map(lambda e: f"(() => {e})()"),
        st.tuples(NAMES, inner).map(lambda p: f"[{p[1]}].map(({p[0]}) => log({p[0]}))[0]"),
        st.tuples(NAMES, inner).map(lambda p: f"({p[0]} = {p[1]})"),
        NAMES.map(lambda n: f"{n}++"),
        st.tuples(NAMES, inner).map(lambda p: f"{{ {p[0]}, x: {p[1]} }}.x".join("()")),
        inner.map(lambda e: f"`${{!{e}}}!`"),
    )


EXPRESSIONS = st.recursive(ATOMS, wider, max_leaves=4)
WORDS = st.sampled_from(["const", "let", "var"])
SIMPLE = st.one_of(
    st.tuples(WORDS, NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} {p[1]} = {p[2]};"),
    st.tuples(WORDS, NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} {{ x: {p[1]} = {p[2]} }} = o;"),
    st.tuples(NAMES, st.sampled_from(["=", "-=", "??="]), EXPRESSIONS).map(lambda p: f"{p[0]} {p[1]} {p[2]};"),
    st.tuples(NAMES, NAMES).map(lambda p: f"[{p[0]}, {p[1]}] = [{p[1]}, {p[0]}];"),
    EXPRESSIONS.map(lambda e: f"log({e});"),
    NAMES.map(lambda n: f"late.push(() => {n});"),
    NAMES.map(lambda n: f"late.push(() => {n}++);"),
    NAMES.map(lambda n: f"log({{ {n} }});"),
    st.sampled_from(["if (late.turn()) late.forEach((f) => log(f()));", "let e;", "var e = e || a;", "log(this === undefined);", "log(hoisted());"]),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"var v = {p[1]};\nlate.push(() => v);\nlog(v, {p[0]});"),
    st.tuples(WORDS, EXPRESSIONS).map(lambda p: f"{p[0]} w = {p[1]};\nlog(hoisted());"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"const k = {p[1]};\nlog(k, {p[0]});"),
    st.tuples(NAMES, NAMES).map(lambda p: f"const [{p[0]}1] = [{p[1]}];\nlog({p[0]}1);"),
    st.sampled_from(["if (a === 2) return b;", "if (b) throw new RangeError();"]),
)  # fmt: skip


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(lambda b: indent(b, "  "))
    return st.one_of(
        st.tuples(EXPRESSIONS, body).map(lambda p: f"if ({p[0]}) {{\n{p[1]}\n}}"),
        st.tuples(NAMES, body, body).map(lambda p: f"if ({p[0]}) {{\n{p[1]}\n}} else {{\n{p[2]}\n}}"),
        st.tuples(WORDS, NAMES, body).map(lambda p: f"for ({p[0]} {p[1]} of [1, 2, 3]) {{\n{p[2]}\n}}"),
        st.tuples(NAMES, body).map(lambda p: f"for (let {p[0]} = 0; {p[0]} < 3 && late.turn(); {p[0]} += 1) {{\n{p[1]}\n  if (b === 1) break;\n}}"),
        st.tuples(body, body).map(lambda p: f"try {{\n{p[0]}\n}} catch (e) {{\n{p[1]}\n}}"),
        st.tuples(body, body).map(lambda p: f"try {{\n{p[0]}\n}} finally {{\n{p[1]}\n}}"),
        st.tuples(NAMES, body).map(lambda p: f"switch ({p[0]}) {{\n  case 1: {{\n{p[1]}\n  }}\n  default:\n    log(9);\n}}"),
        st.tuples(NAMES, body).map(lambda p: f"late.push(({p[0]}) => {{\n{p[1]}\n}});"),
    )  # fmt: skip


STATEMENTS = st.recursive(SIMPLE, compound, max_leaves=6)
HEAD = "const o = { p: 1, x: undefined, get g() { return log(8); }, m(v) { return log(v); } };\nlet c = 5, d = 6;\n"
TAIL = """
for (const [x, y] of [[0, 1], [2, 3], [-1, 0]]) {
  const late = Object.assign([], { turns: 0, turn() { return this.turns++ < 50; } });
  late.push = function (f) { if (this.length < 20) this[this.length] = f; };
  try {
    log(main(x, y, late));
  } catch (error) {
    log(error instanceof Error ? error.name : 'other');
  }
  for (const f of [...late]) { try { log(f()); } catch (error) { log(error.name); } }
}
log(c, d);
"""
PROGRAMS = st.tuples(st.lists(STATEMENTS, min_size=2, max_size=6), st.booleans()).map(
    lambda p: HEAD + "function main(a, b, late) {\n" + indent("\n".join(p[0]), "  ")
    + "\n  return [a, b];\n  function hoisted() { return typeof w + b; }\n}\n" + TAIL + ("export {};\n" if p[1] else "")
)  # fmt: skip
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.mark.parametrize("what", WHAT)
@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(text=PROGRAMS)
def test_a_random_program_behaves_the_same(what: str, text: str, node: Node) -> None:
    (before,) = node.logs([text], "javascript")
    parsed = syntax.parse("javascript", text)
    refactoring = by_language.of(Snapshot("file:///a", "a", "javascript", 1, text))
    assert parsed is not None
    assert not isinstance(refactoring, str)
    if before[-1:] == ["throws SyntaxError"]:
        return
    tried = drafts(what, parsed, refactoring)
    texts = sorted({apply_edits(text, named(d, NEW)) for d in tried if not isinstance(d, str)})
    for after, log in zip(texts, node.logs(texts, "javascript"), strict=True):
        assert log == before, after
