"""Style of a poster, apart from what is on it: which filters of an early layer fire together, wherever they do.

The Gram matrix of a layer sums over places, so it keeps textures, strokes and colours and forgets the arrangement.
Only the layers up to the chosen one run, on the same decoded posters as an embedding, through `embeddings.embed`.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from .backbones import MORE_BACKBONES, Backbone, available_backbones, resolve_backbone
from .encoders import PictureEncoder, TextEncoder
from .hub import resolve_picture, resolve_text, split_weights
from .keras import load_keras

__all__ = ["gram_columns", "gram_pairs", "resolve_network", "resolve_pictures", "resolve_style"]


class Early(NamedTuple):
    """An early layer and its number of channels."""

    layer: str
    channels: int


# About 64 channels, so about 2,080 values. Keras numbers unnamed layers: see `network.find_layer`.
LAYERS = {
    "DenseNet121": Early("conv1_relu", 64),
    "InceptionResNetV2": Early("activation_2", 64),
    "InceptionV3": Early("activation_2", 64),
    "MobileNetV2": Early("block_1_expand_relu", 96),
    "ResNet101": Early("conv2_block1_1_relu", 64),
    "ResNet50": Early("conv2_block1_1_relu", 64),
    "ResNet50V2": Early("conv2_block1_1_relu", 64),
    "VGG16": Early("block1_conv2", 64),
    "Xception": Early("block1_conv2_act", 64),
}


def resolve_style(name: str, weights: str = "imagenet") -> Backbone:
    """Find the network of a spec `style:NAME` or `style:NAME@LAYER`; give it to `embeddings.embed`.

    Parameters
    ----------
    name : str
        A name of `available_backbones(weights)`, with `@LAYER` for another layer than its architecture's in `LAYERS`.
    weights : str
        `imagenet`, `random`, or the path of a weights.json; a cut file serves if it holds the layer.

    Returns
    -------
    Backbone
        Its values are the Gram matrix of `gram`; the columns are `style_NAME_0000`, ... in the order of `gram_pairs`.

    Raises
    ------
    ValueError
        If there is no such name; the sentence lists those there are.

    References
    ----------
    Gatys, Ecker, Bethge (2016), Image Style Transfer Using Convolutional Neural Networks, CVPR.

    Examples
    --------
    >>> found = resolve_style("resnet50", "random")
    >>> found.name, found.gram, found.width
    ('style_resnet50', 'conv2_block1_1_relu', 2080)
    >>> resolve_style("resnet50@conv1_relu", "random").name
    'style_resnet50_conv1_relu'
    """
    key, _, layer = name.partition("@")
    whole = resolve_backbone(key, weights)
    if layer:
        return replace(whole, name=f"style_{key}_{layer}", gram=layer, width=None)
    if whole.backbone not in LAYERS:
        raise ValueError(
            f"style {name!r}: expected style:{key}@LAYER, since no early layer of {whole.backbone} is known; networks "
            f"with one are {', '.join(LAYERS)}"
        )
    early = LAYERS[whole.backbone]
    return replace(whole, name=f"style_{key}", gram=early.layer, width=len(gram_pairs(early.channels)[0]))


def resolve_network(name: str, weights: str = "imagenet") -> Backbone | TextEncoder | PictureEncoder:
    """Find a network by the name that `table.network_names` gives it.

    Parameters
    ----------
    name : str
        `NAME` of `embedding:NAME`, `style:NAME`, or `sentences:NAME`.
    weights : str
        As in `resolve_style`.

    Examples
    --------
    >>> resolve_network("resnet50", "random").name, resolve_network("style:resnet50", "random").name
    ('resnet50', 'style_resnet50')
    """
    if name.startswith("style:"):
        return resolve_style(name.removeprefix("style:"), weights)
    if name.startswith("sentences:"):
        return resolve_text(name.removeprefix("sentences:"), weights)
    return resolve_pictures(name, weights)


def resolve_pictures(name: str, weights: str = "imagenet") -> Backbone | PictureEncoder:
    """Find the network of `embedding:NAME`: of Keras, or an encoder; the message of an unknown name lists both.

    Parameters
    ----------
    name : str
    weights : str
        As in `resolve_style`.

    Examples
    --------
    >>> resolve_pictures("xception", "random").width
    2048
    """
    keras = {backbone.name for backbone in available_backbones(weights)}
    if split_weights(weights)[0] in ("imagenet", "random"):
        keras |= set(MORE_BACKBONES)
    if name.partition("@")[0] in keras:
        return resolve_backbone(name, weights)
    try:
        return resolve_picture(name, weights)
    except ValueError as error:
        if name in str(error) and "expected one of" in str(error):
            known = ", ".join(backbone.name for backbone in available_backbones(weights))
            raise ValueError(f"{error} (networks of Keras with these weights: {known})") from None
        raise


def gram_pairs(channels: int) -> tuple[np.ndarray, np.ndarray]:
    """Channels i and j >= i of every value: the upper triangle with its diagonal, row after row.

    The matrix is symmetric, so nothing is left out.

    Parameters
    ----------
    channels : int
        C, at least 1.

    Returns
    -------
    i, j : int arrays of shape (C * (C + 1) / 2,)

    Examples
    --------
    >>> [pair.tolist() for pair in gram_pairs(3)]
    [[0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]
    """
    return np.triu_indices(channels)


def gram_columns(features: Any) -> Any:
    """Gram matrices of feature maps: G = F^T F / (H W), where a row of F is the C channels at one place.

    Parameters
    ----------
    features : Keras tensor or array of shape (n, H, W, C), float32
        Of one layer, for n posters; H, W and C are known.

    Returns
    -------
    Tensor of shape (n, C * (C + 1) / 2), float32
        In the order of `gram_pairs`.
    """
    ops = load_keras().ops
    height, width, channels = features.shape[1:]
    flat = ops.reshape(features, (-1, height * width, channels))
    gram = ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / (height * width)
    i, j = gram_pairs(channels)
    return ops.take(ops.reshape(gram, (-1, channels * channels)), i * channels + j, axis=1)
