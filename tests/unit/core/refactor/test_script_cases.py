"""What each refactoring of scripts does at one place: offered, and the program logs the same; or refused."""

import pytest
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import named
from fimble.core.text import syntax
from fimble.core.text.snapshot import Snapshot, apply_edits

from tests.unit.core.refactor.node import Node

NEW = "renamed"


def done(what: str, language_id: str, marked: str) -> tuple[str, str]:
    """The program, and what the refactoring makes of it between the marks; the reason if nothing."""
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    refactoring = by_language.of(Snapshot("file:///a", "a", language_id, 1, text))
    assert not isinstance(refactoring, str)
    if what == "function":
        draft = refactoring.extract_function(start, end)
    elif what == "variable":
        draft = refactoring.extract_variable(start, end)
    elif what == "inline":
        found = refactoring.inline_variable(start)
        draft = found if isinstance(found, str) else found[1]
    else:
        variable = refactoring.variable(start)
        draft = variable if isinstance(variable, str) else refactoring.rename(start, NEW)
    return text, draft if isinstance(draft, str) else apply_edits(text, named(draft, NEW))


OFFERED = {
    # extract function: what goes in and out
    "a value goes in and out": ("function", "js", "function f(a) { let b = a;\n  «const c = a + b;»\n  return c; } log(f(1));"),
    "two values come out": ("function", "js", "function f(a) {\n  «const b = a + 1, c = a * 2;\n  log(b);»\n  return [b, c]; } log(f(3));"),
    "a sum is given back": ("function", "js", "function f(xs) { let sum = 0;\n  «for (const x of xs) {\n    sum += x;\n  }»\n  return sum; } log(f([1, 2]));"),
    "a tail with its return": ("function", "js", "function f(xs) { let sum = 0;\n  «for (const x of xs) sum += x;\n  return sum;»\n} log(f([1, 2]));"),
    "a bare return": ("function", "js", "function f(x) {\n  «log(x);\n  return;»\n} log(f(1));"),
    "a value that is set again": ("function", "js", "function f(x) {\n  «let y = x + 1;\n  log(y);»\n  y += 1;\n  return y; } log(f(1));"),
    "a value that is read by a later function": ("function", "js", "function f(x) {\n  «const y = x + 1;»\n  return [1].map(() => y); } log(f(1));"),
    "a loop variable": ("function", "js", "function f(n) { const fns = []; for (const i of [1, n]) {\n    «const k = i * 2;\n    fns.push(() => k + i);»\n  } return fns.map((g) => g()); } log(f(3));"),
    "break and continue of their own": ("function", "js", "function f(n) {\n  «for (;;) { if (n++ > 3) break; else continue; }»\n  return n; } log(f(1));"),
    "a nested function with its return": ("function", "js", "function f(n) {\n  «const g = function (k) { return this === undefined || k + n; };\n  log(typeof g(1));»\n} f(1);"),
    "shorthand properties": ("function", "js", "function f(a, b) {\n  «const c = { a, b, ['k' + a]: b };»\n  return c; } log(f(1, 2));"),
    "patterns and defaults": ("function", "js", "function f({ a, b: [c = 4] = [] }, ...more) {\n  «const { d = a, ...rest } = { c, e: more };»\n  return [d, rest]; } log(f({ a: 1 }, 5));"),
    "optional chains and templates": ("function", "js", "function f(o) {\n  «const t = `${o?.a?.[0] ?? 'none'}\n    two lines`;»\n  return t; } log(f(), f({ a: [1] }));"),
    "typeof of what is not there": ("function", "js", "function f() {\n  «const t = typeof nowhere;»\n  return t; } log(f());"),
    "a method without this": ("function", "js", "class A { m(x) {\n    «const y = x * 2;\n    log(y);»\n    return y; } }\nlog(new A().m(2));"),
    "a function in an object": ("function", "js", "const o = { run(x) {\n    «const y = x + 1;»\n    return y; } };\nlog(o.run(1));"),
    "an inner arrow function": ("function", "js", "const f = (a) => (b) => {\n  «const c = a + b;»\n  return c; };\nlog(f(1)(2));"),
    "comments stay with what they describe": ("function", "js", "// About f.\nfunction f(a) {\n  // first\n  «const b = a;\n  // inner\n  log(b);» // last\n} f(1);"),
    "a selection without its last semicolon": ("function", "js", "function f(a) {\n  «const b = a + 1;\n  log(b)»;\n  return b; } log(f(1));"),
    "comments at a selection's ends": ("function", "js", "function f(a) {\n  «// what b is\n  const b = a + 1;\n  log(b)»  ; // last\n  return b; } log(f(1));"),
    "windows line breaks": ("function", "js", "function f(a) {\r\n  «const b = a;\r\n  log(b);»\r\n}\r\nf(1);"),
    "an async function without await in them": ("function", "js", "async function f(p) { const a = await p;\n  «const b = a + 1;»\n  return b; } f(1).then(log);"),
    "a switch inside": ("function", "js", "function f(k) {\n  «let r = 0; switch (k) { case 1: r = 1; break; default: r = 2; }»\n  return r; } log(f(1), f(2));"),
    "a catch of their own": ("function", "js", "function f(k) {\n  «let r; try { r = JSON.parse(k); } catch (e) { r = e.name; } finally { log('end'); }»\n  return r; } log(f('1'), f('{'));"),
    "types are written": ("function", "ts", "function f(a: number, b: string): string {\n  «const c = b.repeat(a);»\n  return c; } log(f(2, 'x'));"),
    "the return type is taken over": ("function", "ts", "type M = 'a' | 'b';\nfunction f(a: number): M {\n  «if (a > 1) log(a);\n  return 'a';»\n} log(f(2));"),
    "a type of an interface": ("function", "ts", "interface P { n: number }\nfunction f(p: P) {\n  «const m: number = p.n * 2;»\n  return m; } log(f({ n: 2 }));"),
    "a let by its literal": ("function", "ts", "function f(xs: number[]) { let sum = 0;\n  «for (const x of xs) sum += x;»\n  return sum; } log(f([1, 2]));"),
    "overloads stay together": ("function", "ts", "export function f(a: string): void;\nexport function f(a: number): void;\nexport function f(a: any): void {\n  «log(a);»\n}\nf(1);"),
    "a decorated file with an enum": ("function", "ts", "enum E { A = 1, B = A + 1 }\nfunction f(a: number) {\n  «const b: number = a + E.B;»\n  return b; } log(f(1));"),
    # extract variable
    "an argument of a function that calls itself": ("variable", "js", "function f(a) { const g = (n) => {\n    return n > 2 ? n : h(n);\n  }; const h = (n) => {\n    return g(«log(n + 1)»);\n  }; return g(a); } log(f(0));"),
    "an argument of a function that is set before": ("variable", "js", "function f(a) { const g = log;\n  function h() {\n    return g(«log(a)»);\n  } return h(); } log(f(1));"),
    "an argument of a function that is set later": ("variable", "js", "function f(a) { const h = () => {\n    return g(«log(a)»);\n  }; const g = log; return h(); } log(f(1));"),
    "an argument of a function of a loop": ("variable", "js", "function f(a) { for (const g of [log, log]) {\n    g(«log(a)»);\n  } } f(1);"),
    "a value for a name of a pattern": ("variable", "js", "function f(a) {\n  const { x: b } = log({ y: a, x: «a.x» });\n  return b; } log(f({ x: 1 }));"),
    # inline
    "a literal goes anywhere": ("inline", "js", "function f(a) { \n  const «k» = 5;\n  log(k + a);\n  return () => k.toFixed(1) + -k; } log(f(1)());"),
    "a string into a template": ("inline", "js", "function f(a) { \n  const «s» = 'it';\n  return `${s} ${s.length} ${{ s }.s}${a}`; } log(f(1));"),
    "a name that stays": ("inline", "js", "function f(a) {\n  const «b» = a;\n  log(b);\n  return [b, { b }, () => b]; } log(f(1)[2]());"),
    "a call into the next statement": ("inline", "js", "function f(a) {\n  const «b» = log(a);\n  return b + 1; } log(f(1));"),
    "an awaited value": ("inline", "js", "async function f(p) {\n  const «b» = await p;\n  return b.x; } f({ x: 1 }).then(log);"),
    "an operator gets parentheses": ("inline", "js", "function f(a) {\n  const «b» = a + 1;\n  return b * 2; } log(f(1));"),
    "a simple type goes with it": ("inline", "ts", "function f(a: number) {\n  const «b»: number = a + 1;\n  return b * 2; } log(f(1));"),
    "windows line breaks of one": ("inline", "js", "function f(a) {\r\n  const «b» = 1;\r\n  return b + a;\r\n}\r\nlog(f(1));"),
    # rename
    "a shorthand keeps its key": ("rename", "js", "function f(«a») { return { a, b: a }; } log(f(1));"),
    "a pattern keeps its key": ("rename", "js", "function f({ «a», b = a }) { ({ a } = { a: a + b }); return [a, b]; } log(f({ a: 1 }));"),
    "a default keeps its key": ("rename", "js", "function f({ «a» = 4 }) { return a; } log(f({}), f({ a: 1 }));"),
    "a shadowed name": ("rename", "js", "function f(«a») { { let a = 2; log(a); } const g = (a) => a; return a + g(1); } log(f(5));"),
    "a hoisted var": ("rename", "js", "function f() { log(«v»); if (1) { var v = 2; } return v; } log(f());"),
    "a loop and a label of the same name": ("rename", "js", "function f() { a: for (let «a» = 0; a < 3; a++) { if (a) continue a; log(a); } } f();"),
    "a hoisted function": ("rename", "js", "function f() { return g(1); function «g»(n) { return n ? g(0) : 'end'; } } log(f());"),
    "a caught error": ("rename", "js", "function f() { try { null.x; } catch («e») { return e instanceof TypeError || typeof e; } } log(f());"),
    "a property of the same name stays": ("rename", "js", "function f(«a») { const o = { a: 1, get b() { return a; } }; o.a += a; return [o.a, o?.a, o['a'], o.b]; } log(f(2));"),
    "a type stays": ("rename", "ts", "type a = { a: number };\nfunction f(«a»: a): a is a { const x: typeof a = a; return x.a > 0; } log(f({ a: 1 }));"),
    "a local of a module": ("rename", "js", "const «a» = 1;\nexport const b = a;\nexport default a;\nlog(a, b);"),
}  # fmt: skip


@pytest.mark.parametrize("case", OFFERED)
def test_what_is_offered_behaves_the_same(case: str, node: Node) -> None:
    what, suffix, marked = OFFERED[case]
    language_id = {"js": "javascript", "ts": "typescript"}[suffix]
    text, after = done(what, language_id, marked)
    parsed = syntax.parse(language_id, after)
    assert after != text
    assert parsed is not None
    assert not parsed.root.has_error, after
    before, now = node.logs([text, after], language_id)
    assert before == now, after
    assert before
    assert not any(line.startswith("throws") for line in before), before


REFUSED = {
    # extract function
    "half a statement": ("function", "js", "function f() { «log(1»); }"),
    "statements outside of functions": ("function", "js", "{ \n«log(1);»\n }"),
    "this": ("function", "js", "function f() {\n  «log(this);»\n}"),
    "this in an arrow": ("function", "js", "function f() {\n  «[1].map(() => this);»\n}"),
    "this in a computed name": ("function", "js", "function f() {\n  «log({ [this.k]() {} });»\n}"),
    "super": ("function", "js", "class A extends B { m() {\n  «super.m();»\n} }"),
    "new.target": ("function", "js", "function f() {\n  «log(new.target);»\n}"),
    "a private field": ("function", "js", "class A { #x; m(o) {\n  «log(o.#x);»\n} }"),
    "a private field in an inner function": ("function", "js", "class A { #x; m(o) {\n  «log(function () { return o.#x; });»\n} }"),
    "a private member": ("function", "ts", "class A { private x = 1; m(o: A) {\n  «log(o.x);»\n} }"),
    "await": ("function", "js", "async function f(p) {\n  «await p;»\n}"),
    "for await": ("function", "js", "async function f(p) {\n  «for await (const x of p) log(x);»\n}"),
    "yield": ("function", "js", "function* f() {\n  «yield 1;»\n}"),
    "arguments": ("function", "js", "function f() {\n  «log(1);»\n  return arguments; }"),
    "eval": ("function", "js", "function f() {\n  «log(1);»\n  return eval('1'); }"),
    "with": ("function", "js", "function f(o) {\n  «log(1);»\n  with (o) { log(a); } }"),
    "using": ("function", "ts", "function f(o: any) {\n  «using x = o;»\n  log(x); }"),
    "a var of a caught error's name": ("function", "js", "function f(a) {\n  try { log(a); } catch (e) { var e = 1; }\n  «log(e);»\n}"),
    "a return in the middle": ("function", "js", "function f(a) {\n  «if (a) return 1;»\n  return 2; }"),
    "a break of the loop around": ("function", "js", "function f(a) { for (;;) {\n  «if (a) break;»\n } }"),
    "a continue with a label": ("function", "js", "function f(a) { x: for (;;) {\n  «for (;;) { continue x; }»\n } }"),
    "a break that would end the switch": ("function", "js", "function f(a) { switch (a) { case 1: {\n  «log(1);\n break;»\n } } }"),
    "a directive": ("function", "js", "function f(a) {\n  «'use strict';»\n  log(a); }"),
    "strict code in sloppy code": ("function", "js", "function f(a) { 'use strict';\n  «a.x = 1;»\n }"),
    "two variables that change": ("function", "js", "function f(a, b) {\n  «a++; b++;»\n  return a + b; }"),
    "a change in a try": ("function", "js", "function f(a) { try {\n  «a = log(1); log(2);»\n } catch {} return a; }"),
    "a change that a function sees": ("function", "js", "function f(a) { const g = () => a;\n  «a = 2;»\n  return g(); }"),
    "a change by a function they call": ("function", "js", "function f(a) { const g = () => { a++; };\n  «g(); log(a);»\n }"),
    "a var of a loop that functions keep": ("function", "js", "function f(g) { for (var i = 0; i < 2; i++) { var v = i;\n  «g.push(() => v);»\n } }"),
    "a var from the last turn": ("function", "js", "function f() { for (const i of [1, 2]) {\n  «var v = v || i; log(v);»\n } }"),
    "a var that is known before": ("function", "js", "function f() { log(v);\n  «var v = 1;»\n  return v; }"),
    "a parameter declared again": ("function", "js", "function f(x) {\n  «log(() => x);»\n  var x = 2; }"),
    "a let that is not yet set": ("function", "js", "function f() { const g = () => {\n  «log(x);»\n }; for (const x of [1]) g(x); let x; }"),
    "a field that is made later": ("function", "js", "function f(n) {\n  «class A { id = n++; }\n  log(n);»\n  return n; }"),
    "a hoisted function reads what they declare": ("function", "js", "function f() {\n  «const a = 1; g();»\n  return a; function g() { log(a); } }"),
    "a case may jump over a declaration": ("function", "js", "function f(k) { switch (k) { case 1: let a = 1; case 2: {\n  «log(k && a);»\n } } }"),
    "a loop variable that is not yet set": ("function", "js", "function f() {\n  for (const b of [1].map(() => {\n    «log(1);\n    return b;»\n  })) {} }"),
    "a parameter that is not yet set": ("function", "js", "function f() {\n  return (b = (() => {\n    «log(1);\n    return b;»\n  })()) => b; }"),
    "other code on the line": ("function", "js", "function f(a) { log(a); «log(1);» }"),
    "a type that is not written": ("function", "ts", "function f(a) {\n  «log(a);»\n }"),
    "a type that a branch narrows": ("function", "ts", "type U = A | null;\nfunction f(a: U) { if (a) {\n  «log(a.x);»\n } }"),
    "a type parameter": ("function", "ts", "function f<T>(a: number, b: T) {\n  «log(a);»\n }"),
    "a throw that narrows": ("function", "ts", "function f(a: any): number {\n  «if (!a) throw new Error();»\n  return a; }"),
    "a literal type": ("function", "ts", "function f(): 'a' {\n  «const k = 'a';»\n  return k; }"),
    "a type that a branch narrows for a closure": ("function", "ts", "function g(p: P) {\nfunction f(n: number) { if (p.x) {\n  «log(p.x.y + n);»\n } } }"),
    # extract variable
    "what the grammar reads in another way": ("variable", "ts", "function f(a: any) {\n  return «a!.b === 1 && a!.b».c; }"),
    "the start of an optional chain": ("variable", "js", "function f(a) {\n  return «a?.b».c; }"),
    "an optional argument": ("variable", "ts", "function f(a: any) {\n  return a?.(«a.b»); }"),
    "a tagged template": ("variable", "js", "function f(a) {\n  return a«`b`»; }"),
    "what is read before a call, in short": ("variable", "js", "function f(a) {\n  log({ a, x: «log(1)» }); }"),
    "a class may come before a call": ("variable", "js", "function f(a) {\n  log(class extends a() {}, «log(1)»); }"),
    "what is not yet set is read before": ("variable", "js", "function f(a) {\n  if (a) {\n    const b = ({ b, x: «a.m(1)» }.x);\n  } }"),
    "what is not yet set is read before a plain value": ("variable", "js", "function f(a) {\n  const b = log(b, «a.x»); }"),
    "what is not yet set is called": ("variable", "js", "function f(a) {\n  const b = b(«log(a)»); }"),
    "a method of what is not yet set": ("variable", "js", "function f(a) {\n  let b = b.m(«log(a)»); }"),
    "what is set by the same declaration": ("variable", "js", "function f(a) {\n  const b = c(«log(a)»), { c } = a; }"),
    "what is set later in its block": ("variable", "js", "function f(a) {\n  {\n    b(«log(a)»);\n  }\n  const { c: [b = 1] } = a; }"),
    "a class that comes later": ("variable", "js", "function f(a) {\n  A.of(«log(a)»);\n  class A {} }"),
    "what is exported later": ("variable", "js", "g(«log(1)»);\nexport const g = log;"),
    "what another case sets": ("variable", "js", "function f(a) { switch (a) { case 1: let b = a; default: {\n  b(«log(a)»);\n } } }"),
    "not yet set where a function runs at once": ("variable", "js", "function f(a) {\n  const b = [1].map(() => {\n    return b(«log(a)»);\n  }); }"),
    "set later than a function runs": ("variable", "js", "function f(a) {\n  [1].map(() => {\n    b(«log(a)»);\n  });\n  const b = 1; }"),
    "a hoisted function may run before it is set": ("variable", "js", "function f(a) { g();\n  const b = a;\n  function g() { h(); }\n  function h() {\n    b(«log(a)»);\n  } }"),
    "a function may run before it is set": ("variable", "js", "function f(a) { const g = () => {\n    b(«log(a)»);\n  };\n  g();\n  const b = a; }"),
    # inline
    "set twice": ("inline", "js", "function f() {\n  let «a» = 1;\n  a = 2;\n  return a; }"),
    "read by its own value": ("inline", "js", "function f() {\n  const «a» = () => a;\n  return 1; }"),
    "computed twice": ("inline", "js", "function f() {\n  const «a» = log(1);\n  return a + a; }"),
    "something happens before": ("inline", "js", "function f() {\n  const «a» = log(1);\n  return log(2) + a; }"),
    "not always read": ("inline", "js", "function f(b) {\n  const «a» = log(1);\n  return b && a; }"),
    "read later": ("inline", "js", "function f() {\n  const «a» = log(1);\n  return () => a; }"),
    "read in a loop": ("inline", "js", "function f(b) {\n  const «a» = log(1);\n  while (a) {} }"),
    "a method without its object": ("inline", "js", "function f(o) {\n  const «a» = o.f;\n  return a(1); }"),
    "the rest of a chain": ("inline", "js", "function f(o) {\n  const «a» = o?.f();\n  return a.b; }"),
    "a directive would come of it": ("inline", "js", "function f() {\n  const «a» = 'use strict';\n  a;\n }"),
    "a line would join the one before": ("inline", "js", "function f(g) {\n  g\n  const «a» = 5\n  a.toFixed()\n }"),
    "outside of functions": ("inline", "js", "const «a» = 1;\nlog(a);"),
    "a pattern": ("inline", "js", "function f(o) {\n  const { «a» } = o;\n  return a; }"),
    "a name that changes": ("inline", "js", "function f(b) {\n  const «a» = b;\n  b++;\n  return a; }"),
    "a name that is shadowed": ("inline", "js", "function f(b) {\n  const «a» = b;\n  return (b) => a + b; }"),
    "a name that is not yet set": ("inline", "js", "function f(g) {\n  const «a» = b;\n  g.push(() => a);\n  const b = 1; }"),
    "a name that is not yet set before a call": ("inline", "js", "function f(a) {\n  const «k» = log(a);\n  const b = b(k); }"),
    "a hoisted function reads it": ("inline", "js", "function f() { g();\n  const «a» = 1;\n  function g() { return a; } }"),
    "what is called may change": ("inline", "js", "let g = log;\nfunction f() {\n  const «a» = (() => { g = null; return 1; })();\n  g(a); }\ng = log;"),
    # rename
    "an import": ("rename", "js", "import «a» from 'a';\nlog(a);"),
    "an export": ("rename", "js", "export const «a» = 1;"),
    "an export by its name": ("rename", "js", "const a = 1;\nexport { «a» };"),
    "an exported pattern": ("rename", "js", "export const { «a», b } = {};"),
    "a class": ("rename", "js", "function f() { class «a» {} }"),
    "a global of a page": ("rename", "js", "var «a» = 1;"),
    "an ambient variable": ("rename", "ts", "declare const «a»: number;\nexport {};"),
    "a parameter property": ("rename", "ts", "class A { constructor(private «a»: number) {} }"),
    "a caught error that is declared again": ("rename", "js", "function f() {\n  try { g(); } catch («e») { var e = 1; }\n  log(e); }"),
    "a property": ("rename", "js", "function f(o) { return o.«a»; }"),
    "a function that is asked for its name": ("rename", "js", "function f() { const «a» = () => {}; return a.name; }"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_mean_something_else_is_refused(case: str) -> None:
    what, suffix, marked = REFUSED[case]
    language_id = {"js": "javascript", "ts": "typescript"}[suffix]
    _, reason = done(what, language_id, marked)
    assert reason.endswith("."), reason


@pytest.mark.parametrize(
    ("marked", "head"),
    [
        ("function f(a: number): string {\n  «log(a);»\n  return ''; }", "renamed(a: number) {"),
        ("function f(a: number): string {\n  «return `${a}`;»\n}", "renamed(a: number): string {"),
        ("async function f(a: any): Promise<M> {\n  «return { a };»\n}", "renamed(a: any): M {"),
        ("async function f(a: any): Promise<M> {\n  «return g(a);»\n}", "renamed(a: any) {"),
        ("function f(a: A[] = [], b = 2) {\n  «log(a, b);»\n}", "renamed(a: A[], b: number) {"),
        ("function f() { const a = 2;\n  «log(a);»\n}", ""),
        ("function f(a?: A) {\n  «log(a);»\n}", ""),
        ("function f(): M {\n  «return g({ a: 1 });»\n}", "renamed(): M {"),
        ("const f: G = () => {\n  «return { a: 1 };»\n};", ""),
        ("function* f(): H {\n  «return { a: 1 };»\n}", ""),
    ],
)  # fmt: skip
def test_types_are_those_that_are_written(marked: str, head: str) -> None:
    text, after = done("function", "typescript", marked)
    assert head in after
    assert after != text
    assert after.endswith(".") is not bool(head)


@pytest.mark.parametrize(
    "marked",
    [
        "function f(a: any) {\n  if («typeof a» === 'string') log(a); }",
        "function f(a: any) {\n  if (typeof a === «'string'») log(a); }",
        "function f(a: any) {\n  if («a.b») log(a.b); }",
        "function f(a: any) {\n  return «Array.isArray(a)» ? a : 1; }",
        "function f(a: any) {\n  return Array.isArray(«a.b») ? a : 1; }",
        "function f(a: boolean) {\n  while (1) {\n    a = «!a»; } }",
    ],
)
def test_an_expression_that_decides_on_types_stays(marked: str) -> None:
    assert "types" in done("variable", "typescript", marked)[1]
    assert (
        "renamed"
        in done("variable", "javascript", marked.replace(": any", "").replace(": boolean", ""))[1]
    )
