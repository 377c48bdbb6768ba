"""Tables as CSV."""

import io

import pandas as pd
import pytest

from genrelab.reports.pages.summary import Summary
from genrelab.reports.pages.tables import as_csv, tables


@pytest.mark.parametrize(
    ("fixture", "own"), [("multilabel_summary", "error_map"), ("single_summary", "confusion_matrix")]
)
def test_names_and_round_trip(request: pytest.FixtureRequest, fixture: str, own: str):
    summary = request.getfixturevalue(fixture)
    found = tables(summary)
    assert {"leaderboard", "five_numbers", "genres", "popularity", "calibration", "grid", own} <= set(found)
    assert "audit" not in found
    for frame in found.values():
        read = pd.read_csv(io.StringIO(as_csv(frame)))
        assert list(read) == list(frame) and len(read) == len(frame)


def test_leaderboard_values_survive(multilabel_summary: Summary):
    read = pd.read_csv(io.StringIO(as_csv(tables(multilabel_summary)["leaderboard"])))
    assert read["f1_macro"].to_numpy() == pytest.approx(multilabel_summary.leaderboard["f1_macro"].to_numpy(), rel=1e-5)
