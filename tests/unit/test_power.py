from types import SimpleNamespace

import pytest
from fimble import power


@pytest.mark.parametrize(
    ("mode", "battery", "expected"),
    [
        ("auto", None, False),
        ("auto", SimpleNamespace(power_plugged=True), False),
        ("auto", SimpleNamespace(power_plugged=None), False),
        ("auto", SimpleNamespace(power_plugged=False), True),
        ("save", SimpleNamespace(power_plugged=True), True),
        ("ignore", SimpleNamespace(power_plugged=False), False),
    ],
)
def test_the_battery_is_spared_when_it_is_in_use_or_the_user_wants_it(
    mode: power.BatteryMode, battery: object, expected: bool
) -> None:
    assert power.saves(mode, lambda: battery) is expected


def test_there_is_a_core() -> None:
    assert power.physical_cores() >= 1
