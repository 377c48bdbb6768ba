import pandas as pd

from genrelab.features.text.provenance import provenance


def test_lists_and_text_are_taken():
    titles = pd.DataFrame({"countries": [["USA", "UK"], None], "languages": ["French", []], "certificate": ["R", None]})
    frame = provenance(titles)
    assert frame.columns.tolist() == ["provenance_country", "provenance_language", "provenance_certificate"]
    assert frame.iloc[0].tolist() == ["USA|UK", "French", "R"]
    assert frame.iloc[1].tolist() == [None, None, None]
