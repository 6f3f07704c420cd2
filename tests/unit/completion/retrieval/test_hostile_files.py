"""What a cloned repository may hold: nothing of it may hurt, or be quoted though it is ignored."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fimble.completion.retrieval import git_config, walk
from fimble.completion.retrieval.ignored import IGNORE_FILES, Ignored
from fimble.system.reading import read_regular


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        yield


def written(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")


def quotable(root: Path) -> set[str]:
    found = walk.files(root, lambda name: name.endswith(".py"))
    return {file.path.relative_to(root).as_posix() for file in found if file.size < 100_000}


def git(folder: Path, *arguments: str) -> str:
    if shutil.which("git") is None:
        pytest.skip("git is not here to be asked")
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    asked = ["git", *who, *arguments]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True).stdout


def strange(kind: str, path: Path) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    elif kind == "folder":
        path.mkdir()
    elif kind == "sparse":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    else:
        path.symlink_to(kind)


STRANGE = ("pipe", "socket", "folder", "sparse", "/dev/zero", "/dev/stdin", "nowhere", "self.py")


@pytest.mark.parametrize("kind", STRANGE)
def test_only_regular_files_of_a_bounded_size_are_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    strange(kind, Path("self.py"))
    with pytest.raises(OSError, match=r"no regular file|larger than|No such file"):
        read_regular(Path("self.py"), 1_000)


def test_what_may_be_read_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x" * 1_000)
    assert read_regular(path, 1_000) == b"x" * 1_000
    with pytest.raises(OSError, match="larger than 999 bytes"):
        read_regular(path, 999)
    with pytest.raises(ValueError, match="null"):
        read_regular(Path("a\0b"), 1)


@pytest.mark.parametrize("kind", [*STRANGE, "../../outside.py"])
@pytest.mark.parametrize("name", ["strange.py", *IGNORE_FILES])
def test_a_strange_file_is_passed_over(
    kind: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder whose ignore file cannot be read nothing is quoted; git's may not be a link."""
    written(tmp_path, {"project/here/a.py": "", "project/b.py": "", "outside.py": ""})
    monkeypatch.chdir(tmp_path / "project" / "here")
    strange(kind, Path(name))
    missing = name == "strange.py" or (name == ".gitignore" and kind != "sparse")
    assert quotable(tmp_path / "project") == {"b.py"} | ({"here/a.py"} if missing else set())


def test_no_link_leads_out_of_the_workspace(tmp_path: Path) -> None:
    root = tmp_path / "project"
    written(tmp_path, {"project/a.py": "", "outside/b.py": "", "project/.env": ""})
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "b.py").symlink_to(tmp_path / "outside" / "b.py")
    (root / "c.py").symlink_to(root / ".env")
    (root / "round").symlink_to(root)
    assert quotable(root) == {"a.py"}
    ignored = Ignored(root)
    assert [ignored(root / n) for n in ("a.py", "out/b.py", "b.py", "c.py")] == [False, *[True] * 3]
    assert ignored(root / "x" / ".." / ".." / "outside" / "b.py")


def test_a_workspace_that_is_reached_by_a_link_is_one(tmp_path: Path) -> None:
    written(tmp_path, {"real/a.py": "", "real/.gitignore": "b.py", "real/b.py": ""})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert quotable(tmp_path / "link") == {"a.py"}
    ignored = Ignored(tmp_path / "link")
    assert not ignored(tmp_path / "link" / "a.py")
    assert ignored(tmp_path / "link" / "b.py")


@pytest.mark.parametrize("name", IGNORE_FILES)
def test_every_ignore_file_has_its_say_in_its_folder_and_below(name: str, tmp_path: Path) -> None:
    files = {"a.py": "", "in/a.py": "", "in/b.py": "", "in/deep/b.py": "", f"in/{name}": "b.py\n"}
    written(tmp_path, files)
    assert quotable(tmp_path) == {"a.py", "in/a.py"}
    written(tmp_path, {".gitignore": "!b.py", ".fimbleignore": "!b.py\na.py"})
    assert quotable(tmp_path) == set()


REPOSITORY = {
    ".gitignore": "*.gen.py\n/only_here.py\nskipped/\n",
    "a.gen.py": "",
    "only_here.py": "",
    "skipped/.gitignore": "!*\n",
    "skipped/a.py": "",
    "sub/.gitignore": "private_*.py\n!kept.gen.py\n",
    "sub/private_notes.py": "",
    "sub/kept.gen.py": "",
    "sub/only_here.py": "",
    "sub/deep/private_other.py": "",
    "sub/deep/.gitignore": "!private_other.py",
    "excluded.py": "",
    "globally.py": "",
    "of_nobody.py": "",
}


def test_rules_are_those_of_git_wherever_they_stand(tmp_path: Path) -> None:
    written(tmp_path, REPOSITORY)
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "--global", "core.excludesFile", "~/everywhere")
    written(Path.home(), {"everywhere": "globally.py\n"})
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    written(tmp_path, {".git/info/exclude": "excluded.py\n"})
    listed = git(tmp_path, "ls-files", "--others", "--exclude-standard").split()
    theirs = {name for name in listed if name.endswith(".py")}
    assert quotable(tmp_path) == theirs
    assert {"sub/" + name for name in quotable(tmp_path / "sub")} == {
        name for name in theirs if name.startswith("sub/")
    }
    ignored = Ignored(tmp_path / "sub")
    for name in (name for name in REPOSITORY if name.startswith("sub/") and name.endswith(".py")):
        assert ignored(tmp_path / name) is (name not in theirs), name


def test_a_worktree_and_a_submodule_have_the_excludes_of_their_repository(tmp_path: Path) -> None:
    main = tmp_path / "main"
    written(main, {"a.py": "", "b.py": ""})
    git(main, "init", "-q")
    git(main, "add", ".")
    git(main, "commit", "-qm", "first")
    git(main, "worktree", "add", "-q", "../tree")
    (main / ".git" / "info").mkdir(exist_ok=True)
    written(main, {".git/info/exclude": "b.py\n"})
    assert quotable(tmp_path / "tree") == {"a.py"}


def test_the_default_excludes_of_the_user_count(tmp_path: Path) -> None:
    written(Path.home(), {".config/git/ignore": "b.py\n"})
    written(tmp_path, {"a.py": "", "b.py": ""})
    assert quotable(tmp_path) == {"a.py"}


@pytest.mark.parametrize(
    "text",
    [
        "[core]\n\texcludesFile = ~/x\n",
        "[CORE]\nexcludesfile=~/x # comment\n",
        '[core] excludesFile = "~/x"\n',
        "[core]\n  excludesFile = ~/a\\\nb\n",
        '[core]\nexcludesFile = "~/with # in it" ; comment\n',
        '[alias]\n\tx = !touch pwned\n[core "other"]\n[core]\nexcludesFile=/x\\ty\n',
    ],
)
def test_the_configuration_is_read_as_git_reads_it(text: str, tmp_path: Path) -> None:
    written(Path.home(), {"gitconfig": text})
    said = git(tmp_path, "config", "--type=path", "core.excludesFile").removesuffix("\n")
    assert git_config.excludes(tmp_path, None).files == (Path(said),)


def test_included_configuration_counts_and_no_circle_is_endless(tmp_path: Path) -> None:
    written(
        Path.home(),
        {
            "gitconfig": '[include]\npath = more\n[includeIf "gitdir:/x"]\npath = gitconfig\n',
            "more": "[core]\nexcludesFile = /x\n",
        },
    )
    assert set(git_config.excludes(tmp_path, None).files) == {Path("/x")}


def test_a_configuration_that_includes_itself_many_times_is_read_a_few(tmp_path: Path) -> None:
    """Fifty times on each of ten levels, by names that all differ, are more than anybody reads."""
    again = "".join(f"[include]\npath = {'./' * number}more\n" for number in range(50))
    again += "".join(f"[include]\npath = sub/../{number}/../more\n" for number in range(50))
    written(Path.home(), {"gitconfig": again, "more": again + "[core]\nexcludesFile = /x\n"})
    started = time.process_time()
    assert set(git_config.excludes(tmp_path, None).files) <= {Path("/x")}
    assert time.process_time() - started < 5


def test_nothing_that_a_repository_configures_is_run(tmp_path: Path) -> None:
    written(tmp_path, {"a.py": "", "b.py": "", ".gitattributes": "* filter=x diff=x\n"})
    git(tmp_path, "init", "-q")
    pwned = f"touch {tmp_path}/pwned"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.x.clean", "alias.y"):
        git(tmp_path, "config", key, f"!{pwned}" if key.startswith("alias") else pwned)
    git(tmp_path, "config", "core.excludesFile", "rules")
    git(tmp_path, "config", "core.hooksPath", str(tmp_path))
    written(tmp_path, {"rules": "b.py\n"})
    assert quotable(tmp_path) == {"a.py"}
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("said", ["/dev/zero", "pipe", "/dev/stdin", "gitdir: pipe"])
def test_hostile_git_files_only_cost_quotations(said: str, tmp_path: Path) -> None:
    written(tmp_path, {"a.py": ""})
    os.mkfifo(tmp_path / "pipe")
    if said.startswith("gitdir"):
        written(tmp_path, {".git": said})
    else:
        written(tmp_path, {".git/config": f"[core]\nexcludesFile = {said}\n", ".git/HEAD": ""})
        os.mkfifo(tmp_path / ".git" / "commondir")
    assert quotable(tmp_path) <= {"a.py"}


def test_more_rules_than_anybody_writes_close_the_folder_in_time(tmp_path: Path) -> None:
    written(tmp_path, {"a.py": "", "many/a.py": "", "slow/" + "a" * 240 + ".py": ""})
    written(tmp_path, {"many/.gitignore": "a?\n" * 3_000, "slow/.gitignore": "*a" * 15 + "*b\n"})
    written(tmp_path, {"slow/.fimbleignore": ("*a" * 14 + "[b]\n") * 2_000})
    started = time.process_time()
    assert "a.py" in quotable(tmp_path)
    assert "many/a.py" not in quotable(tmp_path)
    assert time.process_time() - started < 20


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folders in folders, more than a call can call itself; nobody's own tools remove them."""
    monkeypatch.chdir(tmp_path)
    for _ in range(1_200):
        Path("d").mkdir()
        os.chdir("d")
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(tmp_path)
    for _ in range(1_200):
        os.chdir("d")
    for _ in range(1_200):
        os.chdir("..")
        Path("d").rmdir()


def test_what_is_deep_or_closed_loses_itself_alone(deep: Path) -> None:
    written(deep, {"a.py": "", "closed/b.py": "", "z/c.py": ""})
    (deep / "closed").chmod(0)
    found = quotable(deep)
    (deep / "closed").chmod(0o700)
    assert {"a.py", "z/c.py"} <= found


def test_a_walk_ends_when_it_is_told_to(tmp_path: Path) -> None:
    written(tmp_path, {f"{n}/a.py": "" for n in range(50)})
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > 10

    assert len(list(walk.files(tmp_path, lambda name: True, stopped))) < 10


def test_names_of_secrets_count_in_any_case_and_in_their_folders(tmp_path: Path) -> None:
    names = (".ENV.py.local", "Passwords.py", "sub/API_KEYS.py", ".aws/x.py", "secrets/x.py")
    written(tmp_path, {**dict.fromkeys(names, ""), "tokenizer.py": "", "auth.py": ""})
    assert quotable(tmp_path) == {"tokenizer.py", "auth.py"}
