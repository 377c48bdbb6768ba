"""A frozen network, loaded: from a batch of RGB pictures to a batch of embeddings.

Preprocessing and pooling are part of the graph, so pictures travel to it as bytes. On TensorFlow the weights
are made constants of the graph: batch normalisation is then folded into the convolutions and oneDNN keeps its
own layout of the kernels. Measured on two CPU cores in pictures a second, one after the other in one process,
in batches of 32:

| network (input) | `predict_on_batch` | `tf.function` | XLA | constants |
|---|---|---|---|---|
| ResNet50 to conv4_block6_out (224) | 27 | 28 | 21 | 31 |
| InceptionV3 to mixed8 (299) | 19 | 19 | | 20 |
| MobileNetV2 (224) | 98 | 99 | | 133 |
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np

from .backbones import Backbone
from .keras import has_card, keras_settings, load_keras, to_numpy
from .style import gram_columns
from .weights import weights_file

__all__ = ["Network", "load_network"]


class Network:
    """A loaded network.

    Parameters
    ----------
    backbone : Backbone
        Located: its weights are here.
    precision : {"float32", "bfloat16"}
        Of the arithmetic; the embedding is float32 in both.
    """

    def __init__(self, backbone: Backbone, precision: str):
        self.backbone = backbone
        self.model = _build(backbone, precision)
        self.width = int(self.model.output_shape[-1])
        self.fixed_batch = has_card()
        self._run = _compile(self.model)
        if backbone.width not in (None, self.width):
            raise ValueError(
                f"weights {backbone.name!r}: expected {backbone.width} values, found that {backbone.backbone} "
                f"cut at {backbone.layer or 'its end'} gives {self.width}"
            )

    def start(self, images: np.ndarray, batch_size: int) -> Callable[[], np.ndarray]:
        """Begin one batch and return the function that waits for its embeddings.

        Parameters
        ----------
        images : uint8 array of shape (n, height, width, 3)
            RGB, at the input size.
        batch_size : int
            At least n. The batch is filled up to it on an accelerator, and to a power of two elsewhere, so
            that few shapes occur: a compiled graph serves one shape, and kernels are chosen by it.

        Returns
        -------
        callable
            It returns a float32 array of shape (n, width).
        """
        number = len(images)
        size = batch_size if self.fixed_batch else min(batch_size, 1 << (number - 1).bit_length())
        if size > number:
            images = np.concatenate([images, np.zeros((size - number, *images.shape[1:]), np.uint8)])
        result = self._run(images)
        return lambda: to_numpy(result).astype(np.float32, copy=False)[:number]


@lru_cache(maxsize=4)
def load_network(backbone: Backbone, precision: str = "float32") -> Network:
    """Build a network and load its weights; the last four stay loaded.

    Parameters
    ----------
    backbone : Backbone
        As `genrelab.features.frozen.weights.locate` returns it.
    precision : {"float32", "bfloat16"}
        Of the arithmetic.

    Returns
    -------
    Network

    Raises
    ------
    ImportError
        If no Keras backend is installed.
    ValueError
        If the weights are not the file described or do not fit the network.
    """
    return Network(backbone, precision)


def _build(backbone: Backbone, precision: str) -> Any:
    keras = load_keras()
    with keras_settings(precision):
        shape = (*backbone.input_size, 3)
        base = getattr(keras.applications, backbone.backbone)(weights=None, include_top=False, input_shape=shape)
        output = find_layer(base, backbone, backbone.layer).output if backbone.layer else base.output
        network = keras.Model(base.input, output)
        if backbone.weights == "random":
            _randomise(keras, base, backbone.seed)
        else:  # Keras's release holds the whole network, a description its cut
            load_file(base if backbone.weights == "imagenet" else network, backbone)
        if backbone.gram:
            early = find_layer(base, backbone, backbone.gram)
            if early not in network.layers:
                raise ValueError(
                    f"backbone {backbone.name!r}: expected a layer up to {backbone.layer}, where {backbone.backbone} "
                    f"is cut, found {backbone.gram!r}, which comes after it"
                )
            network = keras.Model(base.input, early.output)
        network.trainable = False
        pictures = keras.Input(shape, dtype="uint8")
        prepared = backbone.preprocess(keras.ops.cast(pictures, "float32"))
        features = keras.ops.cast(network(prepared, training=False), "float32")
        values = gram_columns(features) if backbone.gram else keras.ops.mean(features, axis=(1, 2))
        return keras.Model(pictures, values)


def find_layer(base: Any, backbone: Backbone, name: str) -> Any:
    """A layer by the name it has in a fresh process.

    Keras numbers layers that their architecture does not name, such as `activation_2`, on from the networks built
    before, so here the numbers of each kind begin with none, then 1, whatever was built before.

    Raises
    ------
    ValueError
        If the architecture has no such layer.
    """
    numbered, named = defaultdict(dict), {}
    for layer in base.layers:
        kind = re.sub(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])", "_", type(layer).__name__).lower()
        match = re.fullmatch(rf"{kind}(?:_(\d+))?", layer.name)
        if match:
            numbered[kind][int(match[1] or 0)] = layer
        else:
            named[layer.name] = layer
    for kind, own in numbered.items():
        for number, key in enumerate(sorted(own)):
            named[f"{kind}_{number}" if number else kind] = own[key]
    if name not in named:
        raise ValueError(
            f"backbone {backbone.name!r}: expected the name of a layer of {backbone.backbone}, found {name!r}"
        )
    return named[name]


def load_file(model: Any, backbone: Backbone) -> None:
    """Load a backbone's weights file into a Keras model.

    Parameters
    ----------
    model : keras.Model
        The layers that the file describes.
    backbone : Backbone
        Located.

    Raises
    ------
    ValueError
        When file and model do not fit.
    """
    path = weights_file(backbone)
    try:
        with warnings.catch_warnings():  # Keras only warns of layers that it leaves as they were
            warnings.simplefilter("error", UserWarning)
            model.load_weights(path)
    except (ValueError, KeyError, OSError, UserWarning) as error:
        where = f"cut at {backbone.layer}" if backbone.layer else "whole"
        raise ValueError(
            f"weights {backbone.name!r}: {path} does not fit {backbone.backbone} ({where}): {error}"
        ) from error


def _randomise(keras: Any, base: Any, seed: int) -> None:
    """He-normal kernels drawn by numpy, so that every backend and every Keras gets the same ones.

    Keras's default (Glorot uniform) lets the signal of MobileNetV2 fade to 1e-11 in inference mode.
    He et al. (2015), "Delving deep into rectifiers": deviation sqrt(2 / inputs of one unit).
    """
    random = np.random.default_rng(seed)
    for layer in base.layers:
        for variable in layer.weights:
            shape = tuple(variable.shape)
            kind = variable.name.rpartition("/")[2]
            if kind in ("gamma", "moving_variance"):
                value = np.ones(shape)
            elif kind in ("beta", "bias", "moving_mean"):
                value = np.zeros(shape)
            else:
                depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
                inputs = np.prod(shape[:2] if depthwise else shape[:-1])
                value = random.standard_normal(shape) * np.sqrt(2 / inputs)
            variable.assign(value.astype("float32"))


def _compile(model: Any) -> Callable[[np.ndarray], Any]:
    """The model as a function that may return before its answer is there, so that a card is never idle.

    float32 is float32 on a card, too: the TensorFloat-32 that all backends take for it there keeps 10 bits of 23.
    """
    backend = load_keras().backend.backend()
    if backend == "jax":
        import jax  # pyright: ignore[reportMissingImports]

        trained, other = ([variable.value for variable in part] for part in _variables(model))
        run = jax.jit(lambda trained, other, images: model.stateless_call(trained, other, images, training=False)[0])

        def by_jax(images: np.ndarray) -> Any:
            with jax.default_matmul_precision("highest"):
                return run(trained, other, images)

        return by_jax
    if backend == "torch":
        import torch  # pyright: ignore[reportMissingImports]

        def by_torch(images: np.ndarray) -> Any:
            with torch.inference_mode(), _whole_float32(torch.backends.cudnn):
                return model(images, training=False)

        return by_torch
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    tf.config.experimental.enable_tensor_float_32_execution(False)
    signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.uint8)]
    traced = tf.function(lambda images: model(images, training=False), input_signature=signature)
    frozen = convert_variables_to_constants_v2(traced.get_concrete_function())
    return lambda images: frozen(tf.constant(images))[0]


@contextmanager
def _whole_float32(cudnn: Any) -> Iterator[None]:
    before, cudnn.allow_tf32 = cudnn.allow_tf32, False
    try:
        yield
    finally:
        cudnn.allow_tf32 = before


def _variables(model: Any) -> tuple[list, list]:
    return model.trainable_variables, model.non_trainable_variables
