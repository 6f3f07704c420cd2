import numpy as np
import pytest
from fimble.models.packing import panels

CASES = [(rows, blocks, block) for rows in (1, 15, 16, 40) for blocks, block in ((1, 8), (3, 32))]


def matrix(bits, rows, blocks, block, seed=0):
    """Levels, scales that float16 holds exactly, zeros."""
    generator = np.random.default_rng([seed, bits, rows, blocks])
    levels = generator.integers(0, 2**bits, (rows, blocks * block), dtype=np.uint8)
    scales = generator.uniform(-1, 1, (rows, blocks)).astype(np.float16).astype(np.float32)
    return levels, scales, generator.integers(0, 2**bits, (rows, blocks), dtype=np.uint8)


def header(blocks, with_zeros):
    """Bytes in front of a panel's levels, as `matrix.h` says: filled up to 64."""
    return -(-(blocks * 16 * 2 + blocks * 16 * with_zeros) // 64) * 64


def level_at(panel, bits, row, column):
    if bits == 8:
        return panel[column // 4 * 64 + row * 4 + column % 4]
    byte = panel[column // 8 * 64 + row * 4 + column % 4]
    return byte >> 4 if column % 8 >= 4 else byte & 15


def unpacked(packed, bits, rows, columns, blocks, with_zeros):
    """Levels, scales and zeros, value by value from the places that `matrix.h` names."""
    start = header(blocks, with_zeros)
    all_panels = packed.reshape(-(-rows // 16), start + columns * 16 * bits // 8)
    levels = np.zeros((rows, columns), np.uint8)
    scales = np.zeros((rows, blocks), np.float16)
    zeros = np.zeros((rows, blocks), np.uint8)
    for row in range(rows):
        panel, place = all_panels[row // 16], row % 16
        for block in range(blocks):
            at = (block * 16 + place) * 2
            scales[row, block] = panel[at : at + 2].copy().view(np.float16)[0]
            zeros[row, block] = panel[blocks * 32 + block * 16 + place] if with_zeros else 0
        for column in range(columns):
            levels[row, column] = level_at(panel[start:], bits, place, column)
    return levels, scales, zeros


@pytest.mark.parametrize("with_zeros", [False, True])
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize(("rows", "blocks", "block"), CASES)
def test_every_value_lies_where_the_kernels_look_for_it(bits, rows, blocks, block, with_zeros):
    levels, scales, zeros = matrix(bits, rows, blocks, block)
    packed = panels.pack(levels, scales, zeros if with_zeros else None, bits)
    found = unpacked(packed, bits, rows, blocks * block, blocks, with_zeros)
    np.testing.assert_array_equal(found[0], levels)
    np.testing.assert_array_equal(found[1], scales)
    np.testing.assert_array_equal(found[2], zeros if with_zeros else 0)


@pytest.mark.parametrize("with_zeros", [False, True])
@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 5])
def test_the_header_is_filled_up_to_64_bytes_with_zeros(blocks, with_zeros):
    levels, scales, zeros = matrix(8, 16, blocks, 8)
    packed = panels.pack(levels, scales, zeros + 1 if with_zeros else None, 8)
    start, used = header(blocks, with_zeros), blocks * (48 if with_zeros else 32)
    assert packed.size == start + levels.size
    assert packed.size % 64 == 0
    assert not packed[used:start].any()


@pytest.mark.parametrize("bits", [4, 8])
def test_rows_that_the_last_panel_lacks_are_zero(bits):
    levels, scales, zeros = matrix(bits, 5, 2, 16)
    packed = panels.pack(levels, scales, zeros, bits)
    none = np.zeros((11, 32)), np.zeros((11, 2)), np.zeros((11, 2))
    for found, missing in zip(unpacked(packed, bits, 16, 32, 2, True), none, strict=True):
        np.testing.assert_array_equal(found[5:], missing)


def test_the_last_block_may_be_shorter_than_the_others():
    levels, scales, _ = matrix(4, 16, 3, 16)
    packed = panels.pack(levels[:, :40], scales, None, 4)
    found = unpacked(packed, 4, 16, 40, 3, False)
    np.testing.assert_array_equal(found[0], levels[:, :40])
    np.testing.assert_array_equal(found[1], scales)


def test_scales_are_rounded_to_float16():
    scales = np.array([[0.1], [1 / 3], [-2e-6]], np.float32)
    packed = panels.pack(np.zeros((3, 8), np.uint8), scales, None, 8)
    np.testing.assert_array_equal(packed[:6].view(np.float16), scales[:, 0].astype(np.float16))


def test_packing_leaves_what_it_was_given():
    levels, scales, zeros = matrix(4, 20, 2, 16)
    before = levels.copy(), scales.copy(), zeros.copy()
    panels.pack(levels, scales, zeros, 4)
    for given, kept in zip((levels, scales, zeros), before, strict=True):
        np.testing.assert_array_equal(given, kept)
