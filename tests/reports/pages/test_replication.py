"""The replication page: claims, measured numbers, and nothing hidden."""

import json
import shutil

import pandas as pd
import pytest

from genrelab.reports.pages.replication import replication_lines, verdict, write_replication
from genrelab.reports.studies.read import systems


def test_every_system_is_on_the_page_with_all_it_printed(tmp_path):
    page = write_replication({}, tmp_path, reasons={"S5-CNN": "no posters here"})
    html, text = page.read_text("utf-8"), (tmp_path / "replication.md").read_text("utf-8")
    for name, system in systems().items():
        assert name in html and name in text
        assert all(f"{number:g}" in text for number in system.others.values())
    assert html.count("not run") == len(systems()) - 1 and "no posters here" in html
    assert "0 of 28 lines are measured" in html


@pytest.fixture(scope="module")
def feature_table(make_run, tmp_path_factory):
    """The run of the first study's table, under its names."""
    folder = tmp_path_factory.mktemp("replication") / "feature_table"
    shutil.copytree(make_run("single", repeats=1), folder)
    for name in ("results", "predictions"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        frame = frame.astype(dict.fromkeys(("feature_set", "model", "balance"), str))
        everything = (frame["feature_set"] == "everything") & (frame["model"] != "encoder")
        frame.loc[everything, ["feature_set", "balance"]] = ["table", "oversample+log"]
        frame.loc[everything & (frame["model"] == "rf"), "model"] = "rf tuned"
        flat = (frame["model"] == "knn") & (frame["feature_set"] == "metadata")
        frame.loc[flat, ["feature_set", "model", "balance"]] = ["table", "gbm", "oversample+log"]
        frame.to_parquet(folder / f"{name}.parquet")
    info = json.loads((folder / "run.json").read_text())
    info |= {"labels": ["Ho", "ScFa"], "support": [30, 90], "titles": 120}
    (folder / "run.json").write_text(json.dumps(info))
    return folder


@pytest.fixture(scope="module")
def lines(feature_table):
    return {line.system.name: line for line in replication_lines({"feature_table": feature_table})}


def test_a_measured_system_stands_beside_its_claim_the_best_rule_and_the_mix(feature_table, lines):
    results = pd.read_parquet(feature_table / "results.parquet")
    line = lines["S1-RF"]
    whole = results[(results["metric"] == "accuracy") & results["label"].isna()]
    rows = whole[(whole["feature_set"] == "table") & (whole["model"] == "rf tuned")]
    assert line.mean == pytest.approx(rows["value"].mean()) and line.low < line.mean < line.high
    assert line.printed == 0.4240 and line.rule == "majority"
    rules = whole[whole["model"].str.startswith("trivial:")]
    assert line.rule_score == pytest.approx(rules.groupby("model")["value"].mean().max())
    assert line.mix == "ScFa 75 %, Ho 25 %" and line.credited
    assert "under another mix of classes" in line.verdict


def test_one_answer_for_all_is_never_credited(lines):
    line = lines["S1-GBM"]
    assert line.credited is False and "it has learnt nothing" in line.verdict and line.low is None


def test_points_of_a_grid_do_not_stand_for_the_tuned_network(single_run, tmp_path):
    folder = tmp_path / "mini_vgg"
    shutil.copytree(single_run, folder)
    for name in ("results", "predictions"):
        frame = pd.read_parquet(folder / f"{name}.parquet").astype({"feature_set": str, "model": str})
        swept = frame["model"].str.startswith("rf(")
        frame.loc[swept, "feature_set"] = "poster"
        frame["model"] = frame["model"].str.replace("rf(", "mini_vgg(", regex=False)
        frame.to_parquet(folder / f"{name}.parquet")
    lines = [line for line in replication_lines({"mini_vgg": folder}) if line.system.name == "S4-grid"]
    assert len(lines) == 1 and lines[0].verdict.startswith("not run")
    assert lines[0].low is None and lines[0].credited is None


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((0.4, 0.38, 0.42, "better"), "beats the trivial rule; the printed number lies within our interval"),
        ((0.3, 0.38, 0.42, "better"), "beats the trivial rule; the printed number lies below our interval"),
        ((0.45, 0.38, 0.42, "better"), "beats the trivial rule; the printed number lies above our interval"),
        ((0.44, 0.30, 0.45, "worse"), "worse than the trivial rule; the printed number lies within"),
        ((None, 0.30, 0.45, "not shown"), "not shown to beat the trivial rule; the study printed no number"),
    ],
)
def test_verdicts(numbers, told):
    assert verdict(*numbers).startswith(told)
