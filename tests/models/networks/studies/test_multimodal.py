import numpy as np
import pytest

from genrelab.features.frozen.keras import keras_settings, load_keras, to_numpy
from genrelab.models.networks.architecture import FEATURES
from genrelab.models.networks.studies.multimodal import NETWORK, branch_use, build

BLOCKS = {"poster": (0, 6), "text": (6, 11), "metadata": (11, 14)}
WIDTH = 14
# Which of poster, text and metadata a title has.
PATTERNS = np.array([[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


@pytest.fixture(scope="module")
def model(keras):
    """A network whose weights are no longer those of the start, biases and norms included."""
    keras.utils.set_random_seed(3)
    model = build((WIDTH + 3,), 4, "sigmoid", blocks=BLOCKS, units=8)
    random = np.random.default_rng(0)
    for variable in model.weights:
        if "seed" not in variable.path:
            low, high = (0.5, 1.5) if "variance" in variable.path else (-0.7, 0.7)
            variable.assign(random.uniform(low, high, variable.shape))
    return model


def rows(available, seed=0):
    available = np.asarray(available, dtype=np.float32)
    values = np.random.default_rng(seed).normal(size=(len(available), WIDTH))
    return np.concatenate([values, available], axis=1, dtype=np.float32)


def outputs(model, inputs):
    return to_numpy(model.predict_on_batch(inputs))


@pytest.mark.parametrize(("labels", "activation"), [(4, "sigmoid"), (3, "softmax")])
def test_outputs_are_float32_probabilities(labels, activation):
    found = outputs(build((WIDTH + 3,), labels, activation, blocks=BLOCKS, units=8), rows(PATTERNS))
    assert found.shape == (8, labels)
    assert found.dtype == np.float32
    assert ((found > 0) & (found < 1)).all()
    if activation == "softmax":
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)


def test_options_are_those_of_the_builder_and_training_chooses_thresholds():
    assert NETWORK.name == "multimodal"
    assert NETWORK.reads == FEATURES
    assert NETWORK.training.threshold is None
    made = NETWORK.build((WIDTH + 3,), 2, "sigmoid", **{**NETWORK.options, "blocks": BLOCKS})
    assert made.output_shape == (None, 2)


def test_gates_of_what_is_there_sum_to_one_and_of_what_is_missing_are_zero(model):
    use = branch_use(model, rows(PATTERNS))
    assert use.shape == (8, 3)
    assert use.dtype == np.float32
    assert (use[PATTERNS == 0] == 0).all()
    assert (use[PATTERNS == 1] > 0).all()
    np.testing.assert_allclose(use.sum(axis=1), PATTERNS.any(axis=1), atol=1e-6)


def test_gates_differ_from_title_to_title(model):
    use = branch_use(model, rows(np.ones((50, 3))))
    assert (use.std(axis=0) > 0.01).all()


def test_use_is_the_same_whatever_the_batch(model):
    inputs = rows(np.tile(PATTERNS, (5, 1)))
    np.testing.assert_allclose(branch_use(model, inputs, batch_size=7), branch_use(model, inputs), rtol=0, atol=1e-6)


@pytest.mark.parametrize("branch", BLOCKS)
def test_columns_of_a_missing_branch_change_nothing(model, branch):
    number, (start, stop) = list(BLOCKS).index(branch), BLOCKS[branch]
    missing = rows(np.tile(PATTERNS[PATTERNS[:, number] == 0], (4, 1)))
    other = missing.copy()
    other[:, start:stop] += np.random.default_rng(1).normal(0, 100, (len(other), stop - start))
    assert np.array_equal(outputs(model, missing), outputs(model, other))
    there = missing.copy()
    there[:, WIDTH + number] = 1
    assert (np.abs(outputs(model, there) - outputs(model, missing)) > 1e-4).any(axis=1).all()


def test_a_title_without_anything_gets_the_learnt_bias(keras, model):
    found = outputs(model, rows(np.zeros((6, 3))))
    assert np.ptp(found, axis=0).max() == 0
    bias = to_numpy(model.layers[-1].bias)
    np.testing.assert_allclose(found[0], 1 / (1 + np.exp(-bias)), rtol=1e-5)


@pytest.mark.parametrize(
    "names", [["poster"], ["text", "metadata"], ["metadata", "poster"]], ids=lambda names: "+".join(names)
)
def test_any_branches_will_do(names):
    blocks, at = {}, 0
    for name in names:
        start, stop = BLOCKS[name]
        blocks[name] = (at, at + stop - start)
        at += stop - start
    model = build((at + len(names),), 2, "sigmoid", blocks=blocks, units=4)
    inputs = np.random.default_rng(0).normal(size=(5, at + len(names))).astype(np.float32)
    inputs[:, at:] = 1
    assert outputs(model, inputs).shape == (5, 2)
    use = branch_use(model, inputs)
    assert use.shape == (5, len(names))
    np.testing.assert_allclose(use.sum(axis=1), 1, atol=1e-6)


def test_a_branch_may_be_a_list_of_ranges(keras):
    keras.utils.set_random_seed(1)
    together = build((WIDTH + 3,), 2, "sigmoid", blocks=BLOCKS, units=4)
    keras.utils.set_random_seed(1)
    listed = build((WIDTH + 3,), 2, "sigmoid", blocks={name: [block] for name, block in BLOCKS.items()}, units=4)
    assert np.array_equal(outputs(together, rows(PATTERNS)), outputs(listed, rows(PATTERNS)))
    apart = {"poster": [(0, 2), (4, 6)], "text": [(6, 11)], "metadata": [(11, 14), (2, 4)]}
    model = build((WIDTH + 3,), 2, "sigmoid", blocks=apart, units=4)
    no_poster, changed = rows([[0, 1, 1]]), rows([[0, 1, 1]])
    changed[:, [0, 1, 4, 5]] = 9
    assert np.array_equal(outputs(model, no_poster), outputs(model, changed))
    changed[:, 2] = 9
    assert not np.array_equal(outputs(model, no_poster), outputs(model, changed))


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        ({}, "at least one branch"),
        ({"text": (0, 15)}, r"text.*0 ≤ start < stop ≤ 13"),
        ({"text": (3, 3)}, r"text.*0 ≤ start < stop ≤ 13"),
    ],
)
def test_branches_that_do_not_fit_are_refused(blocks, message):
    with pytest.raises(ValueError, match=message):
        build((14,), 2, "sigmoid", blocks=blocks)


def test_it_reloads_without_custom_code(keras, model, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    inputs = rows(PATTERNS)
    assert np.array_equal(outputs(loaded, inputs), outputs(model, inputs))
    assert np.array_equal(branch_use(loaded, inputs), branch_use(model, inputs))


def test_training_hides_branches_at_random_and_prediction_none(keras):
    model = build((WIDTH + 3,), 2, "sigmoid", blocks=BLOCKS, units=4, branch_dropout=0.5)
    inputs = rows(np.ones((400, 3)))
    gates = keras.Model(model.inputs[0], model.get_layer("gates").output)
    training = to_numpy(gates(inputs, training=True)).mean(axis=-1)
    np.testing.assert_allclose((training == 0).mean(axis=0), 0.5, atol=0.12)
    assert 0.05 < (training == 0).all(axis=1).mean() < 0.2  # each branch has its own luck
    assert (branch_use(model, inputs) > 0).all()
    assert np.array_equal(outputs(model, inputs), outputs(model, inputs))


def test_columns_are_dropped_as_often_as_their_branch_says():
    def found(**options):
        model = build((WIDTH + 3,), 2, "sigmoid", blocks=BLOCKS, units=4, dropout=0.25, branch_dropout=0.125, **options)
        return sorted(layer.rate for layer in model.layers if type(layer).__name__ == "Dropout")

    assert found() == [0.1, 0.125, 0.25, 0.25, 0.25, 0.7, 0.8]
    assert found(input_dropout={"text": 0.4}) == [0.1, 0.125, 0.25, 0.25, 0.25, 0.4, 0.8]
    assert found(input_dropout=0.5) == [0.125, 0.25, 0.25, 0.25, 0.5, 0.5, 0.5]
    assert found(input_dropout=0.0) == [0.0, 0.0, 0.0, 0.125, 0.25, 0.25, 0.25]


def test_the_only_branch_is_never_hidden(keras):
    model = build((4,), 2, "sigmoid", blocks={"text": (0, 3)}, units=4, branch_dropout=0.9)
    gates = keras.Model(model.inputs[0], model.get_layer("gates").output)
    assert (to_numpy(gates(np.ones((50, 4), dtype=np.float32), training=True)) == 1).all()


def test_a_model_without_gates_has_no_use(keras):
    plain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="'gates'"):
        branch_use(plain, np.zeros((1, 3), dtype=np.float32))


def test_half_precision_still_gives_float32():
    with keras_settings("bfloat16"):
        model = build((WIDTH + 3,), 2, "sigmoid", blocks=BLOCKS, units=8)
    found, use = outputs(model, rows(PATTERNS)), branch_use(model, rows(PATTERNS))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert (use[PATTERNS == 0] == 0).all()
    np.testing.assert_allclose(use.sum(axis=1), PATTERNS.any(axis=1), atol=0.02)


def test_each_branch_gives_its_part_and_a_missing_one_takes_only_its_own_away(keras):
    """Each branch's first column decides one label; with every branch all are told, without one its own is not."""
    keras.utils.set_random_seed(0)
    starts = [start for start, _ in BLOCKS.values()]
    train, test = rows(np.ones((1200, 3))), rows(np.ones((400, 3)), seed=1)
    model = build((WIDTH + 3,), 3, "sigmoid", blocks=BLOCKS, units=32, dropout=0.1, input_dropout=0.0)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(train, (train[:, starts] > 0).astype(np.float32), epochs=12, batch_size=64, verbose=0)

    def accuracies(inputs):
        return ((outputs(model, inputs) > 0.5) == (test[:, starts] > 0)).mean(axis=0)

    assert (accuracies(test) > 0.9).all()
    for number in range(3):
        without = test.copy()
        without[:, WIDTH + number] = 0
        found = accuracies(without)
        assert found[number] < 0.65
        assert (np.delete(found, number) > 0.85).all()


def test_branch_use_of_several_members_is_their_mean():
    from genrelab.models.networks.saved import averaged

    models = [build((8,), 3, "sigmoid", blocks={"poster": (0, 4), "text": (4, 6)}) for _ in range(2)]
    inputs = np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32)
    inputs[:, 6:] = [[1, 1], [1, 0], [0, 1], [1, 1], [0, 0]]
    mean = np.mean([branch_use(model, inputs) for model in models], axis=0)
    np.testing.assert_allclose(branch_use(averaged(models), inputs), mean, atol=1e-6)
