"""The attack at a small size: no traceback, no title lost, every damaged model refused by name."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[1] / "benchmarks" / "attack.py"
if not FILE.is_file():
    pytest.skip("the benchmarks are not part of an installed package", allow_module_level=True)
spec = importlib.util.spec_from_file_location("genrelab_attack", FILE)
assert spec is not None and spec.loader is not None
attack = importlib.util.module_from_spec(spec)
spec.loader.exec_module(attack)


def test_mutated_pictures_lose_no_title_and_raise_nothing(hand_models, tmp_path):
    rows = attack.attack_pictures(tmp_path, hand_models["colour"], 40, seed=1, huge=0)
    assert [row["faults"] for row in rows] == [[], []]


def test_flipped_and_forged_models_are_refused(hand_models, tmp_path):
    (row,) = attack.attack_models(tmp_path, hand_models["colour"], 12, seed=1)
    assert row["faults"] == []
