"""A Keras network's ONNX graph gives the values that Keras gives."""

import numpy as np
import pytest

from genrelab.features.frozen.backbones import resolve_backbone
from genrelab.features.frozen.eight_bits.keras_graph import write_graph
from genrelab.features.frozen.keras import to_numpy
from genrelab.features.frozen.network import load_network

# Cuts that together hold every kind of layer: residual sums, padding, pools of both kinds, joins, depthwise kernels.
CUTS = ["resnet50@conv3_block2_out", "inception_v3@mixed1", "mobilenet_v2@block_4_add"]


@pytest.mark.slow
@pytest.mark.parametrize("name", CUTS)
def test_the_graph_gives_what_keras_gives(name, tmp_path):
    runtime = pytest.importorskip("onnxruntime")
    backbone = resolve_backbone(name, "random")
    network = load_network(backbone)
    layers = next(layer for layer in network.model.layers if hasattr(layer, "layers"))
    write_graph(layers, backbone, tmp_path / "graph.onnx")
    pictures = np.random.default_rng(0).integers(0, 256, (3, *backbone.input_size, 3), dtype=np.uint8)
    session = runtime.InferenceSession(str(tmp_path / "graph.onnx"), providers=["CPUExecutionProvider"])
    found = session.run(None, {"pictures": pictures.astype(np.float32)})[0]
    expected = network.start(pictures, 4)()
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, atol=1e-5 * np.abs(expected).max())


def test_normalisations_are_folded_with_learnt_values(tmp_path):
    """Random weights leave a normalisation at 1 and 0, where a wrong fold would not show."""
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    keras = pytest.importorskip("keras")
    rng = np.random.default_rng(1)
    given = keras.Input((8, 8, 3))
    values = keras.layers.Conv2D(4, 3, strides=2, padding="same", use_bias=True)(given)
    values = keras.layers.BatchNormalization()(values)
    values = keras.layers.ReLU(max_value=6)(values)
    values = keras.layers.DepthwiseConv2D(3, padding="valid", use_bias=False)(values)
    values = keras.layers.BatchNormalization(scale=False)(values)
    values = keras.layers.Activation("relu")(values)
    values = keras.layers.BatchNormalization()(values)  # after no convolution
    model = keras.Model(given, values)
    for variable in model.weights:
        variable.assign(rng.uniform(0.3, 1.5, tuple(variable.shape)).astype("float32"))
    from dataclasses import replace

    backbone = replace(resolve_backbone("mobilenet_v2", "random"), input_size=(8, 8), preprocessing="caffe")
    write_graph(model, backbone, tmp_path / "graph.onnx")
    pictures = rng.integers(0, 256, (2, 8, 8, 3)).astype(np.float32)
    session = runtime.InferenceSession(str(tmp_path / "graph.onnx"), providers=["CPUExecutionProvider"])
    found = session.run(None, {"pictures": pictures})[0]
    expected = to_numpy(model(backbone.preprocess(pictures), training=False)).mean(axis=(1, 2))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_a_layer_without_a_form_is_named(tmp_path):
    pytest.importorskip("onnx")
    keras = pytest.importorskip("keras")
    given = keras.Input((8, 8, 3))
    model = keras.Model(given, keras.layers.LayerNormalization(name="odd")(given))
    with pytest.raises(ValueError, match="layer 'odd': LayerNormalization has no ONNX form here"):
        write_graph(model, resolve_backbone("mobilenet_v2", "random"), tmp_path / "graph.onnx")
    assert not (tmp_path / "graph.onnx").exists()
