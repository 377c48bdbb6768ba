"""Curves that make probabilities come true, and are left out where they would not."""

import pickle

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss

from genrelab.models.multilabel.calibration import Curve, calibrate_labels, calibration_error
from genrelab.pipeline.handover.forms.operators.calibration import curved
from genrelab.pipeline.handover.forms.operators.graph import IR_VERSION, OPSET, Graph


def titles(count=3000, seed=0):
    """Truth, and scores that are right, too sure, turned round, and of a genre with 4 titles."""
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 3, count)
    Y = rng.random((count, 4)) < p[:, None]
    Y[:, 3] = np.arange(count) < 4
    odds = np.log(p / (1 - p))
    scores = np.column_stack([p, 1 / (1 + np.exp(-3 * odds - 1)), 1 - p, rng.random(count)])
    return Y.astype(np.uint8), scores


def test_neither_brier_score_nor_log_loss_rises_for_any_label():
    Y, scores = titles()
    found = calibrate_labels(Y, scores)
    for label, about in enumerate(found.measured):
        assert about["brier"][0] == pytest.approx(brier_score_loss(Y[:, label], scores[:, label]), abs=1e-6)
        assert about["log_loss"][0] == pytest.approx(
            log_loss(Y[:, label], scores[:, label].clip(1e-6, 1 - 1e-6)), abs=1e-5
        )
        assert about["brier"][1] <= about["brier"][0] and about["log_loss"][1] <= about["log_loss"][0]
    assert found.curves[1].method in ("sigmoid", "isotonic") and found.measured[1]["error"][1] < 0.03
    assert found.curves[3].method == "none" and found.measured[3]["brier"][0] == found.measured[3]["brier"][1]


def test_on_titles_never_seen_the_probabilities_come_true():
    Y, scores = titles()
    found = calibrate_labels(Y, scores)
    new_y, new = titles(seed=1)
    after = found(new)
    assert brier_score_loss(new_y[:, 1], after[:, 1]) < brier_score_loss(new_y[:, 1], new[:, 1]) - 0.01
    assert calibration_error(new_y[:, 1], after[:, 1]) < 0.03 < calibration_error(new_y[:, 1], new[:, 1])


def test_no_title_passes_another_and_thresholds_can_be_carried_over():
    Y, scores = titles()
    found = pickle.loads(pickle.dumps(calibrate_labels(Y, scores)))
    for label, curve in enumerate(found.curves):
        ordered = np.unique(scores[:, label].clip(1e-6, 1 - 1e-6))
        assert (np.diff(curve(ordered)) > 0).all()
        threshold = float(np.median(scores[:, label]))
        raw = scores[:, label] >= threshold
        np.testing.assert_array_equal(curve(scores[:, label]) >= curve(np.array([threshold]))[0], raw)
        assert np.isnan(curve(np.array([np.nan]))).all()


def test_groups_are_measured_whole():
    """Copies of one title on both sides would make any curve look better than it is."""
    rng = np.random.default_rng(3)
    y, score = rng.integers(0, 2, 60), rng.random(60)
    Y, scores, groups = np.repeat(y, 40)[:, None], np.repeat(score, 40)[:, None], np.repeat(np.arange(60), 40)
    whole, torn = calibrate_labels(Y, scores, groups).measured[0], calibrate_labels(Y, scores).measured[0]
    assert whole["log_loss"][1] > torn["log_loss"][1]


def test_the_error_is_scikit_learns_curve_weighted_by_its_bins():
    rng = np.random.default_rng(5)
    p = rng.random(500)
    y = rng.random(500) < p**2
    shares, means = calibration_curve(y, p, n_bins=10)
    sizes = np.histogram(p, np.linspace(0, 1, 11))[0]
    assert calibration_error(y, p) == pytest.approx(float((np.abs(shares - means) * sizes).sum() / 500))


def test_the_onnx_form_of_every_curve_gives_the_same_probabilities():
    runtime = pytest.importorskip("onnxruntime")
    helper = pytest.importorskip("onnx").helper
    double = pytest.importorskip("onnx").TensorProto.DOUBLE
    curves = (Curve("sigmoid", 1.7, -0.3), Curve("isotonic", scores=(0.1, 0.4, 0.8), values=(0.05, 0.5, 0.9)), Curve())
    graph = Graph()
    graph.named(curved(graph, "scores", curves), "out")
    shapes = [helper.make_tensor_value_info(name, double, ["n", 3]) for name in ("scores", "out")]
    made = helper.make_graph(graph.nodes, "curves", shapes[:1], shapes[1:], graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    scores = np.random.default_rng(0).random((200, 3))
    [found] = runtime.InferenceSession(model.SerializeToString()).run(["out"], {"scores": scores})
    expected = np.column_stack([curve(scores[:, label]) for label, curve in enumerate(curves)])
    np.testing.assert_allclose(found, expected, atol=1e-12)
