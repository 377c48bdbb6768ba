"""The leaderboard and the printed spread."""

import re

from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.leaderboard import LEADERBOARD, SPREAD, board, board_rows


def test_every_configuration_is_a_row_with_its_folds_and_grid_points_wait(multilabel_report: Report):
    data = board(multilabel_report)
    assert data is not None
    rows = re.findall(r"<tr class=.*?</tr>", data.html())
    assert len(rows) == len(data.table)
    assert sum('class="more' in row or " more" in row.split(">")[0] for row in rows) >= 6
    best = next(row for row in rows if 'class="best' in row)
    assert best.count("<b style=") == 6, "a tick for each fold"
    assert f"{data.table.iloc[0]['f1_macro']:.3f}" in best


def test_collapsed_models_are_flagged_and_words_explained(multilabel_report: Report):
    data = board(multilabel_report)
    assert data is not None
    html = "".join(part.html() for part in LEADERBOARD.parts(multilabel_report, data))
    flagged = [row for row in re.findall(r"<tr class=.*?</tr>", html) if "one answer for all" in row]
    assert len(flagged) == 1 and "knn" in flagged[0]
    assert "a rare genre counts as much as a frequent one" in html


def test_a_cut_leaderboard_keeps_the_rules(multilabel_report: Report):
    data = board(multilabel_report)
    assert data is not None
    names, rows = board_rows(data, most=2)
    assert len(rows) == 4 and {len(row) for row in rows} == {len(names)}
    assert any("all_positive" in row[2] for row in rows)


def test_the_spread_stands_only_beside_a_printed_one(multilabel_report: Report, single_report: Report):
    assert SPREAD.parts(multilabel_report, SPREAD.data(multilabel_report)) == []
    (_, table) = SPREAD.parts(single_report, SPREAD.data(single_report))
    assert "S1-GLM printed" in table.html() and "0.364" in table.html()
