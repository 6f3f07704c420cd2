"""What the coarse copy of the head could lose: where the whole head's favourite stands in it.

    python benchmarks/export_head.py TASKS.jsonl [--package FOLDER] [--per-language 2]

The package's graph gets the whole stored head and the coarse logits as outputs beside its own, and
reads the code in front of the tasks' cursors. The package computes the first `keep` tokens anew, so
it loses a favourite that stands behind them; and a near tie may fall the other way, because what is
computed anew is not rounded.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from engine import machine
from fimble.cli import evaluate
from fimble.engine import manifest as manifests
from fimble.engine.manifest import Manifest
from fimble.engine.runtime import onnxruntime
from fimble.engine.tokenizer import Tokenizer
from onnx import NodeProto, TensorProto, helper

TOKENS = 320
"""In front of each cursor, at most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--package", type=Path, help="a model package (default: the default)")
    parser.add_argument("--per-language", type=int, default=2)
    args = parser.parse_args()
    package = args.package or machine.default_package()
    manifest = manifests.load(package)
    if not manifest.scheme.keep:
        parser.error(f"{package} has no coarse copy of its head")
    tokenizer = Tokenizer.from_file(package / manifest.tokenizer)
    with tempfile.TemporaryDirectory(dir=package.parent) as folder:
        session = _session(package, manifest, Path(folder))
        found = [
            _compare(session, manifest, tokenizer.encode(text)[-TOKENS:])
            for text in _texts(args.tasks, args.per_language)
        ]
    ranks, gaps, distances = (np.concatenate(part) for part in zip(*found, strict=True))
    figures = {
        "positions": len(ranks),
        "keep": manifest.scheme.keep,
        "worst_rank_of_the_favourite": int(ranks.max()),
        "favourite_kept_share": float((ranks <= manifest.scheme.keep).mean()),
        "same_favourite_share": round(float((gaps == 0).mean()), 4),
        "largest_gap_where_different": round(float(gaps.max()), 3),
        "kl_nats": round(float(distances.mean()), 4),
    }
    machine.write("export-head", figures)


def _texts(tasks: Path, per_language: int) -> list[str]:
    """The code in front of the first cursors of each language."""
    seen: Counter[str] = Counter()
    found = []
    for task in evaluate.read(tasks):
        seen[task["lang"]] += 1
        if seen[task["lang"]] <= per_language:
            found.append(evaluate.around(task)[0])
    return found


def _session(package: Path, manifest: Manifest, folder: Path) -> Any:
    """The package with two more outputs, `coarse` and `whole` logits."""
    graph_file = manifest.graph.file
    model = onnx.load(package / graph_file, load_external_data=False)
    nodes: list[NodeProto] = list(model.graph.node)
    top = next(node for node in nodes if node.op_type == "TopK")
    coarse = next(node for node in nodes if node.output[0] == top.input[0])
    rows = next(node for node in nodes if top.output[1] in node.input[:2])
    weight = rows.input[2].replace(".scales", ".weight")
    bits = next(a.i for a in rows.attribute if a.name == "bits")
    options = {a.name: helper.get_attribute_value(a) for a in coarse.attribute} | {"bits": bits}
    operands = [coarse.input[0], weight, rows.input[2]]
    model.graph.node.append(
        helper.make_node("MatMulNBits", operands, ["whole"], domain="com.microsoft", **options)
    )
    for name in ("whole", coarse.output[0]):
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    onnx.save_model(model, folder / graph_file)
    shutil.copy(package / f"{graph_file}.data", folder)
    return onnxruntime.InferenceSession(
        str(folder / graph_file), providers=["CPUExecutionProvider"]
    )


def _compare(session: Any, manifest: Manifest, ids: list[int]) -> tuple[np.ndarray[Any, Any], ...]:
    """Of each position: the favourite's rank, by how much another won, KL divergence in nats."""
    graph, numbers = manifest.graph, manifest.architecture
    empty = np.zeros((1, numbers.kv_heads, len(ids), numbers.head_dim), np.float32)
    past = [
        n.format(layer=i) for i in range(numbers.layers) for n in (graph.past_key, graph.past_value)
    ]
    feed = {
        graph.input_ids: np.array([ids]),
        graph.seqlens_k: np.array([len(ids) - 1], np.int32),
        graph.total_sequence_length: np.array(len(ids), np.int32),
        graph.logits_from: np.arange(len(ids)),
        **dict.fromkeys(past, empty),
    }
    extra = [output.name for output in session.get_outputs()][-2:]
    stored, whole, coarse = (part[0] for part in session.run([graph.logits, *extra], feed))
    at, favourite = np.arange(len(ids)), whole.argmax(-1)
    ranks = (coarse >= coarse[at, favourite][:, None]).sum(-1)
    gaps = whole.max(-1) - whole[at, stored.argmax(-1)]
    p, q = _log_softmax(whole), _log_softmax(stored)
    return ranks, gaps, (np.exp(p) * (p - q)).sum(-1)


def _log_softmax(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    shifted = logits.astype(np.float64) - logits.max(-1, keepdims=True)
    result: np.ndarray[Any, Any] = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return result


if __name__ == "__main__":
    main()
