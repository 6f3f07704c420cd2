"""`python -m fimble.models.packing SOURCE OUT NAME [TEMPLATE]`: makes one package.

A program for `fimble.models`, which starts it so that its memory, and a crash on a hostile file,
are its own. It says on standard output, a JSON object a line, how far it is (`{"done", "total"}`),
what is worth reading (`{"note"}`), and why it failed (`{"error", "message", "hint"}`).
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

from fimble.errors import FimbleError
from fimble.models.packing import job
from fimble.models.packing.job import Job


def main(arguments: list[str]) -> int:
    """Runs one job; 0 done, 1 failed."""
    source, out, name, *template = arguments
    work = Job(Path(source), Path(out), name, *template)
    percent = -1

    def told(done: int, total: int) -> None:
        nonlocal percent
        if (now := 100 * done // total) != percent:
            percent = now
            _say(done=done, total=total)

    warnings.simplefilter("ignore", RuntimeWarning)  # numbers that are none are refused by name
    try:
        operators, why_not = job.operators()
        if why_not:
            _say(note=f"ONNX Runtime's operators are used instead of Fimble's: {why_not}")
        job.run(work, operators, told)
    except FimbleError as error:
        _say(error=type(error).__name__, message=error.message, hint=error.hint)
        return 1
    except MemoryError:
        _say(error="StorageError", message="There is not enough memory.", hint="")
        return 1
    return 0


def _say(**what: str | int) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
