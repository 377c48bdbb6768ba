"""A model file is opened when it is whole and known, and refused in one sentence that names it when it is not."""

import hashlib
import json
import shutil
import warnings

import numpy as np
import pytest

from genrelab.models.file import ModelFileError, load_model, read_manifest


@pytest.fixture
def copy(hand_models, tmp_path):
    """A model and its manifest to damage; a function that rewrites the manifest."""
    for suffix in (".joblib", ".json"):
        shutil.copy(hand_models["metadata"].with_suffix(suffix), tmp_path / f"model{suffix}")
    path = tmp_path / "model.joblib"

    def change(**values):
        manifest = json.loads(path.with_suffix(".json").read_text("utf-8"))
        for name, value in values.items():
            if value is ...:
                del manifest[name]
            else:
                manifest[name] = value
        path.with_suffix(".json").write_text(json.dumps(manifest), "utf-8")

    return path, change


def test_a_hash_known_from_elsewhere_is_checked(copy):
    path, _ = copy
    known = hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_model(path, known.upper()).labels == ("Drama", "Comedy")
    with pytest.raises(ModelFileError, match=r"model\.joblib: expected sha256 000000000000…, its manifest has"):
        load_model(path, "0" * 64)


def test_a_loaded_model_says_how_well_it_did(hand_models):
    good, doubtful = (load_model(hand_models[name]).quality for name in ("metadata", "colour"))
    assert good.in_words().startswith("macro F1 0.500 (0.450 to 0.550)") and good.warning() is None
    assert "not shown to be better" in doubtful.in_words() and "Warning" in doubtful.warning()
    assert "0.500" in load_model(hand_models["metadata"])._repr_html_()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"sha256": 5}, "expected 'sha256' to be 64 hex digits, found 5"),
        ({"versions": []}, "expected 'versions' to be versions of at least python"),
        ({"versions": {}}, "expected 'versions' to be"),
        ({"versions": {"python": "3.11", "genrelab": 1}}, "expected 'versions' to be"),
        ({"network": "x"}, "expected 'network' to be a file and its sha256"),
        ({"network": {"file": 3}}, "expected 'network' to be"),
        ({"labels": "Drama"}, "expected 'labels' to be a list of names"),
        ({"kind": None}, "expected 'kind' to be"),
        ({"kind": ...}, "expected 'kind' to be"),
        ({"format": ...}, "expected a genrelab manifest"),
        ({"labels": ["Horror", "Comedy"]}, "its labels are not those of its manifest"),
        ({"features": ["keywords"]}, "its features are not those of its manifest"),
        ({"feature_columns": ["metadata_year"]}, "its feature_columns are not those of its manifest"),
        ({"kind": "single"}, "its kind is not that of its manifest"),
        ({"format": 3}, "expected format 2, found 3; install the genrelab that wrote it"),
        ({"sha256": "0" * 64}, "is not the file its manifest describes .* so it was not opened"),
        ({"format": 1}, "was written by genrelab 0.1, .* export it again with this version"),
    ],
)
def test_a_manifest_that_is_none_is_refused_before_the_model_is_opened(copy, values, told):
    path, change = copy
    change(**values)
    with pytest.raises(ModelFileError, match=told) as refused:
        load_model(path)
    assert str(path.parent) in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 100_000, '{"format": 2'])
def test_a_manifest_that_is_no_json_object_is_refused(copy, text):
    path, _ = copy
    path.with_suffix(".json").write_text(text)
    with pytest.raises(ModelFileError, match=r"model\.json: expected a genrelab manifest"):
        read_manifest(path)


def test_the_manifest_given_as_the_model_is_told(copy):
    path, _ = copy
    with pytest.raises(ModelFileError, match=r"got its manifest .*model\.json; give .*model\.joblib"):
        load_model(path.with_suffix(".json"))


def test_flipped_and_forged_files_are_refused_without_a_traceback(copy):
    path, change = copy
    content, rng = path.read_bytes(), np.random.default_rng(0)
    for number in range(50):
        data = bytearray(content)
        for place in rng.integers(0, len(data), 3):
            data[place] ^= int(rng.integers(1, 256))
        path.write_bytes(bytes(data))
        if number % 2:
            change(sha256=hashlib.sha256(data).hexdigest())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises(ModelFileError, match=r"model\.joblib"):
                load_model(path)
