"""Which of ONNX Runtime's execution providers runs a model, and why. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fimble.errors import RuntimeMissingError, UsageError

RUNTIME_NAMES = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "dml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
}
NAMES = ("auto", *RUNTIME_NAMES)
"""What `--provider` accepts."""

_HOW = {
    "cuda": 'Install it: pip install "fimble[gpu]" in place of fimble[cpu].',
    "dml": "Install it: pip install onnxruntime-directml (Windows).",
    "coreml": "It is in onnxruntime for macOS.",
    "openvino": "Install it: pip install onnxruntime-openvino.",
}


@dataclass(frozen=True)
class Choice:
    """What runs the model.

    Attributes:
        name: One of `RUNTIME_NAMES`.
        why: Half a sentence, for the log.
    """

    name: str
    why: str

    @property
    def runtime_names(self) -> tuple[str, ...]:
        """In the order in which the runtime asks them; the CPU takes what the first cannot."""
        return tuple(dict.fromkeys((RUNTIME_NAMES[self.name], RUNTIME_NAMES["cpu"])))


def choose(asked: str, available: Sequence[str], target: str) -> Choice:
    """Picks a provider.

    Args:
        asked: One of `NAMES`.
        available: The runtime's names of what it has.
        target: What the package was made for.

    Raises:
        UsageError: There is no such provider.
        RuntimeMissingError: The installed runtime lacks it.
    """
    if asked not in NAMES:
        raise UsageError(f"There is no provider {asked!r}.", f"Known: {', '.join(NAMES)}.")
    if asked != "auto":
        if RUNTIME_NAMES[asked] not in available:
            hint = _HOW.get(asked, "Reinstall onnxruntime.")
            raise RuntimeMissingError(f"The installed ONNX Runtime has no provider {asked}.", hint)
        return Choice(asked, "asked for")
    if target == "cpu":
        return Choice("cpu", "the package is made for it")
    if RUNTIME_NAMES[target] in available:
        return Choice(target, "the package is made for it and the runtime has it")
    return Choice("cpu", f"the package is made for {target}, which the runtime lacks; this is slow")
