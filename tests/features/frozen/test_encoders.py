import json

import pytest

from genrelab.features.frozen.encoders import PictureEncoder, TextEncoder, read_encoders

TEXT = {"name": "tiny", "kind": "text", "file": "net.onnx", "tokenizer": "tokenizer.json"}
PICTURE = {"name": "eye", "kind": "picture", "file": "net.onnx", "input_size": [6, 4]}


def described(tmp_path, *entries):
    (tmp_path / "net.onnx").write_bytes(b"network")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    path = tmp_path / "encoders.json"
    path.write_text(json.dumps(list(entries)))
    return path


def test_a_text_encoder_has_the_defaults_of_its_kind(tmp_path):
    (encoder,) = read_encoders(described(tmp_path, TEXT))
    assert isinstance(encoder, TextEncoder)
    assert (encoder.pooling, encoder.normalise, encoder.max_tokens, encoder.prefix) == ("mean", False, 256, "")
    assert encoder.file == str(tmp_path / "net.onnx")


def test_a_picture_encoder_says_what_its_network_expects(tmp_path):
    entry = PICTURE | {"mean": 127, "deviation": [1, 2, 4], "divisor": 1, "order": "BGR", "resize": "crop"}
    (encoder,) = read_encoders(described(tmp_path, entry))
    assert isinstance(encoder, PictureEncoder)
    assert encoder.preprocessing == ((2, 1, 0), 1.0, (127.0, 127.0, 127.0), (1.0, 2.0, 4.0))
    assert (encoder.input_size, encoder.resize, encoder.pooling) == ((6, 4), "crop", "none")


def test_entries_without_a_kind_are_weights_of_keras_and_left_to_their_reader(tmp_path):
    path = described(tmp_path, {"name": "resnet50", "backbone": "ResNet50"}, TEXT)
    assert [encoder.name for encoder in read_encoders(path)] == ["tiny"]


@pytest.mark.parametrize(
    "change", [{"pooling": "max"}, {"max_tokens": 8}, {"prefix": "query: "}, {"normalise": True}, {"output": "x"}]
)
def test_whatever_changes_a_vector_changes_the_identity(tmp_path, change):
    plain, changed = read_encoders(described(tmp_path, TEXT, TEXT | change | {"name": "other"}))
    assert plain.identity() != changed.identity()


def test_the_name_alone_does_not_change_the_identity(tmp_path):
    one, other = read_encoders(described(tmp_path, TEXT, TEXT | {"name": "other", "licence": "MIT"}))
    assert one.identity() == other.identity()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (TEXT | {"kind": "sound"}, "expected kind text or picture, found 'sound'"),
        (TEXT | {"pooling": "sum"}, "pooling: expected one of mean, cls, max, none, found 'sum'"),
        (TEXT | {"max_tokens": 3}, "max_tokens: expected a whole number of at least 8, found 3"),
        (TEXT | {"layout": "NCHW"}, "unknown key 'layout'"),
        (TEXT | {"file": None}, "expected the path of its file, found None"),
        (PICTURE | {"input_size": [6]}, r"expected input_size \[height, width\] in pixels, found \[6\]"),
        (PICTURE | {"deviation": [1, 0, 1]}, "deviation: expected one number or three"),
        (PICTURE | {"mean": "grey"}, "mean: expected one number or three"),
    ],
)
def test_a_wrong_entry_is_named_with_what_was_expected(tmp_path, entry, words):
    with pytest.raises(ValueError, match=words):
        read_encoders(described(tmp_path, entry))


def test_a_file_that_is_absent_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"encoder 'tiny': .*gone\.onnx does not exist"):
        read_encoders(described(tmp_path, TEXT | {"file": "gone.onnx"}))
    with pytest.raises(FileNotFoundError, match="expected a description file"):
        read_encoders(tmp_path / "nothing.json")


@pytest.mark.parametrize("text", ["{", "{}", "[1]"])
def test_what_is_no_list_of_descriptions_is_refused(tmp_path, text):
    path = tmp_path / "encoders.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="a list with one object per encoder"):
        read_encoders(path)


def test_the_label_says_which_file_under_which_terms_for_which_languages(tmp_path):
    entry = TEXT | {"licence": "MIT", "languages": "English", "sha256": "01234567" * 8}
    (encoder,) = read_encoders(described(tmp_path, entry))
    assert encoder.label == f"tiny, {tmp_path.name}/net.onnx (01234567, MIT, languages: English)"
