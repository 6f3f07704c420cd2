"""What the compilers of this machine say of a file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = {
    "python": "a.py",
    "javascript": "a.js",
    "typescript": "a.ts",
    "go": "a.go",
    "rust": "a.rs",
    "c": "a.c",
    "cpp": "a.cpp",
    "java": "Stack.java",
    "ruby": "a.rb",
    "php": "a.php",
}
_COMMANDS = {
    "python": [sys.executable, "-I", "-W", "error::SyntaxWarning", "-m", "py_compile"],
    "javascript": ["node", "--check"],
    "typescript": ["tsc", "--noEmit", "--target", "es2022", "--moduleResolution", "node"],
    "go": ["go", "vet"],
    "rust": ["rustc", "--edition", "2021", "--emit", "metadata", "-A", "warnings"],
    "c": ["gcc", "-fsyntax-only", "-std=c11", "-Werror=implicit-function-declaration"],
    "cpp": ["g++", "-fsyntax-only", "-std=c++17"],
    "java": ["javac", "-d", "."],
    "ruby": ["ruby", "-c"],
    "php": ["php", "-l"],
}


def new_complaint(language: str, before: str, after: str, name: str = "") -> str | None:
    """As `complaint`, without what the compiler says of the text as it was before."""
    said = complaint(language, after, name)
    if not said or not before:
        return said
    known = {_anywhere(line) for line in (complaint(language, before, name) or "").split("\n")}
    return "\n".join(line for line in said.split("\n") if _anywhere(line) not in known)


def _anywhere(line: str) -> str:
    """A message without its place."""
    return re.sub(r"[:(]\d+(?:[:,]\d+)?\)?", "", line).strip()


def complaint(language: str, text: str, name: str = "") -> str | None:
    """The last lines of what the compiler says, "" if it is content, None if there is none."""
    command = _COMMANDS.get(language)
    if command is None or shutil.which(command[0]) is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / (name or NAMES[language])
        file.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run(
                [*command, file.name],
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
    return (done.stderr or done.stdout or "failed")[-600:] if done.returncode else ""
