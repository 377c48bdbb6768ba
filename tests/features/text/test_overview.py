import pandas as pd
import pytest

from genrelab.features.text.overview import overview

TITLES = pd.DataFrame(
    {
        "imdb_id": ["tt0000001", "tt0000002", "tt0000003"],
        "overview": ["A retired thief — the city's best — plans <i>one</i> last heist.", None, "The. And? Of!"],
    },
    index=[4, 2, 0],
)


def test_words_in_order_and_nothing_else():
    frame = overview(TITLES)
    assert frame.columns.tolist() == ["overview_text"]
    assert frame.index.tolist() == [4, 2, 0]
    assert frame["overview_text"].tolist() == ["retired thief city best plans one last heist", None, None]


def test_repeats_stay_since_counts_matter():
    titles = pd.DataFrame({"overview": pd.array(["War, war, and more war.", None], dtype="string")})
    assert overview(titles)["overview_text"].tolist() == ["war war war", None]


def test_genre_names_go_on_demand_only():
    titles = pd.DataFrame({"overview": ["A romantic comedy about two robbers."]})
    assert overview(titles).loc[0, "overview_text"] == "romantic comedy two robbers"
    assert overview(titles, masked=True).loc[0, "overview_text"] == "two robbers"
    assert overview(titles, masked=True, stem=True).loc[0, "overview_text"] == "two robber"


def test_a_row_depends_on_no_other_row():
    together = overview(TITLES, stem=True)
    for row in TITLES.index:
        pd.testing.assert_frame_equal(overview(TITLES.loc[[row]], stem=True), together.loc[[row]])


def test_no_column_and_no_rows():
    assert overview(pd.DataFrame({"title": ["a"]}))["overview_text"].tolist() == [None]
    assert overview(TITLES.iloc[:0]).shape == (0, 1)


def test_an_overview_that_is_no_text_is_told_with_its_title():
    titles = pd.DataFrame({"imdb_id": ["tt0000042"], "overview": [["a", "list"]]})
    with pytest.raises(ValueError, match=r"row 0 \(tt0000042\), column 'overview': expected text or null"):
        overview(titles)
