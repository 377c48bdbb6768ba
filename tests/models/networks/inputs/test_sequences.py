import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from genrelab.models.networks.inputs.sequences import WordSequences

TEXTS = ["robbery bank robberies", "bank heist robbery", None, "", float("nan")]
VECTORS = {"robbery": [1.0, 0.0], "robberies": [4.0, 3.0], "bank": [0.0, 6.0], "robberi": [99.0, 99.0]}


@pytest.fixture
def glove(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("".join(f"{word} {' '.join(map(str, row))}\n" for word, row in VECTORS.items()), "utf-8")
    return path


def test_stems_are_numbered_by_frequency_then_by_the_alphabet():
    words = WordSequences().fit(TEXTS)
    assert words.numbers_ == {"robberi": 2, "bank": 3, "heist": 4}
    assert words.vocabulary_size_ == 5
    assert words.vectors_ is None
    assert words.share_found_ is None
    assert "learnt" in words.note_
    assert WordSequences(stem=False).fit(TEXTS).numbers_ == {"bank": 2, "robbery": 3, "heist": 4, "robberies": 5}


def test_the_vocabulary_counts_padding_and_unknown():
    words = WordSequences(vocabulary=4, length=3).fit(TEXTS)
    assert words.vocabulary_size_ == 4
    assert words.transform(["heist bank robber"]).tolist() == [[1, 3, 1]]


def test_sequences_are_padded_and_cut_as_keras_does():
    keras = pytest.importorskip("keras")
    words = WordSequences(length=4).fit(TEXTS)
    texts = ["heist", "bank robbery heist heist robbery bank", None, "the bank by", "casino robberies"]
    numbers = [[4], [3, 2, 4, 4, 2, 3], [], [3], [1, 2]]
    found = words.transform(texts)
    assert found.dtype == np.int32
    np.testing.assert_array_equal(found, keras.utils.pad_sequences(numbers, maxlen=4))


def test_series_frames_and_arrays_read_alike():
    words = WordSequences(length=3).fit(pd.Series(TEXTS, index=list("edcba")))
    expected = words.transform(TEXTS)
    np.testing.assert_array_equal(words.transform(pd.DataFrame({"overview_text": TEXTS})), expected)
    np.testing.assert_array_equal(words.transform(np.array(TEXTS, dtype=object)), expected)
    assert not expected[2:].any()
    assert words.transform([]).shape == (0, 3)


def test_a_stem_has_the_mean_vector_of_its_words_weighted_by_their_frequency(glove):
    words = WordSequences(vectors=glove).fit(TEXTS)
    assert words.numbers_ == {"robberi": 2, "bank": 3, "heist": 4}
    stem = np.mean([VECTORS["robbery"], VECTORS["robbery"], VECTORS["robberies"]], axis=0)
    mean = (stem + VECTORS["bank"]) / 2
    np.testing.assert_allclose(words.vectors_, [[0, 0], mean, stem, VECTORS["bank"], mean], rtol=1e-6)
    assert words.vectors_.dtype == np.float32
    assert words.share_found_ == pytest.approx(5 / 6)
    assert words.note_ == (
        "word vectors of 2 numbers from glove.txt: found for 83.3% of the words of the training texts, before stemming"
    )


def test_words_outside_the_vocabulary_count_in_the_share_but_have_no_row(glove):
    words = WordSequences(vocabulary=3, vectors=str(glove)).fit(TEXTS)
    assert words.vectors_.shape == (3, 2)
    assert words.share_found_ == pytest.approx(5 / 6)


def test_broken_lines_are_told(glove):
    with glove.open("a", encoding="utf-8") as file:
        file.write("heist 7\n")
    assert "1 of its 5 lines are broken (line 5: expected 2 numbers, found 1)" in (
        WordSequences(vectors=glove).fit(TEXTS).note_
    )


def test_words_of_most_texts_and_directed_are_left_out():
    texts = [f"directed plot word{number}" for number in range(20)]
    words = WordSequences(stem=False, length=2).fit(texts)
    assert words.left_out_ == ["plot"]
    assert "directed" not in words.numbers_
    assert words.vocabulary_size_ == 22
    assert words.transform(["plot word0", "plot", "new plot"]).tolist() == [[0, 2], [0, 0], [0, 1]]
    assert WordSequences(common=1.0).fit(texts).left_out_ == []
    assert WordSequences().fit(texts[:19]).left_out_ == []


def test_only_training_texts_make_numbers_and_the_order_of_rows_does_not_matter():
    words = WordSequences().fit(TEXTS)
    assert words.transform(["casino"])[0, -1] == 1
    assert WordSequences().fit(TEXTS[::-1]).numbers_ == words.numbers_


def test_clone_and_pickle(glove):
    words = WordSequences(length=5, vectors=glove).fit(TEXTS)
    again = clone(words).fit(TEXTS)  # pyright: ignore[reportAttributeAccessIssue]
    np.testing.assert_array_equal(again.vectors_, words.vectors_)
    loaded = pickle.loads(pickle.dumps(words))
    np.testing.assert_array_equal(loaded.transform(TEXTS), words.transform(TEXTS))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"vocabulary": 2}, "vocabulary: expected at least 3, found 2"),
        ({"length": 0}, "length: expected at least 1, found 0"),
        ({"common": 0}, "common: expected a share above 0"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        WordSequences(**parameters).fit(TEXTS)


def test_no_text_and_no_vector_are_refused(glove, tmp_path):
    with pytest.raises(ValueError, match="expected words in at least one of 2 titles, found none"):
        WordSequences().fit([None, "the by"])
    with pytest.raises(ValueError, match="found none of 2"):
        WordSequences(vectors=glove).fit(["maison chien"])
    with pytest.raises(FileNotFoundError, match="nowhere"):
        WordSequences(vectors=tmp_path / "nowhere.txt").fit(TEXTS)
