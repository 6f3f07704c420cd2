"""`fimble` as it is, but every prompt that reaches the model is also written to a file.

Run as `python recording.py FILE ARGUMENT...`, the arguments being those of `fimble`.
"""

from __future__ import annotations

import functools
import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

from fimble.cli.main import main
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest


def record(file: Path) -> None:
    """Writes a line for each request of the generator, before it is served."""

    def recorded(method: Any) -> Any:
        @functools.wraps(method)
        def generate(self: LocalGenerator, request: GenerationRequest, *rest: Any) -> Any:
            parts = (*request.prompt, *chain.from_iterable(request.quick))
            text = "".join(part.text for part in parts) + request.copied_from
            with file.open("a", encoding="utf-8", errors="surrogateescape") as out:
                out.write(json.dumps({"key": request.key, "text": text}) + "\n")
            return method(self, request, *rest)

        return generate

    for name in ("generate", "candidates", "scores", "prefill"):
        setattr(LocalGenerator, name, recorded(getattr(LocalGenerator, name)))


if __name__ == "__main__":
    record(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
