"""What a package is made of and what it cost: figures as JSON, Markdown and a picture."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx_ir as ir
from fimble.engine import manifest as manifests
from fimble.engine.manifest import Manifest
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer
from fimble.errors import UsageError

from fimble_export.judging import plot

_PARTS = (
    ("embedding", "embedding and head"),
    ("head", "embedding and head"),
    ("positions", "positions"),
    ("cos", "positions"),
    ("sin", "positions"),
    ("norm", "norms and biases"),
)
_WINDOW = 512


def write(
    package: Path, out: Path, *, reference: Path | None, text: Path | None, figures: Path | None
) -> dict[str, Any]:
    """Writes `report.json`, `report.md` and `report.svg` into `out`, and returns the figures.

    Args:
        package: The package.
        out: A folder; made if missing.
        reference: A package of the same model in fp32 to compare with, on `text`.
        text: Held-out code.
        figures: JSON that `benchmarks/export_quality.py` wrote: several packages in one run.

    Raises:
        ManifestError: `package` is not a package.
        UsageError: A file cannot be read, or `reference` comes without `text`.
    """
    manifest = manifests.load(package)
    scheme = manifest.scheme
    facts: dict[str, Any] = {
        "name": manifest.name,
        "recipe": manifest.provenance.recipe,
        "scheme": f"{scheme.name}, embedding and head {scheme.ends or scheme.name}",
        "bytes": sum(file.stat().st_size for file in package.iterdir() if file.is_file()),
        "size": sizes(package, manifest),
        "operators": operators(package, manifest),
        "quality": manifest.quality,
    }
    if reference is not None:
        if text is None:
            raise UsageError("A comparison needs held-out code.", "Name a file with --text.")
        facts["against_reference"] = compare(package, reference, _read(text))
    if figures is not None:
        facts["schemes"] = json.loads(_read(figures))["packages"]
    out.mkdir(parents=True, exist_ok=True)
    (out / "report.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    (out / "report.md").write_text(markdown(facts), encoding="utf-8")
    plot.draw(facts, out / "report.svg")
    return facts


def sizes(package: Path, manifest: Manifest) -> dict[str, int]:
    """Part -> bytes, the largest first; together they are the package."""
    graph = ir.load(package / manifest.graph.file).graph
    found: Counter[str] = Counter()
    for name, value in graph.initializers.items():
        tensor = value.const_value
        found[_part(name)] += 0 if tensor is None else tensor.nbytes
    weights = sum(found.values())
    whole = sum(file.stat().st_size for file in package.iterdir() if file.is_file())
    found["tokenizer"] = (package / manifest.tokenizer).stat().st_size
    found["graph and manifest"] = whole - weights - found["tokenizer"]
    return dict(found.most_common())


def _part(name: str) -> str:
    """Which part of the model a tensor of the graph belongs to."""
    if ".screen." in name:
        return "coarse copy of the head"
    first = name.split(".")[0]
    for prefix, part in _PARTS:
        if first == prefix or (prefix == "norm" and ("norm" in name or name.endswith(".bias"))):
            return part
    return "attention" if ".attention." in name else "feed-forward"


def operators(package: Path, manifest: Manifest) -> dict[str, int]:
    """Operator -> how many nodes, the most frequent first."""
    graph = ir.load(package / manifest.graph.file).graph
    return dict(Counter(node.op_type for node in graph).most_common())


def compare(package: Path, reference: Path, text: str) -> dict[str, float]:
    """Next-token distributions of both on `text`, in windows of 512 tokens.

    Returns:
        `kl`: mean KL divergence from the reference, in nats; `top1`: share of positions where
        both prefer the same token; `loss` and `reference_loss`: mean negative log likelihood.
    """
    left, right = (_open(folder) for folder in (reference, package))
    tokenizer = Tokenizer.from_file(package / manifests.load(package).tokenizer)
    ids = tokenizer.encode(text)
    rows: list[tuple[float, float, float, float]] = []
    for start in range(0, len(ids) - 1, _WINDOW):
        window = ids[start : start + _WINDOW]
        if len(window) < 2:
            break
        p, q = (_log_probabilities(model, window) for model in (left, right))
        index, gold = np.arange(len(window) - 1), window[1:]
        kl = (np.exp(p) * (p - q)).sum(-1)
        same = p.argmax(-1) == q.argmax(-1)
        rows += zip(kl, same, -q[index, gold], -p[index, gold], strict=True)
    kl, same, loss, base = np.mean(np.array(rows, dtype=np.float64), axis=0)
    figures = {"kl": kl, "top1": same, "loss": loss, "reference_loss": base}
    return {name: round(float(value), 5) for name, value in figures.items()}


def _open(folder: Path) -> OrtModel:
    return OrtModel(folder, manifests.load(folder), threads=2, capacity=_WINDOW, slots=1)


def _log_probabilities(model: OrtModel, ids: Sequence[int]) -> Any:
    """float32 `[len(ids) - 1, vocab]`."""
    logits = model.forward(ids, slot=0, past=0, want=len(ids))[:-1]
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error


def markdown(facts: Mapping[str, Any]) -> str:
    """The figures as a page."""
    lines = [f"# {facts['name']}", "", f"{facts['scheme']}; {facts['bytes'] / 1e6:.0f} MB.", ""]
    lines += ["![Size and quality](report.svg)", ""]
    if "schemes" in facts:
        lines += _table(facts["schemes"])
    if "against_reference" in facts:
        found = facts["against_reference"]
        lines += ["| against fp32, on held-out code | |", "|---|---|"]
        lines += [f"| {name.replace('_', ' ')} | {value} |" for name, value in found.items()] + [""]
    lines += ["| part | MB |", "|---|---|"]
    lines += [f"| {part} | {size / 1e6:.1f} |" for part, size in facts["size"].items()]
    lines += ["", "| operator | nodes |", "|---|---|"]
    lines += [f"| {name} | {count} |" for name, count in facts["operators"].items()]
    lines += ["", "QuantizedMatMul and CachedAttention are Fimble's own operators.", ""]
    return "\n".join(lines)


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Packages beside each other: the columns are those of the first row."""
    names = list(rows[0])
    head = [f"| {' | '.join(name.replace('_', ' ') for name in names)} |"]
    body = [f"| {' | '.join(str(row.get(name, '')) for name in names)} |" for row in rows]
    return [*head, "|" + "---|" * len(names), *body, ""]
