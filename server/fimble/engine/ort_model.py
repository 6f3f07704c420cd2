"""The model on ONNX Runtime."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.engine import fit, graph_check, kernels
from fimble.engine import provider as providers
from fimble.engine.buffers import Buffers
from fimble.engine.manifest import Manifest
from fimble.engine.model import Logits
from fimble.errors import EngineError, ModelCorruptError, RuntimeMissingError, Terminated

_log = logging.getLogger(__name__)

_SPINNING = {
    "session.intra_op.allow_spinning": "1",
    "session.intra_op.spin_duration_us": "30",
    "session.force_spinning_stop": "1",
}
"""Threads wait busily for as long as the small operators between two matrices take, and no longer:
not while another program wants the core, and never between two passes (docs/performance.md)."""

_FORMAT = ("session.load_model_format", "ONNX")
"""Whatever the file is called: the runtime's own format is not checked as ONNX is."""

_DEVICES = {"cuda": "cuda", "dml": "dml"}
"""Where a provider's inputs have to lie, if not in the machine's own memory."""

_DAMAGED = "Reinstall the model with `fimble model install --force`."
_MISSING = {"cuda": 'CUDA\'s libraries are in "onnxruntime-gpu[cuda,cudnn]".'}


@dataclass(frozen=True)
class _Cache:
    """KV buffers `[rows, kv_heads, capacity, head_dim]`, bound as past and as present.

    They lie where the provider computes: the CPU's share their memory with `arrays`, for a GPU's
    there are none.
    """

    binding: Any
    values: tuple[Any, ...]
    arrays: tuple[NDArray[Any], ...]
    capacity: int

    def read(self) -> tuple[NDArray[Any], ...]:
        """The buffers, or copies of them."""
        return self.arrays or tuple(value.numpy() for value in self.values)


class OrtModel:
    """A `ForkingLM`: one KV buffer per layer and slot, bound once as past and as present.

    The graph appends in place, so no pass copies the cache, and a trim is a smaller `past`.
    """

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        *,
        threads: int,
        capacity: int,
        slots: int,
        provider: str = "auto",
    ) -> None:
        """Loads the graph; takes seconds.

        Args:
            folder: The package.
            manifest: Its manifest.
            threads: Of the runtime's own pool, 1 or more.
            capacity: Positions per slot.
            slots: Sequences kept.
            provider: See `provider.choose`.

        Raises:
            RuntimeMissingError: onnxruntime is not installed, or lacks the provider, or what was
                asked for does not start.
            ModelCorruptError: The graph does not load.
        """
        try:
            from fimble.engine.runtime import onnxruntime
        except ImportError as error:
            raise RuntimeMissingError(
                "ONNX Runtime is not installed.", 'Install it: pip install "fimble[cpu]".'
            ) from error
        self._ort: Any = onnxruntime
        self._numbers, self._graph = manifest.architecture, manifest.graph
        self.capacity, self.slots = capacity, slots
        available = onnxruntime.get_available_providers()
        self.provider = providers.choose(provider, available, manifest.target)
        self._session = self._load(folder / manifest.graph.file, threads)
        self._require_fit(folder, manifest)
        self.provider = self._started(provider)
        _log.info("%s runs on %s: %s", manifest.name, self.provider.name, self.provider.why)
        self._caches = [self._bind(self._zeros(1, capacity)) for _ in range(slots)]
        self._buffers = Buffers()
        self._lock = threading.Lock()
        self._running: Any = None

    @property
    def vocab_size(self) -> int:
        """Columns of the logits."""
        return self._numbers.vocab_size

    def _options(self, threads: int) -> Any:
        options = self._ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised as well
        for name, value in (*_SPINNING.items(), _FORMAT):
            options.add_session_config_entry(name, value)
        return options

    def _load(self, path: Path, threads: int) -> Any:
        graph_check.check(path)
        options, names = self._options(threads), list(self.provider.runtime_names)
        if self._graph.operators == "fimble":
            self._register_kernels(options)
        try:
            with self._prepared():
                return self._ort.InferenceSession(str(path), options, providers=names)
        except Exception as error:
            _log.info("ONNX Runtime says: %s", error)
            raise ModelCorruptError(
                f"{path} does not load: it is damaged or incomplete.", _DAMAGED
            ) from error

    def _require_fit(self, folder: Path, manifest: Manifest) -> None:
        try:
            inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
            wrong = fit.mismatch(manifest, inputs, outputs)
        except UnicodeDecodeError as error:
            raise ModelCorruptError(
                f"Names in the graph in {folder} are no text.", _DAMAGED
            ) from error
        if wrong:
            raise ModelCorruptError(
                f"The manifest of {folder} does not fit its graph: {wrong}.", _DAMAGED
            )

    @contextlib.contextmanager
    def _prepared(self) -> Iterator[None]:
        """CUDA's libraries loaded, from the environment's packages too."""
        if self.provider.name == "cuda":
            with contextlib.redirect_stdout(sys.stderr):  # the runtime prints what it lacks
                self._ort.preload_dlls()
                yield
        else:
            yield

    def _started(self, asked: str) -> providers.Choice:
        """What does run the model: the runtime goes on without a provider that does not start."""
        choice = self.provider
        if choice.runtime_names[0] in self._session.get_providers():
            return choice
        if asked != "auto":
            raise RuntimeMissingError(
                f"The provider {choice.name} does not start: it lacks a device, driver or library.",
                _MISSING.get(choice.name, ""),
            )
        return providers.Choice("cpu", f"{choice.name} does not start here; this is slow")

    def _register_kernels(self, options: Any) -> None:
        library = kernels.library()
        hint = "Run `fimble model install --force` here: it makes a package that fits."
        if library is None:
            raise RuntimeMissingError(
                "The model needs Fimble's kernels, of which there are none for this system.", hint
            )
        try:
            options.register_custom_ops_library(str(library))
        except Exception as error:
            raise RuntimeMissingError(f"Fimble's kernels do not load: {error}.", hint) from error

    def _zeros(self, rows: int, capacity: int) -> list[NDArray[Any]]:
        """KV buffers in host memory; their pages cost memory once they are written."""
        numbers = self._numbers
        capacity += -capacity % kernels.PANEL
        shape = (rows, numbers.kv_heads, capacity, numbers.head_dim)
        return [np.zeros(shape, self._graph.kv_dtype) for _ in range(2 * numbers.layers)]

    def _bind(self, arrays: Sequence[NDArray[Any]]) -> _Cache:
        """Keeps the buffers where the provider computes.

        The runtime copies an input from elsewhere when it is bound, and not again in a pass.
        """
        device = _DEVICES.get(self.provider.name, "cpu")
        binding, values = self._session.io_binding(), []
        for (past, present), array in zip(self._names(), arrays, strict=True):
            value = self._ort.OrtValue.ortvalue_from_numpy(array, device, 0)
            binding.bind_ortvalue_input(past, value)
            binding.bind_ortvalue_output(present, value)
            values.append(value)
        kept = tuple(arrays) if device == "cpu" else ()
        return _Cache(binding, tuple(values), kept, arrays[0].shape[2])

    def _names(self) -> Iterator[tuple[str, str]]:
        """Past and present, in the order of the buffers."""
        graph = self._graph
        for layer in range(self._numbers.layers):
            yield graph.past_key.format(layer=layer), graph.present_key.format(layer=layer)
            yield graph.past_value.format(layer=layer), graph.present_value.format(layer=layer)

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """See `CausalLM.forward`."""
        total = past + len(ids)
        if not ids or total > self.capacity or not 0 <= want <= len(ids):
            raise EngineError(f"A pass of {len(ids)} tokens after {past} is impossible.")
        row = np.array([ids], np.int64)
        logits: Logits = self._forward(self._caches[slot], row, past, want)[0]
        return logits

    def fork(self, slot: int, length: int, *, rows: int, room: int) -> OrtBatch:
        """See `ForkingLM.fork`."""
        arrays, whole = self._zeros(rows, length + room), length + -length % kernels.PANEL
        for array, kept in zip(arrays, self._caches[slot].read(), strict=True):
            array[:, :, :whole] = kept[:, :, :whole]
        return OrtBatch(self, self._bind(arrays), length)

    def _forward(self, cache: _Cache, ids: NDArray[np.int64], past: int, want: int) -> Logits:
        """One pass over ids `[rows, new]`; `[rows, want, vocab]`."""
        rows, new = ids.shape
        if ids.min() < 0 or ids.max() >= self.vocab_size:
            raise EngineError("A token of the prompt is not in the model's vocabulary.")
        binding, graph, total = cache.binding, self._graph, past + new
        binding.bind_cpu_input(graph.input_ids, ids)
        binding.bind_cpu_input(graph.seqlens_k, np.full(rows, total - 1, np.int32))
        binding.bind_cpu_input(graph.total_sequence_length, np.array(total, np.int32))
        binding.bind_cpu_input(graph.logits_from, np.arange(new - want, new, dtype=np.int64))
        logits = self._buffers.empty((rows, want, self.vocab_size), graph.logits_dtype)
        target = self._ort.OrtValue.ortvalue_from_numpy(logits)
        binding.bind_ortvalue_output(graph.logits, target)
        self._run(binding)
        if not np.isfinite(logits.max(axis=-1)).all():
            raise EngineError("The model's logits are no numbers.", _DAMAGED)
        return logits.astype(np.float32, copy=False)

    def _run(self, binding: Any) -> None:
        options = self._ort.RunOptions()
        with self._lock:
            self._running = options
        try:
            self._session.run_with_iobinding(binding, options)
        except Exception as error:
            if options.terminate:
                raise Terminated("The request was cancelled.") from error
            raise EngineError(f"ONNX Runtime failed: {error}.") from error
        finally:
            with self._lock:
                self._running = None

    def terminate(self) -> None:
        """Stops the running pass, from any thread."""
        with self._lock:
            if self._running is not None:
                self._running.terminate = True


class OrtBatch:
    """What `OrtModel.fork` makes: a `Batch`."""

    def __init__(self, model: OrtModel, cache: _Cache, length: int) -> None:
        self._model, self._cache, self._length = model, cache, length

    def forward(self, ids: Sequence[int]) -> Logits:
        """See `Batch.forward`."""
        if self._length == self._cache.capacity:
            raise EngineError("The rows are full.")
        column = np.array(ids, np.int64)[:, None]
        logits: Logits = self._model._forward(self._cache, column, self._length, 1)[:, 0]
        self._length += 1
        return logits
