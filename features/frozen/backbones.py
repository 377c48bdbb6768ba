"""What a frozen network is, before anything heavy is loaded: architecture, cut, preprocessing, weights.

Preprocessing belongs to the weights, not to the architecture: a weights.json states it for every file, and
`keras` there means what Keras's own release of the architecture was trained with.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from .preprocessing import ARCHITECTURES, PREPROCESSING, preprocess

__all__ = ["Backbone", "available_backbones", "resolve_backbone"]

VERSION = 1  # of decoding, resizing and pooling: raised when the same poster would give other values
RESIZE = "stretch bilinear"


BACKBONES = {"resnet50": "ResNet50", "inception_v3": "InceptionV3", "mobilenet_v2": "MobileNetV2"}
# Others of keras.applications, by name only: `embedding:each` does not fetch them all.
MORE_BACKBONES = {
    "convnext_base": "ConvNeXtBase",
    "convnext_small": "ConvNeXtSmall",
    "convnext_tiny": "ConvNeXtTiny",
    "densenet121": "DenseNet121",
    "densenet169": "DenseNet169",
    "densenet201": "DenseNet201",
    "efficientnet_v2_b0": "EfficientNetV2B0",
    "efficientnet_v2_b1": "EfficientNetV2B1",
    "efficientnet_v2_b2": "EfficientNetV2B2",
    "efficientnet_v2_b3": "EfficientNetV2B3",
    "efficientnet_v2_s": "EfficientNetV2S",
    "inception_resnet_v2": "InceptionResNetV2",
    "resnet101": "ResNet101",
    "resnet101_v2": "ResNet101V2",
    "resnet152": "ResNet152",
    "resnet152_v2": "ResNet152V2",
    "resnet50_v2": "ResNet50V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}


@dataclass(frozen=True)
class Backbone:
    """One frozen network: everything an embedding depends on except the poster.

    Parameters
    ----------
    name : str
        Prefix of the embedding's columns.
    backbone : str
        Its class in keras.applications, as in `ResNet50`.
    input_size : (int, int)
        Height and width in pixels to which a poster is stretched.
    preprocessing : {"keras", "caffe", "tf", "torch", "none"}
        What the weights expect; `keras` is that of Keras's own release of the architecture.
    width : int or None
        Number of values; None until the network is built, where a cut's width is not known before.
    weights : str
        `imagenet` (Keras's release, fetched on first use), `random`, or the path of a weights file.
    layer : str, optional
        Layer at which the network is cut; the whole network without it. Its output is averaged over the picture.
    sha256 : str, optional
        Of the weights file.
    seed : int
        Of random weights.
    gram : str, optional
        Layer up to `layer` whose Gram matrix is the value, instead of the average: see `frozen.style`.

    Examples
    --------
    >>> resolve_backbone("mobilenet_v2", "random").label
    'mobilenet_v2, random weights'
    """

    name: str
    backbone: str
    input_size: tuple[int, int]
    preprocessing: str
    width: int | None
    weights: str
    layer: str | None = None
    sha256: str | None = None
    seed: int = 0
    gram: str | None = None

    def __post_init__(self) -> None:
        if self.backbone not in ARCHITECTURES:
            known = ", ".join(ARCHITECTURES)
            raise ValueError(f"backbone {self.name!r}: expected one of {known}, found {self.backbone!r}")
        if self.preprocessing not in ("keras", *PREPROCESSING):
            known = ", ".join(["keras", *PREPROCESSING])
            raise ValueError(
                f"backbone {self.name!r}: expected preprocessing one of {known}, found {self.preprocessing!r}"
            )

    @property
    def mode(self) -> str:
        """The preprocessing, `keras` resolved: `caffe`, `tf`, `torch` or `none`."""
        return ARCHITECTURES[self.backbone].preprocessing if self.preprocessing == "keras" else self.preprocessing

    @property
    def label(self) -> str:
        """How tables name it: with its weights, since a score is a score of these weights."""
        name = f"{self.name} (Gram matrix of {self.gram})" if self.gram else self.name
        if self.weights in ("imagenet", "random"):
            return f"{name}, {self.weights} weights"
        return f"{name}, {Path(self.weights).name}"

    def identity(self, precision: str = "float32") -> str:
        """Name everything the values depend on, for the feature store.

        The column prefix and the path of the weights are left out: the weights count by their hash.

        Parameters
        ----------
        precision : {"float32", "bfloat16"}
            Of the network's arithmetic.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If the weights have no hash yet: `genrelab.features.frozen.weights.locate` fetches them.

        Examples
        --------
        >>> print(resolve_backbone("resnet50", "random").identity())
        embedding ResNet50;224x224;stretch bilinear;caffe;whole;average;random he_normal 0;float32;v1
        """
        if self.weights == "random":
            weights = f"random he_normal {self.seed}"
        elif self.sha256:
            weights = f"sha256 {self.sha256}"
        else:
            raise ValueError(f"backbone {self.name!r}: the {self.weights} weights have no hash before they are here")
        height, width = self.input_size
        where = f"cut at {self.layer}" if self.layer else "whole"
        family, value = ("style", f"gram of {self.gram}") if self.gram else ("embedding", "average")
        fields = [f"{family} {self.backbone}", f"{height}x{width}", RESIZE, self.mode, where, value, weights]
        return ";".join([*fields, precision, f"v{VERSION}"])

    def preprocess(self, images: Any) -> Any:
        """Turn RGB pictures of 0 to 255 into what the weights expect; see `preprocessing.preprocess`."""
        return preprocess(images, self.mode)


def available_backbones(weights: str = "imagenet") -> list[Backbone]:
    """List the networks that go with a choice of weights.

    Parameters
    ----------
    weights : str
        `imagenet`, `random`, or the path of a weights.json; encoders may follow, as `hub.split_weights` says.

    Returns
    -------
    list of Backbone

    Raises
    ------
    FileNotFoundError, ValueError
        If the weights.json or a file it names is absent, or an entry lacks what is needed.

    Examples
    --------
    >>> [backbone.name for backbone in available_backbones("random")]
    ['resnet50', 'inception_v3', 'mobilenet_v2']
    """
    weights = weights.split(os.pathsep)[0]  # encoders may follow: see `hub.split_weights`
    if weights not in ("imagenet", "random"):
        path = Path(weights).absolute()
        try:
            stamp = path.stat().st_mtime_ns
        except OSError as error:
            raise FileNotFoundError(
                f"weights: expected 'imagenet', 'random' or the path of a weights.json, found {weights!r}, "
                "which is no file"
            ) from error
        return list(_read_description(path, stamp))
    return [_release(name, weights) for name in BACKBONES]


def _release(name: str, weights: str) -> Backbone:
    key = {**BACKBONES, **MORE_BACKBONES}[name]
    architecture = ARCHITECTURES[key]
    return Backbone(name, key, (architecture.size, architecture.size), "keras", architecture.width, weights)


def resolve_backbone(name: str, weights: str = "imagenet") -> Backbone:
    """Find the network of a feature spec.

    Parameters
    ----------
    name : str
        A name of `available_backbones(weights)`, or of `MORE_BACKBONES` for `imagenet` and `random`. With `@LAYER`
        appended the network is cut at that layer.
    weights : str
        `imagenet`, `random`, or the path of a weights.json.

    Returns
    -------
    Backbone

    Raises
    ------
    ValueError
        If there is no such name; the sentence lists those there are.

    Examples
    --------
    >>> resolve_backbone("resnet50@conv4_block6_out", "random").name
    'resnet50_conv4_block6_out'
    """
    key, _, layer = name.partition("@")
    known = {backbone.name: backbone for backbone in available_backbones(weights)}
    weights = weights.split(os.pathsep)[0]
    if weights in ("imagenet", "random"):
        known |= {more: _release(more, weights) for more in MORE_BACKBONES}
    if key not in known:
        raise ValueError(f"backbone {name!r}: expected one of {', '.join(known)} (weights {weights}), found {key!r}")
    if not layer:
        return known[key]
    return replace(known[key], name=f"{key}_{layer}", layer=layer, width=None)


@lru_cache(maxsize=8)
def _read_description(path: Path, _stamp: int) -> Sequence[Backbone]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON, a list with one object per weights file ({error})") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{path}: expected a list with one object per weights file")
    found = tuple(_from_entry(path, entry) for entry in entries if "kind" not in entry)  # encoders have one
    names = [backbone.name for backbone in found]
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: expected every name once, found {', '.join(names)}")
    return found


def _from_entry(path: Path, entry: dict[str, Any]) -> Backbone:
    name = entry.get("name", "?")
    missing = [
        key for key in ("name", "file", "backbone", "input_size", "preprocessing", "width") if not entry.get(key)
    ]
    if missing:
        raise ValueError(f"{path}: weights {name!r} lack {', '.join(missing)}")
    size = entry["input_size"]
    if not (isinstance(size, list) and len(size) == 2 and all(isinstance(side, int) and side > 0 for side in size)):
        raise ValueError(f"{path}: weights {name!r}: expected input_size [height, width], found {size!r}")
    file = path.parent / entry["file"]
    if not file.is_file():
        raise FileNotFoundError(f"{path}: weights {name!r}: {file} does not exist")
    return Backbone(
        name=name,
        backbone=entry["backbone"],
        input_size=(size[0], size[1]),
        preprocessing=entry["preprocessing"],
        width=int(entry["width"]),
        weights=str(file),
        layer=entry.get("layer"),
        sha256=entry.get("sha256") or file_sha256(file),
    )


def file_sha256(path: str | Path) -> str:
    """The hex sha256 of a file's bytes.

    Examples
    --------
    >>> import os
    >>> file_sha256(os.devnull)[:8]
    'e3b0c442'
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
