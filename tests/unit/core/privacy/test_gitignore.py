"""What git says of patterns and paths is what is said here: by cases, and by a generator of them."""

import random
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from fimble.core.privacy import gitignore
from fimble.core.privacy.wildmatch import Glob

PIECES = (
    "a", "b", "ab", ".", "-", "é", "*", "**", "***", "?", "/", "//", "/**/", "**/", "/**", "\\", "\\*",
    "\\ ", "\\#", "\\!", "\\/", "\\\\", "!", "#", "!!", " ", "  ", "\t", "\r", "[", "]", "[]", "[a]",
    "[!a]", "[^b]", "[a-c]", "[c-a]", "[]a]", "[!]a]", "[a-]", "[-a]", "[\\a-\\c]", "[a", "[[:alpha:]]",
    "[[:upper:]b]", "[[:nope:]]", "[[:alpha:]", "[[:]a]", "[*]", "[!/]", "[\\]]", "[a-a-c]", "A", "[A-C]",
)  # fmt: skip
NAMES = (
    "a",
    "b",
    "c",
    "ab",
    "aa",
    "aab",
    "A",
    "AB",
    ".a",
    "-",
    "]",
    "é",
    "!a",
    "#a",
    "a b",
    "a ",
    "*",
)


def spoken_of(rules: tuple[gitignore.Rule, ...], path: str, folders: set[str]) -> bool:
    """As git goes down a path: what is in an ignored folder is ignored."""
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        here = "/".join(parts[:depth])
        folder = depth < len(parts) or here in folders
        if gitignore.ignores(rules, here.encode(), folder=folder):
            return True
    return False


def git(*arguments: str, folder: Path, given: bytes = b"") -> bytes:
    asked = ["git", "-c", "core.excludesFile=", *arguments]
    done = subprocess.run(asked, cwd=folder, input=given, capture_output=True, check=False)
    return done.stdout


def what_git_ignores(folder: Path, lines: bytes, paths: list[str], *, fold: bool) -> set[str]:
    (folder / ".gitignore").write_bytes(lines)
    case = f"core.ignorecase={str(fold).lower()}"
    given = b"".join(path.encode() + b"\0" for path in paths)
    asked = ("-c", case, "check-ignore", "--no-index", "--stdin", "-z")
    return {path.decode() for path in git(*asked, folder=folder, given=given).split(b"\0") if path}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    if shutil.which("git") is None:
        pytest.skip("git is not here to be asked")
    git("init", "-q", folder=tmp_path)
    return tmp_path


def line(dice: random.Random) -> str:
    text = "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 5)))
    return dice.choice(("", "", "", "!", "/")) + text + dice.choice(("", "", "", "/", " ", "\r"))


def path(dice: random.Random) -> str:
    return "/".join(dice.choice(NAMES) for _ in range(dice.randint(1, 4)))


def made(folder: Path, paths: list[str]) -> set[str]:
    """Makes folders of some of the paths; git asks the disk whether one is."""
    for name in paths[::3]:
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if ".git" not in p.parts}


@pytest.mark.parametrize("seed", range(60))
def test_generated_rules_are_those_of_git(repository: Path, seed: int) -> None:
    dice = random.Random(seed)
    fold = seed % 3 == 0
    text = "\n".join(line(dice) for _ in range(dice.choice((1, 1, 1, 2, 4))))
    if dice.random() < 0.1:
        text = "\N{BYTE ORDER MARK}" + text
    paths = sorted({path(dice) for _ in range(120)})
    folders = made(repository, paths)
    rules = gitignore.parse(text.encode(), fold=fold)
    ours = {path for path in paths if spoken_of(rules, path, folders)}
    assert ours == what_git_ignores(repository, text.encode(), paths, fold=fold), repr(text)


@pytest.mark.parametrize(
    ("line", "path", "ignored"),
    [
        (b"build\\", "build", False),
        (b"!", "a", False),
        (b"[z-a]", "m", False),
        (b"a\\ ", "a ", True),
        (b"a  ", "a", True),
        (b"\\#a", "#a", True),
        (b"\\!a", "!a", True),
        (b"*.log\r", "x.log", True),
        (b"\xef\xbb\xbf*.log", "x.log", True),
        (b"\xff[\xfe", "a", False),
        (b"a\0b", "a", True),
        (b"**/a", "b/c/a", True),
        (b"a/**", "a", False),
        (b"a/**/b", "a/b", True),
        (b"/a", "b/a", False),
        (b"a/", "a", False),
        (b"[!a]", "b", True),
        (b"[[:digit:]]", "7", True),
        (b"?", "\N{LATIN SMALL LETTER E WITH ACUTE}", False),
    ],
)
def test_lines_that_are_read_wrongly_elsewhere(line: bytes, path: str, ignored: bool) -> None:
    rules = gitignore.parse(line)
    assert bool(gitignore.ignores(rules, path.encode(), folder=False)) is ignored


@pytest.mark.parametrize(
    "pattern",
    [
        b"*a" * 15 + b"*b",
        b"**/" * 300 + b"b",
        b"**/*a" * 100 + b"b",
        b"*" * 60_000 + b"b",
        b"[a-z]*" * 200 + b"0",
        b"?*" * 500 + b"b",
    ],
)
@pytest.mark.parametrize("paths", [False, True])
def test_no_pattern_runs_away(pattern: bytes, paths: bool) -> None:
    """The first one cost a regular expression minutes."""
    glob = Glob(pattern, paths=paths)
    started = time.process_time()
    for text in (b"a" * 240, b"a/" * 500, b"a" * 1_000):
        assert not glob.matches(text)
    assert time.process_time() - started < 5


def test_the_last_line_counts_and_may_take_back() -> None:
    rules = gitignore.parse(b"*.py\n!keep.py\n")
    assert gitignore.ignores(rules, b"a/drop.py", folder=False) is True
    assert gitignore.ignores(rules, b"a/keep.py", folder=False) is False
    assert gitignore.ignores(rules, b"a/keep.js", folder=False) is None
