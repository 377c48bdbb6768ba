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
from typing import NamedTuple

from ..files import replacing
from .backbones import Backbone, file_sha256

__all__ = ["locate"]


class Release(NamedTuple):
    """A file of Keras's release: where it is, and its MD5 where Keras publishes one."""

    url: str
    md5: str | None


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


def locate(backbone: Backbone) -> Backbone:
    """Turn `imagenet` into a file on this machine with its hash, fetching it when it is not here yet.

    Parameters
    ----------
    backbone : Backbone
        With any weights.

    Returns
    -------
    Backbone
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
    if backbone.weights != "imagenet" or backbone.sha256:
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
    url, md5 = RELEASES[backbone.backbone]
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
        found = hashlib.md5(temporary.read_bytes(), usedforsecurity=False).hexdigest()
        size = temporary.stat().st_size
        if (md5 and found != md5) or (expected >= 0 and size != expected):
            raise ValueError(
                f"the imagenet weights of {backbone.name} from {url} came broken: expected "
                f"{f'MD5 {md5}' if md5 else f'{expected} bytes'}, found {found if md5 else size}; try again"
            )


@lru_cache(maxsize=16)
def _sha256(path: Path, _stamp: int) -> str:
    return file_sha256(path)
