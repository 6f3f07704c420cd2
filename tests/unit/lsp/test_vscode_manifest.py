"""The VS Code extension's manifest and constants say what the server's Python says."""

import dataclasses
import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from fimble import __version__
from fimble.lsp import protocol
from fimble.lsp.server import create_server
from fimble.lsp.settings import Settings

ROOT = Path(__file__).parents[3]
EXTENSION = ROOT / "editor-client" / "vscode"
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
CONSTANTS = dict(
    re.findall(r"export const (\w+) = '(.+)';", (EXTENSION / "src" / "protocol.ts").read_text())
)
TYPES = {bool: "boolean", int: "integer", str: "string", tuple: "array"}
INTERNAL = {
    protocol.DID_ACCEPT,
    protocol.DID_ACCEPT_INLINE_EDIT,
    protocol.END_NEXT_EDIT,
    protocol.RUN,
}


def camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_a_setting_of_the_server_is_one_of_the_extension(field: "dataclasses.Field[Any]") -> None:
    setting = MANIFEST["contributes"]["configuration"]["properties"][f"fimble.{camel(field.name)}"]
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    assert setting["type"] == TYPES[type(field.default)]
    assert setting["default"] == default
    if isinstance(default, str) and (known := field.metadata.get("known")):
        said = dict(zip(setting["enum"], setting["enumDescriptions"], strict=True))
        assert said == known
    assert setting.get("minimum") == field.metadata.get("least")
    assert setting.get("maximum") == field.metadata.get("most")
    row = f"| `{field.name}` | {json.dumps(default)} | "
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    shown = page[page.index(row) + len(row) :].split(" |\n")[0]
    assert re.sub(r"\[(.+?)\]\(.+?\)", r"\1", shown) == setting["markdownDescription"]


def test_what_writes_the_settings_has_nothing_to_write() -> None:
    program = EXTENSION / "settings_from_server.py"
    properties = runpy.run_path(str(program))["properties"]()
    held = MANIFEST["contributes"]["configuration"]["properties"]
    assert {name: held[name] for name in properties} == properties


def test_the_extension_sends_every_setting() -> None:
    source = (EXTENSION / "src" / "protocol.ts").read_text(encoding="utf-8")
    listed = re.search(r"SERVER_SETTINGS = \[(.+?)\]", source, re.DOTALL)
    assert listed is not None
    assert re.findall(r"'(\w+)'", listed[1]) == [f.name for f in dataclasses.fields(Settings)]


@pytest.mark.parametrize("name", sorted(CONSTANTS))
def test_a_message_has_the_same_name_on_both_sides(name: str) -> None:
    assert getattr(protocol, name) == CONSTANTS[name]


def test_the_commands_of_the_server_are_in_the_palette_while_it_runs() -> None:
    server = create_server(lambda: pytest.fail("no model is needed"))
    known = set(server.protocol.fm.commands) - INTERNAL
    contributed = MANIFEST["contributes"]["commands"]
    needing = {entry["command"] for entry in contributed if "enablement" in entry}
    assert needing == known
    assert all(
        entry["enablement"] == "fimble.running" for entry in contributed if "enablement" in entry
    )
    server.session.release()


def test_every_key_runs_a_command_that_there_is() -> None:
    contributes = MANIFEST["contributes"]
    commands = {entry["command"] for entry in contributes["commands"]}
    assert {entry["command"] for entry in contributes["keybindings"]} <= commands


def test_what_names_a_program_is_never_a_workspace_setting() -> None:
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    properties = MANIFEST["contributes"]["configuration"]["properties"]
    for name in ("fimble.server.command", "fimble.python", "fimble.model", "fimble.largeModel"):
        assert name in restricted
        assert properties[name]["scope"] == "machine"


def test_the_extension_has_the_version_of_the_server() -> None:
    assert MANIFEST["version"] == __version__


def test_no_package_is_pinned_loosely_and_no_lockfile_names_a_host() -> None:
    pins = {**MANIFEST["dependencies"], **MANIFEST["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    assert not (EXTENSION / "package-lock.json").exists()
