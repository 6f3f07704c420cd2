"""Dequantization against llama.cpp's own Python package, bit by bit."""

import numpy as np
import pytest
from fimble.models.packing.checkpoint.gguf_types import TYPES, read_rows

gguf = pytest.importorskip("gguf", reason="needs the export extra")

pytestmark = pytest.mark.export


def blocks(kind, rows=24, seed=0):
    """Random bytes; as float16 they are of every size, NaN and infinity too."""
    width = kind.bytes * (8 if kind.values > 1 else 64)
    return np.random.default_rng([seed, kind.bytes]).integers(0, 256, (rows, width), dtype=np.uint8)


@pytest.mark.parametrize("number", TYPES, ids=lambda number: TYPES[number].name)
@pytest.mark.parametrize("seed", range(5))
def test_values_are_those_of_llama_cpp_to_the_last_bit(number, seed):
    kind, theirs = TYPES[number], gguf.GGMLQuantizationType(number)
    assert theirs.name == kind.name
    assert gguf.GGML_QUANT_SIZES[theirs] == (kind.values, kind.bytes)
    stored = blocks(kind, seed=seed)
    with np.errstate(all="ignore"):
        found = read_rows(stored, kind)
        wanted = np.ascontiguousarray(gguf.quants.dequantize(stored, theirs))
    assert found.dtype == np.float32
    nothing = np.isnan(wanted)
    np.testing.assert_array_equal(np.isnan(found), nothing)
    bits = (values.view(np.uint32)[~nothing] for values in (found, wanted))
    np.testing.assert_array_equal(*bits)
