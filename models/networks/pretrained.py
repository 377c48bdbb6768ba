"""A network of keras.applications without its head, started from weights that others trained."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ...features.frozen.backbones import BACKBONES, Backbone, available_backbones
from ...features.frozen.keras import load_keras
from ...features.frozen.network import load_file
from ...features.frozen.preprocessing import ARCHITECTURES, PREPROCESSING
from ...features.frozen.weights import locate, release_path
from .normalisation import freeze_folded

__all__ = ["PretrainedBase", "describe_start", "pretrained_base"]


class PretrainedBase(NamedTuple):
    """A network without its head, what its weights expect of a picture, and where they come from.

    Parameters
    ----------
    base : keras.Model
        From prepared pictures (n, height, width, 3) to its last feature map; every layer is trainable but batch
        normalisation that the weights have folded into the convolutions.
    prepare : callable
        From a Keras tensor of uint8 RGB pictures to what the weights expect, in float32.
    description : str
        For notes and tables.
    """

    base: Any
    prepare: Callable[[Any], Any]
    description: str


def pretrained_base(architecture: str, shape: tuple[int, int, int], weights: str = "imagenet") -> PretrainedBase:
    """Build a network of keras.applications without its head and load what weights there are.

    A weights file may hold the network's first layers only. Then those are loaded and the layers after the cut keep
    the random start that Keras gave them. Of several files for one architecture the one with Keras's own preprocessing
    comes first, then a whole network before a cut one.

    Parameters
    ----------
    architecture : str
        A class of keras.applications as in `ResNet50`, or its name as in `resnet50`.
    shape : (int, int, int)
        Height and width in pixels of the pictures, and 3.
    weights : str
        `imagenet` (Keras's release, fetched on first use), `random`, or the path of a weights.json.

    Returns
    -------
    PretrainedBase

    Raises
    ------
    ConnectionError
        If the release is not here and cannot be fetched.
    FileNotFoundError, ValueError
        If the weights.json is absent, describes no such architecture, or a file does not fit.
    ImportError
        If no Keras backend is installed.

    Examples
    --------
    >>> start = pretrained_base("mobilenet_v2", (32, 32, 3), "random")  # doctest: +SKIP
    >>> start.base.output_shape, start.description  # doctest: +SKIP
    ((None, 1, 1, 1280), 'MobileNetV2 with a random start')
    """
    backbone = _choose(architecture, weights)
    keras = load_keras()
    build = getattr(keras.applications, backbone.backbone)
    base = build(weights=None, include_top=False, input_shape=tuple(shape))
    if backbone.weights != "random":
        whole = backbone.layer is None
        loaded = base if whole else keras.Model(base.input, base.get_layer(backbone.layer).output)
        load_file(loaded, locate(backbone))
        freeze_folded(loaded)
    return PretrainedBase(base, _preparation(keras, backbone.mode), _describe(backbone))


def describe_start(architecture: str, weights: str = "imagenet") -> str:
    """Say what `pretrained_base` starts from, without Keras.

    Parameters
    ----------
    architecture, weights : str
        As for `pretrained_base`.

    Returns
    -------
    str

    Examples
    --------
    >>> describe_start("resnet50", "random")
    'ResNet50 with a random start'
    >>> describe_start("ResNet50")
    'ResNet50 with the ImageNet start of resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5'
    """
    return _describe(_choose(architecture, weights))


def _choose(architecture: str, weights: str) -> Backbone:
    key = BACKBONES.get(architecture, architecture)
    if key not in ARCHITECTURES:
        known = ", ".join([*BACKBONES, *ARCHITECTURES])
        raise ValueError(f"pretrained start: expected one of {known}, found {architecture!r}")
    if weights in ("imagenet", "random"):
        known = ARCHITECTURES[key]
        return Backbone(key.lower(), key, (known.size, known.size), "keras", known.width, weights)
    own = ARCHITECTURES[key].preprocessing
    described = available_backbones(weights)
    fitting = [backbone for backbone in described if backbone.backbone == key]
    if not fitting:
        found = ", ".join(sorted({backbone.backbone for backbone in described})) or "nothing"
        raise ValueError(f"pretrained start: expected a file for {key} in {weights}, found {found}")
    return min(fitting, key=lambda backbone: (backbone.mode != own, backbone.layer is not None))


def _describe(backbone: Backbone) -> str:
    if backbone.weights == "random":
        return f"{backbone.backbone} with a random start"
    file = release_path(backbone).name if backbone.weights == "imagenet" else Path(backbone.weights).name
    if backbone.layer is None:
        return f"{backbone.backbone} with the ImageNet start of {file}"
    return f"{backbone.backbone} with an ImageNet start up to {backbone.layer} ({file}), random after it"


def _preparation(keras: Any, mode: str) -> Callable[[Any], Any]:
    """`features.preprocessing.preprocess` as layers that load without custom code; float32 under any policy."""
    order, divisor, mean, deviation = PREPROCESSING[mode]
    if len(set(mean)) == len(set(deviation)) == 1:
        scale = 1 / (divisor * deviation[0])
        layer = keras.layers.Rescaling(scale, offset=-mean[0] / deviation[0], dtype="float32")
    else:  # of RGB, before the order is turned
        means = [divisor * mean[channel] for channel in order]
        variances = [(divisor * deviation[channel]) ** 2 for channel in order]
        layer = keras.layers.Normalization(mean=means, variance=variances, dtype="float32")
    if order == (0, 1, 2):
        return layer
    return lambda images: keras.ops.flip(layer(images), axis=-1)
