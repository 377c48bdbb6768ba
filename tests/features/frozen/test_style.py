"""Gram matrices of early layers against numpy on what plain Keras gives."""

import dataclasses
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.features.families import build_frames
from genrelab.features.frozen.backbones import Backbone, file_sha256, resolve_backbone
from genrelab.features.frozen.embeddings import embed
from genrelab.features.frozen.keras import to_numpy
from genrelab.features.frozen.network import Network, load_network
from genrelab.features.frozen.style import LAYERS, gram_columns, gram_pairs, resolve_network, resolve_style
from genrelab.features.store import FeatureStore


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def no_card(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")


def small(name="mobilenet_v2", size=96):
    return dataclasses.replace(resolve_style(name, "random"), input_size=(size, size))


SMALL = small()


@pytest.fixture(scope="module")
def posters(tmp_path_factory):
    folder = tmp_path_factory.mktemp("posters")
    random = np.random.default_rng(0)
    for number in range(3):
        coarse = Image.fromarray(random.integers(0, 256, (6, 4, 3), dtype=np.uint8))
        coarse.resize((120, 180), Image.Resampling.BICUBIC).save(folder / f"{number}.jpg", quality=90)
    (folder / "text.jpg").write_text("not a picture")
    return [folder / "0.jpg", folder / "1.jpg", None, folder / "text.jpg", folder / "2.jpg"]


def gram_of(features):
    """Gatys, Ecker, Bethge (2016), one poster and one pair of channels at a time."""
    rows = []
    for own in features.astype(np.float64):
        flat = own.reshape(-1, own.shape[-1])
        gram = np.zeros((flat.shape[1], flat.shape[1]))
        for place in flat:
            gram += np.outer(place, place)
        gram /= len(flat)
        np.testing.assert_array_equal(gram, gram.T)
        rows.append([gram[i, j] for i in range(len(gram)) for j in range(i, len(gram))])
    return np.array(rows)


def close(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    return np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def plain(by_keras, keras, backbone, layer, paths):
    """What plain Keras gives at a layer for stretched posters, with the weights that the backbone drew."""
    ours = next(own for own in load_network(backbone).model.layers if isinstance(own, keras.Model))
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    cut = keras.Model(base.input, base.get_layer(layer).output)
    cut.set_weights(ours.get_weights())
    pictures = []
    for path in paths:
        with Image.open(path) as image:
            pictures.append(np.asarray(image.convert("RGB").resize((96, 96), Image.Resampling.BILINEAR), "float32"))
    return by_keras(cut, keras.applications.mobilenet_v2.preprocess_input(np.stack(pictures)))


def test_a_row_is_the_gram_matrix_of_what_plain_keras_gives_at_the_layer(posters, keras, by_keras):
    expected = gram_of(plain(by_keras, keras, SMALL, "block_1_expand_relu", posters[:2]))
    found = embed(posters, SMALL)
    assert found.shape == (5, 96 * 97 // 2)
    assert (found.dtypes == np.float32).all()
    assert list(found.columns[[0, -1]]) == ["style_mobilenet_v2_0000", "style_mobilenet_v2_4655"]
    assert close(found.iloc[:2], expected)
    assert not np.allclose(found.iloc[0], found.iloc[1], rtol=0.01)


def test_posters_that_cannot_be_read_are_rows_of_nan(posters):
    assert embed(posters, SMALL).isna().all(axis=1).tolist() == [False, False, True, True, False]


def test_the_order_is_the_upper_triangle_row_after_row():
    features = np.random.default_rng(1).normal(size=(2, 3, 5, 4)).astype(np.float32)
    found = to_numpy(gram_columns(features))
    assert close(found, gram_of(features))
    i, j = gram_pairs(4)
    assert (i <= j).all()
    assert found[0, list(zip(i, j, strict=True)).index((1, 3))] == pytest.approx(
        (features[0, ..., 1] * features[0, ..., 3]).mean(), rel=1e-5
    )


def test_arrangement_is_forgotten_and_colour_is_not():
    features = np.random.default_rng(2).normal(size=(1, 4, 4, 3)).astype(np.float32)
    turned, other, own = (
        to_numpy(gram_columns(rows.copy())) for rows in (features[:, ::-1, ::-1], features[..., ::-1], features)
    )
    assert close(turned, own)
    assert not close(other, own)


def test_a_second_run_computes_nothing_and_embeddings_have_rows_of_their_own(posters, tmp_path, monkeypatch):
    store = FeatureStore(tmp_path)
    first = embed(posters, SMALL, store=store)
    content = dataclasses.replace(resolve_backbone("mobilenet_v2", "random"), input_size=(96, 96))
    assert embed(posters, content, store=store).shape == (5, 1280)
    monkeypatch.setattr(Network, "start", lambda *args: pytest.fail("computed again"))
    pd.testing.assert_frame_equal(embed(posters, SMALL, store=FeatureStore(tmp_path)), first)
    assert sorted(path.name.split("-")[0] for path in tmp_path.iterdir()) == [
        "embedding_mobilenetv2",
        "style_mobilenetv2",
    ]


def test_the_identity_names_the_layer():
    assert SMALL.identity() == (
        "style MobileNetV2;96x96;stretch bilinear;tf;whole;gram of block_1_expand_relu;random he_normal 0;float32;v1"
    )
    others = [dataclasses.replace(SMALL, **change).identity() for change in ({"gram": "Conv1_relu"}, {"gram": None})]
    assert len({SMALL.identity(), *others}) == 3
    assert SMALL.label == "style_mobilenet_v2 (Gram matrix of block_1_expand_relu), random weights"


@pytest.mark.parametrize("name", ["resnet50", "inception_v3"])
def test_the_layer_of_an_architecture_is_found_and_the_rest_does_not_run(name, keras):
    for _ in range(5):
        keras.layers.Activation("relu")  # Keras numbers InceptionV3's own on from these
    loaded = Network(small(name), "float32")  # it compares the width with the one that is stated
    inner = next(layer for layer in loaded.model.layers if isinstance(layer, keras.Model))
    assert inner.output.shape[-1] == 64
    assert [type(layer).__name__ for layer in inner.layers].count("Activation") == {"resnet50": 2}.get(name, 3)


def test_another_layer_can_be_named(posters):
    backbone = small("mobilenet_v2@Conv1_relu")
    assert backbone.width is None
    frame = embed([posters[0], None], backbone)
    assert frame.shape == (2, 32 * 33 // 2)
    assert frame.columns[0] == "style_mobilenet_v2_Conv1_relu_0000"


@pytest.fixture(scope="module")
def described(keras, tmp_path_factory):
    """A file of weights cut at a layer, as a user has it."""
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    cut = keras.Model(base.input, base.get_layer("block_3_expand_relu").output)
    file = tmp_path_factory.mktemp("weights") / "cut.weights.h5"
    cut.save_weights(file)
    layer = "block_3_expand_relu"
    return Backbone("mine", "MobileNetV2", (96, 96), "tf", 144, str(file), layer, file_sha256(file)), cut


def test_a_cut_file_serves_layers_up_to_its_cut(described, keras, by_keras):
    backbone, cut = described
    images = np.random.default_rng(3).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)
    early = keras.Model(cut.input, cut.get_layer("block_1_expand_relu").output)
    prepared = keras.applications.mobilenet_v2.preprocess_input(images.astype("float32"))
    found = Network(dataclasses.replace(backbone, gram="block_1_expand_relu", width=None), "float32")
    assert close(found.start(images, 4)(), gram_of(by_keras(early, prepared)))


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        ("block_6_expand_relu", r"'mine': expected a layer up to block_3_expand_relu, where .* found 'block_6_expand"),
        ("nowhere", "'mine': expected the name of a layer of MobileNetV2, found 'nowhere'"),
    ],
)
def test_a_layer_behind_the_cut_or_unknown_is_told(described, layer, sentence):
    with pytest.raises(ValueError, match=sentence):
        Network(dataclasses.replace(described[0], gram=layer, width=None), "float32")


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match=r"expected one of resnet50, inception_v3, mobilenet_v2.*'vgg'"):
        resolve_style("vgg", "random")
    assert set(LAYERS) >= {"ResNet50", "InceptionV3", "MobileNetV2"}
    assert resolve_network("resnet50", "random") == resolve_backbone("resnet50", "random")
    assert resolve_network("style:resnet50", "random") == resolve_style("resnet50", "random")


def test_a_table_has_style_beside_content_and_no_poster_needs_no_network():
    code = """
import sys
import pandas as pd
from genrelab.features.families import build_frames, join_frames
specs = ["embedding:resnet50", "style:resnet50"]
frames = build_frames(pd.DataFrame({"title": ["a"]}), [None], specs)
table = join_frames(frames, specs)
assert table.shape == (1, 2048 + 2080), table.shape
assert table.columns.is_unique
assert not {"tensorflow", "keras"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_several_styles_stand_in_one_table():
    titles = pd.DataFrame({"title": ["a"]}, index=[7])
    with pytest.raises(ValueError, match="expected a backbone after the colon, as in 'style:resnet50'"):
        build_frames(titles, [None], ["style:"])
    frames = build_frames(titles, [None], ["style:mobilenet_v2", "style:resnet50"], weights="random")
    assert [frame.shape[1] for frame in frames.values()] == [4656, 2080]
    assert frames["style:resnet50"].index.tolist() == [7]
