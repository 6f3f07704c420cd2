"""Does a package compute what its checkpoint computes?

Two comparisons, on fixed prompts:

* the unquantized graph, traced anew, against torch in float32: greedy ids must be equal;
* the package's own graph against the same torch logits: the difference is stated, and an
  agreement below `MIN_AGREEMENT` fails.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder as Loop
from fimble.engine.manifest import Manifest
from fimble.engine.model import CausalLM, Logits
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer
from fimble.errors import VerificationError

from fimble_export import checkpoint as checkpoints
from fimble_export.decoder.transformer import Decoder, from_checkpoint
from fimble_export.graph import trace

PROMPTS = (
    "def fibonacci(n: int) -> int:\n    ",
    "export function sum(values: number[]): number {\n  ",
    "SELECT name, COUNT(*) FROM users ",
    "# Sort a list of words by their length, longest first.\n",
)
TOKENS = 64
MIN_AGREEMENT = 0.90
"""Of top-1 choices over all positions of the greedy texts."""

_CAPACITY = 256


class TorchModel:
    """The decoder in torch as a `CausalLM`, without a cache: the slow, sure way."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self.vocab_size = decoder.config.architecture.vocab_size
        self.capacity, self.slots = _CAPACITY, 1
        self._ids: list[int] = []

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """See `CausalLM.forward`."""
        del slot
        self._ids = [*self._ids[:past], *ids]
        total, numbers = len(self._ids), self._decoder.config.architecture
        shape = (1, numbers.kv_heads, total, numbers.head_dim)
        with torch.no_grad():
            logits = self._decoder(
                torch.tensor([self._ids]),
                torch.tensor([total - 1], dtype=torch.int32),
                torch.tensor(total, dtype=torch.int32),
                torch.arange(total - want, total),
                [torch.zeros(shape) for _ in range(2 * numbers.layers)],
            )[0]
        result: Logits = logits[0].numpy()
        return result

    def terminate(self) -> None:
        """Passes are short."""


def verify(
    package: Path, source: Path, report: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """Compares, and returns the figures.

    Args:
        package: A model package.
        source: What it was made from.
        report: Called with a line at every stage.

    Raises:
        VerificationError: The graph disagrees beyond the tolerance.
        ManifestError: `package` is not a package.
    """
    manifest = manifests.load(package)
    tokenizer = Tokenizer.from_file(package / manifest.tokenizer)
    prompts = [tokenizer.encode(prompt) for prompt in PROMPTS]
    report("Reading the checkpoint")
    decoder = from_checkpoint(checkpoints.load(source))
    reference = TorchModel(decoder)
    report("Greedy ids in torch")
    texts = [greedy(reference, prompt) for prompt in prompts]
    report("Tracing the unquantized graph")
    with tempfile.TemporaryDirectory() as folder:
        trace.trace(decoder, Path(folder) / manifest.graph.file)
        exact = _load(Path(folder), manifest)
        equal = [greedy(exact, p) == t for p, t in zip(prompts, texts, strict=True)]
        whole = [prompt + text for prompt, text in zip(prompts, texts, strict=True)]
        unquantized = [_compare(reference, exact, ids) for ids in whole]
    report("Comparing the package")
    stored = _load(package, manifest)
    pairs = [_compare(reference, stored, ids) for ids in whole]
    agreement = float(np.mean([share for _, share in pairs]))
    figures: dict[str, Any] = {
        "unquantized_greedy_equal": f"{sum(equal)} of {len(equal)} prompts, {TOKENS} tokens",
        "unquantized_max_logit_difference": max(d for d, _ in unquantized),
        f"{manifest.scheme.name}_max_logit_difference": max(d for d, _ in pairs),
        f"{manifest.scheme.name}_top1_agreement": agreement,
    }
    if not all(equal) or agreement < MIN_AGREEMENT:
        raise VerificationError(f"The graph disagrees with torch: {figures}.")
    return figures


def greedy(model: CausalLM, prompt: Sequence[int]) -> list[int]:
    """The plain greedy continuation, `TOKENS` ids."""
    steps = Loop(model).steps(prompt, CancelToken(), speculate=False)
    return [step.token for step in islice(steps, TOKENS)]


def _compare(left: CausalLM, right: CausalLM, ids: Sequence[int]) -> tuple[float, float]:
    """Largest absolute logit difference, and the share of equal top-1 choices."""
    a = left.forward(ids, slot=0, past=0, want=len(ids))
    b = right.forward(ids, slot=0, past=0, want=len(ids))
    return float(np.abs(a - b).max()), float((a.argmax(-1) == b.argmax(-1)).mean())


def _load(folder: Path, manifest: Manifest) -> OrtModel:
    threads = os.cpu_count() or 1
    return OrtModel(folder, manifest, threads=threads, capacity=_CAPACITY, slots=1)
