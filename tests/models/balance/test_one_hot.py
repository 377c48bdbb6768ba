"""Decoding in blocks against scikit-learn's own, and what SMOTENC makes of it."""

import numpy as np
import pytest
import scipy.sparse as sp
from imblearn.over_sampling import SMOTENC
from sklearn.preprocessing import OneHotEncoder

from genrelab.models.balance import one_hot
from genrelab.models.balance.one_hot import DenseInverse
from genrelab.models.balance.strategies import resample


def test_any_size_of_block_decodes_as_scikit_learn_does(monkeypatch: pytest.MonkeyPatch):
    X = np.random.default_rng(0).integers(0, 4, (50, 3))
    ours, theirs = DenseInverse().fit(X), OneHotEncoder().fit(X)
    coded = theirs.transform(X)
    for values in (1, 100, 1 << 22):
        monkeypatch.setattr(one_hot, "_BLOCK", values)
        assert (ours.inverse_transform(coded) == theirs.inverse_transform(coded)).all()
    assert (ours.inverse_transform(coded.toarray()) == X).all()


@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rows_with_categories_are_those_of_imbalanced_learn(form, kind):
    rng = np.random.default_rng(3)
    y = (rng.random(300) < 0.1).astype(int)
    numbers, words = rng.normal(size=(300, 4)), (rng.random((300, 30)) < 0.15) * 1.0
    for constant in (False, True):  # without any spread the distances between categories are 0
        made = np.hstack([numbers * 0 if constant else numbers, words]).astype(kind)
        wanted = {1: int(np.ceil(0.5 * (y == 0).sum()))}
        theirs = SMOTENC(list(range(4, 34)), sampling_strategy=wanted, random_state=5)
        expected = theirs.fit_resample(form(made), y)
        X, labels, _ = resample(form(made), y, "smote", categorical=range(4, 34), random_state=5)
        assert X.dtype == expected[0].dtype and (labels == expected[1]).all()
        assert X.shape == expected[0].shape and abs(X - expected[0]).max() == 0
