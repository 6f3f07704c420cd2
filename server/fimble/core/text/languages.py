"""Languages: LSP identifiers, file names, and the grammars that parse them."""

from __future__ import annotations

import re
from types import MappingProxyType

_BY_SUFFIX = MappingProxyType(
    {
        "py": "python",
        "pyi": "python",
        "pyw": "python",
        "pyt": "python",
        "gyp": "python",
        "gypi": "python",
        "tac": "python",
        "wsgi": "python",
        "ts": "typescript",
        "tsx": "typescriptreact",
        "js": "javascript",
        "mjs": "javascript",
        "cjs": "javascript",
        "jsx": "javascriptreact",
        "html": "html",
        "css": "css",
        "scss": "scss",
        "json": "json",
        "java": "java",
        "go": "go",
        "rs": "rust",
        "c": "c",
        "h": "c",
        "cc": "cpp",
        "cpp": "cpp",
        "cxx": "cpp",
        "c++": "cpp",
        "hpp": "cpp",
        "hh": "cpp",
        "hxx": "cpp",
        "inl": "cpp",
        "ino": "cpp",
        "ipp": "cpp",
        "tpp": "cpp",
        "ccm": "cpp",
        "c++m": "cpp",
        "cppm": "cpp",
        "cxxm": "cpp",
        "ixx": "cpp",
        "cs": "csharp",
        "csx": "csharp",
        "php": "php",
        "php4": "php",
        "php5": "php",
        "phtml": "php",
        "rb": "ruby",
        "rake": "ruby",
        "gemspec": "ruby",
        "jbuilder": "ruby",
        "ru": "ruby",
        "sql": "sql",
        "sh": "shellscript",
        "bash": "shellscript",
        "vue": "vue",
        "svelte": "svelte",
        "yaml": "yaml",
        "yml": "yaml",
        "toml": "toml",
        "kt": "kotlin",
        "kts": "kotlin",
        "swift": "swift",
        "lua": "lua",
        "jsonc": "jsonc",
        "cts": "typescript",
        "mts": "typescript",
        "htm": "html",
    }
)
_BY_NAME = MappingProxyType(
    {
        ".pdbrc": "python",
        "wscript": "python",
        "SConstruct": "python",
        "SConscript": "python",
        "Brewfile": "ruby",
        "Dangerfile": "ruby",
        "Fastfile": "ruby",
        "Gemfile": "ruby",
        "Podfile": "ruby",
        "Rakefile": "ruby",
        "Vagrantfile": "ruby",
    }
)
_BY_INTERPRETER = MappingProxyType(
    {
        "python": "python",
        "pypy": "python",
        "node": "javascript",
        "nodejs": "javascript",
        "php": "php",
        "ruby": "ruby",
        "bash": "shellscript",
        "sh": "shellscript",
    }
)
_SHEBANG = re.compile(r"#!\s*(?:\S*/env\s+(?:-\S+\s+|\w+=\S*\s+)*)?(?:\S*/)?(?P<program>[A-Za-z]+)")
_GRAMMARS = MappingProxyType(
    {
        "typescriptreact": "tsx",
        "javascriptreact": "javascript",
        "shellscript": "bash",
        "jsonc": "json",
    }
)
_PARSED = frozenset(_BY_SUFFIX.values())
_ALIASES = MappingProxyType(
    {
        "python": "python3 ipython ipython3 py pyi cython sage",
        "javascript": "js mjs cjs node ecmascript js2 js-ts",
        "javascriptreact": "jsx javascript.jsx javascript-jsx rjsx js-jsx",
        "typescript": "ts mts cts typescript-ts",
        "typescriptreact": "tsx typescript.tsx typescript-tsx tsx-ts",
        "shellscript": "sh bash zsh ksh dash shell shell-script shell-session",
        "csharp": "cs c# c-sharp csx",
        "cpp": "c++ cc cxx hpp cuda cuda-cpp arduino objcpp objective-cpp objective-c++",
        "objective-c": "objc objectivec obj-c",
        "rust": "rs",
        "ruby": "rb jruby",
        "go": "golang",
        "kotlin": "kt kts",
        "html": "htm xhtml htmldjango django-html jinja jinja-html jinja2 handlebars vue-html",
        "css": "postcss",
        "scss": "sass-scss",
        "yaml": "yml docker-compose dockercompose ansible helm github-actions-workflow",
        "jsonc": "json-with-comments jsonwithcomments hjson",
        "sql": "mysql postgres postgresql pgsql plsql sqlite tsql mssql",
        "makefile": "make gnumake",
        "dockerfile": "docker",
        "ini": "dosini conf cfg gitconfig editorconfig systemd",
        "properties": "jproperties",
        "dotenv": "env",
        "markdown": "md mdx pandoc rmd quarto",
        "plaintext": "text txt plain",
        "powershell": "ps1 pwsh",
        "perl": "pl cperl",
        "r": "ess-r rscript",
        "elixir": "ex exs",
        "haskell": "hs",
        "julia": "jl",
        "toml": "cargo",
        "xml": "svg xsl xsd",
    }
)
"""How editors spell a language, beside its LSP identifier: file types, modes, names, suffixes."""
_NAMED = MappingProxyType(
    {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
)
_COMMENTED_JSON = re.compile(
    r"(?:^|/)(?:[tj]sconfig[\w.-]*\.json|\.(?:eslintrc|babelrc|swcrc|jshintrc|hintrc)(?:\.json)?"
    r"|\.vscode/[\w-]+\.json|devcontainer\.json|[\w.-]+\.code-workspace|[\w.-]+\.json[c5]"
    r"|language-configuration\.json|api-extractor\.json|deno\.json)$"
)
_ELEMENTS = MappingProxyType(
    {
        "ts": "typescript",
        "tsx": "typescriptreact",
        "typescript": "typescript",
        "js": "javascript",
        "jsx": "javascriptreact",
        "javascript": "javascript",
        "module": "javascript",
        "text/javascript": "javascript",
        "application/javascript": "javascript",
        "application/json": "json",
        "application/ld+json": "json",
        "importmap": "json",
        "css": "css",
        "text/css": "css",
        "scss": "scss",
    }
)
"""By the attribute `lang`, or `type`; what is not here is not parsed."""
_ATTRIBUTE = re.compile(r"""\b(lang|type)\s*=\s*["']?([\w/+.-]+)""")
_LINE_COMMENTS = MappingProxyType(
    {
        "python": "#",
        "ruby": "#",
        "shellscript": "#",
        "yaml": "#",
        "toml": "#",
        "sql": "--",
        "lua": "--",
        "html": "<!--",
        "css": "/*",
        "json": "",
        "vue": "//",
        "svelte": "//",
    }
)


def of_path(path: str) -> str:
    """The LSP language identifier by a file's name, "" if it is not known."""
    name = re.split(r"[\\/]", path)[-1]
    return _BY_NAME.get(name) or _BY_SUFFIX.get(path.rpartition(".")[2].lower(), "")


def of_script(text: str) -> str:
    """The identifier by the program that a script's first line names, "" if it names none."""
    match = _SHEBANG.match(text)
    return _BY_INTERPRETER.get(match["program"], "") if match is not None else ""


def suffixes() -> tuple[str, ...]:
    """Of the names of files whose language is known."""
    return tuple(_BY_SUFFIX)


def canonical(language_id: str) -> str:
    """The LSP identifier that an editor's own spelling means; one that is not known stays.

    Of compound file types ("yaml.ansible") the first part that is known counts.
    """
    name = language_id.strip().lower().replace(" ", "-")
    for spelled in (name, *name.split(".")):
        if spelled in _PARSED or spelled in _ALIASES:
            return spelled
        if spelled in _NAMED:
            return _NAMED[spelled]
    return language_id


def holds_comments(path: str) -> bool:
    """Whether a file of JSON may hold comments and last commas, by the tool that reads it."""
    return _COMMENTED_JSON.search(path) is not None


def of_element(tag: str) -> str:
    """The language of a script or style element, by its start tag; "" if it is not known."""
    attributes = dict(_ATTRIBUTE.findall(tag))
    usual = "css" if tag.lower().startswith("<style") else "javascript"
    return _ELEMENTS.get(attributes.get("lang") or attributes.get("type") or usual, "")


def of_name(name: str) -> str:
    """The identifier of a language spelled as an identifier or as a file suffix ("js")."""
    return name if name in _PARSED else _BY_SUFFIX.get(name, name)


def comment(language_id: str) -> str:
    """What a line comment begins with; "" for a language that has none."""
    return _LINE_COMMENTS.get(language_id, "//")


def grammar(language_id: str) -> str | None:
    """The tree-sitter grammar of a language, None if there is none here."""
    return _GRAMMARS.get(language_id, language_id) if language_id in _PARSED else None
