"""What the linters of other languages say of the documentation that `evaluate.py` wrote.

    npm install --prefix benchmarks/docstrings --ignore-scripts
    python benchmarks/docstrings/linters.py FOLDER [--modules benchmarks/docstrings/node_modules]

FOLDER is the `--out` of evaluate.py. eslint (npm) judges `jsdoc` and `tsdoc`, Checkstyle
`javadoc`, gofmt 1.19 or newer `godoc`: it lays doc comments out as "Go Doc Comments" wants. One
that is not installed is left out. Prints the files without a complaint, and the complaints by rule.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RULES = HERE / "checkstyle.xml"
ESLINT = HERE / "eslint.config.mjs"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--modules", type=Path, default=HERE / "node_modules")
    args = parser.parse_args()
    modules = args.modules.resolve()
    result: dict[str, Any] = {}
    if (modules / "eslint").exists():
        for style in ("jsdoc", "tsdoc"):
            files = sorted((args.folder / style).glob("*.[jt]s"))
            wanted = "javascript_" if style == "jsdoc" else "typescript_"
            files = [file for file in files if file.name.startswith(wanted)]
            result[f"eslint, {style}"] = _count(files, eslint(args.folder, files, modules))
    if shutil.which("checkstyle"):
        files = sorted((args.folder / "javadoc").glob("*.java"))
        result["checkstyle, javadoc"] = _count(files, checkstyle(files))
    if shutil.which("gofmt"):
        files = sorted((args.folder / "godoc").glob("*.go"))
        result["gofmt, godoc"] = _count(files, gofmt(files))
    print(json.dumps(result, indent=2))


def _count(files: list[Path], complaints: list[tuple[str, str]]) -> dict[str, Any]:
    bad = {name for name, _ in complaints}
    return {
        "files": len(files),
        "clean": len(files) - len(bad),
        "complaints": dict(Counter(rule for _, rule in complaints)),
        "in": sorted(bad)[:8],
    }


def eslint(folder: Path, files: list[Path], modules: Path) -> list[tuple[str, str]]:
    """File name and rule of each complaint; eslint wants its settings and modules above files."""
    shutil.copy(ESLINT, folder)
    link = folder / "node_modules"
    if not link.exists():
        link.symlink_to(modules)
    binary = str(modules / "eslint" / "bin" / "eslint.js")
    names = [str(file.relative_to(folder)) for file in files]
    text = _run(["node", binary, "--format", "json", *names], folder)
    return [
        (Path(report["filePath"]).name, message["ruleId"] or "does not parse")
        for report in json.loads(text[text.index("[") :])
        for message in report["messages"]
    ]


def checkstyle(files: list[Path]) -> list[tuple[str, str]]:
    """File name and check of each complaint."""
    text = _run(["checkstyle", "-c", str(RULES), *map(str, files)])
    found = re.findall(r"^\[\w+\] (.*?\.java):.*\[(\w+)\]$", text, re.MULTILINE)
    return [(Path(path).name, check) for path, check in found]


def gofmt(files: list[Path]) -> list[tuple[str, str]]:
    """File name and line of each comment that gofmt would lay out otherwise."""
    found = []
    for file in files:
        package = "" if "\npackage " in f"\n{file.read_text()}" else "package p\n\n"
        text = _run(["gofmt", "-d"], text=package + file.read_text(encoding="utf-8"))
        lines = re.findall(r"^[+]\s*//.*|^<standard input>:.*", text, re.MULTILINE)
        found += [(file.name, line) for line in lines]
    return found


def _run(command: list[str], folder: Path | None = None, text: str | None = None) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, input=text
    )
    return done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
