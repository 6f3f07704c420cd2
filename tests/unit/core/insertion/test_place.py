"""Where code goes, and what of it is left out: one case for each kind."""

import pytest
from fimble.core.insertion import placed, remains
from fimble.core.text.snapshot import Snapshot, apply_edits


def inserted(language: str, marked: str, said: str, instruction: str = "") -> str:
    text = marked.replace("█", "")
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    return apply_edits(text, placed(snapshot, marked.index("█"), said, instruction))


ADD = "  for (const x of xs) {\n    total += x;\n  }\n"
CASES = {
    "a class that is elsewhere gets its new method": (
        "python",
        "class S:\n    def a(self):\n        pass\n\n\n# add a method b to S█\n",
        "class S:\n    def a(self):\n        pass\n\n    def b(self):\n        return 1\n",
        "class S:\n    def a(self):\n        pass\n\n    def b(self):\n        return 1\n\n\n# add a method b to S\n",
    ),
    "an impl that is elsewhere too": (
        "rust",
        "struct P {}\n\nimpl P {\n    fn a(&self) {}\n}\n\n// a method b█\n",
        "impl P {\n    fn a(&self) {}\n    fn b(&self) {}\n}\n",
        "struct P {}\n\nimpl P {\n    fn a(&self) {}\n    fn b(&self) {}\n}\n\n// a method b\n",
    ),
    "a struct gets its new fields": (
        "go",
        "package a\n\n// Cart is one.\ntype Cart struct {\n\tItems []string // all\n\tid, size int\n}\n\n// a total█\n",
        "type Cart struct {\n\tItems []string\n\tid, total int\n\t// Owner is who pays.\n\tOwner string `json:\"owner\"`\n\tio.Reader\n}\n\nfunc (c Cart) Total() int { return c.total }\n",
        "package a\n\n// Cart is one.\ntype Cart struct {\n\tItems []string // all\n\tid, size int\n\ttotal int\n\t// Owner is who pays.\n\tOwner string `json:\"owner\"`\n\tio.Reader\n}\n\n// a total\nfunc (c Cart) Total() int { return c.total }\n",
    ),
    "a struct and an interface of a group theirs": (
        "go",
        "package a\n\ntype (\n\tA struct {\n\t\tx int\n\t}\n\tB interface {\n\t\tM(x int) error\n\t}\n)\n\n// more█\n",
        "type A struct {\n\tx int\n\ty int\n}\n\ntype B interface {\n\tM(y string) error\n\tN()\n}\n",
        "package a\n\ntype (\n\tA struct {\n\t\tx int\n\t\ty int\n\t}\n\tB interface {\n\t\tM(x int) error\n\t\tN()\n\t}\n)\n\n// more\n",
    ),
    "a struct around the cursor": (
        "go",
        "package a\n\ntype A struct {\n\tx int\n\t// y█\n}\n",
        "type A struct {\n\tx int\n\ty int\n}\n",
        "package a\n\ntype A struct {\n\tx int\n\t// y\n\ty int\n}\n",
    ),
    "fields alone at the cursor in a struct": (
        "go",
        "package a\n\ntype A struct {\n\tx int\n\t// y█\n}\n",
        "y int\nz string\n",
        "package a\n\ntype A struct {\n\tx int\n\t// y\n\ty int\n\tz string\n}\n",
    ),
    "a group of types without the one that is there": (
        "go",
        "package a\n\ntype A struct {\n\tx int\n}\n\n// B█\n",
        "type (\n\tA struct {\n\t\tx int\n\t}\n\tB struct {\n\t\ty int\n\t}\n)\n",
        "package a\n\ntype A struct {\n\tx int\n}\n\n// B\ntype (\n\tB struct {\n\t\ty int\n\t}\n)\n",
    ),
    "a list of names without the last, whose begin another one has": (
        "javascript",
        "let b;\n\nclass A {}\n// more█\n",
        "let x, bc, b;\n",
        "let b;\n\nclass A {}\n// more\nlet x, bc;\n",
    ),
    "a rule gets what it lacks": (
        "css",
        ".a {\n  color: red;\n}\n█\n",
        ".a {\n  color: blue;\n  margin: 0;\n}\n.b { top: 0 }\n",
        ".a {\n  color: red;\n  margin: 0;\n}\n.b { top: 0 }\n",
    ),
    "the function around the cursor is not begun again": (
        "javascript",
        "function f(xs) {\n  let total = 0;\n  // add all█\n  return total;\n}\n",
        f"function f(xs) {{\n  let total = 0;\n{ADD}  return total;\n}}\n",
        f"function f(xs) {{\n  let total = 0;\n  // add all\n{ADD}  return total;\n}}\n",
    ),
    "nor the lines around the cursor": (
        "javascript",
        "function f(xs) {\n  let total = 0;\n  // add all█\n  return total;\n}\n",
        f"  let total = 0;\n{ADD}  return total;\n",
        f"function f(xs) {{\n  let total = 0;\n  // add all\n{ADD}  return total;\n}}\n",
    ),
    "with the brackets below": (
        "javascript",
        "function f(xs) {\n  let total = 0;\n  // add all█\n  return total;\n}\n",
        f"{ADD}  return total;\n}}\n",
        f"function f(xs) {{\n  let total = 0;\n  // add all\n{ADD}  return total;\n}}\n",
    ),
    "a new function beside the class of the cursor": (
        "java",
        "class A {\n    int a;\n    // a class B█\n}\n",
        "class A {\n    int a;\n}\n\nclass B {\n}\n",
        "class A {\n    int a;\n    // a class B\n}\n\nclass B {\n}\n",
    ),
    "a script of a page, and its new import": (
        "vue",
        "<template><p/></template>\n<script setup>\nimport { ref } from 'vue'\nconst n = ref(0)\n// add one█\n</script>\n",
        "<script setup>\nimport { ref, watch } from 'vue'\nconst n = ref(0)\nfunction add() {}\n</script>\n",
        "<template><p/></template>\n<script setup>\nimport { ref } from 'vue'\nimport { watch } from 'vue'\nconst n = ref(0)\n// add one\nfunction add() {}\n</script>\n",
    ),
    "a component that is written again": (
        "svelte",
        "<script>\n  let n = 0;\n</script>\n\n<p>{n}</p>\n█\n",
        "<script>\n  import { x } from './x';\n  let n = 0;\n  function add() { n += x; }\n</script>\n\n<p>{n}</p>\n<button on:click={add}>+</button>\n",
        "<script>\n  import { x } from './x';\n  let n = 0;\n  function add() { n += x; }\n</script>\n\n<p>{n}</p>\n<button on:click={add}>+</button>\n",
    ),
    "what a module exports is said once": (
        "javascript", "module.exports = { f };\nfunction f() {}\n// g█\n",
        "function g() {}\n\nmodule.exports = { f, g };\n",
        "module.exports = { f };\nfunction f() {}\n// g\nfunction g() {}\n",
    ),
    "an answer that says a thing twice": (
        "go", "package p\n\n// f█\n", "func F() int { return 1 }\n\nfunc F() int { return 2 }\n",
        "package p\n\n// f\nfunc F() int { return 1 }\n",
    ),
    "a package of the library that nobody imported": (
        "go", "package p\n\nimport (\n\t\"fmt\"\n)\n\nvar _ = fmt.Sprint()\n\n// f█\n",
        "func F(math int, s string) string { return strings.ToUpper(s) + fmt.Sprint(math) }\n",
        "package p\n\nimport (\n\t\"fmt\"\n)\nimport \"strings\"\n\nvar _ = fmt.Sprint()\n\n// f\nfunc F(math int, s string) string { return strings.ToUpper(s) + fmt.Sprint(math) }\n",
    ),
    "a header of the library": (
        "c", "#include <stdio.h>\n\nvoid free_list(int *p);\n// f█\n",
        "bool f(const char *s)\n{\n    printf(\"free(x)\");\n    return strlen(s) > 0;\n}\n",
        "#include <stdio.h>\n#include <stdbool.h>\n#include <string.h>\n\nvoid free_list(int *p);\n// f\nbool f(const char *s)\n{\n    printf(\"free(x)\");\n    return strlen(s) > 0;\n}\n",
    ),
    "a class of the library, and one of the file": (
        "java", "import java.util.List;\n\nclass A {\n    class Set {}\n    // f█\n}\n",
        "Map<Set, List<Set>> f() { return new HashMap<>(); }\n",
        "import java.util.List;\nimport java.util.HashMap;\nimport java.util.Map;\n\nclass A {\n    class Set {}\n    // f\n    Map<Set, List<Set>> f() { return new HashMap<>(); }\n}\n",
    ),
    "a second default export is none": (
        "typescriptreact",
        "export default function App() { return <p>a</p>; }\n// a button█\n",
        "function Button() { return <b>b</b>; }\n\nexport default Button;\n",
        "export default function App() { return <p>a</p>; }\n// a button\nfunction Button() { return <b>b</b>; }\n",
    ),
    "a definition of what is declared": (
        "c",
        "int f(int a);\n\n// define f█\n",
        "int f(int a);\n\nint f(int a) { return a; }\n",
        "int f(int a);\n\n// define f\nint f(int a) { return a; }\n",
    ),
    "another overload": (
        "java",
        "class A {\n    int f(int a) { return a; }\n    // f of a text█\n}\n",
        "int f(String a) { return 1; }",
        "class A {\n    int f(int a) { return a; }\n    // f of a text\n    int f(String a) { return 1; }\n}\n",
    ),
    "a method of a function's name": (
        "python",
        "def dump(): ...\n\n\nclass A:\n    x = 1\n\n    # a method that dumps█\n",
        "def dump(self):\n    return self.x",
        "def dump(): ...\n\n\nclass A:\n    x = 1\n\n    # a method that dumps\n    def dump(self):\n        return self.x\n",
    ),
    "a setter of a property": (
        "python",
        "class A:\n    @property\n    def x(self):\n        return 1\n\n    # the setter█\n",
        "@property\ndef x(self):\n    return 1\n\n@x.setter\ndef x(self, value):\n    pass",
        "class A:\n    @property\n    def x(self):\n        return 1\n\n    # the setter\n    @x.setter\n    def x(self, value):\n        pass\n",
    ),
    "names of a group that are new": (
        "go",
        "package p\n\nconst (\n\tA = 1\n)\n\n// B█\n",
        "const (\n\tA = 1\n\tB = 2\n)\n",
        "package p\n\nconst (\n\tA = 1\n)\n\n// B\nconst (\n\tB = 2\n)\n",
    ),
    "keys of a mapping": (
        "yaml", "a: 1\n# a key c█\nb: 2\n", "a: 1\nc: 3\nb: 2\n", "a: 1\n# a key c\nc: 3\nb: 2\n",
    ),
    "example usage": (
        "javascript",
        "█",
        "function a() {\n  return 1;\n}\n\n// Example usage:\nconst r = a();\nconsole.log(r);\n",
        "function a() {\n  return 1;\n}\n",
    ),
    "example usage of a class": (
        "python",
        "█",
        "class A:\n    x = 1\n\n\na = A()\nprint(a.x)\n\nif __name__ == '__main__':\n    print(A())\n",
        "class A:\n    x = 1\n",
    ),
    "what an application does is no example": (
        "javascript",
        "█",
        "const express = require('express');\nconst app = express();\napp.get('/', (q, r) => r.send('a'));\napp.listen(3000);\n",
        "const express = require('express');\nconst app = express();\napp.get('/', (q, r) => r.send('a'));\napp.listen(3000);\n",
    ),
    "nor is what something else uses": (
        "python",
        "█",
        "def make():\n    return {}\n\n\napp = make()\n\n\ndef use():\n    return app\n",
        "def make():\n    return {}\n\n\napp = make()\n\n\ndef use():\n    return app\n",
    ),
    "a main function that nobody asked for": (
        "c",
        "int f(void) { return 1; }\n// g█\n",
        "int g(void) { return 2; }\n\nint main(void) { return g(); }\n",
        "int f(void) { return 1; }\n// g\nint g(void) { return 2; }\n",
    ),
    "no line before the first of an empty file": (
        "html", "█", "\n\n\n<p>a</p>\n\n", "<p>a</p>\n",
    ),
    "nor before an import": (
        "python", "█", "\nimport json\n\n\ndef f():\n    return json\n", "import json\n\n\ndef f():\n    return json\n",
    ),
    "a package clause in a file without code": (
        "go", "// it█\n", "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(1)\n}\n",
        "// it\npackage main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Println(1)\n}\n",
    ),
    "comments alone are no code": ("python", "x = 1\n█\n", "# here goes something\n", "x = 1\n\n"),
    "a directive is no comment that asks": (
        "c", "#include <stdio.h>\n█\n", "#include <stdio.h>\n#include <math.h>\nint f(void) { return 1; }\n",
        "#include <stdio.h>\n#include <math.h>\nint f(void) { return 1; }\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_new_goes_where_it_belongs(case: str) -> None:
    language, marked, said, after = CASES[case]
    wanted = "b" if case != "example usage" else "a function that gives one"
    assert inserted(language, marked, said, wanted) == after


@pytest.mark.parametrize(
    "line",
    [
        "// ... existing code ...",
        "# ... rest of the code ...",
        "/* rest of the file */",
        "<!-- The rest of the page stays the same -->",
        "-- ...",
        "{/* existing components code */}",
        "// Existing methods...",
        "# Your code here",
        "// rest of your implementation",
        "// other functions",
        "# (unchanged)",
        "// ... (previous methods remain unchanged)",
        "// Rest of the code remains the same",
    ],
)  # fmt: skip
def test_comments_in_the_place_of_code_are_remains(line: str) -> None:
    assert remains.is_remains(line)


@pytest.mark.parametrize(
    "line",
    [
        "# The rest of the arguments is passed on to the parser, which knows them",
        "// returns the existing user",
        "# other users may write it",
        "// code points, not bytes",
        "# class of the widget",
        "// file names are relative",
        "-- rest days",
        "x = 1  # rest of the code",
        "// previous value",
        "# content type",
        "// all routes need a token",
    ],
)
def test_comments_that_say_something_are_not(line: str) -> None:
    assert not remains.is_remains(line)
