"""The fixed block of metrics, against counts made by hand."""

import numpy as np
import pytest

from genrelab.reports.runs.metrics import MULTILABEL, PER_LABEL, SINGLE, multilabel_metrics, single_metrics


def table(rows):
    return {(metric, label): value for metric, label, value in rows}


def test_multilabel_block_against_hand_counts():
    y = np.array([[1, 0], [1, 1], [0, 0], [0, 1]])
    predicted = np.array([[1, 1], [0, 1], [0, 0], [0, 1]])
    scores = np.array([[0.9, 0.6], [0.4, 0.8], [0.5, 0.1], [0.1, 0.7]])
    found = table(multilabel_metrics(y, scores, predicted, ("a", "b")))
    assert {metric for metric, label in found if label is None} == set(MULTILABEL)
    assert found[("precision", "a")] == 1.0
    assert found[("recall", "a")] == 0.5
    assert found[("f1", "b")] == pytest.approx(0.8)
    assert found[("f1_macro", None)] == pytest.approx((2 / 3 + 0.8) / 2)
    assert found[("f1_micro", None)] == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))
    assert found[("hamming_loss", None)] == pytest.approx(2 / 8)
    assert found[("subset_accuracy", None)] == 0.5
    assert found[("average_precision", "b")] == 1.0
    assert found[("roc_auc_macro", None)] == pytest.approx((0.75 + 1.0) / 2)
    assert found[("support", "b")] == 2


def test_a_label_without_a_true_title_leaves_ranking_averages_alone():
    y = np.array([[1, 0], [0, 0]])
    found = table(multilabel_metrics(y, y + 0.1, np.zeros_like(y), ("a", "b")))
    assert np.isnan(found[("average_precision", "b")])
    assert found[("average_precision_macro", None)] == 1.0
    assert found[("f1_macro", None)] == 0.0


def test_single_block_against_hand_counts():
    y = np.array([0, 0, 0, 1])
    probabilities = np.array([[0.8, 0.2, 0], [0.6, 0.4, 0], [0.3, 0.7, 0], [0.4, 0.6, 0]])
    found = table(single_metrics(y, probabilities, ("a", "b", "never")))
    assert {metric for metric, label in found if label is None} == set(SINGLE)
    assert {metric for metric, label in found if label == "a"} == set(PER_LABEL)
    assert found[("accuracy", None)] == 0.75
    assert found[("balanced_accuracy", None)] == pytest.approx((2 / 3 + 1) / 2)
    assert found[("log_loss", None)] == pytest.approx(-np.mean(np.log([0.8, 0.6, 0.3, 0.6])), abs=1e-5)
    assert found[("support", "never")] == 0
