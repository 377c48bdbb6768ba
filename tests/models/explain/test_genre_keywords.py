import numpy as np
import pytest

from genrelab.models.explain.genre_keywords import top_keywords

TEXTS = ["robot space", "robot", "robot space", "garden", "garden love", "love", None, " "] * 6
Y = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [1, 1], [1, 1]] * 6)


def test_marks_each_genre_with_its_words():
    table = top_keywords(TEXTS, Y, ["Science Fiction", "Romance"])
    by_genre = table.groupby("label")["word"].agg(list).to_dict()
    assert by_genre == {"Science Fiction": ["robot", "space"], "Romance": ["garden", "love"]}
    first = table.iloc[0]
    assert (first["titles"], first["share_with"], first["share_without"]) == (18, 1.0, 0.0)
    assert (table["z"] > 0).all()


def test_z_by_hand():
    table = top_keywords(TEXTS, Y, ["Science Fiction", "Romance"], prior=0.5).set_index(["label", "word"])
    # Titles with a word, by genre: robot 18/0, space 12/0, garden 0/12, love 0/12.
    a, b = (
        np.array([18, 12, 0, 0]) + 0.5 * np.array([18, 12, 12, 12]),
        np.array([0, 0, 12, 12]) + 0.5 * np.array([18, 12, 12, 12]),
    )
    difference = np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b))
    z = difference / np.sqrt(1 / a + 1 / b)
    assert table.loc[("Science Fiction", "robot"), "z"] == pytest.approx(z[0])
    assert table.loc[("Science Fiction", "space"), "z"] == pytest.approx(z[1])


def test_rare_words_and_missing_texts_are_left_out():
    table = top_keywords([*TEXTS, "robot unique"], np.vstack([Y, [1, 0]]), ["Science Fiction", "Romance"])
    assert "unique" not in set(table["word"])
    assert top_keywords([None, ""], Y[:2], ["a", "b"]).empty


def test_phrases_are_split_at_bars():
    table = top_keywords(
        ["outer space|robot"] * 6 + ["love story"] * 6, np.repeat([[1], [0]], 6, axis=0), ["SF"], separator="|"
    )
    assert set(table["word"]) == {"outer space", "robot"}


def test_a_genre_of_all_titles_has_no_words():
    assert top_keywords(TEXTS, np.ones((48, 1)), ["All"]).empty
