"""Resampled rows are computed once for equal input, and only inside the context."""

import numpy as np
import scipy.sparse as sp

from genrelab.models.balance.reuse import keep_resampled, resampled
from genrelab.models.balance.strategies import resample

X = np.random.default_rng(0).normal(size=(60, 4))
Y = np.array([0] * 45 + [1] * 15)


def test_the_same_rows_come_back_and_are_those_of_resample():
    expected = resample(X, Y, "smote", random_state=3)
    with keep_resampled():
        first = resampled(X, Y, "smote", random_state=3)
        second = resampled(X.copy(), Y.copy(), "smote", random_state=3)
    assert first[0] is second[0]
    np.testing.assert_array_equal(first[0], expected[0])
    np.testing.assert_array_equal(first[1], expected[1])


def test_other_rows_classes_seeds_and_samplers_are_kept_apart():
    with keep_resampled():
        kept = resampled(X, Y, "smote", random_state=3)[0]
        assert resampled(X, Y, "smote", random_state=4)[0] is not kept
        assert resampled(X, Y, "oversample", random_state=3)[0] is not kept
        assert resampled(X, 1 - Y, "smote", random_state=3)[0] is not kept
        assert resampled(X + 1, Y, "smote", random_state=3)[0] is not kept
        assert resampled(sp.csr_matrix(X), Y, "smote", random_state=3)[0] is not kept


def test_nothing_is_kept_outside():
    assert resampled(X, Y, "smote")[0] is not resampled(X, Y, "smote")[0]
    with keep_resampled():
        inside = resampled(X, Y, "smote")[0]
    with keep_resampled():
        assert resampled(X, Y, "smote")[0] is not inside
