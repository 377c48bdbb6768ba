"""Learning curves: the power law is found again, extrapolated, and refused where there is none."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score

from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.evaluation.learning.learning_curve import fit_law, learning_curve
from genrelab.reports.pages.page import html_page, markdown_page
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.section import shown
from genrelab.reports.pages.sections.training_titles import LEARNING
from genrelab.reports.runs.read import read_run

KEYS = {"experiment": "multilabel", "feature_set": "everything", "model": "rf", "balance": "none"}
SHARES = (0.125, 0.25, 0.5)


def add_curve(path, noise, shares=SHARES, titles=600):
    """Predictions of `everything · rf` that know the less the fewer titles they were trained on."""
    rng = np.random.default_rng(0)
    whole = pd.read_parquet(path / "predictions.parquet").astype({"label": str, "imdb_id": str})
    whole = whole[(whole["feature_set"] == "everything") & (whole["model"] == "rf") & (whole["repeat"] == 0)]
    truth = whole["truth"].to_numpy(dtype=float)
    frames = []
    for share, spread in zip(shares, noise, strict=True):
        score = 1 / (1 + np.exp(-(2 * truth - 1 + rng.normal(0, spread, len(truth)))))
        frames.append(
            whole.assign(score=score.astype("float32"), predicted=(score > 0.5).astype("uint8"), share=share).assign(
                trained_on=int(share * titles * 2 / 3), fit_seconds=8 * share**1.5
            )
        )
    pd.concat(frames).assign(**KEYS).to_parquet(path / "learning.parquet", index=False)
    info = json.loads((path / "run.json").read_text())
    info["splits"] = [{"repeat": 0, "fold": k, "train": titles * 2 // 3, "test": titles // 3} for k in range(3)]
    (path / "run.json").write_text(json.dumps(info))
    return read_run(path)


@pytest.fixture
def run(make_run):
    return add_curve(make_run("multilabel", titles=600, repeats=1), (1.33, 1.0, 0.8))


@pytest.mark.parametrize("exponent", [0.2, 0.5, 1.0])
def test_a_power_law_is_found_again(exponent):
    titles = np.array([500.0, 1000, 2000, 4000])
    law = fit_law(titles, (0.7 - 2.5 * titles**-exponent)[None])
    assert law.at(8000)[0] == pytest.approx(0.7 - 2.5 * 8000**-exponent, abs=1e-3)
    assert law.exponent[0] == pytest.approx(exponent, rel=0.07)


def test_no_score_passes_one_and_no_law_falls():
    titles = np.array([100.0, 200, 400, 800])
    steep = fit_law(titles, np.array([[0.2, 0.45, 0.7, 0.95]]))
    assert steep.at(1e9)[0] <= 1 and steep.ceiling[0] <= 1
    falling = fit_law(titles, np.array([[0.5, 0.45, 0.4, 0.35]]))
    assert falling.slope[0] == 0 and falling.at(1600)[0] == pytest.approx(0.425)


def test_points_are_the_scores_of_the_fits(run):
    curve = learning_curve(run)
    assert curve is not None and str(curve.configuration) == "everything · rf"
    points = curve.points
    assert points["share"].tolist() == [*SHARES, 1.0] and points["titles"].tolist() == [50, 100, 200, 400]
    for k, share in enumerate(SHARES):
        frame = run.learning()
        frame = frame[frame["share"] == share]
        macro, ranked = [], []
        for _, part in frame.groupby("fold"):
            wide = part.pivot(index="imdb_id", columns="label", values=["truth", "score", "predicted"])
            truth = wide["truth"].to_numpy(int)
            macro.append(f1_score(truth, wide["predicted"].to_numpy(int), average="macro"))
            ranked.append(average_precision_score(truth, wide["score"].to_numpy(float), average="macro"))
        assert points["f1_macro"][k] == pytest.approx(np.mean(macro))
        assert points["average_precision_macro"][k] == pytest.approx(np.mean(ranked))
        assert points["f1_macro_low"][k] < points["f1_macro"][k] < points["f1_macro_high"][k]
    table = leaderboard(run).set_index(["feature_set", "model"])
    assert points["f1_macro"][3] == pytest.approx(table["f1_macro"]["everything", "rf"])
    assert points["f1_macro_low"][3] == pytest.approx(table["f1_macro_low"]["everything", "rf"], abs=0.01)


def test_the_next_doubling_is_the_law_followed_on(run):
    curve = learning_curve(run)
    assert curve is not None
    macro, ranked = curve.doublings
    assert (macro.metric, ranked.metric) == ("f1_macro", "average_precision_macro")
    for one in (macro, ranked):
        scores = curve.points[one.metric].to_numpy()
        assert one.measured[0] == pytest.approx(scores[3] - scores[2])
        assert one.measured[1] < one.measured[0] < one.measured[2]
        assert one.forecast is not None and one.why_not == ""
        gain, low, high = one.forecast
        law = fit_law([50, 100, 200, 400], scores[None])
        assert gain == pytest.approx(float((law.at(800) - law.at(400))[0]))
        assert 0 <= low <= gain <= high and scores[3] + gain < 1
    seconds = curve.points["fit_seconds"]
    assert curve.fit_seconds == pytest.approx(seconds[3] * (seconds[3] / seconds[2]))


def test_what_is_no_power_law_is_not_extrapolated(make_run):
    falling = learning_curve(add_curve(make_run("multilabel", titles=600, repeats=1), (0.2, 0.3, 0.5)))
    assert falling is not None
    assert all(
        one.forecast is None and one.why_not == "the scores do not grow with the titles" for one in falling.doublings
    )
    bumpy = learning_curve(add_curve(make_run("multilabel", titles=600, repeats=1), (0.9, 3.5, 0.9)))
    assert bumpy is not None and "off any power law" in bumpy.doublings[0].why_not
    few = learning_curve(add_curve(make_run("multilabel", titles=600, repeats=1), (1.7, 1.15), (0.25, 0.5)))
    assert few is not None and few.doublings[0].why_not == "a power law needs 4 points, 3 are there"
    assert few.doublings[0].measured[0] == pytest.approx(few.points["f1_macro"].diff().iloc[-1])


def test_the_section_says_what_is_measured_and_what_is_not(run):
    before = leaderboard(run)
    (ready,) = shown([LEARNING], Report(run))
    assert set(ready.tables) == {"learning_curve", "doubling"} and len(ready.tables["learning_curve"]) == 4
    html, text = html_page("t", "", [], [ready]), markdown_page("t", "", [], [ready])
    assert "What would twice the titles bring?" in text and "from 200 to 400 titles" in text
    assert "800 titles would bring about +" in text and "an extrapolation, not a measurement" in text
    assert html.count("<svg") == 2 and 'id="learning"' in html
    assert len(before) == len(leaderboard(run)) and not before["model"].str.contains("share").any()


def test_a_run_without_fits_on_parts_has_no_such_section(make_run):
    assert shown([LEARNING], Report(read_run(make_run("multilabel", titles=60, repeats=1)))) == []
