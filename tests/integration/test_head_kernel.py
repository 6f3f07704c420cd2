"""`fimble.DecideLikeliest` beside numpy, with every set of instructions there is here."""

import numpy as np
import pytest
from onnx import helper, numpy_helper

from tests import one_operator

pytestmark = pytest.mark.export

ROWS, COLUMNS, BLOCK, KEEP = 1000, 64, 32, 20


@pytest.fixture(params=["", "avx-vnni", "avx2"], autouse=True)
def instructions(request, monkeypatch):
    monkeypatch.setenv("FIMBLE_INSTRUCTIONS", request.param)


@pytest.fixture(scope="module")
def head():
    generator = np.random.default_rng(3)
    levels = generator.integers(0, 256, (ROWS, COLUMNS), dtype=np.uint8)
    return levels, generator.uniform(0.01, 0.02, (ROWS, 2)).astype(np.float32)


def decide(head, logits, x, **attributes):
    stated = {"rows": ROWS, "columns": COLUMNS, "block": BLOCK, "keep": KEEP, **attributes}
    names = ["logits", "x", "levels", "scales"]
    node = helper.make_node("DecideLikeliest", names, ["y"], domain="fimble", **stated)
    constants = [numpy_helper.from_array(a, n) for a, n in zip(head, names[2:], strict=True)]
    return one_operator.run(one_operator.model(node, constants), logits=logits, x=x)


def inputs(rows, seed=0):
    generator = np.random.default_rng(seed)
    shape = (1, rows)
    logits = generator.standard_normal((*shape, ROWS)).astype(np.float32)
    return logits, generator.standard_normal((*shape, COLUMNS)).astype(np.float32)


@pytest.mark.parametrize("rows", [1, 2, 9])
def test_the_likeliest_are_computed_anew_and_the_others_kept(head, rows):
    logits, x = inputs(rows)
    levels, scales = head
    weights = (levels.astype(np.float64) - 128) * np.repeat(scales, BLOCK, axis=1)
    expected = logits.astype(np.float64)
    for row in range(rows):
        likeliest = np.argsort(-logits[0, row], kind="stable")[:KEEP]
        expected[0, row, likeliest] = weights[likeliest] @ x[0, row]
    np.testing.assert_allclose(decide(head, logits, x), expected, rtol=1e-5, atol=1e-4)


def test_of_equal_ones_no_more_are_taken(head):
    logits, x = inputs(1)
    logits[:] = 0
    assert np.count_nonzero(decide(head, logits, x)) == KEEP


def test_a_row_does_not_depend_on_the_rows_beside_it(head):
    logits, x = inputs(5)
    together = decide(head, logits, x)
    for row in range(5):
        alone = decide(head, logits[:, row : row + 1], x[:, row : row + 1])
        np.testing.assert_array_equal(together[:, row : row + 1], alone)


def test_no_rows_give_no_logits(head):
    assert decide(head, *inputs(0)).shape == (1, 0, ROWS)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"keep": n} for n in (0, -1, 257, 2**32 + 1, 2**62)),
        *({"block": n} for n in (24, 0, -16, 128, 2**62)),
        *({"rows": n} for n in (999, 0, -1000, 2**24 + 1, 1000 + 2**62)),
        *({"columns": n} for n in (0, -64, 32, 2**24 + 16, 64 + 2**60, 2**62)),
    ],
    ids=str,
)
def test_a_head_of_another_shape_is_refused(head, wrong):
    with pytest.raises(Exception, match=r"DecideLikeliest|another size"):
        decide(head, *inputs(1), **wrong)


def test_a_head_of_wrapping_size_is_refused_whatever_it_holds():
    nothing = np.zeros((0, 0), np.uint8), np.zeros((0, 0), np.float32)
    logits, x = np.zeros((1, 1, 64), np.float32), np.zeros((1, 1, 0), np.float32)
    with pytest.raises(Exception, match="DecideLikeliest takes"):
        decide(nothing, logits, x, rows=64, columns=2**62, block=2**58)


def test_logits_that_are_no_numbers_keep_to_their_row(head):
    logits, x = inputs(2)
    alone = decide(head, logits, x)
    for value in (np.nan, np.inf, -np.inf):
        logits[0, 1] = value
        found = decide(head, logits, x)
        np.testing.assert_array_equal(found[0, 0], alone[0, 0])
