"""Genres asked for in words: angles between a poster's vector and prompts, worked out by hand."""

import numpy as np
import pytest

from genrelab.features.frozen.encoders import PictureEncoder, read_encoders
from genrelab.features.frozen.hub import resolve_picture
from genrelab.features.text.prompts import genre_similarities, prompts_of

MEANINGS = {"horror": [1.0, 0.0, 0.0], "comedy": [0.0, 1.0, 0.0], "fiction": [0.0, 0.0, 1.0]}
OTHER = np.full(3, 0.1)


def unit(row):
    return np.asarray(row) / np.linalg.norm(row)


@pytest.fixture
def encoder(tmp_path, tiny_encoders):
    (found,) = read_encoders(tiny_encoders.asked(tmp_path / "asked", MEANINGS, scale=10))
    return found


def test_a_poster_is_nearest_to_the_genre_whose_colour_it_has(encoder):
    posters = np.array([[1.0, 0.0, 0.0], [0.0, 0.4, 0.0], [0.2, 0.2, 0.2], [np.nan] * 3])
    nearer = genre_similarities(posters, encoder.text, ["Horror", "Comedy"])
    # "a poster of a horror film": five other words and one that means red; "a poster of a film": five others.
    horror = unit(5 * OTHER + [1, 0, 0])
    plain = unit(OTHER)
    assert nearer[0, 0] == pytest.approx(10 * (horror @ [1, 0, 0] - plain @ [1, 0, 0]), rel=1e-5)
    assert nearer[1, 0] == pytest.approx(10 * (horror @ [0, 1, 0] - plain @ [0, 1, 0]), rel=1e-5)
    assert nearer[:2].argmax(axis=1).tolist() == [0, 1]
    assert (nearer[2] < 0).all(), "grey is nearer to no genre at all"
    assert np.isnan(nearer[3]).all()


def test_several_prompts_are_one_by_their_mean(tmp_path, tiny_encoders):
    prompts = ["a {genre} film", "{genre}"]
    (encoder,) = read_encoders(tiny_encoders.asked(tmp_path / "asked", MEANINGS, prompts=prompts, scale=1))
    assert isinstance(encoder, PictureEncoder) and encoder.text is not None
    red = np.array([[1.0, 0.0, 0.0]])
    both = unit(unit(2 * OTHER + [1, 0, 0]) + unit([1, 0, 0]))
    assert prompts_of(encoder.text, None) == ["a film", ""]
    with_empty = genre_similarities(red, encoder.text, ["Horror"])
    assert with_empty[0, 0] < both @ [1, 0, 0]


def test_a_text_side_may_pad(tmp_path, tiny_encoders):
    loose, padded = (
        read_encoders(tiny_encoders.asked(tmp_path / name, MEANINGS, max_tokens=8, pad=pad, scale=1))[0]
        for name, pad in (("loose", False), ("padded", True))
    )
    assert isinstance(loose, PictureEncoder) and isinstance(padded, PictureEncoder)
    assert loose.text is not None and padded.text is not None
    red = np.array([[1.0, 0.0, 0.0]])
    # Two more words of no meaning: the prompt's vector turns away from red.
    expected = [unit(words * OTHER + [1, 0, 0])[0] - unit(OTHER)[0] for words in (5, 7)]
    found = [genre_similarities(red, side, ["Horror"])[0, 0] for side in (loose.text, padded.text)]
    assert found == pytest.approx(expected, rel=1e-5)
    assert loose.text.identity() != padded.text.identity()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompts": ["a film"]}, r"expected a list of texts, each with one \{genre\}"),
        ({"prompts": []}, "expected a list of texts"),
        ({"scale": 0}, "scale: expected a number above 0, found 0"),
        ({"speed": 1}, "text: unknown key 'speed'"),
        ({"tokenizer": "nothing.json"}, "nothing.json does not exist"),
    ],
)
def test_a_wrong_description_is_refused(tmp_path, tiny_encoders, change, words):
    with pytest.raises((ValueError, FileNotFoundError), match=words):
        read_encoders(tiny_encoders.asked(tmp_path / "asked", MEANINGS, **change))


def test_texts_of_another_space_are_refused(encoder):
    with pytest.raises(ValueError, match="found 3 values for a text and 5 for a poster"):
        genre_similarities(np.ones((1, 5)), encoder.text, ["Horror"])


def test_prompts_change_the_label_but_no_vector(tmp_path, tiny_encoders, encoder):
    (other,) = read_encoders(tiny_encoders.asked(tmp_path / "other", MEANINGS, prompts=["{genre}"]))
    assert other.identity() == encoder.identity() and other.label != encoder.label


def test_a_known_encoder_has_a_text_side_where_its_files_lie(tmp_path, tiny_encoders):
    tiny_encoders.asked(tmp_path / "clip_b32", MEANINGS)
    (tmp_path / "clip_b32" / "encoders.json").unlink()
    (tmp_path / "clip_b32" / "model.onnx").rename(tmp_path / "clip_b32" / "vision_model.onnx")
    found = resolve_picture("clip_b32", f"random:{tmp_path / 'clip_b32'}")
    assert (
        found.text is not None
        and found.text.encoder.max_tokens == 77
        and found.text.prompts == ("a poster of a {genre} film",)
    )
    (tmp_path / "clip_b32" / "text_model.onnx").unlink()
    assert resolve_picture("clip_b32", f"random:{tmp_path / 'clip_b32'}").text is None
