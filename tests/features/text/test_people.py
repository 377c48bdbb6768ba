import numpy as np
import pandas as pd
import pytest

from genrelab.features.text.people import people


def test_lists_arrays_and_gaps():
    titles = pd.DataFrame(
        {"directors": [np.array(["Ana  Lily", "Ana Lily"], dtype=object), [], None], "cast": [["A|B"], None, np.nan]}
    )
    frame = people(titles)
    assert frame["people_director"].tolist() == ["Ana Lily", None, None]
    assert frame["people_cast"].tolist() == ["A B", None, None]  # the separator cannot be part of a name
    assert frame["people_writer"].tolist() == [None] * 3


@pytest.mark.parametrize("value", [7, {"name": "x"}])
def test_what_is_no_list_names_its_title(value):
    titles = pd.DataFrame({"imdb_id": ["tt0000001"], "directors": [value]})
    with pytest.raises(ValueError, match=r"row 0 \(tt0000001\), column 'directors': expected a list of names or null"):
        people(titles)
