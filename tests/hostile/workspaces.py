"""Hostile workspaces: what a repository can do to the one who opens it.

Each is a name and a function that makes it. What it must not do is the same for all: an answer
does not take longer, memory does not grow, nothing of it runs, and the server ends with its editor.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from tests.hostile.driver import Document

CODE = "import os\n\n\ndef area(width, height):\n    return width * height\n\n\nresult = area"
LIKE = "def area(width, height):\n    return width * height\n\n\nresult = area(3, 4)\n"


@dataclass(frozen=True)
class Site:
    """Where a workspace is made.

    Attributes:
        root: The folder that the editor opens.
        outside: A folder beside it.
        home: The user's home folder.
        pwned: A file that a program of the workspace would make.
        full: Whether it may take minutes and gigabytes.
    """

    root: Path
    outside: Path
    home: Path
    pwned: Path
    full: bool

    def write(self, name: str, content: str | bytes) -> Path:
        """A file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def program(self, name: str) -> Path:
        """A program of the workspace that must not run."""
        path = self.write(name, f"#!/bin/sh\necho ran >> '{self.pwned}'\n")
        path.chmod(0o755)
        return path

    def document(self) -> Document:
        """The one that is edited unless the workspace says another."""
        return Document((self.root / "main.py").as_uri(), CODE)


@dataclass(frozen=True)
class Hostile:
    """A workspace.

    Attributes:
        name: Of the test.
        make: Makes it; the document that is edited, None for `main.py`.
        options: The client's `initializationOptions`.
        roots: The folders' URIs as the client says them, of the workspace's path.
        unprivileged: Whether the server must not have root's rights.
        more: Bytes that the document itself takes: its text, its tree.
    """

    name: str
    make: Callable[[Site], Document | None]
    options: dict[str, object] | None = None
    roots: Callable[[Path], tuple[str, ...]] = lambda root: (root.as_uri(),)
    unprivileged: bool = False
    more: int = 0


def normal(site: Site) -> None:
    """A workspace of nobody's ill will, which the others are measured by."""
    site.write(".gitignore", "*.log\nbuild/\n")
    for number in range(30):
        site.write(f"module_{number}.py", LIKE.replace("area", f"area_{number}"))
    site.write("pyproject.toml", '[tool.ruff.lint.pydocstyle]\nconvention = "google"\n')


# Ignore files.


def _content(name: str, content: bytes) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        site.write(name, content)

    return make


def _link(name: str, target: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        path = site.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target)

    return make


def _fifo(name: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        path = site.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    return make


def _sparse(name: str, size: int) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        with site.write(name, b"").open("r+b") as file:
            file.truncate(size)

    return make


def _folder(name: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        (site.root / name).unlink(missing_ok=True)
        (site.root / name).mkdir(parents=True)

    return make


def _bind(path: Path) -> None:
    """A socket in a file, also where its path is longer than an address may be."""
    here = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"/proc/self/fd/{here}/{path.name}")
    os.close(here)


def _socket_as_ignore(site: Site) -> None:
    normal(site)
    (site.root / ".gitignore").unlink()
    _bind(site.root / ".gitignore")


REFUSED = (
    b"build\\\n!\n!!\n[z-a]\n[\n[]\n[!]\n[[:nosuch:]]\n\\\n\\\\\\\n**\\\n/\n//\n***\n**/**/**\n!/\n"
    b"a[\n[a-\n[\\\n\\[\n# comment\n\\#\n\\!\n   \n!   \n\t\n[^/]\n[a-z\n{a,b}\n(?P<x\n(?R)\n"
    b"*)\n(\n)\n+\n?*?\n[]-a]\n[[:alpha:]\n[[.a.]]\n[[=a=]]\n\\x\n"
)
"""Lines that git puts up with."""
RUNAWAY = b"".join(
    line + b"\n"
    for line in (
        b"*a" * 15 + b"*b",
        b"**/a" * 20 + b"/b",
        b"a*" * 30 + b"[!a]",
        b"**/" * 40 + b"b",
        b"*" * 60 + b"b",
        b"?*" * 30 + b"b",
        b"[a-z]*" * 30 + b"0",
    )
)


def _runaway(name: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        site.write(name, RUNAWAY)
        site.write("a" * 240 + ".py", LIKE)
        site.write("/".join(["a" * 60] * 8) + "/" + "a" * 200 + ".py", LIKE)

    return make


def _many_rules(site: Site) -> None:
    normal(site)
    count = 2_000_000 if site.full else 300_000
    site.write(".gitignore", "".join(f"*{n}*x*\n" for n in range(count)))
    for number in range(500):
        site.write(f"more/file_{number}.py", LIKE)


def _many_ignore_files(site: Site) -> None:
    normal(site)
    for number in range(3_000 if site.full else 600):
        site.write(f"pack_{number}/.gitignore", "".join(f"*{n}*.x\n" for n in range(200)))
        site.write(f"pack_{number}/part.py", LIKE)


def _ignore_above(site: Site) -> Document:
    """The repository's top is above the workspace and its ignore file has no end."""
    (site.root / ".git").mkdir()
    (site.root / ".gitignore").symlink_to("/dev/zero")
    site.write("inner/part.py", LIKE)
    return Document((site.root / "inner" / "main.py").as_uri(), CODE)


def _exclude(target: str) -> Callable[[Site], None]:
    return _link(".git/info/exclude", target)


def _global_excludes(site: Site) -> None:
    """Nothing of the repository, but `core.excludesFile` of its own configuration can be."""
    normal(site)
    _repository(site)
    config = site.root / ".git" / "config"
    config.write_text(config.read_text() + "[core]\n\texcludesFile = /dev/zero\n")


def _own_files(site: Site) -> None:
    """Ignore files that are what the server has open, its client's pipe among them."""
    normal(site)
    for number in range(40):
        folder = site.root / f"sub_{number}"
        folder.mkdir()
        for name in (".gitignore", ".aiignore"):
            (folder / name).symlink_to(f"/proc/self/fd/{number}")


def _many_excludes(site: Site) -> None:
    """A repository that names many files of rules, each as large as it may be."""
    normal(site)
    _repository(site)
    config = site.root / ".git" / "config"
    names = [site.write(f"rules/{n}", f"*{n}x*\n" * 100_000) for n in range(20)]
    lines = "".join(f"excludesFile = {name}\n" for name in names * 100)
    config.write_text(config.read_text() + "[core]\n" + lines)


# Repositories.


def _repository(site: Site, files: int = 0) -> None:
    """A repository with `files` files in its index."""
    quiet = {"cwd": site.root, "check": True, "capture_output": True, "timeout": 60}
    subprocess.run(["git", "init", "-q"], **quiet)  # type: ignore[call-overload]
    for number in range(files):
        site.write(f"tracked/file_{number}.py", LIKE)
    if files:
        subprocess.run(["git", "add", "tracked"], **quiet)  # type: ignore[call-overload]


def _git_config(text: str, files: int = 0) -> Callable[[Site], None]:
    """A repository whose configuration has `text`, with `{program}` and `{outside}` filled in."""

    def make(site: Site) -> None:
        normal(site)
        _repository(site, files)
        program = site.program("tool.sh")
        config = site.root / ".git" / "config"
        filled = text.replace("{program}", str(program)).replace("{outside}", str(site.outside))
        config.write_text(config.read_text() + filled)

    return make


PROGRAMS = """
[core]
	fsmonitor = {program}
	hooksPath = {outside}
	pager = {program}
	editor = {program}
	askPass = {program}
	sshCommand = {program}
	gitProxy = {program}
	alternateRefsCommand = {program}
[alias]
	check-ignore = !{program}
	ls-files = !{program}
	status = !{program}
	rev-parse = !{program}
	config = !{program}
[credential]
	helper = {program}
[diff]
	external = {program}
[filter "x"]
	clean = {program}
	smudge = {program}
	process = {program}
[gpg]
	program = {program}
[trace2]
	eventTarget = {outside}/traced
"""
"""Everything of git's configuration that names a program."""


def _bare_repository(site: Site) -> Document:
    """A folder that git takes for a repository, as one can be committed in another."""
    normal(site)
    program = site.program("tool.sh")
    bare = site.root / "data"
    for folder in ("objects", "refs", "info"):
        (bare / folder).mkdir(parents=True)
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    (bare / "config").write_text(
        f'[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = "{bare}"\n'
        f"\tfsmonitor = {program}\n"
    )
    (bare / "main.py").write_text(CODE)
    return Document((bare / "main.py").as_uri(), CODE)


def _lazy_fetch(site: Site) -> None:
    """A sparse, partial clone: to read a `.gitignore` that is not there, git runs a program."""
    normal(site)
    _repository(site, 5)
    program = site.program("tool.sh")
    git = site.root / ".git"
    index = ["git", "update-index", "--add", "--cacheinfo", f"100644,{'1' * 40},lost/.gitignore"]
    subprocess.run(index, cwd=site.root, check=True, capture_output=True)
    skip = ["git", "update-index", "--skip-worktree", "lost/.gitignore"]
    subprocess.run(skip, cwd=site.root, check=True, capture_output=True)
    (git / "config").write_text(
        "[core]\n\trepositoryformatversion = 1\n\tsparseCheckout = true\n"
        "[extensions]\n\tpartialClone = origin\n"
        f'[remote "origin"]\n\turl = "{site.outside}"\n\tpromisor = true\n'
        f"\tuploadpack = {program}\n\tpartialclonefilter = blob:none\n"
    )
    (site.outside / "HEAD").write_text("ref: refs/heads/main\n")
    site.write("lost/part.py", LIKE)


def _git_file(content: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        site.write(".git", content.replace("{outside}", str(site.outside)))
        (site.outside / "info").mkdir(exist_ok=True)
        (site.outside / "info" / "exclude").symlink_to("/dev/zero")
        (site.outside / "config").symlink_to("/dev/zero")
        (site.outside / "HEAD").symlink_to("/dev/zero")
        (site.outside / "commondir").symlink_to("/dev/zero")

    return make


def _git_here(site: Site) -> None:
    """A program called git, and libraries that Python would import, in the editor's folder."""
    normal(site)
    for name in ("git", "ruff", "python", "python3", "sh", "node", "eslint", "mypy", "git.exe"):
        for folder in ("", "bin/", ".venv/bin/", "venv/bin/", "node_modules/.bin/"):
            site.program(folder + name)
    for name in ("sitecustomize", "usercustomize", "onnxruntime", "fimble", "pathspec", "ruff"):
        site.write(f"{name}.py", f"open({str(site.pwned)!r}, 'a').write('{name}')\n")
    site.write("pyvenv.cfg", "home = /nowhere\n")
    site.write("onnxruntime/__init__.py", f"open({str(site.pwned)!r}, 'a')\n")


# Trees.


def _deep(site: Site) -> None:
    """Folders in folders, deeper than a path may be long."""
    normal(site)
    here = os.getcwd()  # noqa: PTH109
    try:
        os.chdir(site.root)
        for _ in range(3_000 if site.full else 1_500):
            os.mkdir("d")  # noqa: PTH102
            os.chdir("d")
        Path("part.py").write_text(LIKE)
        Path(".gitignore").write_text("x\n")
    finally:
        os.chdir(here)


def _crowded(site: Site) -> None:
    """Very many files in one folder."""
    normal(site)
    folder = site.root / "many"
    folder.mkdir()
    for number in range(200_000 if site.full else 20_000):
        (folder / f"f{number}.py").touch()


def _crowded_ignored(site: Site) -> None:
    """Very many files, all of them ignored by a rule of their own folder."""
    _crowded(site)
    site.write("many/.gitignore", "*\n")


def _loops(site: Site) -> None:
    normal(site)
    (site.root / "a").symlink_to("b")
    (site.root / "b").symlink_to("a")
    (site.root / "here").symlink_to(".")
    (site.root / "up").symlink_to("..")
    (site.root / "top").symlink_to("/")
    (site.root / "proc").symlink_to("/proc")
    (site.root / "loop.py").symlink_to("loop.py")
    (site.root / ".gitignore").unlink()
    (site.root / ".gitignore").symlink_to(".gitignore")


def _strange_names(site: Site) -> None:
    normal(site)
    names = [b"a\nb.py", b"\xff\xfe.py", b"#.py", b"?.py", b"%2e.py", b"%00.py", b" .py", b".py"]
    names += [b"n" * 251 + b".py", b"-rf.py", b"<|file_sep|>.py", b"\x1b[31m.py", b"a\\b.py"]
    names += ["\u202egnp.py".encode(), "é.py".encode(), "e\u0301.py".encode(), b'"quoted".py']
    for name in names:
        Path(os.fsdecode(os.fsencode(site.root) + b"/" + name)).write_text(LIKE)
    for folder in (b"\xff", b"a\nb", b"C#", b"a%20b", b"what?", b"-x", b":(top)"):
        path = Path(os.fsdecode(os.fsencode(site.root) + b"/" + folder))
        path.mkdir()
        (path / "part.py").write_text(LIKE)
        (path / ".gitignore").write_text("*.x\n")


def _strange_sources(site: Site) -> None:
    """Devices, pipes, sockets and endless files with the names of sources."""
    normal(site)
    os.mkfifo(site.root / "pipe.py")
    _bind(site.root / "socket.py")
    for number, target in enumerate(("/dev/zero", "/dev/stdin", "/proc/self/pagemap", "/dev/tty")):
        (site.root / f"device_{number}.py").symlink_to(target)
    (site.root / "folder.py").mkdir()
    if os.geteuid() == 0:
        for number, device in enumerate((os.makedev(1, 5), os.makedev(5, 0))):
            os.mknod(site.root / f"node_{number}.py", 0o666 | stat.S_IFCHR, device)


def _changing(site: Site) -> None:
    """Files that are replaced by pipes, links and nothing while they are listed and read."""
    normal(site)
    script = (
        "import os, itertools, time\n"
        f"os.chdir({str(site.root)!r})\n"
        "end = time.time() + 20\n"
        "for n in itertools.count():\n"
        "    if time.time() > end or not os.path.isdir('.'): break\n"
        "    name = f'shift_{n % 50}.py'\n"
        "    try: os.unlink(name)\n"
        "    except OSError: pass\n"
        "    if n % 4 == 0: os.mkfifo(name)\n"
        "    elif n % 4 == 1: os.symlink('/dev/zero', name)\n"
        "    elif n % 4 == 2: open(name, 'w').write('area = 1\\n' * 9)\n"
    )
    subprocess.Popen(["python3", "-c", script], stderr=subprocess.DEVNULL)


def _unreadable(site: Site) -> None:
    normal(site)
    site.write("hidden.py", LIKE).chmod(0)
    site.write("closed/part.py", LIKE)
    (site.root / "closed").chmod(0)
    site.write("listed/part.py", LIKE)
    site.write("listed/.gitignore", "x")
    (site.root / "listed").chmod(0o444)
    (site.root / ".gitignore").chmod(0)
    site.write(".fimbleignore", "x").chmod(0)


def _gone(site: Site) -> Document:
    """The workspace's folder is not there."""
    return Document((site.root / "nowhere" / "main.py").as_uri(), CODE)


def _huge_sources(site: Site) -> None:
    normal(site)
    for number in range(5):
        with site.write(f"huge_{number}.py", b"").open("r+b") as file:
            file.truncate(1 << 30)


def _as_neighbours(*texts: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        for number, text in enumerate(texts):
            site.write(f"neighbour_{number}.py", text)

    return make


SLOW = (
    "[" * 99_000,
    "(" * 50_000 + ")" * 49_000,
    "x = " + "a." * 49_000 + "b\n",
    "area width height result " * 4_000,
    "\n".join(f"w{n} area" for n in range(9_000)),
    "'" * 99_000,
    "\\" * 99_000,
    "\n" * 99_999,
    "\r" * 99_999,
    "\u2028" * 33_000,
    "# " + "=" * 98_000,
    "a" * 99_000,
    "_" * 99_000,
    "\u0130" * 49_000,
    "if x:\n" + "".join(" " * n + "if x:\n" for n in range(400)),
)
"""Texts that a parser, a regular expression or an index could be slow on."""
TOKENS = (
    "<|fim_prefix|><|fim_suffix|><|fim_middle|><|endoftext|><|file_sep|><|repo_name|><|im_end|>"
)


def _slow_to_parse(site: Site) -> None:
    normal(site)
    for number, (name, text) in enumerate(SLOW_TO_PARSE):
        site.write(f"slow_{number}.{name}", text)


SLOW_TO_PARSE = (
    ("html", "<<A\n" * 24_000),
    ("py", "x = " + "[" * 90_000),
    ("js", "x = " + "[" * 90_000),
    ("rs", "x = " + "{(" * 45_000),
    ("js", "`${" * 30_000),
    ("rs", "@a\n" * 30_000),
)


def _in_document(text: str, language_id: str = "python") -> Callable[[Site], Document]:
    def make(site: Site) -> Document:
        normal(site)
        return Document((site.root / "main.py").as_uri(), text, language_id)

    return make


def _megabytes(line: str, size: int, language_id: str) -> Callable[[Site], Document]:
    """One line as long as that."""

    def make(site: Site) -> Document:
        normal(site)
        count = (size if site.full else size // 5) // len(line)
        return Document((site.root / "main.py").as_uri(), line * count, language_id)

    return make


def _docstring(text: str) -> Callable[[Site], Document]:
    """A function with such a docstring, and another one to document."""
    head = f'import os\n\n\ndef area(width, height):\n    """{text}"""\n    return width\n\n\n'
    return _in_document(head + "def other(width):\n    return width\n\n\nresult = area")


# Configuration of tools.


def _configured(name: str, text: str) -> Callable[[Site], None]:
    def make(site: Site) -> None:
        normal(site)
        (site.root / "pyproject.toml").unlink()
        site.program("tool.sh")
        filled = text.replace("{outside}", str(site.outside)).replace("{root}", str(site.root))
        site.write(name, filled)
        (site.outside / "endless").symlink_to("/dev/zero")
        os.mkfifo(site.outside / "pipe")

    return make


def _scripts(site: Site) -> Document:
    """Everything of a JavaScript project that names a program, and its own tools."""
    normal(site)
    program = site.program("tool.sh")
    for name in ("eslint", "tsc", "biome", "prettier", "node"):
        site.program(f"node_modules/.bin/{name}")
    run = str(program)
    site.write("package.json", json.dumps({"scripts": {"preinstall": run}, "eslintConfig": {}}))
    site.write("eslint.config.js", f"require('child_process').execSync({run!r})\n")
    site.write("tsconfig.json", json.dumps({"extends": "/dev/zero", "compilerOptions": {}}))
    hostile = {
        "fimble.checkers": ["eslint", "tsc", "mypy"],
        "fimble.serverCommand": [run],
        "fimble.command": run,
        "python.defaultInterpreterPath": run,
        "git.path": run,
    }
    site.write(".vscode/settings.json", json.dumps(hostile))
    site.write(
        ".vscode/tasks.json", json.dumps({"tasks": [{"command": run, "runOn": "folderOpen"}]})
    )
    site.write(".editorconfig", "root = true\n[*" + "{a,b}" * 500 + "]\nindent_size = 9\n")
    site.write(".envrc", run)
    site.write("templates/evil.py.tmpl", "# language: python\n")
    return Document((site.root / "main.js").as_uri(), CODE, "javascript")


def _checkers_in_files(site: Site) -> None:
    """Settings of Fimble in the workspace's files: only the client's count."""
    normal(site)
    for name in ("mypy", "pyright", "ty", "ruff"):
        site.program(f".venv/bin/{name}")
        site.program(f"venv/bin/{name}")
    site.write("pyproject.toml", '[tool.fimble]\ncheckers = ["mypy", "pyright", "ty"]\n')
    site.write("fimble.toml", 'checkers = ["mypy"]\n')
    site.write("mypy.ini", "[mypy]\nplugins = evil.py\n")
    site.write("evil.py", f"open({str(site.pwned)!r}, 'w')\n")


def _imports(site: Site) -> Document:
    """Files that a name could be imported from, and that take long to look through."""
    normal(site)
    for number in range(5):
        site.write(f"imports_{number}.py", "from a import (\n" * 30_000 + "thing")
    text = CODE.replace("import os", "result = thing(1)")
    finding = ("F821", "Undefined name `thing`", "thing")
    return Document((site.root / "main.py").as_uri(), text, finding=finding)


def _nested_toml(site: Site) -> None:
    normal(site)
    site.write("pyproject.toml", "x = " + "[" * 100_000)


# Documents and folders as clients spell them.


def _at(uri: Callable[[Site], str], language_id: str = "python") -> Callable[[Site], Document]:
    def make(site: Site) -> Document:
        normal(site)
        return Document(uri(site), CODE, language_id)

    return make


def _folder_called(name: str) -> Callable[[Site], Document]:
    def make(site: Site) -> Document:
        folder = site.root / name
        folder.mkdir()
        (folder / "part.py").write_text(LIKE)
        (site.root / name.partition("#")[0].partition("?")[0]).mkdir(exist_ok=True)
        return Document((folder / "main.py").as_uri(), CODE)

    return make


def _sub(name: str) -> Callable[[Path], tuple[str, ...]]:
    return lambda root: ((root / name).as_uri(),)


def _notebook(site: Site) -> Document:
    normal(site)
    site.write("book.ipynb", '{"cells": ' + "[" * 90_000)
    uri = (site.root / "book.ipynb").as_uri()
    return Document(uri.replace("file:", "vscode-notebook-cell:") + "#W0sZmlsZQ==", CODE)


ENDLESS = ("/dev/zero", "/dev/stdin", "/proc/self/pagemap", "/proc/self/fd/0", "/dev/tty")
"""Files that cannot be read to an end; some say that they are regular ones of no bytes."""
READ = (".gitignore", ".fimbleignore", ".git/info/exclude", ".git", "pyproject.toml", "ruff.toml")

IGNORE_FILES = (
    Hostile("lines that git puts up with", _content(".gitignore", REFUSED)),
    *(
        Hostile(f"{name} is a link to {target}", _link(name, target))
        for name in (".gitignore", ".fimbleignore")
        for target in ENDLESS
    ),
    Hostile(".gitignore is a pipe", _fifo(".gitignore")),
    Hostile(".cursorignore is a pipe", _fifo(".cursorignore")),
    Hostile(".gitignore of a subfolder is a pipe", _fifo("sub/.gitignore")),
    Hostile(".gitignore of a subfolder is endless", _link("sub/.gitignore", "/dev/zero")),
    Hostile("ignore files that the server has open", _own_files),
    Hostile(".gitignore is a socket", _socket_as_ignore),
    Hostile(".gitignore is a folder", _folder(".gitignore")),
    Hostile(".gitignore of 10 GB", _sparse(".gitignore", 10 << 30)),
    Hostile(".aiignore of 10 GB", _sparse(".aiignore", 10 << 30)),
    Hostile(".gitignore is one line of 50 MB", _content(".gitignore", b"*a" * (25 << 20))),
    Hostile(".gitignore of very many lines", _many_rules),
    Hostile("very many ignore files", _many_ignore_files),
    Hostile("patterns that run away", _runaway(".gitignore")),
    Hostile("patterns that run away in .fimbleignore", _runaway(".fimbleignore")),
    Hostile("patterns that run away below", _runaway("sub/.gitignore")),
    Hostile("rules in no encoding", _content(".gitignore", b"\xff\xfe\xfa\n\x80*\n[\xff-\xfe]\n")),
    Hostile("rules with zeros", _content(".gitignore", b"a\0b\n\0\n*\0*\n" * 1000)),
    Hostile("rules with CRLF", _content(".gitignore", b"build\\\r\n!\r\n\r\n[z-a]\r\n\r\r\n")),
    Hostile("rules with a BOM", _content(".gitignore", b"\xef\xbb\xbfbuild\\\n")),
    Hostile("rules in UTF-16", _content(".gitignore", "build\\\n[z-a]\n".encode("utf-16"))),
    Hostile("an endless ignore file above", _ignore_above, roots=_sub("inner")),
    Hostile("info/exclude is endless", _exclude("/dev/zero")),
    Hostile("info/exclude is the server's input", _exclude("/proc/self/fd/0")),
    Hostile("info/exclude is a pipe", _fifo(".git/info/exclude")),
)
REPOSITORIES = (
    Hostile("the repository's own excludes are endless", _global_excludes),
    Hostile("very many excludes", _many_excludes),
    Hostile("git's configuration names programs", _git_config(PROGRAMS)),
    Hostile("git's monitor in a large repository", _git_config(PROGRAMS, 2_500)),
    Hostile("git's configuration is endless", _link(".git/config", "/dev/zero")),
    Hostile("git's configuration is a pipe", _fifo(".git/config")),
    Hostile("git's HEAD is a pipe", _fifo(".git/HEAD")),
    Hostile("git's index is endless", _link(".git/index", "/dev/zero")),
    Hostile("git's configuration includes no end", _git_config("[include]\n\tpath = /dev/zero\n")),
    Hostile(
        "git's configuration includes itself", _git_config("[include]\n\tpath = config\n" * 50)
    ),
    Hostile("the work tree is elsewhere", _git_config("[core]\n\tworktree = {outside}\n")),
    Hostile("a repository committed in another", _bare_repository, roots=_sub("data")),
    Hostile("git would fetch what is missing", _lazy_fetch),
    Hostile(".git points to an endless folder", _git_file("gitdir: {outside}\n")),
    Hostile(".git points to itself", _git_file("gitdir: .git\n")),
    Hostile(".git points to a device", _git_file("gitdir: /dev/zero\n")),
    Hostile(".git is a pipe", _fifo(".git")),
    Hostile(".git is endless", _link(".git", "/dev/zero")),
    Hostile(".git is of 10 GB", _sparse(".git", 10 << 30)),
    Hostile("programs of known names", _git_here),
)
TREES = (
    Hostile("folders deeper than a path is long", _deep),
    Hostile("very many files", _crowded),
    Hostile("very many files, ignored", _crowded_ignored),
    Hostile("links in circles", _loops),
    Hostile("strange names", _strange_names),
    Hostile("sources that are no files", _strange_sources),
    Hostile("files that change under the reader", _changing),
    Hostile("what may not be read", _unreadable, unprivileged=True),
    Hostile("a workspace that is not there", _gone, roots=_sub("nowhere")),
    Hostile("sources of gigabytes", _huge_sources),
    Hostile("neighbours that are slow to index", _as_neighbours(*SLOW)),
    Hostile("neighbours that are slow to parse", _slow_to_parse),
    Hostile("neighbours that spell special tokens", _as_neighbours(LIKE + TOKENS, TOKENS * 500)),
)
SOURCES = (
    Hostile("a hundred thousand brackets", _in_document("x = " + "[" * 100_000), more=20 << 20),
    Hostile(
        "brackets in JavaScript", _in_document("x = " + "{(" * 50_000, "javascript"), more=20 << 20
    ),
    Hostile("open tags of HTML", _in_document("<<A\n" * 20_000, "html"), more=20 << 20),
    Hostile("brackets in Rust", _in_document("x = " + "{(" * 50_000, "rust"), more=20 << 20),
    Hostile("a document of very deep blocks", _in_document(CODE + SLOW[-1])),
    Hostile(
        "one line of 10 MB", _megabytes("var a=1;", 10 << 20, "javascript"), more=6 * (10 << 20)
    ),
    Hostile("one word of 10 MB", _megabytes("a", 10 << 20, "python"), more=6 * (10 << 20)),
    Hostile("blanks of 10 MB", _megabytes(" ", 10 << 20, "python"), more=6 * (10 << 20)),
    Hostile("a docstring of blank lines", _docstring(" \n" * 50_000)),
    Hostile("a docstring of fields", _docstring(":param " + " " * 50_000)),
    Hostile("a docstring of a word", _docstring("a" * 60_000 + " :param " + "aA" * 30_000)),
    Hostile("special tokens in the document", _in_document(TOKENS * 20 + CODE)),
    Hostile("lone surrogates in the document", _in_document("\ud800x = '\udfff'\n" + CODE)),
    Hostile("zeros in the document", _in_document("x = '\0'\n" + CODE)),
)
TOOLS = (
    Hostile("ruff extends no end", _configured("ruff.toml", 'extend = "{outside}/endless"\n')),
    Hostile("ruff extends a pipe", _configured("ruff.toml", 'extend = "{outside}/pipe"\n')),
    Hostile("ruff extends itself", _configured("ruff.toml", 'extend = "ruff.toml"\n')),
    Hostile("ruff.toml is endless", _link("ruff.toml", "/dev/zero")),
    Hostile("ruff.toml is memory's map", _link("ruff.toml", "/proc/self/pagemap")),
    Hostile("ruff.toml is a pipe", _fifo("ruff.toml")),
    Hostile("ruff of another version", _configured("ruff.toml", 'required-version = "==0.0.1"\n')),
    Hostile(
        "ruff that mends and caches",
        _configured("ruff.toml", 'fix = true\nfix-only = true\ncache-dir = "{outside}/cache"\n'),
    ),
    Hostile("ruff.toml of 10 GB", _sparse("ruff.toml", 10 << 30)),
    Hostile("pyproject.toml is endless", _link("pyproject.toml", "/dev/zero")),
    Hostile("pyproject.toml is memory's map", _link("pyproject.toml", "/proc/self/pagemap")),
    Hostile("pyproject.toml is the server's input", _link("pyproject.toml", "/proc/self/fd/0")),
    Hostile("pyproject.toml is a pipe", _fifo("pyproject.toml")),
    Hostile("pyproject.toml of 10 GB", _sparse("pyproject.toml", 10 << 30)),
    Hostile("pyproject.toml that is deep", _nested_toml),
    Hostile("imports that run away", _imports),
    Hostile("settings of tools and editors", _scripts),
    Hostile("tools of the workspace", _checkers_in_files),
)
SPELLINGS = (
    Hostile("an untitled document", _at(lambda site: "untitled:Untitled-1")),
    Hostile("a document of git's", _at(lambda site: f"git:{site.root}/main.py?%7B%7D")),
    Hostile("a document of another host", _at(lambda site: f"file://evil.example{site.root}/m.py")),
    Hostile("a document in its URI", _at(lambda site: "data:text/x-python," + quote(CODE))),
    Hostile("a URI that is broken", _at(lambda site: "file://[bad/main.py")),
    Hostile("a URI of 100 kB", _at(lambda site: site.root.as_uri() + "/" + "x" * 100_000)),
    Hostile(
        "a URI of 2,000 folders", _at(lambda site: site.root.as_uri() + "/d" * 2_000 + "/m.py")
    ),
    Hostile("a name of 300 letters", _at(lambda site: f"{site.root.as_uri()}/{'x' * 300}.py")),
    Hostile("a URI with a zero", _at(lambda site: f"{site.root.as_uri()}/a%00b.py")),
    Hostile("a URI of wrong escapes", _at(lambda site: f"{site.root.as_uri()}/%ff%zz%.py")),
    Hostile("a URI that goes up", _at(lambda site: f"{site.root.as_uri()}/../../../etc/passwd")),
    Hostile("a URI of nothing", _at(lambda site: "")),
    Hostile("a cell of a notebook", _notebook),
    Hostile("a folder C#", _folder_called("C#"), roots=_sub("C#")),
    Hostile("a folder what?", _folder_called("what?"), roots=_sub("what?")),
    Hostile("a folder a%20b", _folder_called("a%20b"), roots=_sub("a%20b")),
    Hostile("a folder with a broken URI", normal, roots=lambda root: ("file://[bad",)),
    Hostile(
        "a folder of no file system", normal, roots=lambda root: ("vscode-vfs://x/y", "untitled:")
    ),
    Hostile("the same folder 500 times", normal, roots=lambda root: (root.as_uri(),) * 500),
    Hostile("every folder of the machine", normal, roots=lambda root: ("file:///",)),
    Hostile("the kernel's folders", normal, roots=lambda root: ("file:///proc", "file:///sys")),
)
WORKSPACES = (*IGNORE_FILES, *REPOSITORIES, *TREES, *SOURCES, *TOOLS, *SPELLINGS)


def without_rights(command: tuple[str, ...]) -> tuple[str, ...] | None:
    """The command where root's rights do not count; None if that cannot be had here."""
    if os.geteuid():
        return command
    ways = ("unshare", "--user", "--")
    tried = subprocess.run([*ways, "true"], capture_output=True, check=False)
    return (*ways, *command) if tried.returncode == 0 else None


__all__ = ["WORKSPACES", "Hostile", "Site", "normal", "replace", "without_rights"]
