import io

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from genrelab.reports.evaluation.ranks import draw_critical_difference, label_scores, rank_systems


def test_friedman_by_hand_on_untied_ranks():
    rng = np.random.default_rng(0)
    scores = pd.DataFrame(rng.random((12, 4)), columns=list("abcd"))
    test = rank_systems(scores)
    n, k = scores.shape
    ranks = scores.rank(axis=1, ascending=False).mean()
    chi = 12 * n / (k * (k + 1)) * ((ranks**2).sum() - k * (k + 1) ** 2 / 4)
    assert test.p_value == pytest.approx(stats.chi2.sf(chi, k - 1))
    assert test.ranks.to_dict() == pytest.approx(ranks.to_dict())
    assert test.genres == 12


@pytest.mark.parametrize(("systems", "quantile"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (10, 3.164)])
def test_critical_difference_uses_the_published_quantiles(systems, quantile):
    scores = pd.DataFrame(np.random.default_rng(1).random((14, systems)))
    expected = quantile * np.sqrt(systems * (systems + 1) / (6 * 14))
    assert rank_systems(scores).critical_difference == pytest.approx(expected, rel=1e-3)


def test_two_systems_get_the_sign_test():
    scores = pd.DataFrame({"a": [1, 1, 1, 1, 1, 1, 0, 1.0], "b": [0, 0, 0, 0, 0, 0, 1, 1.0]})
    assert rank_systems(scores).p_value == pytest.approx(stats.binomtest(6, 7).pvalue)
    assert rank_systems(pd.DataFrame({"a": [0.5, 0.5], "b": [0.5, 0.5]})).p_value == 1.0


def test_equal_systems_are_one_clique():
    test = rank_systems(pd.DataFrame({name: [0.5] * 6 for name in "abc"}))
    assert test.p_value == 1.0
    assert test.cliques == (("a", "b", "c"),)


def test_cliques_are_the_largest_runs_within_the_difference():
    # Twenty genres, always in the same order: neighbours differ by one rank.
    scores = pd.DataFrame({name: [level] * 20 for name, level in zip("abcde", (5, 4, 3, 2, 1), strict=True)})
    test = rank_systems(scores)
    assert 1 < test.critical_difference < 2
    assert test.cliques == (("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"))


def test_scores_come_from_results_without_rules_and_gaps():
    rows = [
        ("all", model, "none", 0, fold, "f1", label, value)
        for model, value in (("rf", 0.4), ("gbm", 0.6), ("trivial:majority", 0.0))
        for fold in (0, 1)
        for label in ("Crime", "War")
    ]
    names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    results = pd.DataFrame([*rows, ("all", "rf", "none", 0, 0, "f1", "Short", 0.9)], columns=names)
    table = label_scores(results, "f1")
    assert table.index.tolist() == ["Crime", "War"]
    assert table["all", "rf", "none"].tolist() == [0.4, 0.4]
    assert table.shape == (2, 2)


def test_too_few_or_missing_scores_are_refused():
    with pytest.raises(ValueError, match="found 1 and 3"):
        rank_systems(pd.DataFrame({"a": [1, 2, 3]}))
    with pytest.raises(ValueError, match="found nulls"):
        rank_systems(pd.DataFrame({"a": [1, np.nan], "b": [1, 2]}))


@pytest.mark.parametrize("systems", [2, 3, 9])
def test_every_name_is_drawn_inside_the_picture(systems):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    scores = pd.DataFrame(np.random.default_rng(0).random((22, systems)))
    names = {k: f"one-vs-rest SVM on set {k}" for k in range(systems)}
    figure = draw_critical_difference(rank_systems(scores), names)
    canvas = FigureCanvasAgg(figure)
    figure.savefig(io.BytesIO(), format="svg")
    canvas.draw()
    width, height = canvas.get_width_height()
    texts = [t for t in figure.axes[0].texts if t.get_text().strip()]
    assert sum("SVM on set" in t.get_text() for t in texts) == systems
    for text in texts:
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, text.get_text()
