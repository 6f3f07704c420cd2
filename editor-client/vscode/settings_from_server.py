"""Writes the server's settings into package.json and src/protocol.ts.

Run it after a change of `fimble.lsp.settings`; tests/unit/lsp/test_vscode_manifest.py tells when.
The descriptions are those of docs/settings.md.
"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

from fimble.lsp.settings import Settings

HERE = Path(__file__).parent
_TYPES = {bool: "boolean", int: "integer", str: "string", tuple: "array"}


def properties() -> dict[str, dict[str, Any]]:
    """The server's settings as VS Code declares settings."""
    page = (HERE.parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
    return {
        "fimble." + camel_case(setting.name): _property(setting, page)
        for setting in dataclasses.fields(Settings)
    }


def camel_case(name: str) -> str:
    """`debounce_ms` is `debounceMs` in VS Code."""
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def _property(setting: dataclasses.Field[Any], page: str) -> dict[str, Any]:
    default = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    row = re.search(rf"^\| `{setting.name}` \| .+? \| (.+) \|$", page, re.MULTILINE)
    text = re.sub(r"\[(.+?)\]\(.+?\)", r"\1", row[1]) if row else ""
    declared: dict[str, Any] = {"type": _TYPES[type(setting.default)]}
    known = setting.metadata.get("known")
    if isinstance(default, str) and known:
        declared["enum"], declared["enumDescriptions"] = list(known), list(known.values())
    if isinstance(default, list):
        declared["items"] = {"type": "string", **({"enum": list(known)} if known else {})}
    declared["default"] = default
    if "least" in setting.metadata:
        declared["minimum"] = setting.metadata["least"]
        declared["maximum"] = setting.metadata["most"]
    if setting.metadata.get("machine"):
        declared["scope"] = "machine"
    return {**declared, "markdownDescription": text}


def main() -> None:
    """Writes both files."""
    file = HERE / "package.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    configuration = manifest["contributes"]["configuration"]
    own = ("fimble.previewEdits", "fimble.showDrafts", "fimble.model", "fimble.threads")
    own += ("fimble.python", "fimble.server.command", "fimble.trace.server")
    kept = {name: configuration["properties"][name] for name in own}
    configuration["properties"] = {**properties(), **kept}
    file.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    source = HERE / "src" / "protocol.ts"
    names = "".join(f"  '{setting.name}',\n" for setting in dataclasses.fields(Settings))
    text = re.sub(
        r"(?<=SERVER_SETTINGS = \[\n).*?(?=\] as const)",
        names,
        source.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    source.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
