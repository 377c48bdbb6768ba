"""Targets: every genre, the largest and the rest, the study's merged classes, the first genre."""

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.catalog.targets import CUSTOM_CLASSES, make_target


def frame(*genres):
    return pd.DataFrame({"genres_imdb": list(genres)})


def test_multilabel_keeps_supported_genres_and_titles_that_have_any_genre():
    target = make_target(frame(["Drama"], ["Drama", "War"], ["War"], ["Sport"], None), min_support=2)
    assert target.labels == ("Drama", "War")
    assert target.rows.tolist() == [0, 1, 2, 3]
    assert target.y.tolist() == [[1, 0], [1, 1], [0, 1], [0, 0]]
    assert "1 of 5 titles has no label" in target.notes[0]


def test_top_k_folds_the_rest_into_others():
    target = make_target(frame(["Drama"], ["Drama", "War"], ["Sport"], ["Drama", "Sport"]), "top_k", top=1)
    assert target.labels == ("Drama", "Others")
    assert target.y.tolist() == [[1, 0], [1, 1], [0, 1], [1, 1]]


def test_custom_takes_the_class_that_holds_most_of_the_genres():
    target = make_target(
        frame(["Action", "Crime", "Thriller"], ["Sci-Fi", "Fantasy", "Action"], ["Horror"], ["Sport"]), "custom"
    )
    assert [target.labels[code] for code in target.y] == ["AcCrTh", "ScFa", "Ho"]
    assert target.rows.tolist() == [0, 1, 2]
    assert target.tie_share == 0.0
    assert target.ceiling == 1.0


def test_custom_ties_are_drawn_fairly_and_the_same_for_the_same_seed():
    titles = frame(*[["Drama"]] * 3000)
    target = make_target(titles, "custom", seed=3)
    again = make_target(titles, "custom", seed=3)
    other = make_target(titles, "custom", seed=4)
    assert (target.y == again.y).all()
    assert (target.y != other.y).any()
    assert target.tie_share == 1.0
    assert target.ceiling == pytest.approx(1 / 3)
    tied = [name for name, members in CUSTOM_CLASSES.items() if "Drama" in members]
    counts = np.bincount(target.y, minlength=8)
    for name, count in zip(CUSTOM_CLASSES, counts, strict=True):
        assert (900 < count < 1100) if name in tied else count == 0


def test_primary_takes_the_first_genre_among_the_chosen():
    titles = frame(["Comedy", "Drama", "Action"], ["Drama"], ["Action", "Drama"], ["War"])
    target = make_target(titles, "primary", labels=["Action", "Drama"])
    assert target.rows.tolist() == [0, 1, 2]
    assert [target.labels[code] for code in target.y] == ["Drama", "Drama", "Action"]
    alone = make_target(
        frame(["Drama"], ["Action"], ["Drama", "Action"]), "primary", labels=["Action", "Drama"], exclusive=True
    )
    assert alone.rows.tolist() == [0, 1]


def test_what_cannot_be_a_target_is_refused():
    with pytest.raises(ValueError, match="at least two labels with titles, found 1 in 1 titles"):
        make_target(frame(["Drama"]), min_support=1)
    with pytest.raises(ValueError, match="expected multilabel, top_k, custom or primary, found 'best'"):
        make_target(frame(["Drama"]), "best")
    with pytest.raises(ValueError, match="at least two labels to choose among"):
        make_target(frame(["Drama"]), "primary", labels=["Drama"])


def test_genres_that_are_all_too_rare_are_said_to_be():
    with pytest.raises(ValueError, match=r"fewer titles than min_support = 3 \(Drama, the largest, 2\)"):
        make_target(frame(["Drama"], ["Drama", "War"]), min_support=3)


@pytest.mark.parametrize(("name", "settings"), [("primary", {"labels": ["Action", "Drama"]}), ("custom", {})])
def test_classes_of_other_names_than_the_genres_are_told(name, settings):
    titles = pd.DataFrame({"genres_own": [["Laughs"], ["Frights", "Laughs"]], "imdb_id": ["a", "b"]})
    with pytest.raises(
        ValueError, match="made of other names than the own genres, such as 'Laughs', 'Frights'"
    ) as told:
        make_target(titles, name, source="own", **settings)
    assert "such as quick" in str(told.value) and "min_support" not in str(told.value)
    with pytest.raises(ValueError, match="found 1 in 2 titles") as told:
        make_target(
            titles.assign(genres_own=[["Drama"], ["Drama"]]), "primary", source="own", labels=["Action", "Drama"]
        )
    assert "other names" not in str(told.value)


def test_unknown_genres_are_reported():
    target = make_target(frame(["Drama", "Telenovela"], ["War"]), min_support=1)
    assert any("Telenovela" in note for note in target.notes)


def test_primary_says_when_the_source_lists_genres_by_the_alphabet():
    by_alphabet = [["Action", "Drama"], ["Comedy", "Drama"], ["Drama"], ["Action", "Comedy"], ["Comedy"]]
    by_weight = [["Drama", "Action"], ["Drama", "Comedy"], ["Drama"], ["Comedy", "Action"], ["Comedy"]]
    frame = pd.DataFrame({"genres_imdb": by_alphabet, "genres_tmdb": by_weight})
    labels = ["Action", "Comedy", "Drama"]
    [note] = make_target(frame, "primary", source="imdb", labels=labels).notes
    assert "100% of the genre lists" in note and "the 3 of 5 titles with several of the labels" in note
    assert make_target(frame, "primary", source="tmdb", labels=labels).notes == ()
    assert not any(
        "alphabetical" in note for note in make_target(frame, "primary", labels=labels, exclusive=True).notes
    )


def test_dropped_names_are_no_genres():
    frame = pd.DataFrame({"genres_imdb": [["Short", "Drama"], ["Short"], ["Comedy"]]})
    target = make_target(frame, "multilabel", min_support=1, drop=["Short"])
    assert target.labels == ("Comedy", "Drama") and target.rows.tolist() == [0, 2]
