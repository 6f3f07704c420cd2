"""Rules and refactorings on programs made at random: some of each in every run of the tests."""

import importlib
import os
import sys
import warnings
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "benchmarks" / "fixes"
sys.path.insert(0, str(FOLDER))
rules = importlib.import_module("rules")
refactorings = importlib.import_module("refactorings")
programs = importlib.import_module("rule_programs")
sys.path.remove(str(FOLDER))

PROGRAMS = 12
SEED = int(os.environ.get("FIMBLE_SEED", "31"))
"""Others are for who looks for faults: FIMBLE_SEED."""
NEVER = {"F821 misspelt", "PLC0415", "FBT001", "N802", "A002", "N803", "PLW2901", "SIM105", "B903"}
"""Of few programs it may be that nothing is offered."""


@pytest.fixture(autouse=True)
def quiet() -> None:
    warnings.simplefilter("ignore", SyntaxWarning)


@pytest.mark.parametrize("code", programs.RULES)
def test_no_fix_of_a_rule_changes_what_a_program_logs(code: str) -> None:
    texts = list(programs.programs(code, PROGRAMS, SEED))
    cases = rules.judged(code, texts)
    assert cases or code in NEVER, (code, SEED)
    for before, after, what in cases:
        assert not what, (SEED, what, rules.changed(before), rules.changed(after))


def test_no_refactoring_changes_what_a_program_logs() -> None:
    offered = 0
    for _, text in zip(range(12), refactorings.texts(SEED), strict=False):
        for what, after, same in refactorings.judged(text):
            offered += 1
            assert same, (SEED, what, text, after)
    assert offered > 200


def test_a_difference_would_be_seen() -> None:
    before = rules.logged("log(1)\nlog([2])\n")
    assert before == ["1", "[2]"]
    assert rules.difference("F401", before, rules.logged("log(1)\n"))
    assert not rules.difference("F401", before, before)
    assert rules.logged("raise ValueError(3)\n") == ["ValueError 3"]
    assert rules.difference("F821", [], rules.logged("log('raised', [1])\n"))


def test_a_program_without_an_end_is_ended() -> None:
    def run() -> None:
        with rules.ended_after(0.05):
            exec("while True: pass")

    with pytest.raises(rules.Endless):
        run()
