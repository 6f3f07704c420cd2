"""Files in many languages, code that is new in them, and answers that repeat the file around it."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """A file with one cursor line (`@@`), and what is asked for.

    Attributes:
        language: LSP identifier.
        marked: The file; `@@` stands where the comment is that asks.
        new: The new code, without indentation.
        once: Patterns that may be found only once afterwards.
        example: Code that shows how the new code is used, "" where none could run.
        new_import: An import that the file lacks, "" for none.
    """

    language: str
    marked: str
    new: str
    once: tuple[str, ...]
    example: str = ""
    new_import: str = ""


PROGRAMS = (
    Program("python", 'import os\nfrom pathlib import Path\n\nLIMIT = 3\n\n\nclass Stack:\n    """A stack."""\n\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(item)\n\n\ndef area(width, height):\n    return width * height\n\n\n@@\n\n\nprint(os.sep, Path("."))\n', 'def greet(name):\n    return "hello " + name', ("import os", "from pathlib", "LIMIT = 3", "class Stack", "def push", "def area", "print\\(os", "def greet"), 'print(greet("Ann"))', "import json"),
    Program("python", 'class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(item)\n\n    @@\n\n\ndef main():\n    stack = Stack()\n    stack.push(1)\n\n\nmain()\n', "def pop(self):\n    return self.items.pop()", ("class Stack", "def __init__", "def push", "def main", "^main\\(\\)", "def pop"), "", "import json"),
    Program("javascript", "import fs from 'fs';\nimport { join } from 'path';\n\nconst LIMIT = 3;\n\nexport function area(w, h) {\n  return w * h;\n}\n\n@@\n\nclass Stack {\n  constructor() {\n    this.items = [];\n  }\n  push(item) {\n    this.items.push(item);\n  }\n}\n\nexport { Stack };\n", "function greet(name) {\n  return 'hello ' + name;\n}", ("import fs", "join }", "const LIMIT", "function area", "class Stack", "^  push\\(item\\)", "export \\{ Stack", "function greet"), "console.log(greet('Ann'));", "import os from 'os';"),
    Program("javascript", "const fs = require('fs');\n\nclass Stack {\n  constructor() {\n    this.items = [];\n  }\n\n  @@\n\n  push(item) {\n    this.items.push(item);\n  }\n}\n\nmodule.exports = { Stack };\n", "pop() {\n  return this.items.pop();\n}", ("require\\('fs'\\)", "class Stack", "constructor", "  push\\(item\\)", "module.exports", "  pop\\(\\)")),
    Program("typescript", "import { readFileSync } from 'fs';\n\nexport const z: number = 1;\n\ninterface User {\n  name: string;\n}\n\ntype Id = string | number;\n\nexport function area(w: number, h: number): number {\n  return w * h;\n}\n\n@@\n\nenum Color {\n  Red,\n  Green,\n}\n", "export function greet(user: User): string {\n  return 'hello ' + user.name;\n}", ("import \\{ read", "const z", "interface User", "type Id", "function area", "enum Color", "function greet"), "console.log(greet({ name: 'Ann' }));", "import { join } from 'path';"),
    Program("go", 'package shapes\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nconst Limit = 3\n\n// Point is a point.\ntype Point struct {\n\tX, Y int\n}\n\nfunc (p *Point) Move(dx int) {\n\tp.X += dx\n}\n\n// A says one.\nfunc A() int { return 1 }\n\n@@\n\nfunc Show(p Point) {\n\tfmt.Fprintln(os.Stderr, p)\n}\n', "func Greet(name string) string {\n\treturn \"hello \" + name\n}", ("package shapes", '"fmt"', '"os"', "const Limit", "type Point", "\\) Move", "func A", "func Show", "func Greet"), 'func main() {\n\tfmt.Println(Greet("Ann"))\n}', 'import "strings"'),
    Program("rust", "use std::collections::HashMap;\nuse std::fmt;\n\npub const LIMIT: u32 = 3;\n\n#[derive(Debug)]\npub struct Point {\n    x: i32,\n}\n\nimpl Point {\n    pub fn new(x: i32) -> Self {\n        Point { x }\n    }\n}\n\nimpl fmt::Display for Point {\n    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {\n        write!(f, \"{}\", self.x)\n    }\n}\n\n@@\n\nfn main() {\n    let mut m: HashMap<u32, Point> = HashMap::new();\n    m.insert(LIMIT, Point::new(1));\n    println!(\"{:?}\", m);\n}\n", 'pub fn greet(name: &str) -> String {\n    format!("hello {}", name)\n}', ("use std::collections::HashMap", "use std::fmt", "const LIMIT", "struct Point", "impl Point", "for Point", "fn new", "fn main", "fn greet"), "", "use std::fs;"),
    Program("c", "#include <stdio.h>\n#include <stdlib.h>\n\n#define LIMIT 3\n\ntypedef struct {\n    int x;\n} Point;\n\nstruct node {\n    struct node *next;\n};\n\nstatic int count = 0;\n\nint area(int w, int h);\n\nint area(int w, int h)\n{\n    return w * h;\n}\n\n@@\n\nint main(void)\n{\n    printf(\"%d\\n\", area(2, LIMIT) + count);\n    return 0;\n}\n", "int add(int a, int b)\n{\n    return a + b;\n}", ("<stdio.h>", "<stdlib.h>", "#define LIMIT", "\\} Point", "struct node \\{", "int count", "int area.*;", "int area[^;]*$", "int main", "int add"), "", "#include <string.h>"),
    Program("cpp", "#include <string>\n#include <vector>\n\nusing namespace std;\n\nclass Stack {\npublic:\n    void push(int item) { items.push_back(item); }\n\nprivate:\n    vector<int> items;\n};\n\ntemplate <typename T> T twice(T a) { return a + a; }\n\n@@\n\nint main() {\n    Stack s;\n    s.push(twice(1));\n    return 0;\n}\n", 'string greet(const string &name) {\n    return "hello " + name;\n}', ("<string>", "<vector>", "using namespace", "class Stack", "void push", "T twice", "int main", "string greet"), "", "#include <map>"),
    Program("java", "package shapes;\n\nimport java.util.ArrayList;\nimport java.util.List;\n\npublic class Stack {\n    private final List<Integer> items = new ArrayList<>();\n\n    public void push(int item) {\n        items.add(item);\n    }\n\n    @@\n\n    public int size() {\n        return items.size();\n    }\n}\n", "public int pop() {\n    return items.remove(items.size() - 1);\n}", ("package shapes", "util.ArrayList", "util.List", "class Stack", "items = ", "void push", "int size", "int pop"), "", "import java.util.Map;"),
    Program("csharp", "using System;\nusing System.Collections.Generic;\n\nnamespace Shapes\n{\n    public class Stack\n    {\n        private readonly List<int> items = new List<int>();\n\n        public int Count { get { return items.Count; } }\n\n        public void Push(int item)\n        {\n            items.Add(item);\n        }\n\n        @@\n    }\n}\n", "public int Pop()\n{\n    int last = items[items.Count - 1];\n    items.RemoveAt(items.Count - 1);\n    return last;\n}", ("using System;", "using System.Coll", "namespace Shapes", "class Stack", "items = new", "int Count", "void Push", "int Pop"), "", "using System.Linq;"),
    Program("php", "<?php\n\nnamespace App;\n\nuse Foo\\Bar;\n\nconst LIMIT = 3;\n\nfunction area($w, $h)\n{\n    return $w * $h;\n}\n\n@@\n\nclass Stack\n{\n    private $items = [];\n\n    public function push($item)\n    {\n        $this->items[] = $item;\n    }\n}\n", "function greet($name)\n{\n    return 'hello ' . $name;\n}", ("<\\?php", "namespace App", "use Foo.Bar", "const LIMIT", "function area", "class Stack", "function push", "function greet"), "echo greet('Ann');", "use Foo\\Other;"),
    Program("ruby", "require 'json'\nrequire_relative 'other'\n\nLIMIT = 3\n\nmodule Shapes\n  class Stack\n    def initialize\n      @items = []\n    end\n\n    def push(item)\n      @items << item\n    end\n\n    @@\n  end\nend\n\ndef area(w, h)\n  w * h\nend\n\nputs area(1, LIMIT)\n", "def pop\n  @items.pop\nend", ("require 'json'", "require_relative", "LIMIT = 3", "module Shapes", "class Stack", "def initialize", "def push", "def area", "puts area", "def pop$"), "", "require 'set'"),
    Program("ruby", "require 'json'\n\nclass Stack\n  def push(item)\n    (@items ||= []) << item\n  end\nend\n\n@@\n\nStack.new.push(JSON.dump([1]))\n", "def greet(name)\n  \"hello #{name}\"\nend", ("require 'json'", "class Stack", "def push", "Stack.new", "def greet"), "puts greet('Ann')", "require 'set'"),
    Program("shellscript", "#!/bin/bash\nset -euo pipefail\n\nLIMIT=3\n\nusage() {\n  echo \"usage: $0\"\n}\n\n@@\n\nusage\n", "greet() {\n  echo \"hello $1\"\n}", ("#!/bin/bash", "set -euo", "LIMIT=3", "^usage\\(\\)", "^usage$", "^greet\\(\\)"), "greet Ann"),
    Program("css", "@import 'base.css';\n\n:root {\n  --gap: 4px;\n}\n\n.card {\n  color: red;\n}\n\n@@\n\n@media (min-width: 600px) {\n  .card {\n    color: blue;\n  }\n}\n", ".button {\n  color: green;\n}", ("@import", ":root", "--gap", "color: red", "@media", "color: blue", "\\.button")),
    Program("sql", "CREATE TABLE users (\n  id INTEGER PRIMARY KEY,\n  name TEXT\n);\n\n@@\n\nSELECT name FROM users ORDER BY id;\n", "SELECT COUNT(*) FROM users;", ("CREATE TABLE users", "SELECT name", "COUNT")),
    Program("html", "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>Shop</title>\n</head>\n<body>\n  <h1>Shop</h1>\n  @@\n  <footer>The end of it</footer>\n</body>\n</html>\n", "<form action=\"/login\">\n  <input name=\"email\">\n</form>", ("<!DOCTYPE", "<html", "<head", "charset", "<title", "<body", "<h1", "<footer", "</body>", "</html>", "<form")),
)  # fmt: skip

_SIGNS = {"python": "#", "ruby": "#", "shellscript": "#", "sql": "--"}


def commented(program: Program, words: str) -> str:
    """A comment in the language."""
    if program.language == "css":
        return f"/* {words} */"
    if program.language == "html":
        return f"<!-- {words} -->"
    return f"{_SIGNS.get(program.language, '//')} {words}"


def file_of(program: Program, asked: str) -> tuple[str, int]:
    """The file, with the comment that asks in the cursor's place, and the cursor."""
    at = program.marked.index("@@")
    comment = commented(program, asked)
    return program.marked.replace("@@", comment), at + len(comment)


def answers(program: Program, asked: str, rng: random.Random) -> str:
    """What a small model may say: the new code, and more or less of the file around it."""
    text, cursor = file_of(program, asked)
    comment = commented(program, asked)
    above, below = text[: cursor - len(comment)], text[cursor:]
    indent = re.search(r"[ \t]*$", above)[0]
    new = program.new.replace("\n", f"\n{indent}")
    if rng.random() < 0.5:
        new = f"{comment}\n{indent}{new}"
    kind = rng.choice(["whole", "changed", "top", "bottom", "remains", "tail", "bare", "neighbour"])
    if program.new_import and rng.random() < 0.4 and kind in ("whole", "top", "bare"):
        above, new = _with_import(program, kind, above, new)
    if kind in ("whole", "changed"):
        change = _changed if kind == "changed" else str
        said = change(above) + new + change(below)
    elif kind == "top":
        said = above + new + _closing(program, below)
    elif kind == "bottom":
        said = new + below if not indent else new
    elif kind == "remains":
        word = rng.choice(
            [
                "... existing code ...",
                "rest of the code",
                "The rest of the file remains the same",
                "Existing code...",
            ]
        )
        said = f"{indent}{commented(program, word)}\n\n{indent}{new}\n\n{indent}{commented(program, word)}"
    elif kind == "tail":
        last = below.strip("\n").split("\n\n")[-1].strip("\n")
        said = f"{new}\n\n{last}" if not indent else new
    elif kind == "neighbour":
        pieces = [p for p in above.strip("\n").split("\n\n") if not p.startswith((" ", "\t"))]
        known = pieces[-1] if pieces and not indent else ""
        said = f"{known}\n\n{new}" if known else new
    else:
        said = new
    if rng.random() < 0.3 and program.example and kind not in ("whole", "changed"):
        said = f"{said}\n\n{commented(program, 'Example usage')}\n{program.example}"
    return said + rng.choice(["", "\n", "\n\n"])


def _changed(text: str) -> str:
    """The same with other numbers in it, and without its comments in words."""
    text = re.sub(r"(?m)^[ \t]*(?://|#) [A-Z].*\n", "", text)
    return re.sub(r"(?<![\w.])[123](?![\w.])", "7", text)


def _with_import(program: Program, kind: str, above: str, new: str) -> tuple[str, str]:
    head = re.match(r"(?:(?:<\?php|package \w+;?|namespace App;)\n+)*", above)[0]
    if kind == "bare":
        return above, f"{program.new_import}\n\n{new}"
    return f"{head}{program.new_import}\n{above[len(head) :]}", new


def _closing(program: Program, below: str) -> str:
    """What closes the scopes around the cursor."""
    lines = [
        line
        for line in below.split("\n")
        if re.fullmatch(r"\s*(?:\}|end|</body>|</html>)\s*", line)
    ]
    depth = {"java": 1, "csharp": 2, "ruby": 2, "html": 2, "javascript": 1}
    count = depth.get(program.language, 0) if re.search(r"^[ \t]+@@", program.marked, re.M) else 0
    return "\n" + "\n".join(lines[-count:] if count else []) + "\n"
