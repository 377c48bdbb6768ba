import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from genrelab.features.text.keywords import keywords

TITLES = pd.DataFrame(
    {
        "imdb_id": [f"tt000000{n}" for n in range(1, 6)],
        "keywords": [
            ["Bank Robbery", "romantic comedy", "robbery"],
            None,
            np.array(["western", "Sci-Fi"], dtype=object),
            ["organized crime", "boss of the family", None],
            float("nan"),
        ],
    },
    index=[9, 8, 7, 6, 5],
)


def test_words_and_phrases_without_genre_names():
    frame = keywords(TITLES)
    assert frame.columns.tolist() == ["keywords_words", "keywords_phrases"]
    assert frame.index.tolist() == TITLES.index.tolist()
    assert frame["keywords_words"].tolist() == ["bank robbery", None, "", "organized boss", None]
    assert frame["keywords_phrases"].tolist() == ["bank robbery|robbery", None, "", "organized|boss", None]


def test_unmasked_keeps_genre_names():
    frame = keywords(TITLES, masked=False)
    assert frame["keywords_words"].tolist() == [
        "bank robbery romantic comedy",
        None,
        "western sci fi",
        "organized crime boss family",
        None,
    ]
    assert frame["keywords_phrases"].iloc[0] == "bank robbery|romantic comedy|robbery"


def test_stems_follow_masking():
    titles = pd.DataFrame({"keywords": [["robberies", "Comedies", "based on novels"]]})
    assert keywords(titles, stem=True).loc[0, "keywords_phrases"] == "robberi|base novel"


def test_a_phrase_with_a_stop_word_in_it_is_masked_before_that_word_goes():
    assert keywords(pd.DataFrame({"keywords": [["made for tv", "heist"]]})).loc[0, "keywords_phrases"] == "heist"


def test_a_separator_in_a_keyword_does_not_split_it():
    assert keywords(pd.DataFrame({"keywords": [["cat|dog"]]})).loc[0, "keywords_phrases"] == "cat dog"


def test_a_row_depends_on_no_other_row():
    together = keywords(TITLES)
    for row in TITLES.index:
        pd.testing.assert_frame_equal(keywords(TITLES.loc[[row]]), together.loc[[row]])


def test_no_column_and_no_rows():
    assert keywords(pd.DataFrame({"title": ["a"]}))["keywords_words"].tolist() == [None]
    assert keywords(TITLES.iloc[:0]).shape == (0, 2)


@pytest.mark.parametrize("broken", ["heist, bank", 7])
def test_keywords_that_are_no_list_are_told_with_their_title(broken):
    titles = pd.DataFrame({"imdb_id": ["tt0000042"], "keywords": [broken]}, dtype=object)
    with pytest.raises(ValueError, match=r"row 0 \(tt0000042\), column 'keywords': expected a list of phrases"):
        keywords(titles)


def test_import_is_light():
    code = (
        "import sys, genrelab.features.text.keywords, genrelab.features.text.overview;"
        "assert not {'nltk', 'sklearn', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
