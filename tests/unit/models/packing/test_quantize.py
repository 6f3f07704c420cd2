import hashlib

import numpy as np
import pytest
from fimble.models.packing import quantize
from fimble.models.packing.quantize import kquant
from fimble.models.packing.quantize.blocks import block_size, pack, spans, unpack
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = [scheme.name for scheme in quantize.SCHEMES]
INT4 = [name for name in NAMES if name.startswith("int4")]


def random(*shape, seed=1):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def rounded(name, weight, block):
    return quantize.get(name).quantize(weight, block)


def test_an_8_bit_value_is_off_by_at_most_half_a_step():
    weight = random(8, 256)
    stored = rounded("int8", weight, 64)
    off = np.abs(stored.dequantize() - weight).reshape(8, 4, 64)
    assert stored.levels.shape == (8, 4, 64)
    assert stored.levels.dtype == np.uint8
    assert (off <= stored.scales[..., None] / 2 + 1e-6).all()


def test_zero_and_the_largest_value_are_exact_in_8_bits():
    weight = np.array([[0.0, 2.0] + [0.5] * 14], np.float32)
    restored = rounded("int8", weight, 16).dequantize()
    assert restored[0, 0] == 0.0
    assert restored[0, 1] == pytest.approx(2.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_block_of_zeros_stays_zero(name):
    assert not rounded(name, np.zeros((2, 32), np.float32), 16).dequantize().any()


@pytest.mark.parametrize("name", INT4)
def test_levels_fit_in_4_bits_and_scales_are_numbers(name):
    stored = rounded(name, random(6, 128), 32)
    assert stored.levels.shape == (6, 4, 32)
    assert stored.levels.max() <= 15
    assert np.isfinite(stored.scales).all()


def test_the_search_beats_rounding_on_the_weights():
    weight = random(32, 256) ** 3
    nearest = rounded("int4-rtn", weight, 64).dequantize()
    searched = rounded("int4-kquant", weight, 64).dequantize()
    assert ((searched - weight) ** 2).sum() < 0.8 * ((nearest - weight) ** 2).sum()


DIGESTS = {
    "int8": "6268aa8ac8abc81ce31bc2c67896327b3a677e20887ae5745395789cd9363cf7",
    "int4-rtn": "c5897dbaa2ba4850d4c9eb5460717a168dacda9bfd020953dd8047bf4d7176cd",
    "int4-kquant": "68bd8ab7fe1739caa3db72b3848d5f2fabada81d1d74f632b0a3d0c35ae74f67",
}


def hard():
    """Values of every size, ties between signs, blocks of zeros and of one sign; no generator."""
    at = np.arange(64 * 512, dtype=np.uint64).reshape(64, 512)
    mixed = (at * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)) >> np.uint64(40)
    values = (mixed.astype(np.float64) / 2**24 - 0.5) * 2.0 ** (at % np.uint64(23)).astype(int)
    values /= 2**16
    values[3], values[5, :128], values[7] = 0, np.abs(values[5, :128]), np.round(values[7] * 8) / 8
    values[9, ::2], values[9, 1::2] = 0.75, -0.75
    return values.astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_every_machine_gives_the_same_bytes(name):
    """A package made here is the package made elsewhere. Other bytes need a recipe's new version."""
    found = hashlib.sha256()
    for block in (16, 32, 64, 128):
        stored = rounded(name, hard(), block)
        for part in (stored.levels, stored.scales, stored.zeros):
            found.update(b"" if part is None else part.tobytes())
    assert found.hexdigest() == DIGESTS[name]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from([16, 32, 64, 128]), st.data())
def test_a_row_is_rounded_the_same_whatever_stands_beside_it(name, block, data):
    rows, columns = data.draw(st.integers(1, 9)), block * data.draw(st.integers(1, 4))
    weight = random(rows, columns, seed=data.draw(st.integers(0, 99)))
    weight *= np.float32(10.0 ** data.draw(st.integers(-12, 6)))
    whole = rounded(name, weight, block)
    for row in range(rows):
        alone = rounded(name, weight[row : row + 1], block)
        np.testing.assert_array_equal(alone.levels, whole.levels[row : row + 1])
        np.testing.assert_array_equal(alone.scales, whole.scales[row : row + 1])
        if whole.zeros is not None:
            np.testing.assert_array_equal(alone.zeros, whole.zeros[row : row + 1])


@pytest.mark.parametrize("name", NAMES)
def test_weights_are_left_as_they_are(name):
    weight = random(8, 64)
    before = weight.copy()
    rounded(name, weight, 32)
    np.testing.assert_array_equal(weight, before)


def test_errors_weigh_as_much_as_the_inputs_that_meet_them():
    weight, inputs = random(32, 256), np.ones(256, np.float32)
    inputs[::16] = 400.0
    plain = kquant.quantize(weight, 64).dequantize() - weight
    weighed = kquant.quantize(weight, 64, inputs).dequantize() - weight
    assert (weighed**2 * inputs).sum() < (plain**2 * inputs).sum()


@pytest.mark.parametrize("count", [6, 7])
@pytest.mark.parametrize("bits", [4, 8])
def test_packing_is_undone(bits, count):
    levels = np.random.default_rng(0).integers(0, 2**bits, (3, count), dtype=np.uint8)
    np.testing.assert_array_equal(unpack(pack(levels, bits), bits, count), levels)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (7, 896), (151_936, 896), (3, 1 << 20)])
def test_slices_are_all_rows_in_order(rows, columns):
    found = list(spans(rows, columns))
    assert [span.start for span in found] == [0, *(span.stop for span in found[:-1])]
    assert found[-1].stop == rows


@pytest.mark.parametrize(
    ("widths", "preferred", "block"),
    [((896, 4864), 128, 128), ((576, 1536), 128, 64), ((48,), 128, 16), ((896,), 32, 32)],
)
def test_the_block_divides_every_width(widths, preferred, block):
    assert block_size(preferred, *widths) == block


def test_no_block_divides_an_odd_width():
    with pytest.raises(ValueError, match="no block size"):
        block_size(128, 100)
