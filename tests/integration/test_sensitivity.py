import json

import pytest
from fimble.engine import manifest as manifests
from fimble_export import recipe as recipes
from fimble_export.checkpoint import load
from fimble_export.cli import main
from fimble_export.decoder.build import build
from fimble_export.decoder.linear import Linear
from fimble_export.quantize import mixed

from tests.tiny_model import write_tiny_checkpoint

pytestmark = pytest.mark.export


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sensitivity")
    source = write_tiny_checkpoint(folder / "tiny")
    out = folder / "table.json"
    assert main(["sensitivity", str(source), "--out", str(out), "--low", "int4-rtn"]) == 0
    return source, mixed.parse(json.loads(out.read_text()))


def test_every_matrix_of_every_block_costs_something(table):
    _, found = table
    parts = {"attention.qkv", "attention.output", "feed_forward.up", "feed_forward.down"}
    assert set(found.rows) == {f"layers.{n}.{part}" for n in range(2) for part in parts}
    assert all(row.loss > 0 and row.low < row.high for row in found.rows.values())


@pytest.mark.parametrize("scheme", ["low", "high"])
def test_the_table_states_what_the_stored_matrices_take(table, scheme):
    source, found = table
    plan = recipes.plan(recipes.Recipe(scheme=getattr(found, scheme), block=64))
    decoder = build(load(source), plan, lambda _: None)
    for name, module in decoder.named_modules():
        if isinstance(module, Linear) and name in found.rows:
            bias = 0 if module.bias is None else module.bias.nbytes
            assert getattr(found.rows[name], scheme) == module.stored_bytes() - bias


def test_a_mixed_package_keeps_its_budget(table, tmp_path):
    from tests.tiny_model import export_tiny

    source, found = table
    low, high = (sum(getattr(r, n) for r in found.rows.values()) for n in ("low", "high"))
    (tmp_path / "table.json").write_text(
        json.dumps(
            {
                "low": found.low,
                "high": found.high,
                "rows": {n: [r.loss, r.low, r.high] for n, r in found.rows.items()},
            }
        )
    )
    package = export_tiny(
        source,
        tmp_path / "p",
        scheme="mixed",
        budget=(low + high) // 2,
        block=64,
        sensitivity=str(tmp_path / "table.json"),
    )
    assert 4 < manifests.load(package).scheme.bits < 8
