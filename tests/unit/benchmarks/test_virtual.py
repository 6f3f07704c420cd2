"""Time that only passes where it is said to."""

import asyncio
import importlib.util
import sys
import threading
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "benchmarks" / "engine"
sys.path.insert(0, str(FOLDER))
SPEC = importlib.util.spec_from_file_location("virtual", FOLDER / "virtual.py")
assert SPEC is not None
assert SPEC.loader is not None
virtual = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = virtual
SPEC.loader.exec_module(virtual)
sys.path.remove(str(FOLDER))


def run(clock, work) -> object:  # type: ignore[no-untyped-def]
    loop = virtual.Loop(clock)
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


def test_a_day_of_sleep_takes_no_time_and_its_order_holds() -> None:
    clock, woken = virtual.Clock(), list[float]()
    began = clock.now

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append(round(clock.now - began))

    async def day() -> None:
        await asyncio.gather(sleep(86_400), sleep(1), sleep(3_600))

    run(clock, day())
    assert woken == [1, 3_600, 86_400]


def test_what_is_ended_while_it_computes_takes_until_then() -> None:
    clock, ended = virtual.Clock(), list[bool]()
    began = clock.now

    async def end() -> float:
        thread = threading.Thread(target=lambda: ended.append(clock.spend(100)))
        thread.start()
        while clock.wakes is None:
            await asyncio.sleep(0)
        await asyncio.sleep(2)
        clock.resume(ended=True)
        thread.join(30)
        return clock.now - began

    assert round(float(str(run(clock, end())))) == 2
    assert ended == [True]
