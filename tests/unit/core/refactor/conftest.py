"""One node for all tests that run programs."""

from collections.abc import Iterator

import pytest

from tests.unit.core.refactor.node import Node, running


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    with running() as found:
        yield found
