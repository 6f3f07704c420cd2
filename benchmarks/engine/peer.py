"""One peer in a process of its own: reads commands as JSON lines, answers milliseconds.

    {"do": "prefill", "ids": [...]}   a fresh prompt, logits of its last position
    {"do": "decode", "count": n}      n greedy steps after it

Needs only the engine that it runs, so that each peer can live in its own environment.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class Peer(Protocol):
    def prefill(self, ids: list[int]) -> int: ...

    def step(self, token: int) -> int: ...


class Fimble:
    """Our model under the engine's own chunking, without drafts."""

    def __init__(self, package: Path, threads: int) -> None:
        from fimble.engine import manifest as manifests
        from fimble.engine.decode import PREFILL_CHUNK
        from fimble.engine.ort_model import OrtModel

        manifest = manifests.load(package)
        self._chunk = PREFILL_CHUNK
        self._model = OrtModel(package, manifest, threads=threads, capacity=2048, slots=1)
        self._past = 0

    def prefill(self, ids: list[int]) -> int:
        token = 0
        for past in range(0, len(ids), self._chunk):
            chunk = ids[past : past + self._chunk]
            token = int(self._model.forward(chunk, slot=0, past=past, want=1)[0].argmax())
        self._past = len(ids)
        return token

    def step(self, token: int) -> int:
        logits = self._model.forward([token], slot=0, past=self._past, want=1)
        self._past += 1
        return int(logits[0].argmax())


class LlamaCpp:
    """llama.cpp through llama-cpp-python."""

    def __init__(self, model: Path, threads: int) -> None:
        import numpy
        from llama_cpp import Llama

        self._argmax = numpy.argmax
        self._llama: Any = Llama(
            str(model), n_ctx=2048, n_threads=threads, n_threads_batch=threads, verbose=False
        )

    def prefill(self, ids: list[int]) -> int:
        self._llama.reset()
        return self.step(*ids)

    def step(self, *ids: int) -> int:
        import llama_cpp

        self._llama.eval(list(ids))
        logits = llama_cpp.llama_get_logits_ith(self._llama._ctx.ctx, -1)
        import numpy

        return int(numpy.ctypeslib.as_array(logits, (self._llama.n_vocab(),)).argmax())


PEERS: dict[str, Callable[[Path, int], Peer]] = {"fimble": Fimble, "llama.cpp": LlamaCpp}


def answer(peer: Peer, command: dict[str, Any], token: int) -> tuple[float, int]:
    """Milliseconds, and the next token."""
    started = time.perf_counter()
    if command["do"] == "prefill":
        token = peer.prefill(command["ids"])
    else:
        for _ in range(command["count"]):
            token = peer.step(token)
    return 1000 * (time.perf_counter() - started), token


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=tuple(PEERS))
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    peer, token = PEERS[args.kind](args.model, args.threads), 0
    print("ready", flush=True)
    for line in sys.stdin:
        ms, token = answer(peer, json.loads(line), token)
        print(json.dumps({"ms": ms, "token": token}), flush=True)


if __name__ == "__main__":
    main()
