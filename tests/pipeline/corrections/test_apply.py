"""Decisions of a person replace labels, title by title, and are counted."""

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.catalog.targets import Target
from genrelab.pipeline.corrections.apply import Decision, correct, decisions_of, only_taught, read_corrections
from genrelab.pipeline.corrections.labels import Labels

IDS = ["tt1", "tt2", "tt3"]


def target() -> Target:
    y = np.array([[1, 0], [0, 1], [0, 0]], dtype=np.uint8)
    return Target("multilabel", "multilabel", "imdb", ("War", "Drama"), np.arange(3), y)


def test_decisions_replace_whole_rows_and_are_counted():
    given = {
        "tt1": Decision(("Drama", "Noir"), True),
        "tt2": Decision(("Drama",)),
        "tt3": Decision(("War",)),
        "x": Decision(()),
    }
    made = correct(target(), IDS, given, added=["tt3"])
    assert made.y.tolist() == [[0, 1], [0, 1], [1, 0]]
    assert made.counts == {
        "titles": 3,
        "changed": 1,
        "labels": 2,
        "doubted": 1,
        "added": 1,
        "elsewhere": 1,
        "unknown_genres": 1,
    }
    assert set(made.decisions) == {"tt1", "tt2", "tt3"}


def test_a_title_without_a_label_of_its_own_can_only_teach():
    titles = pd.DataFrame({"imdb_id": IDS, "genres_imdb": [["War"], None, []]})
    assert only_taught(titles, "imdb", {"tt1": Decision(("War",)), "tt3": Decision(("War",))}).tolist() == [2]


def test_what_stands_in_the_file_is_read_with_why_it_was_asked(tmp_path):
    labels = Labels(tmp_path / "labels.sqlite", "ann")
    labels.decide("tt1", "label", ["War"], ["Drama"], "suspicious")
    labels.decide("tt1", "label", ["Drama"], ["Drama", "War"], "gallery")
    labels.decide("tt2", "confirm", ["War"], ["War"], "unlabelled")
    labels.decide("tt3", "skip", [], [], "unlabelled")
    labels.decide("tt4", "label", [], ["War"], "gallery")
    labels.undo()
    found = read_corrections(labels.path)
    assert found == {"tt1": Decision(("Drama", "War"), True), "tt2": Decision(("War",), False)}
    table = pd.DataFrame({"imdb_id": ["tt1"], "genres": [np.array(["Drama", "War"])], "doubted": [True]})
    assert decisions_of(table) == {"tt1": found["tt1"]}


def test_a_file_without_decisions_is_refused(tmp_path):
    labels = Labels(tmp_path / "labels.sqlite", "ann")
    labels.decide("tt1", "skip", [], [])
    with pytest.raises(ValueError, match="found none that stand"):
        read_corrections(labels.path)


def test_one_class_a_title_is_refused():
    single = Target("primary", "single", "imdb", ("War", "Drama"), np.arange(2), np.array([0, 1]))
    with pytest.raises(ValueError, match="multi-label"):
        correct(single, IDS[:2], {})
