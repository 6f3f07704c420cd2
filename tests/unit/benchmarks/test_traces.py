"""The reader of recorded typing, on which every replay figure rests."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[3] / "benchmarks" / "engine" / "traces.py"
SPEC = importlib.util.spec_from_file_location("replay_traces", SOURCE)
assert SPEC is not None
assert SPEC.loader is not None
traces = importlib.util.module_from_spec(SPEC)
sys.modules[SPEC.name] = traces
SPEC.loader.exec_module(traces)


def read(folder: Path, *rows: dict[str, object]) -> list[object]:
    path = folder / "trace.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ({"source": ""}, *rows)))
    return traces.read(path)  # type: ignore[no-any-return]


def test_offsets_count_utf16_units_and_cursors_code_points(tmp_path: Path) -> None:
    (stroke,) = read(
        tmp_path,
        {"t": 0, "doc": "a.ts", "set": "😀b"},
        {"t": 9, "doc": "a.ts", "edits": [[2, 3, "xy"]]},
    )
    assert (stroke.text, stroke.offset, stroke.typed) == ("😀xy", 3, None)
    assert stroke.language == "typescript"


def test_typing_on_is_told_from_other_edits(tmp_path: Path) -> None:
    strokes = read(
        tmp_path,
        {"t": 0, "doc": "a.py", "edits": [[0, 0, "ab"]]},
        {"t": 50, "doc": "a.py", "edits": [[2, 2, "c"]]},
        {"t": 60, "doc": "a.py", "edits": [[0, 0, "d"]]},
        {"t": 70, "doc": "a.py", "edits": [[0, 1, ""]]},
    )
    assert [stroke.typed for stroke in strokes] == [None, "c", None, None]


@pytest.mark.parametrize(
    ("times", "gaps"),
    [
        ([0, 100, 300], [0.0, 0.1, 0.2]),
        ([0, 1000, 1000], [0.0, 0.5, 0.5]),
        ([0, 60_000], [0.0, 1.5]),
    ],
)
def test_gaps_are_real_time_but_for_long_pauses(
    tmp_path: Path, times: list[int], gaps: list[float]
) -> None:
    rows = [{"t": t, "doc": "a.py", "edits": [[0, 0, "x"]]} for t in times]
    assert [stroke.gap_s for stroke in read(tmp_path, *rows)] == gaps
