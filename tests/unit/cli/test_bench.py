"""What a measurement of this machine is taken to mean."""

from __future__ import annotations

import pytest
from fimble.cli import bench
from fimble.cli.bench import Speed
from fimble.models import catalogue

ENTRIES = catalogue.load()
SMALL, LARGE = "qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b"


def speed(name: str, factor: float) -> Speed:
    """A model at `factor` of what two cores did with it."""
    sizes = {entry.name: entry.package_bytes / 1e6 for entry in ENTRIES}
    read, written = {SMALL: (800, 60), LARGE: (260, 30)}[name]
    return Speed(name, factor * read, factor * written, sizes[name])


def said(*speeds: Speed) -> str:
    return " ".join(bench.advice(ENTRIES, speeds))


def test_what_is_quick_enough_to_type_with_needs_no_other_beside_it() -> None:
    found = said(speed(SMALL, 4), speed(LARGE, 4))
    assert found == f"To type with: {LARGE}."


def test_what_is_only_quick_enough_to_be_asked_stands_beside() -> None:
    found = said(speed(SMALL, 1), speed(LARGE, 1))
    assert found == f"To type with: {SMALL}. For all that is not typed, beside it: {LARGE}."


def test_what_is_too_slow_is_not_named() -> None:
    assert said(speed(SMALL, 1), speed(LARGE, 0.1)) == f"To type with: {SMALL}."
    assert "No model is quick enough" in said(speed(SMALL, 0.01), speed(LARGE, 0.01))


def test_what_is_not_installed_is_expected_from_what_is() -> None:
    found = said(speed(SMALL, 1))
    assert f"beside it: {LARGE}, not installed (`fimble model install {LARGE}`)" in found
    assert "install" not in said(speed(SMALL, 0.02))


def test_a_model_that_cannot_fill_in_is_not_recommended() -> None:
    tiny = Speed("smollm2-135m", 9000, 900, 175)
    assert "smollm2" not in said(tiny)


@pytest.mark.parametrize(("share", "limit"), [(0.9, "memory bandwidth"), (0.3, "the cores")])
def test_what_limits_it(share: float, limit: str) -> None:
    assert Speed("a", 1, 1, 1, share).limit == limit


def test_the_memory_gives_something() -> None:
    assert bench.bandwidth(1, rounds=1) > 1e7
