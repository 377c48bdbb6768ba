"""Where weights come from: a file that is checked against its hash, or Keras's release, fetched once.

The release is put where Keras itself keeps it (`~/.keras/models`, or `$KERAS_HOME/models`), so what Keras has
fetched before is used, and the other way round. It is fetched here and not by Keras because a name in that
folder must mean a whole file: first a temporary file, then the check, then the rename.
"""

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from ..files import replacing
from .backbones import Backbone, file_sha256
from .encoders import Encoder

__all__ = ["locate"]


class Release(NamedTuple):
    """A file of Keras's release: where it is, and its MD5 or sha256 where Keras publishes one."""

    url: str
    digest: str | None


_ROOT = "https://storage.googleapis.com/tensorflow/keras-applications"
RELEASES = {
    "InceptionV3": Release(
        f"{_ROOT}/inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "bcbd6486424b2319ff4ef7d526e38f63",
    ),
    "MobileNetV2": Release(
        f"{_ROOT}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5", None
    ),
    "ResNet50": Release(
        f"{_ROOT}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "4d473c1dd8becc155b73f8504c6f6626",
    ),
}
_ENDING = "weights_tf_dim_ordering_tf_kernels_notop.h5"
_MORE = {
    "ConvNeXtBase": (
        "convnext/convnext_base_notop.h5",
        "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
    ),
    "ConvNeXtSmall": (
        "convnext/convnext_small_notop.h5",
        "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
    ),
    "ConvNeXtTiny": (
        "convnext/convnext_tiny_notop.h5",
        "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
    ),
    "DenseNet121": (f"densenet/densenet121_{_ENDING}", "30ee3e1110167f948a6b9946edeeb738"),
    "DenseNet169": (f"densenet/densenet169_{_ENDING}", "b8c4d4c20dd625c148057b9ff1c1176b"),
    "DenseNet201": (f"densenet/densenet201_{_ENDING}", "c13680b51ded0fb44dff2d8f86ac8bb1"),
    "EfficientNetV2B0": ("efficientnet_v2/efficientnetv2-b0_notop.h5", "893217f2bb855e2983157299931e43ff"),
    "EfficientNetV2B1": ("efficientnet_v2/efficientnetv2-b1_notop.h5", "0e80663031ca32d657f9caa404b6ec37"),
    "EfficientNetV2B2": ("efficientnet_v2/efficientnetv2-b2_notop.h5", "1dfe2e7a5d45b6632553a8961ea609eb"),
    "EfficientNetV2B3": ("efficientnet_v2/efficientnetv2-b3_notop.h5", "f6abf7b5849ac99a89b50dd3fd532856"),
    "EfficientNetV2S": ("efficientnet_v2/efficientnetv2-s_notop.h5", "af0682fb74e8c54910f2d4393339c070"),
    "InceptionResNetV2": (f"inception_resnet_v2/inception_resnet_v2_{_ENDING}", "d19885ff4a710c122648d3b5c3b684e4"),
    "ResNet101": (f"resnet/resnet101_{_ENDING}", "88cf7a10940856eca736dc7b7e228a21"),
    "ResNet101V2": (f"resnet/resnet101v2_{_ENDING}", "c0ed64b8031c3730f411d2eb4eea35b5"),
    "ResNet152": (f"resnet/resnet152_{_ENDING}", "ee4c566cf9a93f14d82f913c2dc6dd0c"),
    "ResNet152V2": (f"resnet/resnet152v2_{_ENDING}", "ed17cf2e0169df9d443503ef94b23b33"),
    "ResNet50V2": (f"resnet/resnet50v2_{_ENDING}", "fac2f116257151a9d068a22e544a4917"),
    "VGG16": (f"vgg16/vgg16_{_ENDING}", "6d6bbae143d832006294945121d1f1fc"),
    "VGG19": (f"vgg19/vgg19_{_ENDING}", "253f8cb515780f3b799900260a226db6"),
    "Xception": (f"xception/xception_{_ENDING}", "b0042744bf5b25fce3cb969f33bebb97"),
}
RELEASES |= {name: Release(f"{_ROOT}/{path}", digest) for name, (path, digest) in _MORE.items()}


Frozen = TypeVar("Frozen", bound=Backbone | Encoder)


def locate(backbone: Frozen) -> Frozen:
    """Turn `imagenet` into a file on this machine with its hash, fetching it when it is not here yet.

    Parameters
    ----------
    backbone : Backbone or Encoder
        With any weights.

    Returns
    -------
    Backbone or Encoder
        The same network; for `imagenet` with `sha256` filled in, otherwise unchanged.

    Raises
    ------
    ConnectionError
        If the release is not here and cannot be fetched; the sentence says what to do instead.
    ValueError
        If what came is not the file that Keras published.

    Examples
    --------
    >>> from genrelab.features.frozen.backbones import resolve_backbone
    >>> locate(resolve_backbone("resnet50", "random")).weights
    'random'
    """
    if not isinstance(backbone, Backbone) or backbone.weights != "imagenet" or backbone.sha256:
        return backbone
    path = release_path(backbone)
    if not path.is_file():
        _fetch(backbone, path)
    return replace(backbone, sha256=_sha256(path, path.stat().st_mtime_ns))


def weights_file(backbone: Backbone) -> Path:
    """Check the file to load and return its path; `locate` comes first.

    Raises
    ------
    ValueError
        If the file's hash is not the one its description states.
    """
    path = release_path(backbone) if backbone.weights == "imagenet" else Path(backbone.weights)
    found = _sha256(path, path.stat().st_mtime_ns)
    if found != backbone.sha256:
        raise ValueError(
            f"weights {backbone.name!r}: {path} is not the file described: expected sha256 {backbone.sha256}, "
            f"found {found}"
        )
    return path


def release_path(backbone: Backbone) -> Path:
    """Tell where Keras keeps its release of the architecture.

    Raises
    ------
    ValueError
        If there is no release that genrelab knows.

    Examples
    --------
    >>> from genrelab.features.frozen.backbones import resolve_backbone
    >>> release_path(resolve_backbone("resnet50")).name
    'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5'
    """
    if backbone.backbone not in RELEASES:
        raise ValueError(f"{backbone.backbone}: imagenet weights are known for {', '.join(RELEASES)} only")
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    return home / "models" / Path(RELEASES[backbone.backbone].url).name


def _fetch(backbone: Backbone, path: Path) -> None:
    url, digest = RELEASES[backbone.backbone]
    with replacing(path) as temporary:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer, temporary.open("wb") as file:
                expected = int(answer.headers.get("Content-Length") or -1)
                while block := answer.read(1 << 20):
                    file.write(block)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the answer's socket
            raise ConnectionError(
                f"the imagenet weights of {backbone.name} cannot be fetched from {url} ({error}): put that file "
                f"at {path}, or use random weights, or a weights.json that describes files you have"
            ) from error
        read = temporary.read_bytes()
        sha256 = digest is not None and len(digest) == 64
        found = hashlib.sha256(read).hexdigest() if sha256 else hashlib.md5(read, usedforsecurity=False).hexdigest()
        size = temporary.stat().st_size
        if (digest and found != digest) or (expected >= 0 and size != expected):
            raise ValueError(
                f"the imagenet weights of {backbone.name} from {url} came broken: expected "
                f"{f'the hash {digest}' if digest else f'{expected} bytes'}, found {found if digest else size}; "
                "try again"
            )


@lru_cache(maxsize=16)
def _sha256(path: Path, _stamp: int) -> str:
    return file_sha256(path)
