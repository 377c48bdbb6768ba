import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import check_get_feature_names_out_error, parametrize_with_checks

from genrelab.models.encode.encoder import make_encoder
from genrelab.models.encode.names import NameBag


def test_names_of_each_role_are_terms_of_their_own():
    X = pd.DataFrame({"director": ["Ida|Kim", "Ida", "Kim"], "writer": ["Ida", "Ida", None]}, dtype=object)
    bag = NameBag(min_titles=2).fit(X)
    assert bag.get_feature_names_out().tolist() == ["director_Ida", "director_Kim", "writer_Ida"]
    rows = bag.transform(X).toarray()
    np.testing.assert_allclose(rows[0], [0.5**0.5, 0.5**0.5, 1.0], rtol=1e-6)
    assert rows[2].tolist() == [0.0, 1.0, 0.0]


def test_a_role_that_no_title_knows_has_no_columns():
    table = pd.DataFrame({"people_director": ["A|B", "A", None], "people_writer": [None, None, None]}, dtype=object)
    encoder = make_encoder(["people"], table.columns, name_min_titles=2).fit(table)
    assert encoder.get_feature_names_out().tolist() == ["people_director_A"]
    assert encoder.transform(table).shape == (3, 1)


def test_rows_without_any_name_are_refused():
    with pytest.raises(ValueError, match="expected a name in at least one of 2 titles, found none"):
        NameBag().fit(np.array([[None], [None]], dtype=object))


@parametrize_with_checks([NameBag()])
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def test_names_before_fit_and_wrong_names_are_refused():
    check_get_feature_names_out_error("NameBag", NameBag())
