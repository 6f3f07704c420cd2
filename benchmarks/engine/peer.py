"""One peer in a process of its own: reads prompts as JSON lines, answers what they took.

    {"ids": [...], "count": n}  ->  {"prefill_ms": ..., "decode_ms": ...}

A fresh prompt up to its first token, then `n` greedy tokens, milliseconds for each of them. Needs
only the engine that it runs, so that each peer can live in its own environment.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

CAPACITY = 2048


class Peer(Protocol):
    def round(self, ids: list[int], count: int) -> tuple[float, float]:
        """Milliseconds to the first token, and for each of `count` after it."""


class Stepwise:
    """A peer whose passes are called one by one."""

    def prefill(self, ids: list[int]) -> int:
        raise NotImplementedError

    def step(self, token: int) -> int:
        raise NotImplementedError

    def round(self, ids: list[int], count: int) -> tuple[float, float]:
        started = time.perf_counter()
        token = self.prefill(ids)
        first = time.perf_counter()
        for _ in range(count):
            token = self.step(token)
        return 1000 * (first - started), 1000 * (time.perf_counter() - first) / count


class Fimble(Stepwise):
    """Our model under the engine's own chunking, without drafts."""

    def __init__(self, package: Path, threads: int) -> None:
        from fimble.engine import manifest as manifests
        from fimble.engine.decode import PREFILL_CHUNK
        from fimble.engine.ort_model import OrtModel

        manifest = manifests.load(package)
        self._chunk = PREFILL_CHUNK
        self._model = OrtModel(package, manifest, threads=threads, capacity=CAPACITY, slots=1)
        self._past = 0

    def prefill(self, ids: list[int]) -> int:
        last = (len(ids) - 1) // self._chunk * self._chunk
        for past in range(0, last, self._chunk):
            self._model.forward(ids[past : past + self._chunk], slot=0, past=past, want=0)
        logits = self._model.forward(ids[last:], slot=0, past=last, want=1)
        self._past = len(ids)
        return int(logits[0].argmax())

    def step(self, token: int) -> int:
        logits = self._model.forward([token], slot=0, past=self._past, want=1)
        self._past += 1
        return int(logits[0].argmax())


class LlamaCpp(Stepwise):
    """llama.cpp through llama-cpp-python, a GGUF file."""

    def __init__(self, model: Path, threads: int) -> None:
        from llama_cpp import Llama

        self._llama: Any = Llama(
            str(model), n_ctx=CAPACITY, n_threads=threads, n_threads_batch=threads, verbose=False
        )

    def prefill(self, ids: list[int]) -> int:
        self._llama.reset()
        return self._eval(ids)

    def step(self, token: int) -> int:
        return self._eval([token])

    def _eval(self, ids: list[int]) -> int:
        import llama_cpp
        import numpy

        self._llama.eval(ids)
        logits = llama_cpp.llama_get_logits_ith(self._llama._ctx.ctx, -1)
        return int(numpy.ctypeslib.as_array(logits, (self._llama.n_vocab(),)).argmax())


class GenAi(Stepwise):
    """onnxruntime-genai: its own runtime on its own export, with its own settings."""

    def __init__(self, folder: Path, threads: int) -> None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # Fimble, which sets it, need not be here
        import onnxruntime_genai

        self._library: Any = onnxruntime_genai
        self._model = self._library.Model(str(folder))
        self._generator: Any = None

    def prefill(self, ids: list[int]) -> int:
        parameters = self._library.GeneratorParams(self._model)
        parameters.set_search_options(max_length=CAPACITY, do_sample=False)
        self._generator = self._library.Generator(self._model, parameters)
        self._generator.append_tokens(ids)
        return self.step(0)

    def step(self, token: int) -> int:
        """Its generator knows the token before by itself."""
        self._generator.generate_next_token()
        return 0


class Transformers(Stepwise):
    """Hugging Face transformers in eager torch, float32."""

    def __init__(self, folder: Path, threads: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self._torch = torch
        self._model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
        self._past: Any = None

    def prefill(self, ids: list[int]) -> int:
        self._past = None
        return self._pass(ids)

    def step(self, token: int) -> int:
        return self._pass([token])

    def _pass(self, ids: list[int]) -> int:
        row = self._torch.tensor([ids])
        out = self._model(row, past_key_values=self._past, use_cache=True, logits_to_keep=1)
        self._past = out.past_key_values
        return int(out.logits[0, -1].argmax())


class OpenVino:
    """OpenVINO GenAI on a GGUF file, which it turns into its own graph; its own clock."""

    def __init__(self, model: Path, threads: int) -> None:
        import openvino_genai

        self._library: Any = openvino_genai
        options = {"INFERENCE_NUM_THREADS": threads, "ATTENTION_BACKEND": "SDPA"}
        self._pipeline = openvino_genai.LLMPipeline(str(model), "CPU", **options)

    def round(self, ids: list[int], count: int) -> tuple[float, float]:
        import numpy
        import openvino

        row = openvino.Tensor(numpy.array([ids], numpy.int64))
        mask = openvino.Tensor(numpy.ones((1, len(ids)), numpy.int64))
        config = self._library.GenerationConfig(max_new_tokens=count + 1, ignore_eos=True)
        answer = self._pipeline.generate(self._library.TokenizedInputs(row, mask), config)
        metrics = answer.perf_metrics
        return metrics.get_ttft().mean, metrics.get_tpot().mean


PEERS: dict[str, Callable[[Path, int], Peer]] = {
    "fimble": Fimble,
    "llama.cpp": LlamaCpp,
    "onnxruntime-genai": GenAi,
    "transformers": Transformers,
    "openvino-genai": OpenVino,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=tuple(PEERS))
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    peer = PEERS[args.kind](args.model, args.threads)
    print("ready", flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        prefill_ms, decode_ms = peer.round(command["ids"], command["count"])
        print(json.dumps({"prefill_ms": prefill_ms, "decode_ms": decode_ms}), flush=True)


if __name__ == "__main__":
    main()
