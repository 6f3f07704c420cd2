"""Templates that are damaged or missing are refused with a sentence."""

import shutil

import pytest
from fimble.errors import ModelError
from fimble.models.packing import template

NAME = "qwen2.5-coder-0.5b"


@pytest.fixture
def folder(tmp_path):
    for file in template.shipped().iterdir():
        if file.name.startswith(f"{NAME}."):
            shutil.copyfile(str(file), tmp_path / file.name)
    return tmp_path


def test_a_whole_one_is_read(folder):
    assert template.recipes(folder).keys() == {NAME}
    made, graph = template.load(NAME, "fimble", folder)
    assert made.name == NAME
    assert graph.startswith(b"\x08\x0a")


@pytest.mark.parametrize("ending", ["json", "graph"])
def test_a_missing_file_is_told(folder, ending):
    (folder / f"{NAME}.fimble.{ending}").unlink()
    with pytest.raises(ModelError, match=f"template of {NAME} cannot be read"):
        template.load(NAME, "fimble", folder)


@pytest.mark.parametrize(
    ("ending", "old", "new", "reason"),
    [
        ("graph", b"QuantizedMatMul", b"QuantizedMatMum", "is damaged"),
        ("json", b'"offset":0', b'"offset":"x"', "Expected `int`"),
        ("json", b'"data_bytes":', b'"other":', "data_bytes"),
        ("json", b"{", b"", "cannot be read"),
        ("json", b"qwen2", b"\xff", "cannot be read"),
    ],
)
def test_a_damaged_file_is_told(folder, ending, old, new, reason):
    path = folder / f"{NAME}.fimble.{ending}"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(ModelError, match=reason) as caught:
        template.load(NAME, "fimble", folder)
    assert caught.value.hint == "Install Fimble again."
