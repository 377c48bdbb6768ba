import importlib
import json
import logging
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.architecture import Stage, Training
from genrelab.models.networks.inputs.readers import MatrixSource
from genrelab.models.networks.training.checkpoint import FILE
from genrelab.models.networks.training.loop import Task, batch_length, train

# A module of its own, because a second process trains the same.
SCRIPT = """
import logging
import time

import numpy as np
import pandas as pd

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.architecture import FEATURES, Network, Stage, Training
from genrelab.models.networks.classifier import NetworkClassifier


def build(shape, labels, activation):
    keras = load_keras()
    hidden = [keras.layers.Dense(16, activation="relu"), keras.layers.BatchNormalization(), keras.layers.Dropout(0.3)]
    last = keras.layers.Dense(labels, activation=activation, dtype="float32")
    return keras.Sequential([keras.Input(shape), *hidden, last])


def freeze(model):
    model.layers[0].trainable = False


STAGES = (Stage(4, 0.05), Stage(6, 0.01, freeze))
NETWORK = Network("tiny", "", FEATURES, build, Training(STAGES, batch_size=16, plateau=2))


def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 2)), columns=["metadata_year", "metadata_runtime"])
    return X, np.column_stack([X.metadata_year > 0, X.metadata_runtime > 0.8]).astype(int)


def model(folder):
    return NetworkClassifier(NETWORK, specs=("metadata",), checkpoint=folder)


def main(folder):
    slow = logging.Handler()
    slow.emit = lambda record: time.sleep(0.2)  # so that it can be killed in the midst
    logging.getLogger("genrelab.networks").addHandler(slow)
    logging.getLogger("genrelab.networks").setLevel("INFO")
    model(folder).fit(*data())
"""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    (tmp_path / "tiny_training.py").write_text(SCRIPT)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("tiny_training")
    yield module
    del sys.modules["tiny_training"]


def epochs_on_disk(folder):
    try:
        with (folder / "member0" / FILE).open("rb") as file, np.load(file) as stored:
            return len(json.loads(str(stored["about"]))["history"])
    except FileNotFoundError:
        return 0


def without_seconds(history):
    return [{key: value for key, value in entry.items() if key != "seconds"} for entry in history]


def same_weights(one, other):
    pairs = zip(one.get_weights(), other.get_weights(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.slow
def test_a_killed_training_resumes_to_the_same_weights(tiny, tmp_path, caplog):
    folder = tmp_path / "state"
    command = [sys.executable, "-c", f"import tiny_training; tiny_training.main({str(folder)!r})"]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    undisturbed = tiny.model(None).fit(*tiny.data())
    deadline = time.monotonic() + 120
    while epochs_on_disk(folder) < 6 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -9
    done = epochs_on_disk(folder)
    assert 6 <= done < 10
    with caplog.at_level(logging.INFO, "genrelab.networks"):
        resumed = tiny.model(folder).fit(*tiny.data())
    assert len(caplog.messages) == 10 - done  # what was done is not done again
    assert without_seconds(resumed.history_) == without_seconds(undisturbed.history_)
    assert same_weights(resumed.model_, undisturbed.model_)
    assert resumed.thresholds_.tolist() == undisturbed.thresholds_.tolist()
    caplog.clear()
    again = tiny.model(folder).fit(*tiny.data())
    assert not caplog.messages and same_weights(again.model_, undisturbed.model_)
    other = tiny.model(folder).set_params(random_state=1, epochs=1).fit(*tiny.data())
    assert len(other.history_) == 2 and not same_weights(other.model_, undisturbed.model_)


def dense(width, *layers, labels=2):
    keras = load_keras()
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((width,)), *layers, keras.layers.Dense(labels, activation="sigmoid")])


def task(rows=120, **rest):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 3)).astype(np.float32)
    Y = np.column_stack([X[:, 0] > 0, X[:, 1] > 0]).astype(np.float32)
    parts = np.arange(rows * 3 // 4), np.arange(rows * 3 // 4, rows)
    source = MatrixSource(X, np.ones(rows, dtype=bool))
    return Task("tiny", source, Y, np.ones_like(Y), *parts, True, **rest)


def test_stages_freeze_rates_and_the_best_epoch(caplog):
    layers = load_keras().layers
    model = dense(3, layers.Dense(8, activation="relu"))
    seen = []

    def freeze_first(own):
        own.layers[0].trainable = False
        seen.append(own.layers[0].get_weights()[0])

    def free_all(own):
        own.layers[0].trainable = True
        seen.append(own.layers[0].get_weights()[0])

    stages = (Stage(2, 0.05, freeze_first), Stage(3, 0.02, free_all))
    with caplog.at_level(logging.INFO, "genrelab.networks"):
        state = train(model, Training(stages, batch_size=16, halve_every=1, clip_norm=1.0), task())
    assert np.array_equal(*seen)
    assert not np.array_equal(seen[1], model.layers[0].get_weights()[0])
    assert [entry["stage"] for entry in state.history] == [1, 1, 2, 2, 2]
    assert [entry["epoch"] for entry in state.history] == [1, 2, 3, 4, 5]
    rates = [entry["learning_rate"] for entry in state.history]
    assert rates == pytest.approx([0.05, 0.025, 0.02, 0.01, 0.005])
    losses = [entry["validation_loss"] for entry in state.history]
    assert losses[-1] < losses[0] and losses == [entry["monitor"] for entry in state.history]
    assert set(state.history[0]) == set(
        "stage epoch loss accuracy validation_loss validation_accuracy validation_f1 monitor learning_rate "
        "seconds".split()
    )
    assert state.history[-1]["accuracy"] > state.history[0]["accuracy"]
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), state.best, strict=False))
    assert caplog.messages[2].startswith("tiny: epoch 3 of 5, loss 0.") and caplog.messages[2].endswith(" left")
    assert not model.compiled  # it saves without optimizer and loss


@pytest.mark.parametrize("threshold", [0.5, 0.3])
def test_the_history_tells_what_the_kept_network_scores(threshold):
    """One epoch at a rate of zero: all rows of all batches are judged with the weights of the start."""
    from sklearn.metrics import f1_score

    model, own = dense(3), task(threshold=threshold)
    (entry,) = train(model, Training((Stage(1, 0.0),), batch_size=16), own).history
    output = model.predict(own.source.matrix, verbose=0)
    right = ((output >= 0.5) == (own.targets > 0)).mean(axis=1)
    loss = -(own.targets * np.log(output) + (1 - own.targets) * np.log1p(-output)).mean(axis=1)
    assert entry["loss"] == pytest.approx(loss[own.train].mean(), rel=1e-4), "of the epoch, not of its last batch"
    assert entry["accuracy"] == pytest.approx(right[own.train].mean(), abs=1e-6)
    assert entry["validation_accuracy"] == pytest.approx(right[own.watch].mean(), abs=1e-6)
    wanted = f1_score(own.targets[own.watch], output[own.watch] >= threshold, average=None)
    assert entry["validation_f1"] == pytest.approx(np.asarray(wanted).tolist())


def test_bounds_on_the_gradient_bound_the_step():
    """Plain descent moves the weights by rate times gradient: at most rate times the bound."""
    steps = []
    for bound in (None, 1e-3):
        model = dense(3)
        before = model.get_weights()
        own = task(rows=8)
        train(model, Training((Stage(1, 1.0),), batch_size=16, optimizer="sgd", clip_norm=bound), own)
        steps.append(np.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(before, model.get_weights(), strict=True))))
    assert steps[0] > 0.05 and steps[1] == pytest.approx(1e-3, rel=1e-3)


def test_a_loss_that_is_not_finite_ends_the_training():
    own = task()
    own.source.matrix[3] = np.nan
    state = train(dense(3), Training((Stage(5, 0.1), Stage(5, 0.1)), batch_size=16), own)
    assert not state.best and len(state.history) == 2


def test_unknown_optimizer():
    with pytest.raises(ValueError, match="expected adam or sgd, found 'lion'"):
        train(dense(3), Training((Stage(1, 0.1),), optimizer="lion"), task())


def test_batches_of_nearly_one_length():
    for rows in range(1, 200):
        length = batch_length(rows, 32)
        assert 1 <= length <= 32 and -(-rows // length) == -(-rows // 32)
