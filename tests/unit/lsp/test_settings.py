import dataclasses
import json
from pathlib import Path

import pytest
from fimble.core.completion.gate import BARS
from fimble.lsp.settings import Settings, read

DOCS = Path(__file__).parents[3] / "docs" / "settings.md"


def test_what_is_not_given_has_its_default() -> None:
    assert read({"debounce_ms": 0, "later": True}) == (Settings(debounce_ms=0), ())
    assert read(None) == (Settings(), ())
    assert read({"fimble": {"enabled": False}}) == (Settings(enabled=False), ())
    assert read({"disabled_languages": ["c"]})[0].disabled_languages == ("c",)
    assert read({"debounce_ms": 7.0})[0].debounce_ms == 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("debounce_ms", value) for value in (-1, "fast", True, 1.5, None, 10**9)),
        *(("eagerness", value) for value in ("loud", "", 1, None, ["quiet"])),
        ("enabled", 1),
        ("statistics", "off"),
        ("disabled_languages", "python"),
        ("disabled_languages", [1]),
    ],
)
def test_a_wrong_value_is_named_and_the_right_ones_are_used(name: str, value: object) -> None:
    settings, (error,) = read({name: value, "max_new_tokens": 8})
    assert settings == Settings(max_new_tokens=8)
    assert name in str(error)


def test_a_setting_that_is_gone_is_said_with_what_stands_in_its_place() -> None:
    settings, (error,) = read({"confidence": 55, "eagerness": "quiet"})
    assert settings == Settings(eagerness="quiet")
    assert "confidence is gone" in str(error)
    assert "eagerness" in error.hint
    _, (error,) = read({"context_sources": ["similar"]})
    assert "context_tokens" in error.hint


def test_every_eagerness_has_its_bar() -> None:
    (setting,) = (one for one in dataclasses.fields(Settings) if one.name == "eagerness")
    assert list(setting.metadata["known"]) == list(BARS)
    assert list(BARS.values()) == sorted(BARS.values())


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_the_docs_say_every_setting_and_its_default(field: "dataclasses.Field[object]") -> None:
    default = json.dumps(field.default)
    assert f"| `{field.name}` | {default} |" in DOCS.read_text(encoding="utf-8")
