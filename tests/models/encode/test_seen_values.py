import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import (
    check_get_feature_names_out_error,
    check_transformer_get_feature_names_out,
    parametrize_with_checks,
)

from genrelab.models.encode.seen_values import SeenValues

X = pd.DataFrame({"country": ["USA|UK", "USA", None, "Peru"], "language": ["English", None, "English", "Spanish"]})


def test_rare_values_are_left_out_and_unknown_ones_ignored():
    encoder = SeenValues(min_titles=2).fit(X.to_numpy(dtype=object))
    assert encoder.values_ == [["USA"], ["English"]]
    new = np.array([["USA|Mars", "Klingon"], [None, np.nan]], dtype=object)
    assert encoder.transform(new).tolist() == [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 1.0]]


def test_min_titles_below_one_is_refused():
    with pytest.raises(ValueError, match="min_titles: expected at least 1, found 0"):
        SeenValues(min_titles=0).fit(X)


@parametrize_with_checks([SeenValues()])
def test_scikit_learn_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", [check_transformer_get_feature_names_out, check_get_feature_names_out_error])
def test_names(check):
    check("SeenValues", SeenValues())
