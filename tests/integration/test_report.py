import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fimble.errors import UsageError
from fimble_export.cli import main
from fimble_export.judging import report

from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = pytest.mark.export

FIGURES = {
    "packages": [
        {"package": "fp32", "MB": 1980.0, "exact_match": 50.0, "decode_ms": 90.0},
        {"package": "int8", "MB": 519.0, "exact_match": 49.0, "decode_ms": 30.0},
    ]
}


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    source = write_tiny_checkpoint(tmp_path_factory.mktemp("report") / "tiny")
    return {
        scheme: export_tiny(source, scheme=scheme, operators="fimble")
        for scheme in ("fp32", "int8", "int4-rtn")
    }


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.py"
    path.write_text("def add(a, b):\n    return a + b\n" * 30)
    return path


def write(package, out, **options):
    return report.write(
        package, out, **{"reference": None, "text": None, "figures": None} | options
    )


def test_the_parts_are_the_whole_package(packages, tmp_path):
    facts = write(packages["int8"], tmp_path)
    assert sum(facts["size"].values()) == facts["bytes"]
    assert facts["size"]["embedding and head"] >= 320 * 64
    assert facts["operators"]["CachedAttention"] == 2


def test_fewer_bits_are_further_from_the_reference(packages, text, tmp_path):
    found = {
        scheme: write(packages[scheme], tmp_path, reference=packages["fp32"], text=text)
        for scheme in packages
    }
    kl = {scheme: facts["against_reference"]["kl"] for scheme, facts in found.items()}
    assert kl["fp32"] == 0
    assert 0 < kl["int8"] < kl["int4-rtn"]
    assert found["fp32"]["against_reference"]["top1"] == 1.0


def test_the_command_writes_json_markdown_and_the_same_picture_twice(packages, tmp_path):
    (tmp_path / "figures.json").write_text(json.dumps(FIGURES))
    for name in ("a", "b"):
        out = ["--out", str(tmp_path / name), "--figures", str(tmp_path / "figures.json")]
        assert main(["report", str(packages["int8"]), *out]) == 0
    page = (tmp_path / "a" / "report.md").read_text()
    assert "| int8 | 519.0 | 49.0 | 30.0 |" in page
    assert json.loads((tmp_path / "a" / "report.json").read_text())["schemes"]
    pictures = [(tmp_path / name / "report.svg").read_bytes() for name in ("a", "b")]
    assert pictures[0] == pictures[1]
    assert b"int8, 30 ms/token" in pictures[0]


def test_a_comparison_without_text_is_refused(packages, tmp_path):
    with pytest.raises(UsageError, match="held-out code"):
        write(packages["int8"], tmp_path, reference=packages["fp32"])


def test_the_picture_obeys_nobodys_configuration_and_writes_in_our_folders(tmp_path):
    """A `matplotlibrc` in the current folder would be obeyed, and one without an end read."""
    facts = {"size": {"head": 1_000_000}}
    draw_it = f"plot.draw({facts!r}, pathlib.Path('picture.svg'))"
    code = f"import pathlib; from fimble_export.judging import plot; {draw_it}"
    home, here = tmp_path / "home", tmp_path / "here"
    for folder in (home, here, tmp_path / "plain"):
        folder.mkdir()
    environment = {**os.environ, "HOME": str(home), "FIMBLE_CACHE": str(tmp_path / "cache")}
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "MATPLOTLIBRC"):
        environment.pop(name, None)

    def draw(folder):
        command = [sys.executable, "-P", "-c", code]
        subprocess.run(command, cwd=folder, env=environment, check=True, timeout=120)
        return (folder / "picture.svg").read_bytes()

    (here / "matplotlibrc").write_text("lines.linewidth: 40\naxes.facecolor: black\n")
    assert draw(here) == draw(tmp_path / "plain")
    if Path("/dev/zero").exists():
        (here / "matplotlibrc").unlink()
        (here / "matplotlibrc").symlink_to("/dev/zero")
        draw(here)
    assert list(home.iterdir()) == []
    assert (tmp_path / "cache" / "matplotlib").is_dir()
