"""Facts, remarks and audits from whatever run.json holds."""

from dataclasses import replace
from pathlib import Path

import pytest

from genrelab.reports.pages.notes import facts, plain, remarks
from genrelab.reports.runs.read import RunFolder, read_run


@pytest.fixture
def run(multilabel_run: Path) -> RunFolder:
    return read_run(multilabel_run)


def test_facts_hold_the_tie_share_and_leave_absent_ones_out(run: RunFolder):
    found = dict(facts(run))
    assert found["share of titles whose class was drawn among ties"] == "21.7%"
    assert found["weights"] == "mobilenet_v2, random weights"
    assert "highest accuracy the ties allow" not in found
    assert facts(replace(run, info={})) == []


def test_facts_inside_target_are_found_too(run: RunFolder):
    found = dict(facts(replace(run, info={"target": {"kind": "single", "tie_share": 0.1, "labels": ["a"]}})))
    assert found == {"target": "kind single", "share of titles whose class was drawn among ties": "10.0%"}


def test_remarks_may_be_text_or_list(run: RunFolder):
    assert remarks(run, "warnings") == ["smote: fewer rows than neighbours"]
    assert remarks(replace(run, info={"notes": "one"}), "notes") == ["one"]
    assert remarks(run, "absent") == []


def test_plain_numbers_and_nesting():
    assert plain([1, 0.25, {"a": None, "b": 2}]) == "1, 0.25, b 2"
