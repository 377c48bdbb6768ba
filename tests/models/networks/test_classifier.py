import os
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.metrics import recall_score
from sklearn.model_selection import GridSearchCV

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks import classifier, registry
from genrelab.models.networks.architecture import FEATURES, POSTER, TEXT, Network, Stage, Training
from genrelab.models.networks.classifier import NetworkClassifier


def build_dense(shape, labels, activation, units=0, blocks=None):
    keras = load_keras()
    hidden = [keras.layers.Dense(units, activation="relu"), keras.layers.Dropout(0.2)] if units else []
    return keras.Sequential(
        [keras.Input(shape), *hidden, keras.layers.Dense(labels, activation=activation, dtype="float32")]
    )


def build_cnn(shape, labels, activation):
    layers = load_keras().layers
    return load_keras().Sequential(
        [
            load_keras().Input(shape, dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.RandomFlip("horizontal"),
            layers.Conv2D(4, 3, activation="tanh"),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.1),
            layers.Dense(labels, activation=activation, dtype="float32"),
        ]
    )


def build_text(shape, labels, activation, vocabulary, vectors=None):
    layers = load_keras().layers
    return load_keras().Sequential(
        [
            load_keras().Input(shape, dtype="int32"),
            layers.Embedding(vocabulary, 8),
            layers.GlobalAveragePooling1D(),
            layers.Dense(labels, activation=activation, dtype="float32"),
        ]
    )


TRAINING = Training((Stage(4, 0.05),), batch_size=32)
DENSE = Network("dense", "", FEATURES, build_dense, TRAINING, options={"units": 0})
CNN = Network("cnn", "", POSTER, build_cnn, replace(TRAINING, batch_size=8), size=(24, 16))


def numbers(rows=400, seed=0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(rows, 2)), columns=["metadata_year", "metadata_runtime"], dtype=np.float32)
    noise = rng.normal(size=rows)
    return X, np.column_stack([X.metadata_year > 0, X.metadata_runtime + noise > 2.4]).astype(np.uint8)


def features(network=DENSE, **rest):
    return NetworkClassifier(network, specs=("metadata",), **rest)


@pytest.fixture(scope="module")
def posters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posters")
    rng, paths, bright = np.random.default_rng(0), [], rng_bits(60)
    for number, light in enumerate(bright):
        noise = rng.integers(0, 60, (44, 30, 3)) + 180 * light
        Image.fromarray(noise.astype(np.uint8)).save(folder / f"{number}.png")
        paths.append(str(folder / f"{number}.png"))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    paths[7], paths[11], paths[12] = None, str(folder / "broken.jpg"), str(folder / "absent.jpg")
    return pd.DataFrame({"image_path": paths}), np.where(bright, "light", "dark")


def rng_bits(number):
    return np.random.default_rng(1).integers(0, 2, number)


@pytest.fixture(scope="module")
def on_posters(posters):
    return NetworkClassifier(CNN, epochs=6).fit(*posters)


def test_posters_are_learnt_and_bad_ones_predicted_as_frequencies(posters, on_posters):
    X, y = posters
    found = on_posters.predict_proba(X)
    assert on_posters.classes_.tolist() == ["dark", "light"]
    assert found.shape == (60, 2) and found.dtype == np.float64 and np.allclose(found.sum(axis=1), 1)
    bad = [7, 11, 12]
    assert np.allclose(found[bad], [(y == "dark").mean(), (y == "light").mean()])
    good = np.delete(np.arange(60), bad)
    assert (on_posters.predict(X)[good] == y[good]).mean() > 0.9
    assert on_posters.notes_[0].startswith("3 of 60 titles without a readable poster were left out")
    assert not hasattr(on_posters, "thresholds_")
    alone = np.vstack([on_posters.predict_proba(X.iloc[[row]]) for row in (0, 7, 30)])
    assert np.allclose(alone, found[[0, 7, 30]], atol=1e-5)
    assert on_posters.predict_proba(X.iloc[:0]).shape == (0, 2)


def test_same_seed_same_weights_whatever_the_workers(posters):
    first, second, other = (
        NetworkClassifier(CNN, epochs=2, workers=workers, random_state=seed).fit(*posters).model_.get_weights()
        for workers, seed in ((1, 3), (4, 3), (4, 4))
    )
    assert all(a.tobytes() == b.tobytes() for a, b in zip(first, second, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_shrink(posters):
    model = NetworkClassifier(CNN, epochs=1, shrink=0.5).fit(*posters)
    assert model.model_.input_shape == (None, 12, 8, 3)
    assert "posters at 0.5 of the study's sides: 12 × 8 pixels" in model.notes_


def test_mixed_precision_gives_whole_probabilities(posters, monkeypatch):
    monkeypatch.setattr(classifier, "auto_precision", lambda: "bfloat16")
    model = NetworkClassifier(CNN, epochs=1).fit(*posters)
    assert {layer.compute_dtype for layer in model.model_.layers} == {"bfloat16", "float32"}
    assert {str(variable.dtype) for variable in model.model_.trainable_variables} == {"float32"}
    assert np.allclose(model.predict_proba(posters[0]).sum(axis=1), 1)
    assert load_keras().config.dtype_policy().name == "float32"


def test_class_weights_act_on_each_label():
    X, Y = numbers()
    held, truth = numbers(seed=1)
    assert Y[:, 1].mean() < 0.1
    recalls = {}
    for balance in ("none", "log", "balanced"):
        model = features(balance=balance, epochs=8, threshold=0.5).fit(X, Y)
        recalls[balance] = recall_score(truth, model.predict(held), average=None)
    assert recalls["none"][1] + 0.2 < recalls["balanced"][1] > 0.6
    assert recalls["none"][1] <= recalls["log"][1] <= recalls["balanced"][1]
    assert abs(recalls["none"][0] - recalls["balanced"][0]) < 0.15  # the even label hardly changes


def test_label_weights_of_the_study_act():
    X, Y = numbers(rows=100)
    largest = replace(DENSE, training=replace(TRAINING, label_weights="largest"))
    plain, weighed = (features(network, epochs=1).fit(X, Y).history_[0]["loss"] for network in (DENSE, largest))
    assert plain != weighed


def test_thresholds():
    X, Y = numbers()
    Y = np.column_stack([Y, np.zeros(len(Y), dtype=int)])  # a label never seen
    model = features(epochs=2).fit(X, Y)
    assert model.thresholds_.shape == (3,) and model.thresholds_[2] == 0.5 and model.thresholds_[1] != 0.5
    assert np.array_equal(model.predict(X), model.predict_proba(X) >= model.thresholds_)
    assert model.classes_.tolist() == [0, 1, 2]
    study = replace(DENSE, training=replace(TRAINING, threshold=0.4))
    for threshold, expected in (("study", 0.4), (0.2, 0.2)):
        assert features(study, epochs=1, threshold=threshold).fit(X, Y).thresholds_.tolist() == [expected] * 3
    assert features(study, epochs=2, threshold=None).fit(X, Y).thresholds_.tolist() == model.thresholds_.tolist()


def test_monitor_is_accuracy_of_classes(posters):
    X, Y = numbers(rows=120)
    watched = replace(DENSE, training=replace(TRAINING, monitor="accuracy"))
    model = features(watched, epochs=3).fit(X, Y[:, 0])
    assert all(0 <= entry["monitor"] <= 1 for entry in model.history_)
    assert all(round(entry["monitor"] * 17, 6) % 1 == 0 for entry in model.history_)  # of 120 / 7 rows


def test_texts_without_a_word_are_left_out():
    network = Network("words", "", TEXT, build_text, TRAINING, options={"vocabulary": 50, "vectors": None})
    texts = ["robbed bank tonight", "wedding kiss garden", "robbed vault money", "kiss church wedding", None] * 20
    y = np.array([0, 1, 0, 1, 1] * 20)
    model = NetworkClassifier(network, options={"length": 4}, epochs=15).fit(pd.DataFrame({"overview_text": texts}), y)
    assert model.model_.input_shape == (None, 4)
    found = model.predict(pd.DataFrame({"overview_text": ["robbed vault tonight", "garden wedding", None]}))
    assert found.tolist() == [0, 1, 1]
    assert "20 of 100 titles without an overview" in model.notes_[0] and "learnt" in model.notes_[1]


def test_grid_search_and_clone():
    X, Y = numbers(rows=150)
    model = features(epochs=3)
    assert clone(model).get_params() == model.get_params()  # pyright: ignore[reportAttributeAccessIssue]
    before = repr(model.get_params())
    search = GridSearchCV(model, {"learning_rate": [1e-6, 0.1]}, cv=2).fit(X, Y[:, 0])
    assert search.best_params_ == {"learning_rate": 0.1} and search.best_score_ > 0.8
    assert repr(model.get_params()) == before and not hasattr(model, "classes_")


def test_a_pickle_needs_nothing_but_itself(posters, tmp_path, monkeypatch):
    X, y = posters
    monkeypatch.setitem(registry.NETWORKS, "cnn", CNN)
    model = NetworkClassifier("cnn", epochs=1).fit(X, y)
    expected = model.predict_proba(X)
    content = pickle.dumps(model)
    assert np.array_equal(model.predict_proba(X), expected)
    (tmp_path / "model.pickle").write_bytes(content)
    np.save(tmp_path / "expected.npy", expected)
    X.to_pickle(tmp_path / "X.pickle")
    code = """
import pickle, sys
import numpy as np, pandas as pd
model = pickle.load(open("model.pickle", "rb"))
assert "keras" not in sys.modules
assert np.allclose(model.predict_proba(pd.read_pickle("X.pickle")), np.load("expected.npy"), atol=1e-6)
assert model.predict(pd.read_pickle("X.pickle")).dtype.kind == "U"
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, env=dict(os.environ))


def test_model_can_be_kept_elsewhere(posters, on_posters):
    X, _ = posters
    model = pickle.loads(pickle.dumps(on_posters))
    expected = model.predict_proba(X)
    keras_model = model.detach()
    assert len(pickle.dumps(model)) < 20_000
    with pytest.raises(ValueError, match="attach"):
        model.predict_proba(X)
    assert np.array_equal(pickle.loads(pickle.dumps(model)).attach(keras_model).predict_proba(X), expected)


def test_without_enough_titles_there_are_frequencies(posters):
    X, _ = posters
    none = pd.DataFrame({"image_path": [None] * 4})
    model = NetworkClassifier(CNN).fit(none, np.array([0, 0, 0, 1]))
    assert model.predict_proba(X.iloc[:1]).tolist() == [[0.75, 0.25]]
    assert "was not trained (too few titles or one class" in model.notes_[1]
    assert model.detach() is None and pickle.loads(pickle.dumps(model)).predict(X.iloc[:1]).tolist() == [0]
    X, Y = numbers(rows=5)
    assert features(epochs=1).fit(X, np.zeros(5)).predict_proba(X).tolist() == [[1.0]] * 5
    assert features(epochs=1).fit(X, Y).predict_proba(X).shape == (5, 2)
    lost = features(epochs=2, learning_rate=np.inf).fit(X, Y)
    assert "its loss was never finite" in lost.notes_[0]
    assert np.allclose(lost.predict_proba(X), Y.mean(axis=0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"balance": "smote"},
        {"validation": 0.0},
        {"members": 0},
        {"validation": 0.9},
        {"shrink": 0.0},
        {"threshold": "best"},
        {"epochs": 0},
        {"options": {"depth": 3}},
        {"network": "no_such_network"},
        {"specs": None},
    ],
)
def test_parameters_out_of_range_are_named(wrong):
    X, Y = numbers(rows=20)
    with pytest.raises(ValueError, match=next(iter(wrong)).rstrip("s")):
        features().set_params(**wrong).fit(X, Y)


def test_tables_only():
    X, Y = numbers(rows=20)
    with pytest.raises(TypeError, match="expected a feature table"):
        features().fit(X.to_numpy(), Y)
    with pytest.raises(ValueError, match="20 and 19"):
        features().fit(X, Y[:-1])
    with pytest.raises(ValueError, match="image_path"):
        NetworkClassifier(CNN).fit(X, Y)


def test_members_are_averaged_in_one_model_and_every_row_chooses_thresholds(tmp_path):
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(90, 3)).astype(np.float32), columns=[f"metadata_{k}" for k in "abc"])
    Y = (X.to_numpy()[:, :2] + rng.normal(size=(90, 2)) > 0.3).astype(np.uint8)
    alone = NetworkClassifier(DENSE, specs=("metadata",), threshold=None).fit(X, Y)
    model = NetworkClassifier(DENSE, specs=("metadata",), threshold=None, members=3, checkpoint=tmp_path).fit(X, Y)
    assert len(model.history_) == 3 * len(alone.history_) and len(list(tmp_path.iterdir())) == 3
    members = [layer for layer in model.model_.layers if isinstance(layer, load_keras().Model)]
    reader = model.reader_
    inputs = np.concatenate([batch for _, batch in reader.source(X).batches(np.arange(90), 90, 1)])
    mean = np.mean([member.predict_on_batch(inputs) for member in members], axis=0)
    np.testing.assert_allclose(model.predict_proba(X), mean, atol=1e-6)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_allclose(again.predict_proba(X), mean, atol=1e-6)
    # Every member's training is found finished.
    resumed = clone(model).fit(X, Y)  # pyright: ignore[reportAttributeAccessIssue]
    np.testing.assert_array_equal(resumed.thresholds_, model.thresholds_)


def test_a_network_with_gates_says_what_it_used():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"metadata_year": rng.normal(size=60), "keywords_words": ["war ship"] * 30 + ["love song"] * 30})
    X["keywords_phrases"] = X["keywords_words"]
    X.loc[5, ["keywords_words", "keywords_phrases"]] = None
    Y = np.column_stack([np.arange(60) < 30, np.arange(60) % 3 == 0]).astype(np.uint8)
    model = NetworkClassifier("multimodal", specs=("metadata", "keywords"), epochs=2, members=2).fit(X, Y)
    used = model.branch_use(X)
    assert list(used.columns) == ["text", "metadata"]
    np.testing.assert_allclose(used.sum(axis=1), 1, atol=1e-3)  # bfloat16 on a card
    assert used.loc[5].tolist() == pytest.approx([0, 1], abs=1e-6) and 0 < used.loc[6, "text"] < 1
    assert NetworkClassifier(DENSE, specs=("metadata",)).fit(X[["metadata_year"]], Y).branch_use(X) is None
