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

import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .backbones import Backbone
from .weights import weights_file

__all__ = ["Network", "auto_precision", "load_network"]


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
        self.fixed_batch = precision == "bfloat16"
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
        return lambda: np.asarray(_to_numpy(result), dtype=np.float32)[:number]


@lru_cache(maxsize=4)
def load_network(backbone: Backbone, precision: str = "float32") -> Network:
    """Build a network and load its weights; the last four stay loaded.

    Parameters
    ----------
    backbone : Backbone
        As `genrelab.features.weights.locate` returns it.
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


def auto_precision() -> str:
    """Choose bfloat16 on a graphics card and float32 without one; Keras is imported only where there may be one.

    Returns
    -------
    str
        `bfloat16` or `float32`.

    Examples
    --------
    >>> auto_precision() in ("bfloat16", "float32")
    True
    """
    return "bfloat16" if _may_have_card() and _sees_card(_keras()) else "float32"


def _may_have_card() -> bool:
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    return not hidden and any(Path(node).exists() for node in ("/dev/nvidia0", "/dev/kfd", "/dev/dxg"))


def _sees_card(keras: Any) -> bool:
    if keras.backend.backend() == "torch":
        import torch  # pyright: ignore[reportMissingImports]

        return torch.cuda.is_available()
    try:
        return bool(keras.distribution.list_devices("gpu"))
    except RuntimeError:  # JAX has no such platform
        return False


def _keras() -> Any:
    # Without a card TensorFlow reports at the level of an error that it finds none.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2" if _may_have_card() else "3")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # leave the card's memory to others, too
    try:
        with _without_start_messages():
            import keras
    except ImportError as error:
        raise ImportError(
            "embeddings need Keras with TensorFlow, JAX or PyTorch: pip install 'genrelab[embeddings]'"
        ) from error
    return keras


@contextmanager
def _without_start_messages() -> Iterator[None]:
    """Hold back what TensorFlow's C++ writes to stderr before its own log level applies; the rest passes."""
    if "keras" in sys.modules:
        yield
        return
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            start = (b"WARNING: All log messages before absl", b"I0000 ")
            os.write(2, b"".join(line for line in held if not line.startswith(start)))


@contextmanager
def _settings(keras: Any, precision: str) -> Iterator[None]:
    """Build under our data format and precision, whatever the user's keras.json says, and put theirs back."""
    layout, policy = keras.config.image_data_format(), keras.config.dtype_policy()
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_image_data_format(layout)
        keras.config.set_dtype_policy(policy)


def _build(backbone: Backbone, precision: str) -> Any:
    keras = _keras()
    with _settings(keras, precision):
        shape = (*backbone.input_size, 3)
        base = getattr(keras.applications, backbone.backbone)(weights=None, include_top=False, input_shape=shape)
        try:
            output = base.get_layer(backbone.layer).output if backbone.layer else base.output
        except ValueError as error:
            raise ValueError(
                f"backbone {backbone.name!r}: expected the name of a layer of {backbone.backbone}, "
                f"found {backbone.layer!r}"
            ) from error
        network = keras.Model(base.input, output)
        if backbone.weights == "random":
            _randomise(keras, base, backbone.seed)
        else:  # Keras's release holds the whole network, a description its cut
            _load(base if backbone.weights == "imagenet" else network, backbone)
        network.trainable = False
        pictures = keras.Input(shape, dtype="uint8")
        prepared = backbone.preprocess(keras.ops.cast(pictures, "float32"))
        pooled = keras.ops.mean(keras.ops.cast(network(prepared, training=False), "float32"), axis=(1, 2))
        return keras.Model(pictures, pooled)


def _load(model: Any, backbone: Backbone) -> None:
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
    keras = _keras()
    if keras.backend.backend() != "tensorflow":
        return model.predict_on_batch
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    signature = [tf.TensorSpec((None, *model.input_shape[1:]), tf.uint8)]
    traced = tf.function(lambda images: model(images, training=False), input_signature=signature)
    frozen = convert_variables_to_constants_v2(traced.get_concrete_function())
    return lambda images: frozen(tf.constant(images))[0]


def _to_numpy(result: Any) -> Any:
    return result.numpy() if hasattr(result, "numpy") else result
