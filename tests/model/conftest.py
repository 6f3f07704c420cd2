from pathlib import Path

import pytest
from fimble.errors import ModelError
from fimble.generation.local import LocalGenerator
from fimble.models.store import DEFAULT_MODEL, Store


@pytest.fixture(scope="module")
def installed() -> Path:
    """The installed default model's package."""
    try:
        return Store().find(DEFAULT_MODEL).path
    except ModelError as error:
        pytest.skip(f"no default model: {error}")


@pytest.fixture(scope="module")
def generator(installed: Path) -> LocalGenerator:
    return LocalGenerator.from_package(installed)
