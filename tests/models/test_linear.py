"""Logistic regression with a penalty to scale."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from genrelab.models.linear import ScaledLogistic


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 50))
    return X, (X[:, 0] + rng.normal(size=200) > 0).astype(int)


def test_a_number_is_scikit_learns_own(rows):
    X, y = rows
    weight = np.linspace(0.1, 2, 200)
    peer = LogisticRegression(C=0.3).fit(X, y, sample_weight=weight)
    ours = ScaledLogistic(0.3).fit(X, y, sample_weight=weight)
    np.testing.assert_array_equal(ours.predict_proba(X), peer.predict_proba(X))
    np.testing.assert_array_equal(ours.decision_function(X), peer.decision_function(X))
    np.testing.assert_array_equal(ours.predict(X), peer.predict(X))


@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix], ids=["array", "sparse"])
def test_scale_follows_the_length_of_the_rows(rows, form):
    X, y = rows
    lengths = (X**2).sum(axis=1).mean()
    assert pytest.approx(5 / lengths) == ScaledLogistic().fit(form(X), y).C_
    assert ScaledLogistic().fit(form(X / 100), y).C_ == 1.0


def test_other_words_are_refused(rows):
    with pytest.raises(ValueError, match="C: expected a number above 0 or 'scale', found 'auto'"):
        ScaledLogistic("auto").fit(*rows)
