"""Confusions against scikit-learn and a slow loop."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix as oracle

from genrelab.reports.evaluation.details.confusion import confusion_matrix, error_map

LABELS = ["a", "b", "c"]


def _long(truth: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    rows = [
        (i % 2, f"t{i // 2}", label, truth[i, j], predicted[i, j])
        for i in range(len(truth))
        for j, label in enumerate(LABELS)
    ]
    return pd.DataFrame(rows, columns=["repeat", "imdb_id", "label", "truth", "predicted"]).sample(
        frac=1, random_state=0
    )


def test_confusion_matrix_is_scikit_learns():
    rng = np.random.default_rng(0)
    y, guess = rng.integers(0, 3, 60), rng.integers(0, 3, 60)
    found = confusion_matrix(_long(np.eye(3, dtype=int)[y], np.eye(3, dtype=int)[guess]), LABELS)
    assert found.to_numpy() == pytest.approx(oracle(y, guess, normalize="true"))


def test_a_class_without_titles_is_missing():
    y = np.array([0, 0, 1])
    found = confusion_matrix(_long(np.eye(3, dtype=int)[y], np.eye(3, dtype=int)[y]), LABELS)
    assert found.loc["c"].isna().all() and found.loc["a", "a"] == 1


def test_error_map_is_the_loop():
    rng = np.random.default_rng(1)
    truth, predicted = rng.integers(0, 2, (2, 80, 3))
    found = error_map(_long(truth, predicted), LABELS)
    for i in range(3):
        for j in range(3):
            rows = (truth[:, i] == 1) & (truth[:, j] == 0)
            expected = predicted[rows, j].mean() if i != j else np.nan
            assert found.iloc[i, j] == pytest.approx(expected, nan_ok=True)


def test_pairs_that_never_part_are_missing():
    truth = np.ones((4, 3), dtype=int)
    assert error_map(_long(truth, truth), LABELS).isna().all().all()


def test_a_title_tested_by_several_splits_of_a_repeat_counts_once_by_its_first_row():
    first, again = (_long(np.array([[1, 0, 0]]), np.array([[1, said, 0]])) for said in (1, 0))
    found = error_map(pd.concat([first, again]), LABELS)
    assert found.loc["a", "b"] == 1
