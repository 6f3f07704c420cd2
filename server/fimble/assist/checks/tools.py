"""The table of checkers that are not ours: how to run each, and how to read what it prints.

Most read files only, so the text goes to a copy in a temporary folder, and the tool is told which
file the copy stands for, or where to look for what it imports. What cannot be found from there is
missing before an edit and after it alike, so it is nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Json = Mapping[str, object]


@dataclass(frozen=True)
class Tool:
    """How to run a program over a text, and how to read what it prints.

    Attributes:
        name: The program.
        languages: LSP identifiers.
        arguments: With `{path}`: the document; `{copy}`: a file of the same name that holds the
            text; `{folder}`: the copy's folder; `{parent}`: the document's. The text also goes to
            standard input.
        pattern: A finding in its output, with the groups line, column, message, code.
        also: Program that does the same under another name.
        local: Folders of a project that may hold it.
        configuration: Files that are put beside the copy, with the same gaps.
        inherits: Name of the project's own configuration, which `{project}` is.
        package: Name of a file; the nearest folder with one is copied whole, and the tool runs
            in the copy.
        needs_trust: Whether it runs what the workspace configures.
        errors: Whether it prints findings on standard error.
        limit_s: Seconds.
    """

    name: str
    languages: frozenset[str]
    arguments: tuple[str, ...]
    pattern: re.Pattern[str]
    also: str = ""
    local: tuple[str, ...] = ()
    configuration: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    inherits: str = ""
    package: str = ""
    needs_trust: bool = False
    errors: bool = False
    limit_s: float = 20.0


_GNU = re.compile(
    r"^[^\s:][^:\n]*:(?P<line>\d+):(?:(?P<column>\d+):)? (?:error: |warning: )?"
    r"(?P<message>.*?)(?:  ?\[(?P<code>[\w-]+)\])?$",
    re.MULTILINE,
)
_JAVAC = re.compile(
    r"^[^\s:][^:\n]*:(?P<line>\d+):(?P<column>)? (?:error|warning): "
    r"(?:\[(?P<code>\w+)\] )?(?P<message>.*)$",
    re.MULTILINE,
)
_CODED = re.compile(
    r"^[^\s:][^:\n]*:(?P<line>\d+):(?P<column>\d+): (?:error|warning)(?:\[(?P<code>[\w-]+)\])?:? "
    r"(?P<message>.*)$",
    re.MULTILINE,
)
_PYRIGHT = re.compile(
    r"^ +\S[^\n]*:(?P<line>\d+):(?P<column>\d+) - (?:error|warning): (?P<message>[^\n]*?)"
    r"(?:(?:\n[^\S\n]{4}[^\n]*?)*? \((?P<code>report\w+)\))?$",
    re.MULTILINE,
)
_TSC = re.compile(
    r"^[^\s(][^(\n]*\((?P<line>\d+),(?P<column>\d+)\): error TS(?P<code>\d+): (?P<message>.*)$",
    re.MULTILINE,
)
_ESLINT = re.compile(
    r'\{"ruleId":"?(?P<code>[^",]*)"?,"severity":\d,"message":"(?P<message>[^"]*)",'
    r'"line":(?P<line>\d+),"column":(?P<column>\d+)'
)
_GITHUB = re.compile(
    r"^::\w+ title=(?P<code>[^,\n]*),file=[^\n]*?,line=(?P<line>\d+),[^\n]*?col=(?P<column>\d+),"
    r"[^\n]*?::(?P<message>.*)$",
    re.MULTILINE,
)
_PYTHON = frozenset({"python"})
_SCRIPTS = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
_VENV = (".venv/bin", "venv/bin", ".venv/Scripts")
_NODE = ("node_modules/.bin",)
_TSCONFIG: Json = {
    "extends": "{project}",
    "compilerOptions": {
        "noEmit": True,
        "skipLibCheck": True,
        "allowJs": True,
        "composite": False,
        "incremental": False,
        "rootDirs": ["{folder}", "{parent}"],
    },
    "include": [],
    "files": ["{copy}"],
}

TOOLS: tuple[Tool, ...] = (
    Tool(
        "mypy",
        _PYTHON,
        (
            *("--no-error-summary", "--show-column-numbers", "--hide-error-context", "--no-pretty"),
            *("--hide-error-end", "--show-error-codes", "--hide-error-code-links"),
            *("--no-install-types", "--interactive"),
            *("--cache-dir", "{folder}", "--follow-imports", "silent"),
            *("--shadow-file", "{path}", "{copy}", "{path}"),
        ),
        _GNU,
        local=_VENV,
        needs_trust=True,
    ),
    Tool(
        "pyright",
        _PYTHON,
        ("-p", "{folder}"),
        _PYRIGHT,
        also="basedpyright",
        local=(*_VENV, *_NODE),
        configuration={
            "pyrightconfig.json": {"include": ["{copy}"], "extraPaths": ["{parent}"]},
        },
        needs_trust=True,
        limit_s=30.0,
    ),
    Tool(
        "ty",
        _PYTHON,
        ("check", "--output-format", "concise", "--extra-search-path", "{parent}", "{copy}"),
        _CODED,
        local=_VENV,
        needs_trust=True,
    ),
    Tool(
        "tsc",
        _SCRIPTS,
        ("-p", "{folder}", "--pretty", "false"),
        _TSC,
        local=_NODE,
        configuration={"tsconfig.json": _TSCONFIG},
        inherits="tsconfig.json",
        needs_trust=True,
        limit_s=30.0,
    ),
    Tool(
        "eslint",
        _SCRIPTS,
        ("--stdin", "--stdin-filename", "{path}", "--format", "json", "--no-ignore"),
        _ESLINT,
        local=_NODE,
        needs_trust=True,
    ),
    Tool(
        "biome",
        _SCRIPTS,
        ("lint", "--reporter", "github", "{copy}"),
        _GITHUB,
        local=_NODE,
        needs_trust=True,
    ),
    Tool(
        "go",
        frozenset({"go"}),
        ("vet", "."),
        _GNU,
        package="go.mod",
        errors=True,
        limit_s=60.0,
    ),
    Tool(
        "cargo",
        frozenset({"rust"}),
        ("check", "--quiet", "--message-format", "short"),
        _CODED,
        package="Cargo.toml",
        needs_trust=True,
        errors=True,
        limit_s=120.0,
    ),
    Tool(
        "javac",
        frozenset({"java"}),
        ("-Xlint", "-proc:none", "-implicit:none", "-d", "{folder}", "{copy}"),
        _JAVAC,
        errors=True,
    ),
)
