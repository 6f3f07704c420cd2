"""Every way in which a text is kept from prompts: files of our own making, each with a canary.

A protection makes a file that holds the canary, so that it would be quoted if it were not for the
protection, and may do something with it as an editor would once the server runs.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class Editor(Protocol):
    """What a protection does once the server runs."""

    def open(self, uri: str, text: str, language_id: str = "python") -> None:
        """Opens a document and types in it, as far as the client sees."""

    def save(self, uri: str) -> None:
        """Saves it."""

    def close(self, uri: str) -> None:
        """Closes it."""

    def say(self, method: str, params: object) -> None:
        """A notification."""


Act = Callable[[Editor], None]
BROKEN = (b"", b"build\\\n", b"!\n", b"[z-a]\n", b"\xff[\n")
"""Lines that git puts up with; the rules behind them count."""


@dataclass
class Place:
    """Where the files are made.

    Attributes:
        root: The workspace's folder.
        top: The repository's, which holds the workspace.
        common: Where git keeps what all work trees of the repository share.
        home: The user's.
        other: Another folder, beside the repository.
        second: A second folder of the workspace.
        chance: Chooses.
        rules: Lines of ignore files, written once all are known.
    """

    root: Path
    top: Path
    common: Path
    home: Path
    other: Path
    second: Path
    chance: random.Random
    rules: dict[Path, list[bytes]] = field(default_factory=dict)

    def put(self, name: str, text: str, root: Path | None = None) -> Path:
        """A file of the workspace."""
        path = (root or self.root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def rule(self, file: Path, line: str) -> None:
        """A line of an ignore file."""
        self.rules.setdefault(file, []).append(line.encode() + b"\n")

    def write_rules(self) -> None:
        """Writes the ignore files."""
        for file, lines in self.rules.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            start = b"\xef\xbb\xbf" if self.chance.random() < 0.2 else b""
            broken = self.chance.choice(BROKEN)
            file.write_bytes(start + broken + b"".join(lines))


@dataclass(frozen=True)
class Protection:
    """One way.

    Attributes:
        name: Of the way.
        make: Takes the place, a name that nothing else has, and the text; what the editor does.
        store: Whether the file is there for secrets: then nothing is asked in it either.
        by_git: Whether git can be asked if it ignores the file, which `make` returns then.
    """

    name: str
    make: Callable[[Place, str, str], Act | Path | None]
    store: bool = False
    by_git: bool = False


RULES = (
    ("{n}.py", "{n}.py"),
    ("/{n}.py", "{n}.py"),
    ("{n}.*", "{n}.py"),
    ("*{n}*", "x{n}y.py"),
    ("{n}/", "{n}/part.py"),
    ("{n}", "{n}/deep/er/part.py"),
    ("**/{n}.py", "deep/er/{n}.py"),
    ("{n}/**", "{n}/deep/part.py"),
    ("{n}/*", "{n}/deep/part.py"),
    ("deep/**/{n}.py", "deep/er/and/er/{n}.py"),
    ("deep/**/{n}.py", "deep/{n}.py"),
    ("deep/*/{n}.py", "deep/er/{n}.py"),
    ("**/{n}/**/x.py", "a/{n}/b/c/x.py"),
    ("{n}?.py", "{n}x.py"),
    ("{n}[0-9].py", "{n}7.py"),
    ("{n}[!0-9].py", "{n}x.py"),
    ("{n}[^0-9].py", "{n}x.py"),
    ("{n}[[:digit:]].py", "{n}7.py"),
    ("{n}[]-].py", "{n}].py"),
    ("{n}[\\]].py", "{n}].py"),
    ("{n}[a\\-z].py", "{n}-.py"),
    ("{n}\\?.py", "{n}?.py"),
    ("{n}\\*.py", "{n}*.py"),
    ("{n}\\[.py", "{n}[.py"),
    ("\\{n}.py", "{n}.py"),
    ("\\#{n}.py", "#{n}.py"),
    ("\\!{n}.py", "!{n}.py"),
    ("{n}.py   ", "{n}.py"),
    ("{n}\\ .py", "{n} .py"),
    ("{n} .py", "{n} .py"),
    ("{n}.py\r", "{n}.py"),
    ("{n}é*.py", "{n}éa.py"),
    ("!{n}.py\n{n}.py", "{n}.py"),
    ("{n}*\n!{n}.txt", "{n}.py"),
    ("{n}/\n!{n}/part.py", "{n}/part.py"),
    ("{n}\n!{n}/deep/part.py", "{n}/deep/part.py"),
    ("{n}*.py\n!{n}?.py\n{n}z.py", "{n}z.py"),
    ("{n}{{a,b}}.py", "{n}{{a,b}}.py"),
    ("{n}(.py", "{n}(.py"),
    ("{n}+.py", "{n}+.py"),
    ("{n}$.py", "{n}$.py"),
    ("{n}.p[xyz]", "{n}.py"),
    ("{n}**.py", "{n}abc.py"),
    ("***{n}.py", "{n}.py"),
    ("//{n}.py\n{n}.py", "{n}.py"),
)
"""A rule and a path that it ignores, as git has it; not all are sources of a known language."""


def _ruled(rule: str, path: str, where: str) -> Callable[[Place, str, str], Path]:
    def make(place: Place, name: str, text: str) -> Path:
        folder = place.root / f"sub_{name}" if where == "below" else place.root
        file = {
            "here": folder / ".gitignore",
            "below": folder / ".gitignore",
            "above": place.top / ".gitignore",
            "exclude": place.common / "info" / "exclude",
            "user": place.home / ".config" / "git" / "ignore",
        }[where]
        inner = "" if where in ("here", "below") else relative(place.root, place.top)
        for line in rule.format(n=name).split("\n"):
            place.rule(file, _anchored(line, inner))
        return place.put(path.format(n=name), text, folder)

    return make


def _anchored(line: str, inner: str) -> str:
    """A rule of the workspace's folder, for an ignore file of the repository's top."""
    body = line.removeprefix("!")
    if inner in ("", ".") or "/" not in body[:-1] or body.startswith(("**/", "//")):
        return line
    return line[: len(line) - len(body)] + f"/{inner}/" + body.removeprefix("/")


def _by_assistant(file: str, nested: bool = False) -> Callable[[Place, str, str], None]:
    def make(place: Place, name: str, text: str) -> None:
        folder = place.root / f"sub_{name}" if nested else place.root
        rule, path = place.chance.choice((*RULES[:8], RULES[13], RULES[15]))
        place.rule(folder / file, rule.format(n=name))
        place.put(path.format(n=name), text, folder)

    return make


def _overruled_below(place: Place, name: str, text: str) -> Path:
    """A nested file ignores again what the one above has let in."""
    place.rule(place.root / ".gitignore", f"!{name}.py")
    place.rule(place.root / f"sub_{name}" / ".gitignore", f"{name}.py")
    return place.put(f"sub_{name}/{name}.py", text)


def _not_let_in_below(place: Place, name: str, text: str) -> Path:
    """A nested file cannot let in what a rule above ignores with its folder."""
    place.rule(place.root / ".gitignore", f"sub_{name}/")
    place.rule(place.root / f"sub_{name}" / ".gitignore", "!*")
    return place.put(f"sub_{name}/{name}.py", text)


def _configured_excludes(how: str) -> Callable[[Place, str, str], Path]:
    """`core.excludesFile`, whose rules count instead of those of the configuration's folder."""

    def make(place: Place, name: str, text: str) -> Path:
        excludes = place.home / f"my ignores {how.replace('/', ' ')}"
        written = {
            "~": '"~/' + excludes.name + '"',
            "absolute": f'"{excludes}"',
        }.get(how, f'"{excludes}"')
        key = place.chance.choice(("excludesfile", "excludesFile", "EXCLUDESFILE"))
        section = f"[core]\n\t{key} = {written} ; a comment\n"
        if how == "of the repository":
            config = place.common / "config"
        elif how == "of the other file":
            config = place.home / ".config" / "git" / "config"
        elif how == "included":
            config = place.home / ".gitconfig"
            (place.home / "included").write_text(section)
            section = "[include]\n\tpath = included\n"
        else:
            config = place.home / ".gitconfig"
        config.parent.mkdir(parents=True, exist_ok=True)
        with config.open("a") as file:
            file.write(section)
        place.rule(excludes, f"{name}.py")
        return place.put(f"{name}.py", text)

    return make


def _any_case(place: Place, name: str, text: str) -> Path:
    """A repository made where names are the same in capitals."""
    with (place.common / "config").open("a") as file:
        file.write("[core]\n\tignorecase = true\n")
    place.rule(place.root / ".gitignore", f"{name}.py".upper())
    return place.put(f"{name}.py", text)


def _secret_named(pattern: str) -> Callable[[Place, str, str], Act]:
    """A file whose name says what it holds: in the workspace, and opened in the editor."""

    def make(place: Place, name: str, text: str) -> Act:
        path = place.put(pattern.format(n=name), text, place.root / name)

        def act(editor: Editor) -> None:
            editor.open(path.as_uri(), text, "plaintext")
            editor.save(path.as_uri())
            if place.chance.random() < 0.5:
                editor.close(path.as_uri())

        return act

    return make


SECRET_NAMES = (
    *(".env", ".env.local", "prod.env", ".envrc", ".netrc", "_netrc", ".pgpass", ".npmrc"),
    *(".pypirc", ".yarnrc.yml", ".htpasswd", "id_rsa", "id_ed25519", "id_ecdsa", "id_dsa"),
    *("server.pem", "server.key", "private_key.js", "key.asc", "private.ppk", "store.jks"),
    *("store.p12", "vault.kdbx", "credentials.json", "credentials.py", "secrets.py", "secret.toml"),
    *("passwords.py", "password.json", "passwords.txt", "api_keys.py", "apikeys.ts", "token.json"),
    *("service-account.json", "gcp-key.json", "kubeconfig", "kubeconfig.yaml", "vault.yml"),
    *(".docker/config.json", ".kube/config", ".aws/credentials", ".aws/config", "auth.json"),
    *("appsettings.Production.json", "local.settings.json", "wp-config.php", "x.auto.tfvars.json"),
    *("terraform.tfstate", "main.tfvars", ".git-credentials", ".dockercfg", ".vault-token"),
    *("client_secret_1.json", "SECRETS.PY", "Passwords.py", ".ENV", "secrets/plain.py"),
)


QUIET = (
    *("private_key.js", "credentials.py", "secrets.py", "passwords.py", "api_keys.py"),
    *("apikeys.ts", "appsettings.Production.json", "local.settings.json", "wp-config.php"),
    *("SECRETS.PY", "Passwords.py", "secrets/plain.py"),
)
"""Sources and settings: nobody else is told what is in them, but their authors may be helped."""


def _alnum(chance: random.Random, count: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(chance.choice(letters) for _ in range(count))


SECRET_TEXTS = (
    'AWS_KEY = "AKIA{U16}"\nAWS_SECRET = "{A40}"',
    'aws_secret_access_key = "{A40}"',
    'token = "ghp_{A36}"',
    'token = "github_pat_{A22}_{A59}"',
    'token = "glpat-{A20}"',
    'slack = "xoxb-{D12}-{D12}-{A24}"',
    'stripe = "sk_live_{A24}"',
    'google = "AIza{A35}"',
    'openai = "sk-{A48}"',
    'openai = "sk-proj-{A64}"',
    'anthropic = "sk-ant-api03-{A64}"',
    'hugging = "hf_{A34}"',
    'npm = "npm_{A36}"',
    'pypi = "pypi-AgEIcHlwaS5vcmc{A64}"',
    'sendgrid = "SG.{A22}.{A43}"',
    'twilio = "SK{H32}"',
    'jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{A24}.{A43}"',
    'url = "postgres://admin:{A20}@db.example.com:5432/app"',
    'url = "https://user:{A20}@example.com/x.git"',
    'connection = "AccountName=x;AccountKey={A64}=="',
    'password = "{A20}"',
    'DB_PASSWORD = "{A16}"',
    "DB_PASSWORD={A16}",
    'api_key: "{A32}"',
    "api_key = '{H40}'",
    'headers = {{"Authorization": "Bearer {A40}"}}',
    'key = """-----BEGIN PRIVATE KEY-----\n{A64}\n{A64}\n-----END PRIVATE KEY-----"""',
    "-----BEGIN OPENSSH PRIVATE KEY-----\n{A64}\n{A64}\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\n{A64}\n{A64}\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{A64}\n-----END PGP PRIVATE KEY BLOCK-----",
)
"""Texts that hold secrets; the gaps: kind of letters and how many."""


def secret_text(template: str, chance: random.Random) -> tuple[str, tuple[str, ...]]:
    """The text, and every secret part of it."""
    parts: list[str] = []

    def part(kind: str, count: int) -> str:
        text = _alnum(chance, count)
        if kind == "H":
            text = "".join(chance.choice("0123456789abcdef") for _ in range(count))
        if kind == "U":
            text = text.upper()
        if kind == "D":
            text = "".join(chance.choice("0123456789") for _ in range(count))
        parts.append(text)
        return text

    filled = template.replace("{{", "\0").replace("}}", "\1")
    while "{" in filled:
        before, _, rest = filled.partition("{")
        gap, _, after = rest.partition("}")
        filled = before + part(gap[0], int(gap[1:])) + after
    whole = filled.replace("\0", "{").replace("\1", "}")
    return whole, tuple(p for p in parts if len(p) >= 16)


def _holding_secrets(how: str) -> Callable[[Place, str, str], Act | None]:
    """The secret is in the text already, in a file of a harmless name."""

    def make(place: Place, name: str, text: str) -> Act | None:
        if how == "on disk":
            place.put(f"{name}.py", text)
            return None
        uri = f"untitled:{name}" if how == "untitled" else (place.root / f"{name}.py").as_uri()

        def act(editor: Editor) -> None:
            if how == "typed":
                editor.open(uri, "x = 1\n")
                editor.close(uri)
            editor.open(uri, text)
            editor.save(uri)
            if how == "closed":
                editor.close(uri)

        return act

    return make


def _ignored_file(place: Place, name: str, text: str) -> Path:
    place.rule(place.root / ".gitignore", f"{name}.py")
    return place.put(f"{name}.py", text)


def _opened(spelled: Callable[[Path], str], close: bool) -> Callable[[Place, str, str], Act]:
    """An ignored file is opened, saved, and perhaps closed."""

    def make(place: Place, name: str, text: str) -> Act:
        uri = spelled(_ignored_file(place, name, text))

        def act(editor: Editor) -> None:
            editor.open(uri, text)
            editor.save(uri)
            if close:
                editor.close(uri)

        return act

    return make


SPELLINGS: tuple[tuple[str, Callable[[Path], str]], ...] = (
    ("plainly", lambda path: path.as_uri()),
    ("with escapes", lambda path: path.as_uri().replace("a", "%61").replace("i", "%69")),
    ("with a host", lambda path: path.as_uri().replace("file://", "file://localhost")),
    ("with one slash", lambda path: path.as_uri().replace("file://", "file:")),
    ("in capitals", lambda path: path.as_uri().replace("file:", "FILE:")),
    ("with dots", lambda path: f"{path.parent.as_uri()}/x/../{path.name}"),
    ("with a dot", lambda path: f"{path.parent.as_uri()}/./{path.name}"),
    ("with double slashes", lambda path: f"{path.parent.as_uri()}//{path.name}"),
    ("with a fragment", lambda path: path.as_uri() + "#L1"),
    ("with a query", lambda path: path.as_uri() + "?x=1"),
    (
        "as git's",
        lambda path: path.as_uri().replace("file://", "git:") + "?%7B%22ref%22%3A%22~%22%7D",
    ),
    ("as a cell", lambda path: path.as_uri().replace("file://", "vscode-notebook-cell:") + "#W0"),
    ("as another's", lambda path: path.as_uri().replace("file:", "vscode-userdata:")),
)


def _through_link(folder: bool) -> Callable[[Place, str, str], Act]:
    def make(place: Place, name: str, text: str) -> Act:
        if folder:
            place.rule(place.root / ".gitignore", f"hidden_{name}/")
            place.put(f"hidden_{name}/part.py", text)
            (place.root / f"shown_{name}").symlink_to(f"hidden_{name}")
            uri = (place.root / f"shown_{name}" / "part.py").as_uri()
        else:
            _ignored_file(place, name, text)
            (place.root / f"shown_{name}x.py").symlink_to(f"{name}.py")
            uri = (place.root / f"shown_{name}x.py").as_uri()

        def act(editor: Editor) -> None:
            editor.open(uri, text)
            editor.save(uri)
            editor.close(uri)

        return act

    return make


def _link_out(folder: bool) -> Callable[[Place, str, str], None]:
    """A link to what is not in the workspace."""

    def make(place: Place, name: str, text: str) -> None:
        path = place.put(f"{name}/part.py", text, place.other)
        link = place.root / (f"link_{name}" if folder else f"link_{name}.py")
        link.symlink_to(path.parent if folder else path)

    return make


def _changed(kind: int, *paths: Path) -> tuple[str, dict[str, object]]:
    changes = [{"uri": path.as_uri(), "type": kind} for path in paths]
    return "workspace/didChangeWatchedFiles", {"changes": changes}


def _deleted(told: str) -> Callable[[Place, str, str], Act]:
    def make(place: Place, name: str, text: str) -> Act:
        path = place.put(f"{name}/part.py", text)

        def act(editor: Editor) -> None:
            shutil.rmtree(path.parent)
            if told == "watched":
                editor.say(*_changed(3, path))
            elif told == "its folder":
                editor.say(*_changed(3, path.parent))
            elif told == "by the editor":
                files = {"files": [{"uri": path.as_uri()}]}
                editor.say("workspace/didDeleteFiles", files)
            elif told == "opened before":
                editor.open(path.as_uri(), text)
                editor.save(path.as_uri())
                editor.close(path.as_uri())
                editor.say(*_changed(3, path))

        return act

    return make


def _emptied(place: Place, name: str, text: str) -> Act:
    """The text went from the file."""
    path = place.put(f"{name}.py", text)

    def act(editor: Editor) -> None:
        path.write_text("x = 1\n")
        editor.say(*_changed(2, path))

    return act


def _renamed(to: str, told: str) -> Callable[[Place, str, str], Act]:
    """A file gets a name that may not be quoted."""

    def make(place: Place, name: str, text: str) -> Act:
        place.rule(place.root / ".gitignore", f"ignored_{name}*")
        path = place.put(f"{name}.py", text)
        new = path.with_name(to.format(n=name))

        def act(editor: Editor) -> None:
            if told == "by the editor" and place.chance.random() < 0.5:
                editor.open(path.as_uri(), text)
                editor.save(path.as_uri())
                editor.close(path.as_uri())
            new.parent.mkdir(exist_ok=True)
            path.rename(new)
            if told == "watched":
                editor.say(*_changed(3, path))
                editor.say(*_changed(1, new))
            else:
                files = {"files": [{"oldUri": path.as_uri(), "newUri": new.as_uri()}]}
                editor.say("workspace/didRenameFiles", files)
                editor.open(new.as_uri(), text)
                editor.save(new.as_uri())
                editor.close(new.as_uri())

        return act

    return make


def _ignored_later(file: str) -> Callable[[Place, str, str], Act]:
    """A rule comes once the file is known."""

    def make(place: Place, name: str, text: str) -> Act:
        folder = place.root / f"late_{name}"
        place.put(f"late_{name}/{name}.py", text)
        rules = folder / file

        def act(editor: Editor) -> None:
            rules.write_text(f"{name}.py\n")
            editor.say(*_changed(1, rules))

        return act

    return make


def _folder_removed(place: Place, name: str, text: str) -> Act:
    folder = place.second
    place.put(f"{name}.py", text, folder)
    (folder / "keep.py").write_text("x = 1\n")

    def act(editor: Editor) -> None:
        gone = [{"uri": folder.as_uri(), "name": folder.name}]
        editor.say("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": gone}})

    return act


def _folder_added(place: Place, name: str, text: str) -> Act:
    """A folder that comes later has rules too."""
    folder = place.other / f"later_{name}"
    place.put(f"{name}.py", text, folder)
    (folder / ".gitignore").write_text(f"{name}.py\n")

    def act(editor: Editor) -> None:
        new = [{"uri": folder.as_uri(), "name": folder.name}]
        editor.say("workspace/didChangeWorkspaceFolders", {"event": {"added": new, "removed": []}})
        editor.open((folder / f"{name}.py").as_uri(), text)
        editor.save((folder / f"{name}.py").as_uri())
        editor.close((folder / f"{name}.py").as_uri())

    return act


def _notebook(place: Place, name: str, text: str) -> Act:
    """The cells of an ignored notebook."""
    place.rule(place.root / ".gitignore", f"{name}.ipynb")
    path = place.put(f"{name}.ipynb", '{"cells": []}')
    cell = path.as_uri().replace("file:", "vscode-notebook-cell:") + "#W0"

    def act(editor: Editor) -> None:
        document = {"uri": path.as_uri(), "notebookType": "jupyter-notebook", "version": 1}
        document |= {"cells": [{"kind": 2, "document": cell}]}
        item = {"uri": cell, "languageId": "python", "version": 1, "text": text}
        params = {"notebookDocument": document, "cellTextDocuments": [item]}
        editor.say("notebookDocument/didOpen", params)
        identifier = {"notebookDocument": {"uri": path.as_uri()}}
        editor.say("notebookDocument/didSave", identifier)

    return act


def _in_git_folder(place: Place, name: str, text: str) -> None:
    place.put(f"hooks/{name}.py", text, place.common)


PROTECTIONS = (
    *(
        Protection(f"{where}: {rule!r}", _ruled(rule, path, where), by_git=True)
        for where in ("here", "below", "above", "exclude", "user")
        for rule, path in RULES
    ),
    *(
        Protection(f"{file}{' below' * nested}", _by_assistant(file, nested))
        for file in (".fimbleignore", ".aiignore", ".copilotignore", ".cursorignore")
        for nested in (False, True)
    ),
    Protection("overruled below", _overruled_below, by_git=True),
    Protection("not let in below", _not_let_in_below, by_git=True),
    *(
        Protection(f"core.excludesFile, {how}", _configured_excludes(how), by_git=True)
        for how in ("~", "absolute", "of the other file", "of the repository", "included")
    ),
    Protection("in any case", _any_case, by_git=True),
    *(Protection(f"named {n}", _secret_named(n), store=n not in QUIET) for n in SECRET_NAMES),
    *(
        Protection(f"holds a secret, {how}", _holding_secrets(how))
        for how in ("on disk", "on disk", "on disk", "opened", "closed", "typed", "untitled")
    ),
    *(
        Protection(f"ignored, opened {name}{', closed' * close}", _opened(spelled, close))
        for name, spelled in SPELLINGS
        for close in (False, True)
    ),
    Protection("opened through a link", _through_link(False)),
    Protection("opened through a folder's link", _through_link(True)),
    Protection("a link out", _link_out(False)),
    Protection("a folder's link out", _link_out(True)),
    *(
        Protection(f"deleted, {told}", _deleted(told))
        for told in ("watched", "its folder", "by the editor", "opened before", "not told")
    ),
    Protection("emptied", _emptied),
    *(
        Protection(f"renamed to {to}, {told}", _renamed(to, told))
        for to in ("ignored_{n}.py", ".env.{n}")
        for told in ("watched", "by the editor")
    ),
    *(Protection(f"ignored later by {f}", _ignored_later(f)) for f in (".gitignore", ".aiignore")),
    Protection("its folder removed", _folder_removed),
    Protection("in a folder added later", _folder_added),
    Protection("cells of an ignored notebook", _notebook),
    Protection("in .git", _in_git_folder),
)


def unprotected() -> tuple[Protection, ...]:
    """Files of the same texts that nothing protects."""

    def make(place: Place, name: str, text: str) -> None:
        place.put(place.chance.choice((f"{name}.py", f"deep/{name}/part.py")), text)

    return (Protection("nothing", make),)


def relative(path: Path, top: Path) -> str:
    """As git is asked for it."""
    return os.path.relpath(path, top)
