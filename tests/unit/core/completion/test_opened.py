"""What is open at the cursor, in every language that has a lexicon."""

import pytest
from fimble.core.completion import opened
from fimble.core.completion.opened.lexicons import LEXICONS
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st

LANGUAGES = sorted([*LEXICONS, "klingon"])


@pytest.mark.parametrize(
    ("language", "marked", "closing"),
    [
        ("python", "f(a, [{█", "}])"),
        ("python", "f('(', █", ")"),
        ("python", "print('it\\'s █", "')"),
        ("python", "# don't (\nx = █", ""),
        ("python", 'print(f"{name}: {█', '}")'),
        ("python", 'print(f"{{{a:>{█', '}}")'),
        ("python", "re.compile(r'\\(█", "')"),
        ("python", "x = rb'''a\n'b█", "'''"),
        ("python", 'x = """a\n"b█', '"""'),
        ("python", "x = 'cut\ny = (█", ")"),
        ("javascript", "return `http://${host}:${█", "}`"),
        ("javascript", "return `${`${█", "}`}`"),
        ("javascript", "const a = /[(\"'`]/; f(█", ")"),
        ("javascript", "const a = b / c; f('█", "')"),
        ("typescript", "const a: Array<string> = f(█", ")"),
        ("typescriptreact", 'const a = (\n  <p className="█', '"></p>)'),
        ("typescriptreact", "const a = <p>Don't {f(█", ")}</p>"),
        ("typescriptreact", "const f = <T,>(a: T) => a < b && g(█", ")"),
        ("javascriptreact", "return <><A b={█", "}></A></>"),
        ("html", '<p class="█', '"></p>'),
        ("html", '<img src="a"><br><p>Don\'t <b>█', "</b></p>"),
        ("html", "<!-- <p> █", "-->"),
        ("html", "<script>\nlet a = {b: '█", "'}</script>"),
        ("html", "<script>\nlet a = '\n</script><style>a {█", "}</style>"),
        ("html", "<a {{█", "></a>"),
        ("vue", "<p>{{ f(█", ")}}</p>"),
        ("vue", "<p @click=\"f('█", "')\"></p>"),
        ("svelte", '<p class="a {f(█', ')}"></p>'),
        ("svelte", "<p on:click={() => {█", "}}></p>"),
        ("php", '<p><?php f("{$a} ${█', '}")</p>'),
        ("php", "<?php\n$a = <<<SQL\nit's {$█", "}SQL"),
        ("csharp", 'return $"{Name} {{ is {█', '}"'),
        ("csharp", 'var a = @"c:\\"; f($@"""{█', '}")'),
        ("csharp", 'var a = $"""\n{█', '}"""'),
        ("java", 'String a = """\n  "b█', '"""'),
        ("java", "char a = '\"'; f(█", ")"),
        ("kotlin", 'println("${a.b(█', ')}")'),
        ("kotlin", "/* a /* b */ █", "*/"),
        ("swift", 'let a = "\\(p.name) is \\(f(█', '))"'),
        ("swift", 'let a = #"\\(b \\#(█', ')"#'),
        ("rust", "fn f<'a>(x: &'a str) { g('(', r#\"a \"b█", '"#)}'),
        ("rust", "/* a /* b */ █", "*/"),
        ("cpp", 'auto s = R"x(a " )" b█', ')x"'),
        ("cpp", "int a = 1'000; char b = '('; f(█", ")"),
        ("go", "a := `b\n\\`; f('\"', █", ")"),
        ("ruby", 'puts "#{a} is #{█', '}"'),
        ("ruby", "f(<<~SQL, [1])\n  it's #{█", "}SQL"),
        ("ruby", "x = %w[a b█", "]"),
        ("shellscript", 'echo "a ${b} $(c "█', '")"'),
        ("shellscript", "cat <<EOF >a\nit's ${█", "}EOF"),
        ("shellscript", "echo it\\'s ${#a} \"█", '"'),
        ("lua", 'local t = {"Mon", "█', '"}'),
        ("lua", "--[[ a\n █", "]]"),
        ("lua", "x = [==[ ]] █", "]==]"),
        ("sql", "SELECT 'it''s█", "'"),
        ("sql", "SELECT a -- don't\nFROM (█", ")"),
        ("css", "a { background: url(█", ")}"),
        ("scss", "a { b: #{█", "}}"),
        ("json", '{"a": [{"b": "█', '"}]}'),
        ("yaml", "a: don't\nb: 'c: █", "'"),
        ("yaml", "a: (b\nc: [█", "]"),
        ("toml", "a = '''\n'b█", "'''"),
        ("dotenv", "A=it's\nB=\"█", '"'),
        ("markdown", "Don't (\n\n```python\nprint('█", "')\n```"),
        ("markdown", "```js\n(\n```\n[a](█", ")"),
        ("elixir", 'IO.puts "#{█', '}"'),
        ("dart", "var a = '${█", "}'"),
        ("powershell", '"a $(█', ')"'),
        ("klingon", "it's a (█", ")"),
    ],
)
def test_what_would_close_what_is_open(language: str, marked: str, closing: str) -> None:
    context = at_cursor(marked, language)
    assert opened.closing(context.opened) == closing


@pytest.mark.parametrize(
    ("language", "marked", "text", "closed"),
    [
        ("python", "f('█", "a', b)", "')"),
        ("python", 'f(f"{█', 'a}: {b}", c)', '}")'),
        ("javascript", "f(`${█", "a}`, `${b}`)", "}`)"),
        ("html", '<p class="█', 'a"><b>c</b></p>', '"></p>'),
        ("lua", 'print("█', '" .. name .. "!")', '")'),
        ("python", "f(█", "g(a)", ""),
        ("csharp", 'f($"{█', 'a}");', '}")'),
    ],
)
def test_what_a_text_closes(language: str, marked: str, text: str, closed: str) -> None:
    found = at_cursor(marked, language).read(text).closed
    assert "".join(one.opened.end for one in found) == closed
    assert [text[one.start : one.end] for one in found] == [one.opened.end for one in found]


@given(st.text(), st.sampled_from(LANGUAGES), st.data())
def test_reading_in_parts_is_reading_at_once(text: str, language: str, data: st.DataObject) -> None:
    ends = [place + 1 for place, mark in enumerate(text) if mark == "\n"]
    cut = data.draw(st.sampled_from([0, *ends]))
    whole = opened.read(language, (), text)
    head = opened.read(language, (), text[:cut])
    tail = opened.read(language, head.stack, text[cut:], base=cut)
    assert [one.kind for one in whole.stack] == [one.kind for one in tail.stack]
    assert opened.at(language, text, len(text)) == whole.stack
    assert opened.onward(language, head.stack, text, cut, len(text)) == whole.stack


@given(
    st.lists(st.sampled_from([*"(){}[]<>\"'`/\\#$=\n ", "a", "<p ", "</p>", "```", "/*", "*/"])),
    st.sampled_from(LANGUAGES),
)
def test_any_text_can_be_read(pieces: list[str], language: str) -> None:
    reading = opened.read(language, (), "".join(pieces))
    assert reading.kept == 0
    assert not reading.closed


def test_a_large_text_is_read_again_only_at_its_end() -> None:
    text = "x = f(a)\n" * 60_000
    assert opened.at("python", f"{text}f(", len(text) + 2)[-1].end == ")"
