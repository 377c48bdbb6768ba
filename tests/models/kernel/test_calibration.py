import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from genrelab.models.kernel.calibration import calibrate, calibrated, calibration_folds


def test_the_sigmoid_is_a_logistic_regression_on_smoothed_targets():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(4000, 1))
    Y = rng.random((4000, 1)) < 1 / (1 + np.exp(-2 * scores + 1))
    a, b = calibrate(scores, Y)[0]
    peer = LogisticRegression(C=1e6).fit(scores, Y[:, 0])
    assert -a == pytest.approx(peer.coef_[0, 0], rel=0.01) and -b == pytest.approx(peer.intercept_[0], rel=0.01)


def test_rows_without_score_or_weight_are_left_out():
    rng = np.random.default_rng(0)
    scores, Y = rng.normal(size=(60, 2)), rng.random((60, 2)) < 0.5
    weight = np.ones(60)
    expected = calibrate(scores[10:], Y[10:])
    weight[:5], scores[5:10] = 0, np.nan
    assert np.allclose(calibrate(scores, Y, weight), expected, rtol=1e-9)


def test_one_class_is_certain():
    Y = np.array([[False, True, True], [False, True, False]])
    probabilities = calibrated(np.array([[3.0, -3.0, 0.0]]), calibrate(np.zeros((2, 3)), Y))
    assert probabilities[0, :2].tolist() == [0, 1] and 0 < probabilities[0, 2] < 1


def test_folds():
    codes = np.repeat([0, 1, 2], [20, 10, 5])
    Y = codes[:, None] == np.arange(3)
    for train, test in calibration_folds(5, Y, False, 0):
        assert np.bincount(codes[test]).tolist() == [4, 2, 1] and not set(train) & set(test)
    first, again = (calibration_folds(3, Y, True, 7) for _ in range(2))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True))
    groups = list(GroupKFold(2).split(Y, None, np.arange(35) % 7))
    assert len(calibration_folds(groups, Y, True, 0)) == 2
