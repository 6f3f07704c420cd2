# ruff: noqa: E501 - one request per line
"""What is asked of `generate`: in files with content, and in empty files."""

from __future__ import annotations

FILES = {
    "python": ('import os\nfrom pathlib import Path\n\nLIMIT = 3\n\n\nclass Stack:\n    """A stack of items."""\n\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(item)\n\n    @@1\n\n\ndef area(width, height):\n    return width * height\n\n\n@@0\n\n\nprint(os.sep, Path("."), area(2, LIMIT))\n',
        (0, "a function that reverses a string"), (0, "a function that reads a file and returns its lines"), (0, "a function that writes rows to a CSV file"), (1, "a method pop that removes the last item"), (1, "a method size"), (0, "a dataclass for a point with x and y")),
    "javascript": ("const fs = require('fs');\n\nconst LIMIT = 3;\n\nfunction area(w, h) {\n  return w * h;\n}\n\n@@0\n\nclass Stack {\n  constructor() {\n    this.items = [];\n  }\n\n  push(item) {\n    this.items.push(item);\n  }\n\n  @@1\n}\n\nmodule.exports = { area, Stack, LIMIT, fs };\n",
        (0, "a function that capitalizes a string"), (0, "a function that counts the words of a file"), (0, "a debounce function"), (1, "a method pop that removes the last item"), (1, "a getter size"), (0, "a function that groups an array by a key")),
    "typescript": ("import { readFileSync } from 'fs';\n\nexport const LIMIT: number = 3;\n\nexport interface User {\n  name: string;\n  age: number;\n}\n\nexport function load(path: string): User[] {\n  return JSON.parse(readFileSync(path, 'utf8'));\n}\n\n@@0\n\nexport class Stack {\n  private items: number[] = [];\n\n  push(item: number): void {\n    this.items.push(item);\n  }\n\n  @@1\n}\n",
        (0, "a function that filters adults"), (0, "a function that sorts users by name"), (0, "a type for the keys of User"), (1, "a method pop that removes the last item"), (1, "a method isEmpty"), (0, "a function that groups users by age")),
    "go": ('package shapes\n\nimport (\n\t"fmt"\n)\n\nconst Limit = 3\n\n// Point is a point.\ntype Point struct {\n\tX, Y int\n}\n\n// Move moves it.\nfunc (p *Point) Move(dx int) {\n\tp.X += dx\n}\n\n@@0\n\n// Show prints a point.\nfunc Show(p Point) {\n\tfmt.Println(p.X, p.Y)\n}\n',
        (0, "a function that reverses a string"), (0, "a method of Point that returns the distance to another point"), (0, "a function that counts the words of a string"), (0, "a function that returns the largest of a slice of ints"), (0, "a struct Circle with a method Area"), (0, "a function that joins strings with a comma")),
    "rust": ("use std::collections::HashMap;\n\npub const LIMIT: usize = 3;\n\n#[derive(Debug)]\npub struct Point {\n    pub x: i32,\n    pub y: i32,\n}\n\nimpl Point {\n    pub fn new(x: i32, y: i32) -> Self {\n        Point { x, y }\n    }\n\n    @@1\n}\n\n@@0\n\nfn main() {\n    let mut points: HashMap<usize, Point> = HashMap::new();\n    points.insert(LIMIT, Point::new(1, 2));\n    println!(\"{:?}\", points);\n}\n",
        (0, "a function that reverses a string"), (0, "a function that counts the words of a text in a map"), (0, "an enum for shapes"), (1, "a method that moves the point by dx and dy"), (1, "a method that returns the sum of x and y"), (0, "a function that returns the largest of a slice")),
    "c": ("#include <stdio.h>\n#include <stdlib.h>\n\n#define LIMIT 3\n\nstruct node {\n    int value;\n    struct node *next;\n};\n\nint area(int w, int h)\n{\n    return w * h;\n}\n\n@@0\n\nint main(void)\n{\n    struct node *first = malloc(sizeof *first);\n    printf(\"%d\\n\", area(2, LIMIT));\n    free(first);\n    return 0;\n}\n",
        (0, "a function that adds two numbers"), (0, "a function that reverses a string in place"), (0, "a function that counts the nodes of a list"), (0, "a function that frees a list"), (0, "a function that returns the largest of an array"), (0, "a function that counts the vowels of a string")),
    "cpp": ("#include <string>\n#include <vector>\n\nusing namespace std;\n\nclass Stack {\npublic:\n    void push(int item) { items.push_back(item); }\n\n    @@1\n\nprivate:\n    vector<int> items;\n};\n\n@@0\n\nint main() {\n    Stack stack;\n    stack.push(1);\n    return 0;\n}\n",
        (0, "a function that reverses a string"), (0, "a function that splits a string by a character"), (0, "a function that returns the sum of a vector"), (1, "a method pop that removes the last item"), (1, "a method size"), (0, "a template function that returns the larger of two values")),
    "java": ("import java.util.ArrayList;\nimport java.util.List;\n\npublic class Stack {\n    private final List<Integer> items = new ArrayList<>();\n\n    public void push(int item) {\n        items.add(item);\n    }\n\n    @@1\n\n    public static void main(String[] args) {\n        Stack stack = new Stack();\n        stack.push(1);\n    }\n}\n",
        (1, "a method pop that removes the last item"), (1, "a method size"), (1, "a method that returns the sum of the items"), (1, "a method that counts how often each item is there, as a map"), (1, "a method that sorts the items"), (1, "a static method that counts the words of a string")),
    "csharp": ("using System;\nusing System.Collections.Generic;\n\nnamespace Shapes\n{\n    public class Stack\n    {\n        private readonly List<int> items = new List<int>();\n\n        public void Push(int item)\n        {\n            items.Add(item);\n        }\n\n        @@1\n    }\n}\n",
        (1, "a method Pop that removes the last item"), (1, "a property Count"), (1, "a method that returns the sum of the items"), (1, "a method that prints all items"), (1, "a method that sorts the items"), (1, "a method Clear")),
    "ruby": ("require 'json'\n\nLIMIT = 3\n\nclass Stack\n  def initialize\n    @items = []\n  end\n\n  def push(item)\n    @items << item\n  end\n\n  @@1\nend\n\n@@0\n\nputs JSON.dump([LIMIT, Stack.new.push(1)])\n",
        (0, "a function that reverses the words of a string"), (0, "a function that reads a file and counts its lines"), (0, "a method that returns the largest of an array"), (1, "a method pop that removes the last item"), (1, "a method size"), (0, "a module Greeter with a method greet")),
}  # fmt: skip
"""By language: a file whose cursor lines are `@@0` and `@@1`, and six requests with their line."""

EMPTY = (
    ("html", "form.html", "a responsive login form with email, password and remember me"),
    ("html", "index.html", "a page with a header, a navigation bar and a footer"),
    ("html", "table.html", "a table of products with name, price and a button"),
    ("css", "grid.css", "a responsive grid of cards with three columns"),
    ("css", "modal.css", "a centred modal dialog with a dark backdrop"),
    ("javascriptreact", "Table.jsx", "a sortable table of users"),
    ("typescriptreact", "Form.tsx", "a form with validation of email and password"),
    ("typescriptreact", "List.tsx", "a list of todo items that can be checked"),
    ("vue", "Counter.vue", "a counter component with plus and minus buttons"),
    ("svelte", "Todo.svelte", "a todo list with an input"),
    ("javascript", "server.js", "an Express server with routes to list and create users"),
    ("typescript", "api.ts", "a typed client for a REST API of users"),
    ("typescript", "store.ts", "a small store with subscribe and set"),
    ("python", "login.py", "a FastAPI login endpoint with hashed passwords"),
    ("python", "app.py", "a Flask application with a route that returns JSON"),
    ("python", "models.py", "SQLAlchemy models for a blog with users and posts"),
    ("go", "server.go", "an HTTP server with a JSON endpoint"),
    ("php", "contact.php", "a handler of a contact form that validates its fields"),
    ("java", "UserService.java", "a class UserService that stores users in a map"),
    ("sql", "schema.sql", "tables for a shop with customers, orders and products"),
)
