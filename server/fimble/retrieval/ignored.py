"""Files that no prompt may quote: ignored ones, and those that hold secrets."""

from __future__ import annotations

from pathlib import Path, PurePath

from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".fimbleignore")
SECRETS = (
    ".env",
    ".env.*",
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.keystore",
    "*.jks",
    "id_rsa*",
    "id_ed25519*",
    "*credentials*",
    "*secret*",
    ".netrc",
    ".pgpass",
    ".npmrc",
    ".pypirc",
    "*.kdbx",
    "*.tfstate",
    "*.tfvars",
)
ALWAYS = (".git/", "node_modules/", ".venv/", "__pycache__/", "dist/", "build/", "target/")


class Ignored:
    """The rules of one workspace folder, read once.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        lines = [*ALWAYS]
        for name in IGNORE_FILES:
            try:
                lines += (root / name).read_text(encoding="utf-8", errors="replace").splitlines()
            except OSError:
                continue
        self._spec = GitIgnoreSpec.from_lines(lines)
        self._secrets = GitIgnoreSpec.from_lines(SECRETS)

    def __call__(self, path: PurePath) -> bool:
        """Whether a file may not be quoted; one outside the folder may not."""
        try:
            relative = path.relative_to(self._root).as_posix()
        except ValueError:
            return True
        return self._secrets.match_file(relative.lower()) or self._spec.match_file(relative)


def holds_secrets(name: str) -> bool:
    """Whether a file's name says that it holds secrets."""
    return GitIgnoreSpec.from_lines(SECRETS).match_file(name.lower())
