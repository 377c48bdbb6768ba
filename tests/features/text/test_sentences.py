import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.features.frozen.hub import resolve_text
from genrelab.features.store import FeatureStore
from genrelab.features.text.parts import parse_name
from genrelab.features.text.sentences import sentence_texts, sentences

TITLES = pd.DataFrame(
    {
        "title": ["Ghost", "Night film", "Ghost"],
        "keywords": [["bank", "heist", "romantic comedy"], None, []],
        "overview": ["A bank heist.", None, "Documentary"],
    }
)
LENGTH = {"bank": 1, "heist": 2, "ghost": 4}


@pytest.fixture
def encoder(tmp_path, tiny_encoders):
    return replace(resolve_text(str(tiny_encoders.text(tmp_path / "tiny"))), normalise=False)


def vector(*numbers):
    numbers = np.array(numbers, dtype=float)
    return [numbers.mean(), (numbers**2).mean(), 1.0]


def test_each_part_is_the_mean_of_its_words(encoder):
    frame = sentences(TITLES, encoder)
    assert frame.columns[:2].tolist() == ["sentences_tiny_plot_0000", "sentences_tiny_plot_0001"]
    # "A bank heist .": the first word and the full stop are unknown, number 0.
    np.testing.assert_allclose(frame.iloc[0, :3], vector(0, 1, 2, 0))
    np.testing.assert_allclose(frame.iloc[0, 3:6], vector(1, 0, 2))  # "bank, heist"; the genre is masked
    np.testing.assert_allclose(frame.iloc[0, 6:], vector(4))
    np.testing.assert_allclose(frame.iloc[1, 6:], vector(7, 6))


def test_a_part_that_is_missing_stays_missing(encoder):
    frame = sentences(TITLES, encoder)
    assert frame.iloc[1, :6].isna().all()
    assert frame.iloc[2, :6].isna().all()  # a list without phrases, and a plot that only names its genre
    assert not frame.iloc[:, 6:].isna().any().any()


def test_chosen_parts_only(encoder):
    frame = sentences(TITLES, encoder, ["title"])
    assert frame.shape == (3, 3)


def test_a_catalogue_without_any_text_has_one_empty_column_a_part(encoder):
    frame = sentences(pd.DataFrame({"year": [1999]}), replace(encoder, width=3), ["plot"])
    assert frame.shape == (1, 3)
    assert frame.isna().all().all()


def test_alone_or_in_any_batch_a_text_has_the_same_vector(encoder):
    together = sentences(TITLES, encoder, batch_size=1)
    pd.testing.assert_frame_equal(together, sentences(TITLES, encoder, batch_size=3))
    alone = pd.concat([sentences(TITLES.iloc[[row]], encoder) for row in range(3)])
    pd.testing.assert_frame_equal(together, alone)


def test_a_text_is_encoded_once_and_then_read_from_the_store(encoder, tmp_path):
    store, counts = FeatureStore(tmp_path / "store"), []
    first = sentences(TITLES, encoder, store=store, progress=counts.append)
    assert sum(counts) == 9  # three titles, three parts, missing ones and doubles included
    Path(encoder.file).unlink()
    pd.testing.assert_frame_equal(first, sentences(TITLES, encoder, store=store))


def test_a_killed_run_keeps_what_was_encoded(encoder, tmp_path):
    store = FeatureStore(tmp_path / "store")

    calls = []

    def stop(count):
        calls.append(count)
        if len(calls) == 3:  # what is missing, what the store had, the first text
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sentences(TITLES, encoder, store=store, batch_size=1, progress=stop)
    counts = []
    sentences(TITLES, encoder, store=store, batch_size=1, progress=counts.append)
    assert counts[:2] == [4, 1]  # of nine, four are missing and one was kept


def test_long_texts_are_cut_and_a_prefix_counts(encoder):
    titles = pd.DataFrame({"title": ["ghost " * 50 + "bank " * 50]})
    cut = replace(encoder, max_tokens=8)
    np.testing.assert_allclose(sentences(titles, cut, ["title"]).iloc[0], vector(4))
    prefixed = replace(encoder, prefix="bank ")
    np.testing.assert_allclose(sentences(TITLES.iloc[[0]], prefixed, ["title"]).iloc[0], vector(1, 4))


def test_a_network_that_pools_itself_is_taken_as_it_is(tmp_path, tiny_encoders):
    encoder = replace(resolve_text(str(tiny_encoders.text(tmp_path / "own", pooled=True))), normalise=False)
    np.testing.assert_allclose(sentences(TITLES.iloc[[1]], encoder, ["title"]).iloc[0], [7.0, 49.0, 1.0])


def test_masking_can_be_left_out():
    assert sentence_texts(TITLES, "keywords", masked=False)[0] == "bank, heist, romantic comedy"
    assert sentence_texts(TITLES, "plot", masked=False)[2] == "Documentary"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("keywords", "bank|heist", "expected a list of phrases or null, found 'bank|heist'"),
        ("overview", 7, "expected text or null, found 7"),
    ],
)
def test_a_value_of_another_kind_names_its_title(column, value, words):
    titles = pd.DataFrame({"imdb_id": ["tt0000001"], column: [value]})
    part = "keywords" if column == "keywords" else "plot"
    with pytest.raises(ValueError) as caught:
        sentence_texts(titles, part)
    assert "row 0 (tt0000001)" in str(caught.value) and words in str(caught.value)


def test_names_and_parts():
    assert parse_name("multi@plot") == ("multi", ("plot",))
    with pytest.raises(ValueError, match="expected parts among plot, keywords, title, found 'poster'"):
        parse_name("minilm@poster")
    with pytest.raises(ValueError, match="expected the name of an encoder"):
        parse_name("@plot")


def test_a_file_that_is_no_tokenizer_is_named(encoder):
    Path(encoder.tokenizer).write_text("{}")
    with pytest.raises(ValueError, match=r"tokenizer\.json is no tokenizer\.json|is no tokenizer"):
        sentences(TITLES, encoder)


@pytest.mark.real_data
def test_minilm_puts_like_beside_like():
    place = os.environ.get("GENRELAB_ENCODERS", "")
    if not (Path(place) / "minilm" / "model.onnx").is_file():
        pytest.skip("needs $GENRELAB_ENCODERS with a folder minilm (all-MiniLM-L6-v2 as ONNX)")
    encoder = resolve_text("minilm", f"imagenet{os.pathsep}{place}")
    titles = pd.DataFrame({"overview": ["A gang robs a bank.", "Thieves plan a heist.", "Two nuns sing in a choir."]})
    rows = sentences(titles, encoder, ["plot"]).to_numpy()
    assert rows.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-5)
    assert rows[0] @ rows[1] > 2 * abs(rows[0] @ rows[2])


def test_titles_without_any_text_have_the_same_columns(tmp_path, tiny_encoders):
    encoder = resolve_text(str(tiny_encoders.text(tmp_path / "tiny")))
    some = sentences(pd.DataFrame({"title": ["Heist night"], "overview": [None]}), encoder)
    none = sentences(pd.DataFrame({"title": [None], "overview": [None]}), encoder)
    assert none.columns.tolist() == some.columns.tolist() and none.isna().all(axis=None)
