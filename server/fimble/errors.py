"""Every error that Fimble raises on purpose, drawn as a tree.

::

    FimbleError                 one clear sentence, and what to do next
    ├── UsageError              the command line or a request asks for something impossible
    ├── SettingsError           a setting has a wrong type or value
    ├── RuntimeMissingError     an optional dependency (ONNX Runtime, torch) is not installed
    ├── ModelError              something is wrong with a model
    │   ├── UnknownModelError       no model of that name
    │   ├── ModelNotInstalledError  known, but not in the cache
    │   ├── ManifestError           the manifest is missing, broken or of a newer format
    │   ├── ModelCorruptError       a file does not match its checksum, or does not load
    │   ├── DownloadError           no source could deliver the bytes
    │   ├── StorageError            no space, read-only folder, lock held too long
    │   └── MemoryShortError        it would not fit beside what else runs
    ├── ExportError             a checkpoint cannot be turned into a package
    │   ├── CheckpointError         missing tensor, wrong shape, NaN, unreadable file
    │   ├── NoTemplateError         no template fits it: only the exporter can
    │   ├── UnsupportedModelError   architecture or feature that the decoder does not have
    │   └── VerificationError       the package does not compute what the checkpoint computes
    ├── EngineError             the runtime failed on a forward pass
    │   └── Terminated              the pass was stopped because its request was cancelled
    └── EditRejected            an edit did not pass its proof and is not sent
"""

from __future__ import annotations


class FimbleError(Exception):
    """Base of all errors meant for the user.

    Attributes:
        message: What went wrong, one sentence, no trailing full stop needed.
        hint: What the user can do next; empty if there is nothing to do.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def told(reason: object, longest: int = 200) -> str:
    """What a library or a file says, fit for one line: nothing in it commands a terminal.

    Args:
        reason: Its text counts.
        longest: Characters that are kept.
    """
    line = " ".join(str(reason)[: 4 * longest].split())[:longest]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


class UsageError(FimbleError):
    """The command line or a request asks for something impossible."""


class SettingsError(FimbleError):
    """A setting has a wrong type or value."""


class RuntimeMissingError(FimbleError):
    """An optional dependency is not installed."""


class ModelError(FimbleError):
    """Something is wrong with a model."""


class UnknownModelError(ModelError):
    """There is no model of that name."""


class ModelNotInstalledError(ModelError):
    """The model is known but not in the cache."""


class ManifestError(ModelError):
    """The manifest is missing, broken or of a newer format."""


class ModelCorruptError(ModelError):
    """A file of the model does not match its checksum, or does not load."""


class DownloadError(ModelError):
    """No source could deliver the bytes."""


class StorageError(ModelError):
    """The cache cannot be written: no space, read-only, or locked."""


class MemoryShortError(ModelError):
    """There is not enough memory for the model now."""


class ExportError(FimbleError):
    """A checkpoint cannot be turned into a package."""


class CheckpointError(ExportError):
    """A tensor is missing, has a wrong shape or holds NaN, or the file is unreadable."""


class NoTemplateError(ExportError):
    """No template fits the checkpoint; the exporter may make its package."""


class UnsupportedModelError(ExportError):
    """The architecture, or a feature of it, is not in the decoder's table."""


class VerificationError(ExportError):
    """The package does not compute what the checkpoint computes."""


class EngineError(FimbleError):
    """The runtime failed on a forward pass."""


class Terminated(EngineError):
    """The running pass was stopped because its request was cancelled."""


class EditRejected(FimbleError):
    """An edit did not pass its proof and is not sent."""
