"""The same weights through onnxruntime-genai's model builder, for the table of peers.

    pip install onnxruntime-genai
    python benchmarks/export_genai.py folder MODEL.gguf HF_FOLDER     # 1: weights in HF layout
    export ORT_DISABLE_TELEMETRY=1
    python -m onnxruntime_genai.models.builder -m HF_FOLDER -o PEER -p int4 -e cpu
    python benchmarks/export_genai.py eval TASKS.jsonl PEER PACKAGE --out peer.jsonl

`eval` runs the peer's graph in Fimble's own loop (same prompts, same stop rule, `PACKAGE` lends
its manifest and tokenizer), so that only the graph differs. `export_quality.py` and
`export_distance.py` take the peer as `genai:NAME=PEER`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from fimble.cli import evaluate
from fimble.engine import manifest as manifests
from fimble.engine.model import Logits
from fimble.engine.runtime import onnxruntime
from fimble.engine.tokenizer import Tokenizer
from fimble.generation.local import LocalGenerator


class PeerModel:
    """A `CausalLM` on the builder's graph: attention mask in, logits of every position out."""

    def __init__(self, folder: Path, threads: int, capacity: int = 2048) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
        self.capacity, self.slots = capacity, 4
        config = json.loads((folder / "genai_config.json").read_text(encoding="utf-8"))["model"]
        self.vocab_size, decoder = config["vocab_size"], config["decoder"]
        self._shape = (1, decoder["num_key_value_heads"], 0, decoder["head_size"])
        self._past = [self._empty() for _ in range(self.slots)]

    def _empty(self) -> dict[str, Any]:
        names = [i.name for i in self._session.get_inputs() if i.name.startswith("past")]
        return {name: np.zeros(self._shape, np.float32) for name in names}

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """See `CausalLM.forward`."""
        feed = {name: value[:, :, :past] for name, value in self._past[slot].items()}
        feed["input_ids"] = np.array([ids], np.int64)
        feed["attention_mask"] = np.ones((1, past + len(ids)), np.int64)
        names = [output.name for output in self._session.get_outputs()]
        found = dict(zip(names, self._session.run(None, feed), strict=True))
        for name in self._past[slot]:
            self._past[slot][name] = found[name.replace("past_key_values", "present")]
        result: Logits = found["logits"][0, len(ids) - want :]
        return result

    def terminate(self) -> None:
        """Passes are short."""


def write_folder(source: Path, out: Path) -> None:
    """The checkpoint in Hugging Face layout, float32."""
    import torch
    from fimble_export import checkpoint as checkpoints
    from safetensors.torch import save_file

    checkpoint = checkpoints.load(source)
    config, numbers = checkpoint.config, checkpoint.config.architecture
    out.mkdir(parents=True, exist_ok=True)
    parts = {ours: theirs for theirs, ours in config.family.parts.items()}
    top = {ours: theirs for theirs, ours in config.family.top.items()}
    tensors: dict[str, torch.Tensor] = {}
    for name in checkpoint.tensors:
        stem, kind = name.rsplit(".", 1)
        if stem.startswith("layers."):
            _, layer, part = stem.split(".", 2)
            theirs = f"{config.family.blocks}{layer}.{parts[part]}"
        else:
            theirs = top[stem]
        tensors[f"{theirs}.{kind}"] = torch.from_numpy(checkpoint.tensors[name])
    save_file(tensors, out / "model.safetensors", {"format": "pt"})
    data = {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": config.family.name,
        "vocab_size": numbers.vocab_size,
        "hidden_size": numbers.hidden_size,
        "intermediate_size": numbers.intermediate_size,
        "num_hidden_layers": numbers.layers,
        "num_attention_heads": numbers.heads,
        "num_key_value_heads": numbers.kv_heads,
        "max_position_embeddings": numbers.context_length,
        "rms_norm_eps": config.norm_eps,
        "rope_theta": config.rope.theta if config.rope else 0,
        "tie_word_embeddings": config.tied,
        "hidden_act": "silu",
        "torch_dtype": "float32",
        "eos_token_id": 151645,
        "bos_token_id": 151643,
    }
    (out / "config.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
    (out / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")
    kind = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>"}
    (out / "tokenizer_config.json").write_text(json.dumps(kind), encoding="utf-8")


def run_tasks(tasks: Path, peer: Path, package: Path, out: Path, threads: int) -> None:
    """As `fimble eval completion --raw`, resumable."""
    manifest = manifests.load(package)
    tokenizer = Tokenizer.from_file(package / manifest.tokenizer)
    generator = LocalGenerator(manifest, tokenizer, PeerModel(peer, threads))  # type: ignore[arg-type]
    done = {row["id"] for row in evaluate.read(out)} if out.exists() else set()
    with out.open("a", encoding="utf-8") as file:
        for task in evaluate.read(tasks):
            if task["id"] not in done:
                row = evaluate.answer(generator, task, raw=True)
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    folder = commands.add_parser("folder")
    folder.add_argument("source", type=Path)
    folder.add_argument("out", type=Path)
    tasks = commands.add_parser("eval")
    for name in ("tasks", "peer", "package"):
        tasks.add_argument(name, type=Path)
    tasks.add_argument("--out", type=Path, required=True)
    tasks.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    if args.command == "folder":
        write_folder(args.source, args.out)
    else:
        run_tasks(args.tasks, args.peer, args.package, args.out, args.threads)


if __name__ == "__main__":
    main()
