"""What the figures of a replay count."""

import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "benchmarks" / "engine"
sys.path.insert(0, str(FOLDER))
SPEC = importlib.util.spec_from_file_location("replay", FOLDER / "replay.py")
assert SPEC is not None
assert SPEC.loader is not None
replay = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = replay
SPEC.loader.exec_module(replay)
sys.path.remove(str(FOLDER))


def test_a_character_that_is_typed_along_counts_once() -> None:
    tally = replay.Tally("a", 0, "fimble")
    tally.accept(10, 20)
    tally.accept(12, 20)
    tally.accept(15, 24)
    assert tally.accepted == 14


def test_shares_are_of_all_requests() -> None:
    tally = replay.Tally("a", 0, "fimble", [0.1, None, 0.5, None], [0.5], cpu_s=2.0)
    tally.accept(0, 4)
    found = replay.figures([tally])
    assert found["answered_before_overtaken"] == 0.5
    assert found["answered_within_300_ms"] == 0.25
    assert found["suggested_within_300_ms"] == 0.0
    assert found["cpu_s_per_accepted_character"] == 0.5


def test_only_windows_of_all_servers_are_compared() -> None:
    tallies = [replay.Tally("a", n, name) for n, name in ((0, "x"), (0, "y"), (1, "x"))]
    assert replay.shared(tallies, {"x", "y"}) == tallies[:2]
