"""A name changed by hand in JavaScript or TypeScript: its uses follow, and nothing else."""

import pytest
from fimble.completion.nextedit.rules.rename_follows import rename_follows

from tests.unit.completion.nextedit.typing import ENDINGS, after, replaced, situation


def _renamed(text: str, language: str, new: str, *numbers: int) -> str | None:
    """What follows after some occurrences of `old` or `Old` became `new`, marks taken out."""
    plain = text.replace("«", "").replace("»", "")
    old = "Old" if "«Old»" in text or "Old" in text else "old"
    asked = situation(*replaced(plain, old, new, *numbers), language=language)
    return after(rename_follows, asked).get(f"doc{ENDINGS[language]}")


def _all(text: str, new: str) -> str:
    for old in ("old", "Old"):
        text = text.replace(f"«{old}»", new)
    return text


VALUES = {
    "a variable": "function f() { const «old» = 1; return «old» + «old»; }\n",
    "a parameter": "const f = («old») => { g(«old»); };\n",
    "a function": "export function «old»() {}\n«old»();\nexport default «old»;\n",
    "an import": "import { «old», x as y } from 'm';\n«old»(y);\n",
    "a destructured parameter": "function f({ «old», b }) { return «old» + b; }\n",
    "a variable that is set later": "let «old»;\n«old» = 1;\n«old» += 2;\nf(«old»);\n",
    "properties, keys and strings stay": "const «old» = { old: 1 };\nf(«old».old, 'old'); // old\n",
    "a shadow stays": "const «old» = 1;\nfunction f(old) { return old; }\nf(«old»);\n",
    "a block's own stays": "const «old» = 1;\n{ let old = 2; f(old); }\nf(«old»);\n",
    "a caught error": "try { f(); } catch («old») { g(«old»); }\n",
    "a loop": "for (const «old» of xs) { f(«old»); }\n",
    "a template": "const «old» = 1;\nf(`${«old»} old`);\n",
    "a label stays": "const «old» = 1;\nold: for (;;) { f(«old»); break old; }\n",
    "its export": "function «old»() {}\nexport { «old» };\n",
    "its export by another name": "function «old»() {}\nexport { «old» as other };\n",
    "a class": "class «Old» {}\nconst x = new «Old»();\n",
}


@pytest.mark.parametrize("language", ["javascript", "typescript"])
@pytest.mark.parametrize("text", VALUES.values(), ids=VALUES)
def test_the_uses_of_a_declaration_follow(text: str, language: str) -> None:
    new = "Fresh" if "Old" in text else "fresh"
    assert _renamed(text, language, new, 0) == _all(text, new)


TYPES = {
    "an interface": "interface «Old» { next: «Old» | null }\nlet x: «Old»;\nlet y: ns.Old;\n",
    "a type": "type «Old» = string;\nfunction f(Old: «Old»): «Old»[] { return [Old]; }\n",
    "a class as a type": "class «Old» { a: «Old» = new «Old»(); }\nlet x: Array<«Old»>;\n",
    "an enum": "enum «Old» { A, B = A }\nlet x: «Old» = «Old».A;\nlet y: «Old».B;\n",
    "an import": "import { «Old» } from 'm';\nlet x: «Old» = new «Old»();\n",
    "an imported type": "import type { «Old» } from 'm';\nlet x: «Old»;\n",
    "a type's parameter": "type A<«Old»> = { x: «Old» };\ntype B<Old> = { x: Old };\n",
    "a parameter of the same name stays": "class «Old» {}\nfunction f<Old>(x: Old) {}\nnew «Old»();\n",
    "of a value": "const «old» = 1;\nlet x: typeof «old»;\n",
    "a field stays": "interface A { old: string }\nconst «old» = 1;\nf(«old»);\n",
}


@pytest.mark.parametrize("text", TYPES.values(), ids=TYPES)
def test_the_uses_of_a_type_follow(text: str) -> None:
    new = "Fresh" if "«Old»" in text else "fresh"
    number = 1 if text.startswith("interface A") else 0
    assert _renamed(text, "typescript", new, number) == _all(text, new)


def test_properties_that_take_the_variable_s_name_keep_it() -> None:
    text = "function f(old) { return { old, b: old }; }\n"
    wanted = "function f(fresh) { return { old: fresh, b: fresh }; }\n"
    assert _renamed(text, "javascript", "fresh", 0) == wanted


def test_elements_follow_their_component_and_those_of_the_page_do_not() -> None:
    text = "const «Old» = () => <div />;\nconst x = <«Old» a={1}><«Old» /></«Old»>;\n"
    assert _renamed(text, "javascriptreact", "Fresh", 0) == _all(text, "Fresh")
    assert _renamed(text, "javascriptreact", "fresh", 0) is None
    page = "const «old» = 1;\nconst x = <old>{«old»}</old>;\n"
    assert _renamed(page, "javascriptreact", "fresh", 0) == _all(page, "fresh")


SILENT = {
    "one use alone": ("const old = 1;\nf(old);\ng(old);\n", 1),
    "the new name is there": ("const fresh = 1;\nconst old = 2;\nf(old);\n", 0),
    "a property of the class": ("class A { constructor(private old: B) { f(old); } }\n", 0),
    "a member of an enum": ("enum E { old, b = old }\n", 0),
    "something ambient": ("declare const old: string;\nf(old);\n", 0),
    "two declarations": ("var old = 1;\nvar old = 2;\nf(old);\n", 0),
    "overloads": ("function old(a: A): B;\nfunction old(a: any) {}\nold(1);\n", 0),
    "merged interfaces": ("interface Old { a: A }\ninterface Old { b: B }\nlet x: Old;\n", 0),
    "what is imported by another name": ("import { old as x } from 'm';\nf(x);\n", 0),
    "eval": ("const old = 1;\neval('old');\nf(old);\n", 0),
    "arguments": ("function f(old) { arguments[0] = 1; return old; }\n", 0),
    "with": ("function f(old) { with (a) { return old; } }\n", 0),
    "what did not parse before": ("const old = ;\nf(old);\n", 0),
    "a reserved word": ("const old = 1;\nf(old);\n", 0),
}


@pytest.mark.parametrize(("text", "number"), SILENT.values(), ids=SILENT)
def test_what_is_not_sure_is_left_alone(text: str, number: int) -> None:
    reserved = text == SILENT["a reserved word"][0]
    new = "delete" if reserved else "Fresh" if "Old" in text else "fresh"
    assert _renamed(text, "typescript", new, number) is None


def test_two_uses_alike_are_a_rename() -> None:
    text = "function f(old) { g(old); h(old); }\n"
    assert _renamed(text, "javascript", "fresh", 1, 2) == text.replace("old", "fresh")
