"""Matrices in slices and on threads are what they are whole."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fimble.errors import CheckpointError
from fimble.models.packing import matrix, panels, quantize
from fimble.models.packing.checkpoint.tensors import Entry, Tensors
from fimble.models.packing.quantize.blocks import pack
from fimble.models.packing.template import Place, Stored


def tensors(**arrays):
    return Tensors({n: Entry(a.shape, a.__getitem__) for n, a in arrays.items()})


def random(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(3) as threads:
        yield threads


@pytest.mark.parametrize("name", [scheme.name for scheme in quantize.SCHEMES])
def test_stacked_matrices_are_rounded_as_one(name, pool):
    parts = {"q": random(700, 512), "k": random(9, 512, seed=1), "v": random(1, 512, seed=2)}
    source = matrix.stacked(tensors(**parts), ("q", "k", "v"))
    assert source.shape == (710, 512)
    assert len(source.cuts) > 3
    scheme = quantize.get(name)
    found = matrix.quantize(source, scheme, 64, pool)
    wanted = scheme.quantize(np.concatenate(list(parts.values())), 64)
    np.testing.assert_array_equal(found.levels, wanted.levels)
    np.testing.assert_array_equal(found.scales, wanted.scales)
    if wanted.zeros is not None:
        np.testing.assert_array_equal(found.zeros, wanted.zeros)


@pytest.mark.parametrize("rows", [16, 1000, 1030])
@pytest.mark.parametrize("name", [scheme.name for scheme in quantize.SCHEMES])
def test_what_is_written_in_slices_is_what_is_laid_out_whole(name, rows, pool):
    scheme, columns = quantize.get(name), 512
    found = matrix.quantize(matrix.of_array(random(rows, columns)), scheme, 128, pool)
    factor = panels.factor(found.scales)
    levels = found.levels.reshape(rows, columns)
    wanted = {
        "levels": pack(found.levels, scheme.bits),
        "scales": found.scales,
        "panels": panels.pack(levels, found.scales / factor, found.zeros, scheme.bits),
    }
    if found.zeros is not None:
        wanted["zeros"] = pack(found.zeros, scheme.bits)
    places, end = {}, 40
    for part, values in wanted.items():
        places[part] = Place(part, str(values.dtype), values.shape, end, values.nbytes)
        end += values.nbytes
    file = bytearray(end)

    def put(offset, values):
        file[offset : offset + values.nbytes] = np.ascontiguousarray(values).tobytes()

    assert matrix.write(found, Stored(**places), pool, put) == factor
    assert bytes(file[40:]) == b"".join(values.tobytes() for values in wanted.values())
    assert len(file) == end


def test_what_is_screened_is_what_is_stored(pool):
    whole = quantize.get("int8").quantize(random(1030, 512), 128)
    found = matrix.screen(whole, pool)
    wanted = quantize.get("int4-rtn").quantize(whole.dequantize(), 128)
    np.testing.assert_array_equal(found.levels, wanted.levels)
    np.testing.assert_array_equal(found.scales, wanted.scales)


def test_a_number_that_is_none_is_found_on_every_thread(pool):
    weight = random(4000, 512)
    weight[3999, 511] = np.inf
    source = matrix.stacked(tensors(w=weight), ("w",))
    with pytest.raises(CheckpointError, match="w holds NaN or infinity"):
        matrix.quantize(source, quantize.get("int8"), 128, pool)
