"""Every check passes on clean data and fails on its own planted leak."""

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.audit.checks import (
    check_after_release,
    check_ceiling,
    check_franchises,
    check_gap,
    check_genre_words,
    check_near_posters,
    check_posters,
    check_rows,
    check_shuffled,
    straddling,
)
from genrelab.pipeline.experiments.folds.splits import Split

IDS = [f"tt000000{i}" for i in range(6)]
SPLITS = [Split(0, 0, np.array([0, 1, 2]), np.array([3, 4, 5])), Split(0, 1, np.array([3, 4, 5]), np.array([0, 1, 2]))]


@pytest.fixture
def titles():
    return pd.DataFrame(
        {"imdb_id": IDS, "title": list("abcdef"), "year": pd.array([1990, 1990, None, 1990, 2000, None], "Int64")}
    )


def test_row_overlap(titles):
    assert check_rows(SPLITS, titles).status == "passed"
    leak = [Split(0, 0, np.array([0, 1, 3]), np.array([3, 4, 5]))]
    found = check_rows(leak, titles)
    assert found.status == "failed"
    assert "1 title trained on and tested: tt0000003" in found.evidence


def test_the_same_title_under_two_ids(titles):
    titles["title"] = ["a", "b", "c", "A", "b", "c"]
    found = check_rows(SPLITS, titles)
    assert found.status == "failed"
    assert "tt0000000 = tt0000003" in found.evidence
    # b is of another year, and c of an unknown one: they may be remakes.
    assert "1 title on both sides" in found.evidence


def test_poster_overlap():
    assert check_posters(SPLITS, ["x", "x", None, "y", None, "z"], IDS).status == "passed"
    found = check_posters(SPLITS, ["x", "x", None, "y", "x", "z"], IDS)
    assert found.status == "failed"
    assert "tt0000000 = tt0000004" in found.evidence
    assert check_posters(SPLITS, [None] * 6, IDS).status == "not run"


def test_near_duplicate_posters():
    far = [f"{value:016x}" for value in (0, 2**20 - 1, 2**40 - 1, 2**60 - 1, (2**30 - 1) << 34, 0xF0F0F0F0F0F0F0F0)]
    assert check_near_posters(SPLITS, far, IDS).status == "passed"
    near = [*far[:3], f"{0b10110:016x}", *far[4:]]
    found = check_near_posters(SPLITS, near, IDS)
    assert found.status == "failed"
    assert "tt0000000 and tt0000003, 3 bits apart" in found.evidence
    # The same two pictures on one side are no leak.
    assert check_near_posters(SPLITS, [far[0], f"{1:016x}", *far[2:]], IDS).status == "passed"
    assert check_near_posters(SPLITS, [None] * 6, IDS).status == "not run"


def test_franchises(titles):
    assert check_franchises(SPLITS, np.array([0, 0, 1, 2, 2, 3]), titles).status == "passed"
    found = check_franchises(SPLITS, np.array([0, 1, 2, 3, 1, 4]), titles)
    assert found.status == "failed"
    assert "b and e" in found.evidence


def test_genre_names_in_keywords():
    clean = pd.DataFrame({"keywords_phrases": ["bank robbery|heist", None]})
    leaky = pd.DataFrame({"keywords_phrases": ["bank robbery|romantic comedy", None]})
    assert check_genre_words({"keywords": clean}, [["Crime"], []]).status == "passed"
    found = check_genre_words({"keywords": clean, "keywords:unmasked": leaky}, [["Crime"], []])
    assert found.status == "failed"
    assert "keywords:unmasked: 1 of 1 titles" in found.evidence and "'romantic comedy'" in found.evidence


def test_genre_names_that_are_kept_on_purpose_are_told():
    check = check_genre_words({}, [], ["keywords:unmasked"])
    assert check.status == "passed"
    assert "keywords:unmasked keeps them on purpose" in check.evidence


def test_genre_names_in_plot_texts():
    genres = [["Comedy"], ["War"], ["Drama"], ["Crime"], []]
    told = ["clerk inherits house", "soldier war nurse", "family moves coast", "thief last job", None]
    assert check_genre_words({"overview": pd.DataFrame({"overview_text": told[:1] * 5})}, genres).status == "passed"
    assert check_genre_words({"overview": pd.DataFrame({"overview_text": told})}, genres).status == "passed"
    written = [" ".join([*map(str.lower, own), text or "story"]) for own, text in zip(genres, told, strict=True)]
    found = check_genre_words({"overview": pd.DataFrame({"overview_text": written})}, genres)
    assert found.status == "failed"
    assert "100% of 4 texts" in found.evidence
    assert check_genre_words({}, []).status == "not run"


def test_features_known_only_after_release():
    assert check_after_release({"a": ["metadata:as_of_release", "keywords"]}, False).status == "passed"
    found = check_after_release({"a": ["metadata:as_of_release"], "b": ["metadata", "overview"]}, False)
    assert found.status == "failed"
    assert found.evidence.startswith("b: popularity, vote_average")
    declared = check_after_release({"b": ["metadata"]}, True)
    assert declared.status == "passed"
    assert "no forecast" in declared.evidence


def make_results(value: float) -> pd.DataFrame:
    rows = [("poster", "rf", "none", None, "f1_macro", value), ("all", "rf", "none", None, "f1_macro", 0.9)]
    return pd.DataFrame(rows, columns=["feature_set", "model", "balance", "label", "metric", "value"])


def test_poster_only_ceiling():
    sets = {"poster": ["brightness", "embedding:resnet50"], "all": ["metadata", "brightness"]}
    assert check_ceiling(make_results(0.35), sets, "multilabel").status == "passed"
    found = check_ceiling(make_results(0.62), sets, "multilabel")
    assert found.status == "failed"
    assert "0.620 (rf on poster)" in found.evidence
    assert check_ceiling(make_results(0.62), sets, "single").status == "not run"
    assert check_ceiling(make_results(0.62), {"all": ["metadata"]}, "multilabel").status == "not run"


def test_shuffled_labels():
    rng = np.random.default_rng(0)
    truth = (rng.random((400, 8)) < np.linspace(0.03, 0.5, 8)).astype(np.uint8)
    alarms = [check_shuffled(truth, rng.random(truth.shape)).status == "failed" for _ in range(40)]
    assert not any(alarms)
    found = check_shuffled(truth, 0.5 * truth + rng.random(truth.shape))
    assert found.status == "failed"
    assert "chance is 0.5" in found.evidence
    assert check_shuffled(np.ones((5, 2)), np.ones((5, 2))).status == "not run"


def test_train_test_gap():
    assert check_gap(0.52, 0.51, 0.99, "rf on all").status == "passed"
    found = check_gap(0.74, 0.51, 0.76, "svm on posters")
    assert found.status == "failed"
    assert "0.740 reported, 0.510 when fitted again; 0.760 on training titles (gap 0.250)" in found.evidence


def test_straddling_names_every_key_once():
    assert straddling(SPLITS, ["k", "m", None, "k", "m", None]) == [("k", 0, 3), ("m", 1, 4)]
