import ctypes
from types import SimpleNamespace

import psutil
import pytest
from fimble.system import power


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


def test_no_more_threads_compute_than_run_at_a_time(caplog: pytest.LogCaptureFixture) -> None:
    assert power.threads(None) == power.physical_cores()
    assert power.threads(1) == 1
    assert caplog.records == []
    assert power.threads(10**6) == psutil.cpu_count()
    assert "1000000 threads were asked for" in caplog.text


def test_freed_memory_goes_back_from_below_a_block_in_use() -> None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "malloc_trim"):
        pytest.skip("the C library has no malloc_trim")
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    size, blocks = 64 << 10, []
    for _ in range(1000):
        blocks.append(library.malloc(ctypes.c_size_t(size)))
        ctypes.memset(blocks[-1], 1, size)
    *freed, kept = blocks
    for block in freed:
        library.free(block)
    before = psutil.Process().memory_info().rss
    power.return_memory()
    assert before - psutil.Process().memory_info().rss > 500 * size
    library.free(kept)
