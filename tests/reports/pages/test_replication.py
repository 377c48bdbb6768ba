"""The replication page: claims, measured numbers, and nothing hidden."""

import pytest

from genrelab.reports.pages.replication import Rerun, summarize_replication, verdict, write_replication
from genrelab.reports.studies.printed import SYSTEMS


def test_every_system_is_on_the_page_and_the_unbuilt_are_named(tmp_path):
    page = write_replication([], tmp_path)
    html, text = page.read_text("utf-8"), (tmp_path / "replication.md").read_text("utf-8")
    for name in SYSTEMS:
        assert name in html
        assert name in text
    assert html.count("not run") >= len(SYSTEMS)
    assert "0 of" in html


def test_a_measured_system_stands_beside_its_claim_and_the_best_rule(single_run):
    import pandas as pd

    results = pd.read_parquet(single_run / "results.parquet")
    cells = results[~results["model"].str.startswith(("trivial:", "encoder"))]
    first = cells.iloc[0]
    rerun = Rerun("S1-RF", single_run, first["feature_set"], first["model"], first["balance"], "accuracy")
    line = next(line for line in summarize_replication([rerun]) if line.system == "S1-RF")
    own = results[
        (results["feature_set"] == first["feature_set"])
        & (results["model"] == first["model"])
        & (results["balance"] == first["balance"])
        & (results["metric"] == "accuracy")
        & results["label"].isna()
    ]["value"]
    assert line.mean == pytest.approx(own.mean())
    assert line.low < line.mean < line.high
    assert line.printed == 0.4240
    rules = results[results["model"].str.startswith("trivial:") & (results["metric"] == "accuracy")]
    assert line.rule_score == pytest.approx(rules.groupby("model")["value"].mean().max())


def test_a_star_gives_one_line_for_each_feature_set(single_run):
    import pandas as pd

    results = pd.read_parquet(single_run / "results.parquet")
    model = results[~results["model"].str.startswith(("trivial:", "encoder"))].iloc[0]
    same = results[(results["model"] == model["model"]) & (results["balance"] == model["balance"])]
    rerun = Rerun("S2-ResNet-SVM2", single_run, "*", model["model"], model["balance"], "accuracy")
    lines = [line for line in summarize_replication([rerun]) if line.system == "S2-ResNet-SVM2"]
    assert {line.where.split(" · ")[0] for line in lines} == set(same["feature_set"])


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((0.4, 0.38, 0.42, 0.01, 0.05), "beats the trivial rule; the printed number lies within our interval"),
        ((0.3, 0.38, 0.42, 0.01, 0.05), "beats the trivial rule; we measure more than was printed"),
        ((0.45, 0.38, 0.42, 0.01, 0.05), "beats the trivial rule; the printed number lies above our interval"),
        ((0.44, 0.30, 0.45, -0.05, -0.01), "worse than the trivial rule; the printed number lies within"),
        ((None, 0.30, 0.45, -0.05, 0.01), "cannot be told from the trivial rule; the study printed no number"),
    ],
)
def test_verdicts(numbers, told):
    assert verdict(*numbers).startswith(told)
