import gc

import numpy as np
from fimble.engine.buffers import Buffers


def address(array):
    return array.__array_interface__["data"][0]


def test_memory_is_used_again_once_nobody_refers_to_it():
    buffers = Buffers()
    first = buffers.empty((1, 2, 8), np.float32)
    where = address(first)
    del first
    gc.collect()
    again = buffers.empty((1, 2, 8), np.float32)
    assert (address(again), again.shape, again.dtype) == (where, (1, 2, 8), np.float32)


def test_a_row_that_was_cut_out_keeps_its_memory():
    buffers = Buffers()
    kept = buffers.empty((1, 2, 8), np.float32)[0][1:]
    kept[:] = 7
    gc.collect()
    for value in range(3):
        buffers.empty((1, 2, 8), np.float32)[:] = value
    np.testing.assert_array_equal(kept, np.full((1, 8), 7))


def test_two_arrays_share_nothing_and_an_empty_one_is_no_error():
    buffers = Buffers()
    one, other = buffers.empty((4,), np.float32), buffers.empty((4,), np.float32)
    one[:], other[:] = 1, 2
    assert one.sum() == 4
    assert buffers.empty((1, 0, 8), np.float32).size == 0
