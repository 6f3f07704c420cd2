"""Every state is told when it comes, and none twice."""

from __future__ import annotations

import pytest
from fimble.lsp.protocol import BUSY, ERROR, IDLE, LOADING, PAUSED
from fimble.lsp.status import Status


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def status(said: list[str]) -> Status:
    return Status(lambda state, message: said.append(message if state == ERROR else state))


def test_jobs_side_by_side_are_one_busy_time(status: Status, said: list[str]) -> None:
    status.loading()
    with status.busy():
        status.loaded()
        with status.busy():
            pass
    assert said == [LOADING, BUSY, IDLE]


def test_a_job_that_fails_does_not_stay_busy(status: Status, said: list[str]) -> None:
    status.loaded()
    with pytest.raises(KeyError), status.busy():
        raise KeyError
    assert said == [IDLE, BUSY, IDLE]


def test_until_the_model_is_there_only_that_it_loads_is_told(
    status: Status, said: list[str]
) -> None:
    status.loading()
    status.pause(True)
    status.reloaded("")
    status.reloaded("It is damaged.")
    with status.busy():
        pass
    assert said == [LOADING]
    status.loaded()
    assert said == [LOADING, PAUSED]


def test_a_problem_is_told_once_and_hides_the_rest(status: Status, said: list[str]) -> None:
    status.loaded()
    for _ in range(2):
        status.reloaded("It is damaged.")
        with status.busy():
            pass
    assert said == [IDLE, "It is damaged."]
    status.reloaded("")
    assert said == [IDLE, "It is damaged.", IDLE]
