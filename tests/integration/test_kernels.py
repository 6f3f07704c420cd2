"""Our own operators, one at a time on the real runtime, against plain numpy in float64."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("onnx", reason="needs the export extra")

from fimble.engine import kernels
from fimble.engine.runtime import onnxruntime
from fimble.models.packing import panels
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from tests.one_operator import model, product

ort_errors = onnxruntime.capi.onnxruntime_pybind11_state

pytestmark = [
    pytest.mark.export,
    pytest.mark.skipif(kernels.library() is None, reason="no kernels for this system"),
]

ROWS = range(1, 31)
"""Every size of a tile, alone and beside others."""
ROUNDING = 1e-5
"""Of float32 sums, relative to the largest value."""
NONE, BIAS, RESIDUAL = range(3)


@pytest.fixture(params=["best", "avx-vnni", "avx2"])
def instructions(request, monkeypatch):
    """A kernel made from now on uses them."""
    use(request.param, monkeypatch)
    return request.param


def use(instructions, monkeypatch):
    monkeypatch.delenv("FIMBLE_INSTRUCTIONS", raising=False)
    if instructions != "best":
        monkeypatch.setenv("FIMBLE_INSTRUCTIONS", instructions)


def session(graph, threads=1):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.register_custom_ops_library(str(kernels.library()))
    return onnxruntime.InferenceSession(graph.SerializeToString(), options)


class Matrix:
    """A random matrix and the operator that multiplies by it."""

    def __init__(self, bits=8, rows_out=43, columns=96, block=32, zeros=False, **attributes):
        generator = np.random.default_rng(bits + rows_out)
        blocks = -(-columns // block)
        levels = generator.integers(0, 2**bits, (rows_out, columns), dtype=np.uint8)
        scales = generator.uniform(0.01, 0.02, (rows_out, blocks)).astype(np.float16)
        zero = generator.integers(0, 2**bits, (rows_out, blocks), dtype=np.uint8)
        self.columns, self.block = columns, block
        self.norm = generator.uniform(0.5, 1.5, columns).astype(np.float32)
        self.bias = generator.normal(size=rows_out).astype(np.float32)
        self.attributes = {"start": NONE, "gated": 0, "epsilon": 0.0, **attributes}
        middle = spread(zero, block, columns) if zeros else 2.0 ** (bits - 1)
        self.weights = (levels - middle) * spread(scales, block, columns)
        packed = panels.pack(levels, scales, zero if zeros else None, bits)
        graph = product(
            packed,
            rows_out=rows_out,
            columns=columns,
            bits=bits,
            block=block,
            zeros=int(zeros),
            **self.attributes,
        )
        node = graph.graph.node[0]
        node.input.extend(["norm"] if self.attributes["epsilon"] else [])
        node.input.extend(["start"] if self.attributes["start"] else [])
        self.session = session(model(node, [numpy_helper.from_array(packed, "w")]))

    def inputs(self, rows, seed=0):
        generator = np.random.default_rng([seed, rows])
        width = self.columns * (1 + self.attributes["gated"])
        x = generator.normal(size=(rows, width)).astype(np.float32)
        residual = generator.normal(size=(rows, len(self.bias))).astype(np.float32)
        return x, {NONE: None, BIAS: self.bias, RESIDUAL: residual}[self.attributes["start"]]

    def __call__(self, x, start=None):
        feed = {"x": x, "norm": self.norm, "start": start}
        return self.session.run(None, {v.name: feed[v.name] for v in self.session.get_inputs()})[0]

    def expected(self, x, start=None):
        """The result, and by how much it may differ: rounding, and what lies between two levels.

        The operator norms and gates in float32, so a value in the middle of two levels may go
        to either; where it does neither, what it rounds is known exactly.
        """
        values = self.fronted(x)
        rounded, loose = self.rounded(values)
        result = rounded @ self.weights.T + (0 if start is None else start)
        slack = ROUNDING * np.abs(result).max(initial=0)
        return result, slack + (loose @ np.abs(self.weights).T if values is not x else 0)

    def fronted(self, x):
        """What is rounded: float32 as it comes, float64 behind a norm or a gate."""
        if self.attributes["gated"]:
            gate, up = np.split(x.astype(np.float64), 2, axis=1)
            return gate / (1 + np.exp(-gate)) * up
        if self.attributes["epsilon"]:
            wide = x.astype(np.float64)
            mean = np.square(wide).mean(1, keepdims=True)
            return wide / np.sqrt(mean + self.attributes["epsilon"]) * self.norm
        return x

    def rounded(self, values):
        """To 127 levels per block, and what a level is worth where a value is near the middle."""
        starts = np.arange(0, self.columns, self.block)
        most = np.maximum.reduceat(np.abs(values), starts, axis=1).astype(np.float32)
        per_level = np.divide(np.float32(127), most, out=np.zeros_like(most), where=most > 0)
        exact = values * spread(per_level, self.block, self.columns).astype(values.dtype)
        levels = np.rint(exact).astype(np.float64)
        worth = spread(most / np.float64(127), self.block, self.columns)
        near = np.abs(np.abs(exact - levels) - 0.5) < 1e-3
        return levels * worth, near * worth


def spread(values, block, columns):
    """One value per block to one per column."""
    return np.repeat(values.astype(np.float64), block, axis=1)[:, :columns].astype(
        values.dtype if values.dtype == np.float32 else np.float64
    )


def assert_computes(matrix, x, start=None):
    found, (expected, slack) = matrix(x, start), matrix.expected(x, start)
    assert found.shape == expected.shape
    excess = np.abs(found - expected) - slack
    assert (excess <= 0).all(), f"{len(x)} rows: {excess.max()} too much"


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("bits", [4, 8])
def test_a_product_is_that_of_the_rounded_input(instructions, bits, zeros):
    matrix = Matrix(bits, zeros=zeros)
    for rows in ROWS:
        assert_computes(matrix, *matrix.inputs(rows))


@pytest.mark.parametrize("attributes", [{}, {"gated": 1}, {"epsilon": 1e-6}], ids=str)
@pytest.mark.parametrize("start", [NONE, BIAS, RESIDUAL])
@pytest.mark.parametrize("bits", [4, 8])
def test_what_stands_around_a_product_is_taken_in(instructions, bits, start, attributes):
    matrix = Matrix(bits, zeros=bits == 4, start=start, **attributes)
    for rows in (1, 2, 5, 13, 30):
        assert_computes(matrix, *matrix.inputs(rows))


@pytest.mark.parametrize(
    ("columns", "block"), [(8, 8), (40, 16), (56, 128), (104, 16), (128, 128), (896, 128)]
)
@pytest.mark.parametrize("rows_out", [1, 15, 16, 17, 65])
def test_any_shape_in_eights_will_do(instructions, rows_out, columns, block):
    for bits in (4, 8):
        for attributes in ({}, {"epsilon": 1e-6}):
            matrix = Matrix(bits, rows_out, columns, block, bits == 4, **attributes)
            for rows in (1, 3, 14):
                assert_computes(matrix, *matrix.inputs(rows))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    bits=st.sampled_from([4, 8]),
    rows_out=st.integers(1, 70),
    columns=st.integers(1, 20).map(lambda n: 8 * n),
    block=st.sampled_from([8, 16, 32, 128]),
    zeros=st.booleans(),
    start=st.sampled_from([NONE, BIAS, RESIDUAL]),
    rows=st.integers(1, 30),
    seed=st.integers(0, 1000),
)
def test_any_product_is_that_of_the_rounded_input(rows, seed, **numbers):
    matrix = Matrix(**numbers)
    assert_computes(matrix, *matrix.inputs(rows, seed))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "attributes", [{"start": BIAS}, {"gated": 1, "start": RESIDUAL}, {"epsilon": 1e-6}], ids=str
)
@pytest.mark.parametrize("bits", [4, 8])
def test_a_row_of_a_product_does_not_depend_on_the_rows_beside_it(
    instructions, bits, attributes, threads
):
    matrix = Matrix(bits, rows_out=150, zeros=bits == 4, **attributes)
    x, start = matrix.inputs(ROWS.stop - 1)
    several = start is not None and start.ndim == 2
    alone = [matrix(x[i : i + 1], start[i : i + 1] if several else start) for i in range(len(x))]
    for rows in ROWS:
        together = matrix(x[:rows], start[:rows] if several else start)
        np.testing.assert_array_equal(together, np.concatenate(alone[:rows]))


def test_threads_that_run_at_once_do_not_disturb_each_other(instructions):
    matrices = [Matrix(bits, epsilon=1e-6) for bits in (4, 8)] * 20
    inputs = [(matrix, matrix.inputs(1 + i % 30)[0]) for i, matrix in enumerate(matrices)]
    alone = [matrix(x) for matrix, x in inputs]
    with ThreadPoolExecutor(20) as pool:  # more than there are kept buffers
        for _ in range(5):
            together = pool.map(lambda pair: pair[0](pair[1]), inputs)
            for one, two in zip(alone, together, strict=True):
                np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("attributes", [{}, {"gated": 1}, {"epsilon": 1e-6}], ids=str)
@pytest.mark.parametrize("bits", [4, 8])
def test_fewer_instructions_give_the_same_product(monkeypatch, bits, attributes):
    found = []
    for instructions in ("best", "avx2"):
        use(instructions, monkeypatch)
        matrix = Matrix(bits, zeros=bits == 4, **attributes)
        found.append(np.concatenate([matrix(*matrix.inputs(rows)) for rows in ROWS]))
    np.testing.assert_allclose(*found, rtol=1e-6, atol=1e-6 * np.abs(found[0]).max())


@pytest.mark.parametrize("bits", [4, 8])
def test_the_largest_levels_do_not_overflow(instructions, bits):
    columns, most = 1024, 2**bits - 1
    levels = np.stack([np.full(columns, level, np.uint8) for level in (0, most)])
    for zero in (0, most):
        packed = panels.pack(levels, np.ones((2, 1)), np.full((2, 1), zero, np.uint8), bits)
        graph = product(packed, rows_out=2, columns=columns, bits=bits, block=columns, zeros=1)
        x = np.full((3, columns), 127, np.float32) * [[1], [-1], [0]]
        x[2, ::2] = -127
        expected = x @ (levels.astype(np.float64) - zero).T
        found = session(graph).run(None, {"x": x.astype(np.float32)})[0]
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("attributes", [{}, {"gated": 1}, {"epsilon": 1e-6}], ids=str)
def test_no_rows_give_an_empty_product(instructions, attributes):
    matrix = Matrix(**attributes)
    x = np.zeros((1, 0, matrix.columns * (1 + matrix.attributes["gated"])), np.float32)
    assert matrix(x).shape == (1, 0, 43)


@pytest.mark.parametrize("shape", [(96,), (2, 96), (2, 3, 96), (1, 2, 3, 96)])
def test_all_dimensions_but_the_last_are_rows(shape):
    matrix = Matrix(start=BIAS)
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    found = matrix(x, matrix.bias)
    assert found.shape == (*shape[:-1], 43)
    flat = matrix(x.reshape(-1, 96), matrix.bias)
    np.testing.assert_array_equal(found.reshape(-1, 43), flat)


@pytest.mark.parametrize("value", [0.0, 1e-45, 1e-40, 1e-38, 1e-30])
@pytest.mark.parametrize("bits", [4, 8])
def test_next_to_nothing_gives_next_to_nothing(instructions, bits, value):
    matrix = Matrix(bits, zeros=True)
    x = np.full((3, matrix.columns), value, np.float32)
    x[1, ::3] *= -1
    found, expected = matrix(x), x.astype(np.float64) @ matrix.weights.T
    assert np.abs(found).max() <= 1.1 * np.abs(expected).max() + 1e-30


def test_a_row_of_zeros_gives_what_is_added(instructions):
    for attributes in ({}, {"gated": 1}, {"epsilon": 1e-6}):
        matrix = Matrix(start=BIAS, **attributes)
        x = np.zeros((2, matrix.columns * (1 + matrix.attributes["gated"])), np.float32)
        np.testing.assert_array_equal(matrix(x, matrix.bias), np.stack([matrix.bias] * 2))


@pytest.mark.parametrize("value", [1e15, 1e30, 1e36])
def test_large_values_are_multiplied_like_others(instructions, value):
    matrix = Matrix()
    x = (matrix.inputs(5)[0] * np.float32(value / 10)).astype(np.float32)
    assert_computes(matrix, x)


def test_a_large_value_drowns_its_own_block_and_row_only(instructions):
    matrix = Matrix()
    x, _ = matrix.inputs(3)
    alone = matrix(x)
    x[1, 0] = 1e30
    found = matrix(x)
    np.testing.assert_array_equal(found[[0, 2]], alone[[0, 2]])
    expected = 1e30 * matrix.weights[:, 0]
    np.testing.assert_allclose(found[1], expected, rtol=ROUNDING, atol=1e30 * ROUNDING)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_stays_none_and_in_its_row(instructions, value):
    for attributes in ({}, {"epsilon": 1e-6}):
        matrix = Matrix(**attributes)
        x, _ = matrix.inputs(3)
        alone = matrix(x)
        x[1, 40] = value
        found = matrix(x)
        np.testing.assert_array_equal(found[[0, 2]], alone[[0, 2]])
        assert not np.isfinite(found[1]).any()


@pytest.mark.parametrize("gate", [-1e30, -200.0, -90.0, 90.0, 200.0])
def test_a_gate_far_from_zero_is_open_or_shut(instructions, gate):
    matrix = Matrix(gated=1)
    x = np.ones((1, 2 * matrix.columns), np.float32)
    x[:, : matrix.columns] = gate
    expected = max(gate, 0.0) * matrix.weights.sum(1)
    np.testing.assert_allclose(matrix(x)[0], expected, rtol=ROUNDING, atol=1e-5)


@pytest.mark.parametrize(
    "numbers",
    [
        *({"bits": n} for n in (5, 2, 0, -8, 8 + 2**32, 2**60)),
        *({"columns": n} for n in (92, 0, -96, 2**24 + 8, 96 + 2**60, 96 + 2**62, 2**63 - 8)),
        *({"block": n} for n in (12, 0, -32, 2**16 + 8, 2**62, 2**63 - 8)),
        *({"rows_out": n} for n in (0, -16, 2**24 + 1, 16 + 2**60, 2**63 - 1, -(2**63))),
        *({name: n} for name in ("zeros", "gated") for n in (2, -1, 2**32, 2**62)),
        *({"start": n} for n in (3, -1, 1 + 2**32)),
        {"gated": 1, "epsilon": 1e-6},
    ],
    ids=str,
)
def test_a_matrix_of_another_kind_is_refused(numbers):
    stated = {"rows_out": 16, "columns": 96, **numbers}
    with pytest.raises(ort_errors.RuntimeException, match="takes 4 or 8 bits, and columns and"):
        session(product(np.zeros(1 << 14, np.uint8), **stated))


@pytest.mark.parametrize(
    ("shape", "stored", "numbers"),
    [
        ((1, 96), 64, {}),
        ((1, 88), 1 << 14, {}),
        ((1, 96), 16 * 96 + 128, {"start": BIAS}),
        ((1, 96), 16 * 96 + 128, {"epsilon": 1e-6}),
        ((1, 96), 16 * 96 + 128 + 64, {}),
    ],
    ids=["few weights", "narrow input", "no bias", "no norm", "many weights"],
)
def test_what_does_not_fit_together_is_refused(shape, stored, numbers):
    graph = product(np.zeros(stored, np.uint8), rows_out=16, columns=96, **numbers)
    with pytest.raises(ort_errors.InvalidArgument, match=r"another (size|width)|is missing"):
        session(graph).run(None, {"x": np.zeros(shape, np.float32)})


@pytest.mark.parametrize("shape", [(2**40, 2**20, 0, 96), (2**40, 0, 96), (0, 2**62, 96)])
def test_rows_of_nothing_are_counted_without_wrapping_around(shape):
    graph = product(np.zeros(16 * 96 + 128, np.uint8), rows_out=16, columns=96)
    graph.graph.initializer.append(numpy_helper.from_array(np.array(shape), "shape"))
    graph.graph.node.insert(0, helper.make_node("Expand", ["one", "shape"], ["x"]))
    graph.graph.input[0].name = "one"
    with pytest.raises((ort_errors.InvalidArgument, ort_errors.Fail), match=r"many rows|overflow"):
        session(graph).run(None, {"one": np.zeros(1, np.float32)})


@pytest.mark.parametrize("bits", [4, 8])
def test_the_largest_block_does_not_overflow(instructions, bits):
    columns, most = 2**16, 2**bits - 1
    levels = np.full((1, columns), most, np.uint8)
    packed = panels.pack(levels, np.ones((1, 1)), np.zeros((1, 1), np.uint8), bits)
    graph = product(packed, rows_out=1, columns=columns, bits=bits, block=columns, zeros=1)
    found = session(graph).run(None, {"x": np.full((1, columns), 127, np.float32)})[0]
    np.testing.assert_allclose(found, 127.0 * most * columns, rtol=1e-6)


@pytest.mark.parametrize("offset", [1, 2, 3])
def test_floats_at_any_place_of_a_file_are_refused_or_read(tmp_path, offset):
    bias = np.arange(16, dtype=np.float32)
    (tmp_path / "data").write_bytes(b"x" * offset + bias.tobytes())
    graph = product(np.zeros(16 * 96 + 128, np.uint8), rows_out=16, columns=96, start=BIAS)
    graph.graph.node[0].input.append("start")
    stored = numpy_helper.from_array(bias, "start")
    external_data_helper.set_external_data(stored, "data", offset, bias.nbytes)
    stored.ClearField("raw_data")
    graph.graph.initializer.append(stored)
    (tmp_path / "model.onnx").write_bytes(graph.SerializeToString())
    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(str(kernels.library()))
    loaded = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), options)
    outcome = attempt(lambda: loaded.run(None, {"x": np.zeros((1, 96), np.float32)})[0])
    if isinstance(outcome, str):
        assert "a place that its type does not fit" in outcome
    else:
        np.testing.assert_array_equal(outcome[0], bias)


def attempt(run):
    """The result, or what was said instead."""
    try:
        return run()
    except ort_errors.InvalidArgument as error:
        return str(error)


@pytest.mark.parametrize("name", ["x", "w"])
def test_inputs_of_another_type_do_not_load(name):
    graph = product(np.zeros(16 * 96 + 128, np.uint8), rows_out=16, columns=96)
    if name == "x":
        graph.graph.input[0].type.tensor_type.elem_type = TensorProto.INT64
    else:
        graph.graph.initializer[0].data_type = TensorProto.INT8
    with pytest.raises(ort_errors.InvalidGraph, match="Type Error"):
        session(graph)


class Attention:
    """The operator, and what it computes."""

    def __init__(self, heads=4, kv_heads=2, dim=16, capacity=48, batch=1, positions=64):
        self.heads, self.kv_heads, self.dim = heads, kv_heads, dim
        self.shape = (batch, kv_heads, capacity, dim)
        angles = np.arange(positions)[:, None] * 100.0 ** (-np.arange(dim // 2) / (dim // 2))
        self.cos, self.sin = (f(angles).astype(np.float32) for f in (np.cos, np.sin))

    def tokens(self, new, seed=0):
        shape = (self.shape[0], new, (self.heads + 2 * self.kv_heads) * self.dim)
        return np.random.default_rng([seed, new]).normal(size=shape).astype(np.float32)

    def past(self, seed=1):
        """Keys and values as they come, at every position of the cache."""
        generator = np.random.default_rng(seed)
        return [generator.normal(size=self.shape).astype(np.float32) for _ in range(2)]

    def run(self, qkv, keys, values, pasts, threads=1):
        """With the cache as the operator keeps it; output, keys and values."""
        lengths = np.array(pasts, np.int32) + qkv.shape[1] - 1
        names = ["qkv", "keys", "values", "lengths", "cos", "sin"]
        node = helper.make_node(
            "CachedAttention",
            names,
            ["out", "new_keys", "new_values"],
            domain="fimble",
            heads=self.heads,
            kv_heads=self.kv_heads,
        )
        tables = {"lengths": lengths, "cos": self.cos, "sin": self.sin}
        constants = [numpy_helper.from_array(array, name) for name, array in tables.items()]
        feed = {"qkv": qkv, "keys": keys, "values": values}
        return session(model(node, constants), threads).run(None, feed)

    def expected(self, qkv, keys, values, pasts):
        """With keys as they come; output, keys and values."""
        keys, values = keys.astype(np.float64), values.astype(np.float64)
        out = np.zeros((*qkv.shape[:2], self.heads, self.dim))
        for sequence, token in np.ndindex(*qkv.shape[:2]):
            at, each = pasts[sequence] + token, qkv[sequence, token].reshape(-1, self.dim)
            query, key, value = np.split(
                each.astype(np.float64), [self.heads, self.heads + self.kv_heads]
            )
            keys[sequence, :, at], values[sequence, :, at] = self.turned(key, at), value
            for head, q in enumerate(self.turned(query, at)):
                group = head * self.kv_heads // self.heads
                scores = keys[sequence, group, : at + 1] @ q / self.dim**0.5
                shares = np.exp(scores - scores.max())
                shares /= shares.sum()
                out[sequence, token, head] = shares @ values[sequence, group, : at + 1]
        return out.reshape(*qkv.shape[:2], -1), keys, values

    def turned(self, x, position):
        """Rotary embedding of `[..., dim]`, pairs (i, i + dim / 2)."""
        left, right = np.split(x, 2, axis=-1)
        cos, sin = (table[position].astype(np.float64) for table in (self.cos, self.sin))
        return np.concatenate([left * cos - right * sin, right * cos + left * sin], axis=-1)


def stored(keys):
    """`[..., capacity, dim]` as `attention.h` keeps it: panels of 16 positions."""
    *outer, capacity, dim = keys.shape
    split = keys.reshape(*outer, capacity // 16, 16, dim)
    return np.ascontiguousarray(split.swapaxes(-1, -2)).reshape(keys.shape)


@pytest.mark.parametrize("dim", [16, 64, 128])
@pytest.mark.parametrize(("heads", "kv_heads"), [(4, 4), (4, 2), (14, 2), (3, 1)])
@pytest.mark.parametrize(("past", "new"), [(0, 1), (0, 20), (15, 1), (16, 5), (21, 27), (47, 1)])
def test_attention_reads_the_past_and_what_is_new(instructions, past, new, heads, kv_heads, dim):
    attention = Attention(heads, kv_heads, dim)
    qkv, (keys, values) = attention.tokens(new), attention.past()
    found = attention.run(qkv, stored(keys), values, [past])
    out, all_keys, all_values = attention.expected(qkv, keys, values, [past])
    np.testing.assert_allclose(found[0], out, rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(found[1], stored(all_keys), rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(found[2], all_values)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("new", [1, 3, 9])
def test_sequences_of_a_batch_have_lengths_of_their_own(instructions, new, threads):
    attention, pasts = Attention(batch=2), [30, 5]
    qkv, (keys, values) = attention.tokens(new), attention.past()
    found = attention.run(qkv, stored(keys), values, pasts, threads)
    out, all_keys, all_values = attention.expected(qkv, keys, values, pasts)
    np.testing.assert_allclose(found[0], out, rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(found[1], stored(all_keys), rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(found[2], all_values)
    one = Attention()
    for i, past in enumerate(pasts):
        alone = one.run(qkv[i : i + 1], stored(keys[i : i + 1]), values[i : i + 1], [past])
        for whole, part in zip(found, alone, strict=True):
            np.testing.assert_array_equal(whole[i : i + 1], part)


@pytest.mark.parametrize("heads", [2, 14])
@pytest.mark.parametrize("past", [0, 13])
def test_a_token_attends_alike_whatever_tokens_stand_behind_it(instructions, past, heads):
    attention = Attention(heads)
    qkv, (keys, values) = attention.tokens(30), attention.past()
    alone, cache = [], [stored(keys), values]
    for i in range(30):
        out, *cache = attention.run(qkv[:, i : i + 1], *cache, [past + i])
        alone.append(out)
    for new in range(2, 31):
        out, *appended = attention.run(qkv[:, :new], stored(keys), values, [past])
        np.testing.assert_array_equal(out, np.concatenate(alone[:new], axis=1))
    for whole, parts in zip(appended, cache, strict=True):
        np.testing.assert_array_equal(whole, parts)


@pytest.mark.parametrize("cut", [1, 7, 16, 22])
def test_two_passes_append_what_one_pass_appends(instructions, cut):
    attention = Attention(dim=64)
    qkv, (keys, values) = attention.tokens(23), attention.past()
    whole = attention.run(qkv, stored(keys), values, [10])
    first, *cache = attention.run(qkv[:, :cut], stored(keys), values, [10])
    second, *cache = attention.run(qkv[:, cut:], *cache, [10 + cut])
    parts = [np.concatenate([first, second], axis=1), *cache]
    for one, two in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, two)


def test_fewer_instructions_give_the_same_attention(monkeypatch):
    attention, found = Attention(dim=64), []
    qkv, (keys, values) = attention.tokens(20), attention.past()
    for instructions in ("best", "avx2"):
        use(instructions, monkeypatch)
        found.append(attention.run(qkv, stored(keys), values, [20])[0])
    np.testing.assert_allclose(*found, rtol=ROUNDING, atol=1e-6)


def test_scores_far_apart_choose_one_value(instructions):
    attention = Attention(1, 1)
    qkv, (keys, values) = attention.tokens(1) * 1e4, attention.past()
    found = attention.run(qkv, stored(keys), values, [40])[0]
    expected = attention.expected(qkv, keys, values, [40])[0]
    np.testing.assert_allclose(found, expected, rtol=ROUNDING, atol=ROUNDING)


def test_no_new_tokens_leave_the_cache_as_it_was(instructions):
    attention = Attention()
    keys, values = attention.past()
    out, *cache = attention.run(attention.tokens(0), keys, values, [7])
    assert out.shape == (1, 0, 64)
    np.testing.assert_array_equal(cache, [keys, values])


@pytest.mark.parametrize("shape", [{"capacity": 40}, {"dim": 24}, {"dim": 0}, {"dim": 8}], ids=str)
def test_a_cache_that_is_not_in_sixteens_is_refused(shape):
    attention = Attention(**shape)
    with pytest.raises(ort_errors.InvalidArgument, match="takes capacity and head_dim in sixteens"):
        attention.run(attention.tokens(2), *attention.past(), [0])


@pytest.mark.parametrize(
    ("past", "new", "capacity"),
    [
        *[(47, 2, 48), (48, 1, 48), (-1, 1, 48), (64, 1, 96), (-3, 2, 48), (0, 1, 0)],
        *[(2**31 - 1, 1, 48), (2**31 - 2, 2, 48), (-(2**31), 1, 48), (2**30, 1, 48)],
    ],
)
def test_too_many_positions_are_refused(past, new, capacity):
    attention = Attention(capacity=capacity)
    with pytest.raises(ort_errors.InvalidArgument, match="has no place for so many positions"):
        attention.run(attention.tokens(new), *attention.past(), [past])


WRAPPING = [(4 + 2**60, 2 + 2**59), (4 + 2**62, 2), (2**63 - 2, 2**62 - 1), (-4, 2), (0, 1)]
"""The first is consistent where products wrap around at 2^64: it wrote beyond the cache."""


@pytest.mark.parametrize(
    ("heads", "kv_heads"), [(3, 2), (4, 0), (4, -2), (2, 4), (2**16 + 1, 1), *WRAPPING]
)
def test_heads_that_do_not_share_keys_evenly_are_refused(heads, kv_heads):
    attention = Attention()
    tokens = attention.tokens(1)
    attention.heads, attention.kv_heads = heads, kv_heads
    with pytest.raises(ort_errors.RuntimeException, match="as many heads for every key head"):
        attention.run(tokens, *attention.past(), [0])


def test_what_belongs_to_attention_has_the_shape_it_should():
    attention, other = Attention(), Attention(capacity=64)
    good = {"qkv": attention.tokens(1), "keys": attention.past()[0], "values": attention.past()[1]}
    wrong = {
        "qkv": [
            other.tokens(1)[:, :, 1:],
            attention.tokens(1)[0],
            np.repeat(good["qkv"], 2, axis=0),
        ],
        "keys": [other.past()[0], good["keys"][:, :1], good["keys"].reshape(2, 1, 48, 16)],
        "values": [other.past()[0], good["values"][:, :1], good["values"].reshape(1, 2, 16, 48)],
    }
    assert attention.run(*good.values(), [0])[0].shape == (1, 1, 64)
    for name, arrays in wrong.items():
        for array in arrays:
            with pytest.raises(
                ort_errors.InvalidArgument, match=r"another (size|width)|in sixteens"
            ):
                attention.run(*{**good, name: array}.values(), [0])
    for tables in ([attention.cos[:, 1:]], [attention.cos.reshape(-1)], [attention.cos[:, None]]):
        attention.cos = tables[0]
        with pytest.raises(ort_errors.InvalidArgument, match=r"another size|in sixteens"):
            attention.run(*good.values(), [0])


def test_a_query_that_is_no_number_gives_none(instructions):
    attention = Attention()
    qkv, (keys, values) = attention.tokens(3), attention.past()
    alone = attention.run(qkv, stored(keys), values, [5])[0]
    qkv[0, 2, : attention.heads * attention.dim] = np.nan
    found = attention.run(qkv, stored(keys), values, [5])[0]
    np.testing.assert_array_equal(found[:, :2], alone[:, :2])
    assert not np.isfinite(found[0, 2]).any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_gate_that_is_no_number_gives_none(instructions, value):
    matrix = Matrix(gated=1)
    x = np.ones((2, 2 * matrix.columns), np.float32)
    alone = matrix(x)
    x[1, 3] = value
    found = matrix(x)
    np.testing.assert_array_equal(found[0], alone[0])
    assert not np.isfinite(found[1]).any()
