"""The languages' lexicons. A language that is not here is read by `GENERIC`.

One table, and therefore longer than other modules.
"""

from __future__ import annotations

from types import MappingProxyType

from fimble.core.completion.opened.kinds import Lexicon, Quoted

_SLASHES = ("//",)
_STARS = ((r"/\*", "*/"),)
_DOLLAR = (("${", "}"),)
_SHELL_HOLES = (("$(", ")"), ("${", "}"))


def _simple(*quotes: str, lines: bool = False) -> tuple[Quoted, ...]:
    """Strings of one quote each."""
    return tuple(Quoted(quote, quote, lines) for quote in quotes)


def _python() -> tuple[Quoted, ...]:
    """Plain, raw and formatted strings, of three quotes and of one."""
    found = []
    formatted = r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])"
    plain = r"(?:(?<!\w)(?:[bB][rR]?|[rR][bB]?|[uU]))?"
    for quote in ('"""', "'''", '"', "'"):
        lines = len(quote) == 3
        found.append(
            Quoted(formatted + quote, quote, lines, holes=(("{", "}"),), plain=r"\{\{|\}\}")
        )
        found.append(Quoted(plain + quote, quote, lines))
    return tuple(sorted(found, key=lambda kind: not kind.lines))


def _percent(letters: str, interpolates: bool) -> tuple[Quoted, ...]:
    """Ruby's strings with a percent sign."""
    pairs = (
        (r"\(", ")"),
        (r"\[", "]"),
        (r"\{", "}"),
        ("<", ">"),
        (r"\|", "|"),
        ("!", "!"),
        ("%", "%"),
    )
    holes = (("#{", "}"),) if interpolates else ()
    before = rf"(?<![\w)\]])%[{letters}]" if letters else r"(?:^|(?<=[\s(,\[{=<|&+]))%"
    return tuple(
        Quoted(f"{before}{begin}", end, True, holes=holes, nests=True) for begin, end in pairs
    )


_PATTERN_OF_LINES = (
    r"(?:(?<=[=(,~|&!\[{:])|(?<=[=(,~|&!\[{:] )|(?<=\bwhen )|(?<=\bif )|(?<=\bunless ))"
    r"/(?=[ \t]*(?:#[^\n]*)?\n)"
)
"""Ruby's pattern that begins with a line's end; one that goes on there is mostly half-typed."""
_SCRIPT = Lexicon(
    (Quoted("`", "`", True, holes=_DOLLAR), *_simple('"', "'")),
    line_comments=_SLASHES,
    block_comments=_STARS,
    regexes=True,
)
_SCRIPT_WITH_ELEMENTS = Lexicon(
    _SCRIPT.quotes,
    line_comments=_SLASHES,
    block_comments=_STARS,
    regexes=True,
    elements=True,
    holes=(("{", "}"),),
)
_C = Lexicon(
    (
        Quoted(r'(?<!\w)(?:u8|[uUL])?R"([^(\s"\\]*)\(', r')\1"', True, escape=""),
        Quoted(r'(?:(?<!\w)(?:u8|[uUL]))?"', '"'),
        Quoted(r"(?<!\w)(?:u8|[uUL])?'", "'"),
    ),
    line_comments=_SLASHES,
    block_comments=_STARS,
)
_JSON = Lexicon(_simple('"'), line_comments=_SLASHES, block_comments=_STARS)
_KOTLIN = Lexicon(
    (Quoted('"""', '"""', True, "", holes=_DOLLAR), Quoted('"', '"', holes=_DOLLAR), *_simple("'")),
    line_comments=_SLASHES,
    block_comments=_STARS,
    nested=True,
)
_CSS = Lexicon(_simple('"', "'"), block_comments=_STARS)
_SCSS = Lexicon(
    (Quoted('"', '"', holes=(("#{", "}"),)), Quoted("'", "'", holes=(("#{", "}"),))),
    line_comments=(r"(?<![:\w])//",),
    block_comments=_STARS,
)
_LINES = Lexicon(
    (Quoted('"', '"'), Quoted(r"(?<!\w)'", "'", escape="")),
    line_comments=(r"(?:^|(?<=\s))#", r"^\s*;"),
    line_brackets="([{",
)
GENERIC = Lexicon((*_simple('"', "`"), Quoted(r"(?<![\w&<])'", "'")))
"""Quotes and brackets, as nearly every language has them."""

LEXICONS = MappingProxyType(
    {
        "python": Lexicon(_python(), line_comments=("#",)),
        "javascript": _SCRIPT_WITH_ELEMENTS,
        "javascriptreact": _SCRIPT_WITH_ELEMENTS,
        "typescriptreact": _SCRIPT_WITH_ELEMENTS,
        "typescript": _SCRIPT,
        "json": _JSON,
        "jsonc": _JSON,
        "json5": Lexicon(_simple('"', "'"), line_comments=_SLASHES, block_comments=_STARS),
        "java": Lexicon(
            (Quoted('"""', '"""', True), *_simple('"', "'")),
            line_comments=_SLASHES,
            block_comments=_STARS,
        ),
        "kotlin": _KOTLIN,
        "scala": Lexicon(
            (
                Quoted(r'\b[a-z]\w*"""', '"""', True, "", holes=_DOLLAR),
                Quoted('"""', '"""', True, ""),
                Quoted(r'\b[a-z]\w*"', '"', holes=_DOLLAR),
                Quoted('"', '"'),
            ),
            line_comments=_SLASHES,
            block_comments=_STARS,
            nested=True,
            skipped=(r"'(?:\\.|[^\\'\n])'",),
        ),
        "groovy": Lexicon(
            (
                Quoted('"""', '"""', True, holes=_DOLLAR),
                Quoted("'''", "'''", True),
                Quoted('"', '"', holes=_DOLLAR),
                Quoted("'", "'"),
            ),
            line_comments=_SLASHES,
            block_comments=_STARS,
        ),
        "dart": Lexicon(
            (
                Quoted(r"(?<!\w)r('''|\"\"\"|'|\")", r"\1", escape=""),
                Quoted(r"('''|\"\"\")", r"\1", True, holes=_DOLLAR),
                Quoted("'", "'", holes=_DOLLAR),
                Quoted('"', '"', holes=_DOLLAR),
            ),
            line_comments=_SLASHES,
            block_comments=_STARS,
            nested=True,
        ),
        "swift": Lexicon(
            (
                Quoted(r'(#+)"""', r'"""\1', True, "", holes=(("\\#(", ")"),)),
                Quoted('"""', '"""', True, holes=(("\\(", ")"),)),
                Quoted(r'(#+)"', r'"\1', False, "", holes=(("\\#(", ")"),)),
                Quoted('"', '"', holes=(("\\(", ")"),)),
            ),
            line_comments=_SLASHES,
            block_comments=_STARS,
            nested=True,
        ),
        "csharp": Lexicon(
            (
                Quoted(r'\$+"""', '"""', True, "", holes=(("{", "}"),), plain=r"\{\{|\}\}"),
                Quoted('"""', '"""', True, ""),
                Quoted(
                    r'(?:\$@|@\$)"',
                    '"',
                    True,
                    "",
                    True,
                    holes=(("{", "}"),),
                    plain=r"\{\{|\}\}",
                ),
                Quoted('@"', '"', True, "", True),
                Quoted(r'\$"', '"', holes=(("{", "}"),), plain=r"\{\{|\}\}"),
                *_simple('"', "'"),
            ),
            line_comments=_SLASHES,
            block_comments=_STARS,
        ),
        "c": _C,
        "cpp": _C,
        "objective-c": _C,
        "go": Lexicon(
            (Quoted("`", "`", True, ""), *_simple('"', "'")),
            line_comments=_SLASHES,
            block_comments=_STARS,
        ),
        "rust": Lexicon(
            (
                Quoted(r'(?<!\w)[bc]?r(#*)"', r'"\1', True, ""),
                Quoted(r'(?:(?<!\w)[bc])?"', '"', True),
            ),
            line_comments=_SLASHES,
            block_comments=_STARS,
            nested=True,
            skipped=(r"'(?:\\[^\n']+|\\'|[^\\'\n])'", r"'\w+"),
        ),
        "zig": Lexicon(_simple('"', "'"), line_comments=("//", r"\\\\")),
        "php": Lexicon(
            (
                Quoted(r"<<<\s*\"?(\w+)\"?", r"\1", True, holes=(("{$", "}"),), heredoc=True),
                Quoted(r"<<<\s*'(\w+)'", r"\1", True, "", heredoc=True),
                Quoted('"', '"', True, holes=(("{$", "}"), ("${", "}"))),
                Quoted("'", "'", True),
                Quoted("`", "`", True),
            ),
            line_comments=("//", r"#(?!\[)"),
            block_comments=_STARS,
            text="page",
        ),
        "ruby": Lexicon(
            (
                *_percent("QWIrx", True),
                *_percent("", True),
                *_percent("qwi", False),
                Quoted(_PATTERN_OF_LINES, "/", True, holes=(("#{", "}"),)),
                Quoted(
                    r"<<[~-]?([\"`]?)([A-Z_]\w*)\1", r"\2", True, holes=(("#{", "}"),), heredoc=True
                ),
                Quoted(r"<<[~-]?'([A-Z_]\w*)'", r"\1", True, "", heredoc=True),
                Quoted('"', '"', True, holes=(("#{", "}"),)),
                Quoted("'", "'", True),
                Quoted("`", "`", True, holes=(("#{", "}"),)),
            ),
            line_comments=("#",),
            block_comments=((r"^=begin\b", "\n=end"),),
            skipped=(r"(?<![\w)\]])\?\S(?!\w)", r"(?<=[$])[\"'`]"),
            regexes=True,
        ),
        "elixir": Lexicon(
            (
                Quoted(r"('''|\"\"\")", r"\1", True, holes=(("#{", "}"),)),
                Quoted('"', '"', True, holes=(("#{", "}"),)),
                Quoted("'", "'", holes=(("#{", "}"),)),
            ),
            line_comments=("#",),
            skipped=(r"(?<!\w)\?\\?\S",),
        ),
        "shellscript": Lexicon(
            (
                Quoted(r"<<-?\s*\"?(\w+)\"?", r"\1", True, holes=_SHELL_HOLES, heredoc=True),
                Quoted(r"<<-?\s*'(\w+)'", r"\1", True, "", heredoc=True),
                Quoted('"', '"', True, holes=_SHELL_HOLES),
                Quoted(r"\$'", "'", True),
                Quoted("'", "'", True, ""),
                Quoted("`", "`", True),
            ),
            line_comments=(r"(?:^|(?<=[\s;(]))#",),
            skipped=(r"\\.", r"<<<"),
            closers=")",
        ),
        "powershell": Lexicon(
            (
                Quoted('@"', '\n"@', True, "", holes=(("$(", ")"),)),
                Quoted("@'", "\n'@", True, ""),
                Quoted('"', '"', True, "`", True, holes=(("$(", ")"),)),
                Quoted("'", "'", True, "", True),
            ),
            line_comments=(r"(?<!\w)#",),
            block_comments=(("<#", "#>"),),
            skipped=("`.",),
        ),
        "perl": Lexicon(
            (Quoted('"', '"', True), Quoted(r"(?<!\w)'", "'", True)),
            line_comments=(r"(?:^|(?<=\s))#",),
            skipped=(r"\\.", r"\$[#\"'`]"),
        ),
        "r": Lexicon((*_simple('"', "'", lines=True), *_simple("`")), line_comments=("#",)),
        "julia": Lexicon(
            (
                Quoted('"""', '"""', True, holes=(("$(", ")"),)),
                Quoted('"', '"', True, holes=(("$(", ")"),)),
            ),
            line_comments=("#",),
            block_comments=(("#=", "=#"),),
            nested=True,
            skipped=(r"'(?:\\[^\n']+|[^\\'\n])'",),
        ),
        "lua": Lexicon(
            (Quoted(r"\[(=*)\[", r"]\1]", True, ""), *_simple('"', "'")),
            line_comments=("--",),
            block_comments=((r"--\[(=*)\[", r"]\1]"),),
        ),
        "haskell": Lexicon(
            (Quoted('"', '"'),),
            line_comments=("--",),
            block_comments=((r"\{-", "-}"),),
            nested=True,
            skipped=(r"'(?:\\[^\n']+|[^\\'\n])'",),
        ),
        "sql": Lexicon(
            (
                Quoted(r"\$([A-Za-z_]\w*)?\$", r"$\1$", True, ""),
                Quoted("'", "'", True, "", True),
                Quoted('"', '"', False, "", True),
                Quoted("`", "`", False, ""),
            ),
            line_comments=("--",),
            block_comments=_STARS,
        ),
        "css": _CSS,
        "scss": _SCSS,
        "less": _SCSS,
        "yaml": Lexicon(
            (Quoted(r'(?<![\w"])"', '"'), Quoted(r"(?<![\w'])'", "'", False, "", True)),
            line_comments=(r"(?:^|(?<=\s))#",),
            line_brackets="(",
            prose=r"(?<=[:-] )[|>][+-]?\d?[+-]?[ \t]*(?=\r?\n)",
        ),
        "prose": Lexicon(text="prose"),
        "toml": Lexicon(
            (
                Quoted('"""', '"""', True),
                Quoted("'''", "'''", True, ""),
                Quoted('"', '"'),
                Quoted("'", "'", False, ""),
            ),
            line_comments=("#",),
        ),
        "ini": _LINES,
        "properties": _LINES,
        "dotenv": _LINES,
        "makefile": Lexicon(_LINES.quotes, line_comments=("#",), skipped=(r"\\.",)),
        "dockerfile": Lexicon(_LINES.quotes, line_comments=(r"^\s*#",), skipped=(r"\\.",)),
        "markdown": Lexicon(text="markdown", skipped=(r"`[^`\n]+`",), line_brackets="([{"),
        "plaintext": Lexicon(line_brackets="([{"),
        "html": Lexicon(text="page", holes=(("{{", "}}"), ("{", "}"))),
        "xml": Lexicon(text="page"),
        "vue": Lexicon(text="page", holes=(("{{", "}}"),)),
        "svelte": Lexicon(text="page", holes=(("{", "}"),)),
    }
)
"""By LSP language identifier."""


def of(language_id: str) -> Lexicon:
    """A language's lexicon, `GENERIC` for those that are not known."""
    return LEXICONS.get(language_id, GENERIC)
