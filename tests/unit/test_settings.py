import dataclasses
from pathlib import Path

import pytest
from fimble.errors import SettingsError
from fimble.settings import Settings, from_options

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_what_is_not_given_has_its_default() -> None:
    assert from_options({"debounce_ms": 0, "later": True}) == Settings(debounce_ms=0)
    assert from_options(None) == Settings()


@pytest.mark.parametrize("value", [-1, "fast", True, 1.5, None])
def test_a_wrong_value_is_named(value: object) -> None:
    with pytest.raises(SettingsError, match="debounce_ms"):
        from_options({"debounce_ms": value})


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_the_docs_say_every_setting_and_its_default(field: "dataclasses.Field[object]") -> None:
    assert f"| `{field.name}` | {field.default} |" in DOCS.read_text(encoding="utf-8")
