"""What new code uses and nothing declares; the first texts are answers of the model."""

import pytest
from fimble.core.insertion.undeclared import undeclared

STORE = """class Store {
  private items: { [key: string]: number } = {};

  subscribe(callback: (item: string, quantity: number) => void): void {
    this.items[item] = quantity;
  }

  set(item: string, quantity: number): void {
    this.items[item] = quantity;
  }
}
"""
SERVICE = """import java.util.HashMap;
import java.util.Map;

public class UserService {
    private Map<String, User> users = new HashMap<>();

    public void print() {
        for (Map.Entry<String, User> entry : users.entrySet()) {
            System.out.println(entry.getValue().getName());
        }
    }
}
"""
SHAPE = """#[derive(Debug)]
pub enum Shape {
    Circle,
    Square,
}

impl Shape {
    pub fn new(shape: Shape, x: i32) -> Self {
        match shape {
            Shape::Circle => Circle::new(x),
            Shape::Square => Square { x },
        }
    }
}
"""


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("typescript", STORE, ("item", "quantity")),
        ("java", SERVICE, ("User",)),
        ("rust", SHAPE, ("Circle", "Square")),
        ("java", "class A extends Base { Other o; }", ("Base",)),
        ("java", "class A { void f() { Helper.run(); } }", ("Helper",)),
        ("rust", "fn f() -> i32 { helper(1) }", ("helper",)),
        ("rust", "fn f(x: &Foo) -> Vec<Bar> { vec![] }", ("Foo", "Bar")),
        ("go", "package a\n\nfunc F(p Point) error {\n\treturn check(p)\n}\n", ("Point", "check")),
        ("javascript", "function f() { const a = 1; }\nfunction g() { return a; }\n", ("a",)),
    ],
)
def test_names_that_nothing_declares(language: str, text: str, names: tuple[str, ...]) -> None:
    assert undeclared(language, "", text) == names
    assert undeclared(language, text, f"{text}\n") == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("java", "import a.*;\nclass A { User u; }"),
        ("java", "import a.User;\nclass A<T extends User> { T t; Map.Entry<T, A> e; LIMIT x; }"),
        ("java", "import a.Base;\nclass A extends Base { Inner i; }"),
        ("java", "class A { enum B { X } record C(int a) {} interface D {} B b; C c; D d; @Foo int x; }"),
        ("java", "class A { <R> R f(R r) { return r; } Object o; Exception e; }"),
        ("rust", "use super::*;\nfn f(x: Foo) {}"),
        ("rust", "use a::{b::Foo, c as Bar};\nfn f(x: Foo) -> Bar { Bar::new(x) }"),
        ("rust", "macro_rules! m { () => { struct Foo; } }\nm!();\nfn f(x: Foo) {}"),
        ("rust", "make!(Foo);\nfn f(x: Foo) {}"),
        ("rust", "trait A { type Item; fn f(&self) -> Self::Item; }\nfn g<T: A<Item = u8>>(t: T) {}"),
        ("rust", "fn f(g: impl Fn(i32) -> i32) -> Option<i32> { let h = |x| g(x); Some(h(1)) }"),
        ("rust", "fn f(x: std::io::Error) -> Box<dyn ToString> { drop(x); Box::new(std::mem::size_of::<u8>()) }"),
        ("go", 'package a\n\nimport . "fmt"\n\nfunc F() {\n\tPrintln(Foo{})\n}\n'),
        ("go", "package a\n\ntype P[T any] struct {\n\tx T\n}\n\nfunc F(g func(int) string) []byte {\n\tp := P[int]{}\n\t_ = p\n\treturn []byte(g(len(\"a\")))\n}\n"),
        ("javascript", "function f() { return later; }\nconst later = 1;\nfor (const x of [1]) x;\n"),
        ("javascript", "function f(name, event) {}\nconsole.log(name, event, other);\n"),
        ("javascript", "function f() { var a = 1; if (a) { return a; } }\nconst g = { a: 1 }; g.a;\n"),
        ("javascript", "function f( {"),
        ("python", "print(x)\n"),
    ],
)  # fmt: skip
def test_names_of_which_nothing_is_claimed(language: str, text: str) -> None:
    assert undeclared(language, "", text) == ()
