"""Canaries in files that no prompt may quote; every prompt of a run is looked through.

10,000 prompts: `FIMBLE_CANARY_PROMPTS=10000 pytest tests/hostile/test_canaries.py -s`.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.hostile import canaries
from tests.hostile.canaries import PER_WORKSPACE, Counted, Serve
from tests.hostile.protections import PROTECTIONS, Protection, unprotected

PROMPTS = int(os.environ.get("FIMBLE_CANARY_PROMPTS", "500"))
SEED = int(os.environ.get("FIMBLE_CANARY_SEED", "1"))


def gathered(
    folder: Path,
    protections: Sequence[Protection],
    prompts: int,
    serve: Serve = canaries.in_process,
) -> Counted:
    """Workspace after workspace, until there are as many prompts."""
    shuffled = random.Random(SEED).sample(list(protections), len(protections))
    total, number = Counted(), 0
    while total.prompts < prompts:
        here = folder / str(number)
        here.mkdir()
        seed, start = SEED * 100_000 + number, number * PER_WORKSPACE
        one = canaries.run(here, seed, shuffled, start, serve)
        shutil.rmtree(here, ignore_errors=True)
        total.join(one)
        number += 1
    return total


def test_no_prompt_holds_a_canary(tmp_path: Path) -> None:
    total = gathered(tmp_path, PROTECTIONS, PROMPTS)
    leaks = Counter(kind for kind, _ in total.found)
    print(
        f"{total.prompts} prompts, {total.quoting} quote what they may, "
        f"{sum(total.canaries.values())} canaries in {len(total.canaries)} kinds, "
        f"{len(total.found)} prompts with one"
    )
    assert leaks == Counter()
    assert total.quoting >= 0.2 * total.prompts
    assert len(total.unprotected) <= 0.1 * sum(total.canaries.values()), total.unprotected


def test_the_same_files_are_quoted_where_nothing_protects_them(tmp_path: Path) -> None:
    total = gathered(tmp_path, unprotected(), 60)
    assert len(total.found) >= 0.8 * total.prompts


@pytest.mark.slow
@pytest.mark.export
@pytest.mark.skipif(sys.platform != "linux", reason="the driver looks at /proc")
def test_no_prompt_of_the_real_server_with_a_real_model_holds_a_canary(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the export extra")
    from tests.tiny_model import export_tiny, write_tiny_checkpoint

    write_tiny_checkpoint(tmp_path / "checkpoint")
    model = export_tiny(tmp_path / "checkpoint")
    total = gathered(tmp_path, PROTECTIONS, max(100, PROMPTS // 10), canaries.real(model))
    assert Counter(kind for kind, _ in total.found) == Counter()
    assert total.quoting >= 0.2 * total.prompts
