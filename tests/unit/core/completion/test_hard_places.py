"""Hard places, from end to end: the document with the cursor, what the model says, what is there after.

The document that is wanted stands in the row; "" where nothing may be shown.
"""

import pytest
from fimble.completion import pipeline
from fimble.generation.testing import ScriptedGenerator, at_cursor

IN_HOLES = [
    ("javascript", "const a = `http://${host}:${█}`\n", "port}`;", "const a = `http://${host}:${port}`;\n"),
    ("javascript", "const a = `http://${host}:${█}`\n", "port", "const a = `http://${host}:${port}`\n"),
    ("csharp", 'class A { string F() { return $"{Name} is {█}"; } }', 'Age} years old.";', 'class A { string F() { return $"{Name} is {Age} years old."; } }'),
    ("csharp", 'class A { string F() { return $"{Name} is {█}"; } }', "Age", 'class A { string F() { return $"{Name} is {Age}"; } }'),
    ("swift", 'let a = "\\(p.name) is \\(█)"\n', 'p.age) years old."', 'let a = "\\(p.name) is \\(p.age) years old."\n'),
    ("kotlin", 'println("${a.name}: ${█}")\n', 'a.value}")', 'println("${a.name}: ${a.value}")\n'),
    ("python", 'print(f"{█}")\n', 'name}: {value}", file=sys.stderr)', 'print(f"{name}: {value}", file=sys.stderr)\n'),
    ("python", 'def f(person):\n    return f"{person.name} is {█}"\n', 'person.age}"', 'def f(person):\n    return f"{person.name} is {person.age}"\n'),
    ("ruby", 'puts "#{a.name} is #{█}"\n', 'a.age} years"', 'puts "#{a.name} is #{a.age} years"\n'),
    ("shellscript", 'echo "${a}: ${█}"\n', 'b}"', 'echo "${a}: ${b}"\n'),
    ("php", '<?php\necho "{$a}: {$█}";\n', 'b}";', '<?php\necho "{$a}: {$b}";\n'),
    ("vue", "<template>\n  <p>{{ █ }}</p>\n</template>\n", "name }}</p>", "<template>\n  <p>{{ name }}</p>\n</template>\n"),
    ("svelte", "<p>{█}</p>\n", "name}</p>", "<p>{name}</p>\n"),
]  # fmt: skip
CLOSERS = [
    ("lua", 'local t = {"Mon", "Tue", "█"}\n', 'Wed", "Thu"}', 'local t = {"Mon", "Tue", "Wed", "Thu"}\n'),
    ("python", "def f(name):\n    print('Hello, █')\n", "' + name + '!')", "def f(name):\n    print('Hello, ' + name + '!')\n"),
    ("lua", 'print("Hello, █")\n', '" .. name .. "!")', 'print("Hello, " .. name .. "!")\n'),
    ("klingon", 'print("Hello, █")\n', '" .. name .. "!")', 'print("Hello, " .. name .. "!")\n'),
    ("javascript", "console.log('Goodbye █');\n", "' + name);", "console.log('Goodbye ' + name);\n"),
    ("java", 'class A { void f() { System.out.println("a █"); } }', '" + name);', 'class A { void f() { System.out.println("a " + name); } }'),
    ("c", 'int main() {\n  printf("a █");\n}\n', '%d", a);', 'int main() {\n  printf("a %d", a);\n}\n'),
    ("rust", 'fn main() {\n    println!("a █");\n}\n', '{}", a);', 'fn main() {\n    println!("a {}", a);\n}\n'),
    ("javascript", "if (█) {\n  b();\n}\n", "a > 1) {", "if (a > 1) {\n  b();\n}\n"),
    ("javascript", "const a = f(█).g();\n", "b", "const a = f(b).g();\n"),
    ("javascript", "const a = f(█).g();\n", "b).g();", "const a = f(b).g();\n"),
    ("javascript", "f(█)\n", "a), (b", "f(a), (b)\n"),
    ("javascript", "f(a, {█\n});\n", " b })", "f(a, { b\n});\n"),
    ("javascript", "const a = f(█)\n", "b);", "const a = f(b);\n"),
    ("python", "x = [1, █]\n", "2]", "x = [1, 2]\n"),
    ("python", "x = [f(█)]\n", "1), f(2)]", "x = [f(1), f(2)]\n"),
    ("typescript", "type A = Map<string, █>;\n", "number>;", "type A = Map<string, number>;\n"),
    ("css", "h1 { █ }\n", "color: #333; }", "h1 { color: #333; }\n"),
    ("go", 'package a\n\nfunc f() {\n\tfmt.Println("a █")\n}\n', '", b)', 'package a\n\nfunc f() {\n\tfmt.Println("a ", b)\n}\n'),
    ("toml", 'a = ["█"]\n', 'b", "c"]', 'a = ["b", "c"]\n'),
    ("yaml", 'a: ["█"]\n', 'b", "c"]', 'a: ["b", "c"]\n'),
    ("sql", "SELECT f('█');\n", "a', b);", "SELECT f('a', b);\n"),
]  # fmt: skip
ELEMENTS = [
    ("vue", '<template>\n<p class="█"></p>\n</template>\n', 'card-text">{{ text }}</p>', '<template>\n<p class="card-text">{{ text }}</p>\n</template>\n'),
    ("html", '<p class="█"></p>\n', 'card">text</p>', '<p class="card">text</p>\n'),
    ("html", '<p class="█">text</p>\n', 'card">other</p>', '<p class="card">text</p>\n'),
    ("html", '<a href="█"><b>c</b></a>\n', '#"><b>c</b></a>', '<a href="#"><b>c</b></a>\n'),
    ("typescriptreact", 'const a = <p className="█"></p>;\n', 'card">{text}</p>;', 'const a = <p className="card">{text}</p>;\n'),
    ("javascriptreact", "const a = <A b={█} />;\n", "c} />;", "const a = <A b={c} />;\n"),
    ("svelte", '<p class="█"></p>\n', 'card">{text}</p>', '<p class="card">{text}</p>\n'),
    ("html", "<p>█</p>\n", "text</p>", "<p>text</p>\n"),
    ("html", "<ul>\n  <li>█</li>\n</ul>\n", "a</li>\n  <li>b</li>\n</ul>", "<ul>\n  <li>a</li>\n</ul>\n"),
]  # fmt: skip
HEADERS = [
    ("python", f"{header}█\n\n\nprint(1)\n", ":\n    return 1", f"{header}:\n\n\nprint(1)\n")
    for header in (
        "def area(width, height)",
        "def f(\n    a,\n)",
        "def f(a) -> list[int]",
        "async def f(a)",
        "class A",
        "class A(B)",
        "if f(a)",
        "if a:\n    pass\nelif f(a)",
        "if a:\n    pass\nelse",
        "for a in range(3)",
        "while a[0]",
        "with open(a) as b, open(c)",
        "try:\n    pass\nexcept (A, B)",
        "match f(a)",
    )
]
GATE = [
    ("json", '{\n  "a": {\n    "express": "^4.18.0",\n    █\n  }\n}\n', '"body-parser": "^1.17.1",', '{\n  "a": {\n    "express": "^4.18.0",\n    "body-parser": "^1.17.1"\n  }\n}\n'),
    ("jsonc", '{\n  "a": 1,\n  █\n}\n', '"b": 2,', '{\n  "a": 1,\n  "b": 2,\n}\n'),
    ("json", '{"a": [1, █]}\n', "2,", '{"a": [1, 2]}\n'),
    ("json", '{"a": "b",\n █\n}\n', '"c"', ""),
    ("python", "y = █\n", "f(x))", ""),
    ("javascript", "y = █\n", "f(x))", ""),
    ("python", "y = █\n", "return x", ""),
    ("c", "int f(void) {\n  int y = █\n}\n", "f(x));", ""),
    ("python", "x = 1\n█y = 2\nprint(x, y)\n", "print(x, y)", ""),
    ("python", "x = 1\n█y = 2\nprint(x, y)\n", "z = 3\n", "x = 1\nz = 3\ny = 2\nprint(x, y)\n"),
    ("python", "x = 1\n█y = 2\nprint(x, y)\n", "z = 3\ny = 2\n", "x = 1\nz = 3\ny = 2\nprint(x, y)\n"),
    ("javascript", "f();\n  █g();\n", "h();\n", "f();\n  h();\n  g();\n"),
    ("go", "package a\n█\n", "package b", ""),
    ("java", "package a;\n\n█\nclass A {}\n", "package b;", ""),
]  # fmt: skip
MORE = [
    ("dart", "void f() {\n  print('${█}');\n}\n", "a.b} and c');", "void f() {\n  print('${a.b} and c');\n}\n"),
    ("elixir", 'IO.puts("#{█}")\n', 'a} b")', 'IO.puts("#{a} b")\n'),
    ("rust", 'fn main() {\n    println!("{█}");\n}\n', 'name}: {}", x);', 'fn main() {\n    println!("{name}: {}", x);\n}\n'),
    ("python", 'def f():\n    """█"""\n    return 1\n', 'Gives one."""', 'def f():\n    """Gives one."""\n    return 1\n'),
    ("vue", '<template>\n  <p @click="go(█)">a</p>\n</template>\n', '1)">b</p>', '<template>\n  <p @click="go(1)">a</p>\n</template>\n'),
    ("vue", '<template>\n  <p :class="{█}">a</p>\n</template>\n', 'active: yes}">a</p>', '<template>\n  <p :class="{active: yes}">a</p>\n</template>\n'),
    ("svelte", "{#if █}\n  <p>a</p>\n{/if}\n", "a > 1}", "{#if a > 1}\n  <p>a</p>\n{/if}\n"),
    ("markdown", "See [the page](█).\n", "a.md) for more.", "See [the page](a.md) for more.\n"),
    ("markdown", "```js\nconst a = `${█}`\n```\n", "b} c`;", "```js\nconst a = `${b} c`;\n```\n"),
    ("shellscript", 'a="$(█)"\n', 'cat b) c"', 'a="$(cat b) c"\n'),
    ("python", 'if x == "█":\n    pass\n', 'a" and y == "b":', 'if x == "a" and y == "b":\n    pass\n'),
    ("javascript", "// Rounded (█)\nf();\n", "to cents).", "// Rounded (to cents).\nf();\n"),
    ("javascript", '// f("a █")\nf();\n', 'b", c);', '// f("a b", c);\nf();\n'),
    ("python", "# it's 'a █'\n", "b' or not.", "# it's 'a b' or not.\n"),
    ("python", 'A = ["b", █]\n     "d"]\n', '"c",', 'A = ["b", "c",\n     "d"]\n'),
    ("javascript", "f(█)\n", "n);\nlet = = g(2)", "f(n);\n"),
    ("ruby", 'puts "█\n', "a #{b}", 'puts "a #{b}"\n'),
    ("json", '{\n  "a": "b"█\n}\n', ",", ""),
]  # fmt: skip
ENDS = [
    ("makefile", "clean:\n\t█\n", "rm -f *.o app\n", "clean:\n\trm -f *.o app\n"),
    ("python", "def f(x):\n    █\n", "y = x\n    return y\n\n", "def f(x):\n    y = x\n    return y\n"),
    ("python", "PATTERN = re.compile(█)\n", "r'\\(\\d+\\)')", "PATTERN = re.compile(r'\\(\\d+\\)')\n"),
    ("python", "a = re.match(█)\n", "b'\\(', s)", "a = re.match(b'\\(', s)\n"),
]  # fmt: skip

LONG_BELOW = "".join(f"\n  const n{n} = {n};" for n in range(200))
"""More than is read below a cursor at first."""
FROM_REAL_FILES = [
    ("ruby", "system %(a)\nsay(\"b [#{c█}]\")\n", "}]. d\") unless e", "system %(a)\nsay(\"b [#{c}]. d\") unless e\n"),
    ("ruby", f"a \"\\e█\"\nb \"\\e[7m\"\n{'c' * 2000}\nd \"\\e[m\"\n", "[1m\", \"\\e[m", f"a \"\\e[1m\", \"\\e[m\"\nb \"\\e[7m\"\n{'c' * 2000}\nd \"\\e[m\"\n"),
    ("shellscript", "a=$(cat b.█)\n\tgrep c |\n\tsort)\n", "txt |", "a=$(cat b.txt |\n\tgrep c |\n\tsort)\n"),
    ("javascriptreact", "const a = (\n  <A b={(c) => <D █}\n    {e}\n  </A>\n);\n", "{...c} />}>", "const a = (\n  <A b={(c) => <D {...c} />}>\n    {e}\n  </A>\n);\n"),
    ("cpp", "void f() {\n  a(b);\n  █);\n  a(d);\n}\n", "a(c);\n  a(d);", "void f() {\n  a(b);\n  a(c);\n  a(d);\n}\n"),
    ("ruby", "a.b do |c, (d, █\n  e << %(f (#{d}):\\n)\nend\n", "g)|", "a.b do |c, (d, g)|\n  e << %(f (#{d}):\\n)\nend\n"),
    ("ruby", "A = %r{(?:b){1,2}[c█\nD = /e/\n", "\\-]+}i", "A = %r{(?:b){1,2}[c\\-]+}i\nD = /e/\n"),
    ("php", f"<?php\nthrow new A('b █')\n{'c();' * 400}\n$d = 'e \\\\\\\\';\n", "c');", f"<?php\nthrow new A('b c');\n{'c();' * 400}\n$d = 'e \\\\\\\\';\n"),
    ("sql", "SELECT █\n", "* FROM", ""),
    ("typescript", "function f() {\n  if (a) {\n    b();\n  }\n  █\n  d();\n}\n}\n", "c();", "function f() {\n  if (a) {\n    b();\n  }\n  c();\n  d();\n}\n}\n"),
    ("javascript", "/*\n * a\n █/\nf();\n", "*\n", "/*\n * a\n */\nf();\n"),
    ("javascript", "/*\n * a\n █/\nf();\n", "*", "/*\n * a\n */\nf();\n"),
    ("c", "/*\n * a\n █\n\nint b;\n", "*", ""),
    ("c", "/*\n * a\n █\n\nint b;\n", "*/", "/*\n * a\n */\n\nint b;\n"),
    ("html", '<!DOCTYPE html PUBLIC "-//W3C█"\n<html></html>\n', '//DTD HTML 4.01//EN" "loose.dtd">', '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "loose.dtd">\n<html></html>\n'),
    ("html", "<!doctype html>\n█\n<html>\n</html>\n", '<!--[if IE 9]><html class="ie"> <![endif]-->', '<!doctype html>\n<!--[if IE 9]><html class="ie"> <![endif]-->\n<html>\n</html>\n'),
    ("html", "<!doctype html>\n█\n<html>\n</html>\n", "<html>", ""),
    ("html", '<script src="a.js"></█\n<script>\n  f();\n</script>\n', "script>", '<script src="a.js"></script>\n<script>\n  f();\n</script>\n'),
    ("html", '<script src="a.js"></█\n<script>\n  f();\n</script>\n', "div>", ""),
    ("php", "<?php\nf(/* A::█)\n", "B */ 3);", "<?php\nf(/* A::B */ 3);\n"),
    ("php", "<?php\nif (isset($a['█']))\n    b();\n}\n", "c']) && d()) {\n    b();\n}", "<?php\nif (isset($a['c']) && d()) {\n    b();\n}\n"),
    ("javascript", "export default test(█)\n\t// Says why.\n\terror: 'e'\n});\n", "{\n\t// Says why.\n\terror: 'e'", "export default test({\n\t// Says why.\n\terror: 'e'\n});\n"),
    ("swift", "a.reduce(b) { c█}\n  c.merge(d)\n}\n", ", d in", "a.reduce(b) { c, d in\n  c.merge(d)\n}\n"),
    ("typescript", f"function f() {{\n  function g(): {{ a: █}}\n    return h;\n  }}{LONG_BELOW}\n}}\n", "string } | null {", f"function f() {{\n  function g(): {{ a: string }} | null {{\n    return h;\n  }}{LONG_BELOW}\n}}\n"),
    ("javascript", f"function f() {{\n  if (g(a.█) {{\n    h();\n  }}{LONG_BELOW}\n}}\n", "b) < 0", f"function f() {{\n  if (g(a.b) < 0) {{\n    h();\n  }}{LONG_BELOW}\n}}\n"),
    ("ruby", "if a\n  o << %(b #{c}\\n█)\nend\n", "d\\n)", "if a\n  o << %(b #{c}\\nd\\n)\nend\n"),
    ("ruby", "a.sub(%r%^(b:/*%, c)\nf A█)\n", ".new(0)\n  b", "a.sub(%r%^(b:/*%, c)\nf A.new(0)\n"),
    ("shellscript", "a=$(b -e 'c█')\n\t-e 'd')\n", "' \\", "a=$(b -e 'c' \\\n\t-e 'd')\n"),
    ("shellscript", "a=`b --c█`\n\td`\n", "=e | \\", "a=`b --c=e | \\\n\td`\n"),
    ("yaml", 'a:\n  b: |\n    c=\n      "d [e]\n        (f.█)\n    g: h\n', "date('%Y'))\",", 'a:\n  b: |\n    c=\n      "d [e]\n        (f.date(\'%Y\'))",\n    g: h\n'),
    ("yaml", '- a: >-\n    it\'s "so\n  b: "█"\n', 'c"', '- a: >-\n    it\'s "so\n  b: "c"\n'),
    ("javascriptreact", "const a = <A id=█ b=\"c\">d</A>;\n", '"e', ""),
    ("typescriptreact", "const a = (\n  <>\n    {█ && (\n      <b />\n    )}\n  </>\n);\n", "!", ""),
    ("typescriptreact", "const a = (\n  <>\n    {█ && (\n      <b />\n    )}\n  </>\n);\n", "!c", "const a = (\n  <>\n    {!c && (\n      <b />\n    )}\n  </>\n);\n"),
    ("javascript", "if (!a █)\n  f();\n}\n", "&&", ""),
    ("javascript", "const a = f({\n  b: [c()],\n  █\n    d: [e()],\n  },\n});\n", "vite:", ""),
    ("javascript", "const a = f({\n  b: [c()],\n  █\n    d: [e()],\n  },\n});\n", "vite: {", "const a = f({\n  b: [c()],\n  vite: {\n    d: [e()],\n  },\n});\n"),
    ("javascript", "module█ {\n  a: [b],\n};\n", ".", ""),
    ("java", "class A {\n  void f(int █\n    g(a);\n    h(b);\n  }\n}\n", "a)", ""),
    ("java", "class A {\n  void f(int █\n    g(a);\n    h(b);\n  }\n}\n", "a) {", "class A {\n  void f(int a) {\n    g(a);\n    h(b);\n  }\n}\n"),
    ("json", '{\n  "a": {},\n  █\n    "b": "c"\n  }\n}\n', '"scripts"', ""),
    ("json", '{\n  "a": {},\n  █\n    "b": "c"\n  }\n}\n', '"scripts": {', '{\n  "a": {},\n  "scripts": {\n    "b": "c"\n  }\n}\n'),
    ("yaml", "a:\n  █\n    What it is.\n  b: c\n", "brief", ""),
    ("sql", "SELECT id FROM users WHERE █;\n", "name =", ""),
    ("sql", "CREATE TABLE a (\n  █,\n  name text\n);\n", "id BIGSERIAL PRIMARY", ""),
    ("sql", "SELECT id█\n\nSELECT name FROM b;\n", " FROM a", "SELECT id FROM a;\n\nSELECT name FROM b;\n"),
    ("sql", "SELECT * FROM a WHERE █\n\nINSERT INTO b (c) VALUES ($1);\n", "d =", ""),
    ("sql", "SELECT * FROM a WHERE d = █\n\nINSERT INTO b (c) VALUES ($1);\n", "$", ""),
    ("sql", "SELECT █\n\nINSERT INTO b (c) VALUES ($1);\n", "* FROM", ""),
    ("sql", "SELECT █\n", "* FROM a WHERE b IN", ""),
    ("sql", "SELECT * FROM a WHERE █\n\nINSERT INTO b (c) VALUES ($1);\n", "d = $1", "SELECT * FROM a WHERE d = $1;\n\nINSERT INTO b (c) VALUES ($1);\n"),
    ("csharp", "class A {\n  bool B { get { return █}}\n}\n", "true", ""),
    ("csharp", "class A {\n  bool B { get { return █}}\n}\n", "true;", "class A {\n  bool B { get { return true;}}\n}\n"),
    ("csharp", "class A {\n  bool B { get { return █}}\n}\n", "true; }\n  int C;", "class A {\n  bool B { get { return true; }}\n}\n"),
    ("csharp", "class A {\n  █\n  {\n    get { return b; }\n  }\n}\n", "public string B", "class A {\n  public string B\n  {\n    get { return b; }\n  }\n}\n"),
    ("c", "int f(void) { return █}\n", "g(1)", ""),
    ("c", "int f(void) { return █}\n", "g(1);", "int f(void) { return g(1);}\n"),
    ("javascript", "const f = () => { return █}\n", "g(1)", "const f = () => { return g(1)}\n"),
    ("rust", "fn f() -> u8 { █}\n", "g(1)", "fn f() -> u8 { g(1)}\n"),
    ("ruby", "A = /\n  (?<a█\n  (?<b>c)  # it's \"c\n/x\n", ">[-+])?  # it's", "A = /\n  (?<a>[-+])?  # it's\n  (?<b>c)  # it's \"c\n/x\n"),
    ("ruby", "a.scan(/\n  (\\w█\n/x) do |b|\n  c 'd'\nend\n", "+) \\s* [(] ([^)]*) [)]", "a.scan(/\n  (\\w+) \\s* [(] ([^)]*) [)]\n/x) do |b|\n  c 'd'\nend\n"),
    ("ruby", "A = /\n  \"([^'])*  # don't\n  #{b}\n/mx.freeze\nputs \"█\"\n", "#{c}\", 'd'", "A = /\n  \"([^'])*  # don't\n  #{b}\n/mx.freeze\nputs \"#{c}\", 'd'\n"),
    ("ruby", "a = b /\n  c(█)\nputs 'd' / 2\n", "\"e\")", "a = b /\n  c(\"e\")\nputs 'd' / 2\n"),
    ("ruby", "a = [1, /b/, █]\nc = d /\n  e\n", "/'/]", "a = [1, /b/, /'/]\nc = d /\n  e\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "marked", "answer", "after"),
    [*IN_HOLES, *CLOSERS, *ELEMENTS, *HEADERS, *GATE, *MORE, *ENDS, *FROM_REAL_FILES],
)
def test_the_document_comes_out_right(language: str, marked: str, answer: str, after: str) -> None:
    context = at_cursor(marked, language)
    completion = pipeline.complete(ScriptedGenerator(lambda _: answer), context)
    start, end = completion.insert_range
    text = context.snapshot.text
    accepted = text[:start] + completion.shown + text[end:] if completion.shown else ""
    assert accepted == after, (completion.shown, completion.replaced, completion.reason)
