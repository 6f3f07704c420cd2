"""The model on ONNX Runtime. The only file that imports onnxruntime."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fimble.engine.manifest import Manifest
from fimble.engine.model import Logits
from fimble.errors import EngineError, ModelCorruptError, RuntimeMissingError, Terminated

_log = logging.getLogger(__name__)


class OrtModel:
    """A `CausalLM`: one KV buffer per layer and slot, bound once as past and as present.

    The graph appends in place, so no pass copies the cache, and a trim is a smaller `past`.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, *, threads: int, capacity: int, slots: int
    ) -> None:
        """Loads the graph; takes seconds.

        Args:
            folder: The package.
            manifest: Its manifest.
            threads: Of the runtime's own pool, 1 or more.
            capacity: Positions per slot.
            slots: Sequences kept.

        Raises:
            RuntimeMissingError: onnxruntime is not installed.
            ModelCorruptError: The graph does not load.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise RuntimeMissingError(
                "ONNX Runtime is not installed.", 'Install it: pip install "fimble[cpu]".'
            ) from error
        self._ort: Any = onnxruntime
        self._numbers, self._graph = manifest.architecture, manifest.graph
        self.capacity, self.slots = capacity, slots
        self._session = self._load(folder / manifest.graph.file, threads)
        self._bindings = [self._bind() for _ in range(slots)]
        self._lock = threading.Lock()
        self._running: Any = None

    @property
    def vocab_size(self) -> int:
        """Columns of the logits."""
        return self._numbers.vocab_size

    def _load(self, path: Path, threads: int) -> Any:
        options = self._ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what goes wrong is raised as well
        # Threads that spin between passes would keep an idle laptop's cores busy.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            return self._ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            _log.info("ONNX Runtime says: %s", error)
            raise ModelCorruptError(
                f"{path} does not load: it is damaged or incomplete.",
                "Reinstall the model with `fimble model install --force`.",
            ) from error

    def _bind(self) -> Any:
        numbers, binding = self._numbers, self._session.io_binding()
        shape = (1, numbers.kv_heads, self.capacity, numbers.head_dim)
        for layer in range(numbers.layers):
            for past, present in (
                (self._graph.past_key, self._graph.present_key),
                (self._graph.past_value, self._graph.present_value),
            ):
                buffer = self._ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32))
                binding.bind_ortvalue_input(past.format(layer=layer), buffer)
                binding.bind_ortvalue_output(present.format(layer=layer), buffer)
        return binding

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """See `CausalLM.forward`."""
        total = past + len(ids)
        if not ids or total > self.capacity or not 0 < want <= len(ids):
            raise EngineError(f"A pass of {len(ids)} tokens after {past} is impossible.")
        binding, graph = self._bindings[slot], self._graph
        binding.bind_cpu_input(graph.input_ids, np.array([ids], np.int64))
        binding.bind_cpu_input(graph.seqlens_k, np.array([total - 1], np.int32))
        binding.bind_cpu_input(graph.total_sequence_length, np.array(total, np.int32))
        wanted = np.arange(len(ids) - want, len(ids), dtype=np.int64)
        binding.bind_cpu_input(graph.logits_from, wanted)
        logits = np.empty((1, want, self.vocab_size), np.float32)
        target = self._ort.OrtValue.ortvalue_from_numpy(logits)
        binding.bind_ortvalue_output(graph.logits, target)
        self._run(binding)
        result: Logits = target.numpy()[0].copy()  # the view dies with the next pass
        return result

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
