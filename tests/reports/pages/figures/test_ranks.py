"""The comparison diagram."""

import pandas as pd
import pytest

from genrelab.reports.evaluation.ranks import Ranks
from genrelab.reports.pages.figures.ranks import plot_ranks
from genrelab.reports.runs.read import Configuration


def made(count: int, gap: float = 0.01) -> Ranks:
    systems = [Configuration(f"set {k}", "ovr_svm", "none") for k in range(count)]
    scores = pd.Series([0.5 - gap * k for k in range(count)], index=pd.Index(systems, tupleize_cols=False))
    names = {system: f"one-vs-rest SVM on {system.feature_set}" for system in systems}
    return Ranks("f1_macro", scores, (tuple(systems[:2]),), pd.Series(dtype=float), 0, names, 0)


@pytest.mark.parametrize(("count", "gap"), [(2, 0.01), (3, 0.2), (12, 0.0)])
def test_every_name_is_drawn_whole(count: int, gap: float):
    svg = plot_ranks(made(count, gap))
    assert svg.count("SVM on set") == count and "…" not in svg


def test_the_picture_is_an_element_with_a_label():
    svg = plot_ranks(made(3))
    assert svg.startswith("<svg") and 'aria-label="macro F1 of each configuration' in svg
