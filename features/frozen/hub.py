"""Where encoders come from: a description file, a folder, or a name that is known and fetched on first use.

A folder may be laid out as the sentence-transformers library does (`modules.json`, `1_Pooling/config.json`,
`tokenizer.json`, `onnx/model.onnx`), or hold just `model.onnx` and `tokenizer.json`. A known name is looked for in the
cache, `~/.cache/genrelab/encoders` or `$GENRELAB_CACHE/encoders`, and fetched there once from huggingface.co, or from
the mirror that `$HF_ENDPOINT` names.
"""

import http.client
import json
import logging
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..files import replacing
from ..text.parts import column_name
from .backbones import available_backbones
from .encoders import PICTURE, TEXT, Encoder, PictureEncoder, TextEncoder, encoder_from, read_encoders

__all__ = [
    "KNOWN",
    "at_hand",
    "available_encoders",
    "join_weights",
    "resolve_encoder",
    "resolve_picture",
    "resolve_text",
    "split_weights",
    "weights_here",
]

LOG = logging.getLogger("genrelab.features")
_CLIP = {"mean": [0.48145466, 0.4578275, 0.40821073], "deviation": [0.26862954, 0.26130258, 0.27577711]}
_IMAGENET = {"mean": [0.485, 0.456, 0.406], "deviation": [0.229, 0.224, 0.225]}
_NETWORK, _TOKENIZER = "onnx/model.onnx", "tokenizer.json"

# What the files of a name mean. `hub` is a repository of huggingface.co; without one the name serves for a folder
# of that name. `fetch` says which of its files are needed; those of `text` are taken where they lie beside them.
KNOWN: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "minilm": {
            "kind": TEXT,
            "hub": "sentence-transformers/all-MiniLM-L6-v2",
            "fetch": {"file": _NETWORK, "tokenizer": _TOKENIZER},
            "pooling": "mean",
            "normalise": True,
            "max_tokens": 256,
            "languages": "English",
            "licence": "Apache-2.0",
        },
        "multilingual_minilm": {
            "kind": TEXT,
            "hub": "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2",
            "fetch": {"file": _NETWORK, "tokenizer": _TOKENIZER},
            "pooling": "mean",
            "max_tokens": 128,
            "languages": "50 languages",
            "licence": "Apache-2.0",
        },
        "lite2": {
            "kind": PICTURE,
            "fetch": {"file": "model.onnx"},
            "input_size": [260, 260],
            "divisor": 1,
            "mean": 127,
            "deviation": 128,
            "licence": "Apache-2.0",
        },
        "dinov2_small": {
            "kind": PICTURE,
            "hub": "Xenova/dinov2-small",
            "fetch": {"file": _NETWORK},
            "pooling": "cls",
            "resize": "crop",
            **_IMAGENET,
            "input_size": [224, 224],
            "licence": "Apache-2.0",
        },
        "clip_b32": {
            "kind": PICTURE,
            "hub": "Xenova/clip-vit-base-patch32",
            "fetch": {"file": "onnx/vision_model.onnx"},
            "output": "image_embeds",
            "text": {"file": "onnx/text_model.onnx", "tokenizer": _TOKENIZER, "output": "text_embeds"},
            "resize": "crop",
            **_CLIP,
            "input_size": [224, 224],
            "licence": "MIT",
        },
        "siglip_b16": {
            "kind": PICTURE,
            "hub": "Xenova/siglip-base-patch16-224",
            "fetch": {"file": "onnx/vision_model.onnx"},
            "output": "pooler_output",
            "text": {
                "file": "onnx/text_model.onnx",
                "tokenizer": _TOKENIZER,
                "output": "pooler_output",
                "max_tokens": 64,
                "pad": True,
            },
            "mean": 0.5,
            "deviation": 0.5,
            "input_size": [224, 224],
            "licence": "Apache-2.0",
        },
    }
)


def split_weights(weights: str) -> tuple[str, tuple[str, ...]]:
    """Split `--weights` and `--encoders`, joined as a search path is, into the networks' weights and the encoders.

    Parameters
    ----------
    weights : str
        `imagenet`, `random` or a weights.json, then any number of encoders.json files, folders or names, with
        `os.pathsep` between them.

    Returns
    -------
    weights : str
        The first part.
    encoders : tuple of str
        The others; a description file that comes first may describe encoders, too, and is among them.

    Examples
    --------
    >>> split_weights(os.pathsep.join(["imagenet", "my/encoders.json"]))
    ('imagenet', ('my/encoders.json',))
    """
    first, *others = weights.split(os.pathsep)
    return first, tuple(([] if first in ("imagenet", "random") else [first]) + others)


def available_encoders(weights: str, kind: str | None = None) -> list[Encoder]:
    """Encoders that description files and folders of `weights` hold, and known ones that are in the cache.

    Parameters
    ----------
    weights : str
        As in `split_weights`.
    kind : {"text", "picture"}, optional
        By default both.

    Examples
    --------
    >>> [encoder.name for encoder in available_encoders("random", "text") if encoder.name not in KNOWN]
    []
    """
    encoders = {encoder.name: encoder for place in split_weights(weights)[1] for encoder in _in_place(place)}
    for name in KNOWN:
        if name not in encoders and (found := _known(name, cache_folder() / name)) is not None:
            encoders[name] = found
    return [encoder for encoder in encoders.values() if kind in (None, _kind(encoder))]


def at_hand(weights: str = "imagenet") -> list[str]:
    """Names of the frozen networks that need no download to be known, as `families.network_names` gives them.

    Parameters
    ----------
    weights : str
        As in `split_weights`.

    Returns
    -------
    list of str
        Keras's networks, or those of a weights.json; picture encoders that a description or a folder names; text
        encoders, each as `sentences:NAME`: those named, or else known ones that were fetched before.

    Examples
    --------
    >>> at_hand("random")[:3]
    ['resnet50', 'inception_v3', 'mobilenet_v2']
    """
    named = [encoder for place in split_weights(weights)[1] for encoder in _in_place(place)]
    texts = [encoder.name for encoder in named if isinstance(encoder, TextEncoder)]
    texts = texts or [encoder.name for encoder in available_encoders(weights, TEXT)]
    pictures = [encoder.name for encoder in named if isinstance(encoder, PictureEncoder)]
    return [
        *(backbone.name for backbone in available_backbones(weights)),
        *dict.fromkeys(pictures),
        *(f"sentences:{name}" for name in dict.fromkeys(texts)),
    ]


def join_weights(weights: str | None, encoders: Sequence[str], default: str = "") -> str | None:
    """The inverse of `split_weights`.

    Parameters
    ----------
    weights : str or None
        Of `--weights`, and `default` where it was not said; an empty first part means those a model remembers.
    encoders : sequence of str
        Of `--encoders`.

    Examples
    --------
    >>> split_weights(join_weights("random", ["my.json"])), join_weights(None, [])
    (('random', ('my.json',)), None)
    """
    return weights if not encoders else os.pathsep.join([weights or default, *encoders])


def weights_here(given: str | None, kept: str) -> str:
    """Where to look for the networks of a run or a model.

    Parameters
    ----------
    given : str or None
        What was said now, from `join_weights`.
    kept : str
        What the run or the model remembers: its weights serve where only encoders were said, and its encoders, as far
        as they are still there, where only weights were.

    Examples
    --------
    >>> weights_here(None, "random"), weights_here(join_weights(None, ["e.json"]), "random").split(os.pathsep)
    ('random', ['random', 'e.json'])
    """
    if not given:
        return kept
    if given.startswith(os.pathsep):
        return f"{split_weights(kept)[0]}{given}"
    if os.pathsep in given:
        return given
    there = [place for place in kept.split(os.pathsep)[1:] if place in KNOWN or Path(place).exists()]
    return os.pathsep.join([given, *there])


def resolve_encoder(name: str, weights: str = "imagenet", *, fetch: bool = True) -> Encoder:
    """Find an encoder by the name in a feature spec.

    Parameters
    ----------
    name : str
        A name of a description file, of a folder in `weights`, a known name, or the path of a folder.
    weights : str
        As in `split_weights`.
    fetch : bool
        Whether a known name that is not here may be downloaded.

    Raises
    ------
    ValueError
        If there is no such encoder; the sentence lists those there are.
    ConnectionError
        If a known one is not here and cannot be fetched; the sentence says what to do instead.
    """
    here = {encoder.name: encoder for encoder in available_encoders(weights)}
    if name in here:
        return here[name]
    if Path(name).is_dir():
        return _folder(Path(name))
    if KNOWN.get(name, {}).get("hub"):
        if not fetch:
            raise ConnectionError(f"encoder {name!r} is not on this machine yet: {_by_hand(name)}")
        return _fetched(name)
    names = ", ".join(dict.fromkeys([*here, *(known for known in KNOWN if KNOWN[known].get("hub"))]))
    raise ValueError(
        f"encoder {name!r}: expected one of {names}, or the path of a folder with a model.onnx; describe your own in "
        "an encoders.json and name it with --encoders"
    )


def resolve_text(name: str, weights: str = "imagenet") -> TextEncoder:
    """As `resolve_encoder`, for a text encoder."""
    encoder = resolve_encoder(name, weights)
    if not isinstance(encoder, TextEncoder):
        raise ValueError(f"encoder {name!r}: expected one of texts, found one of pictures")
    return encoder


def resolve_picture(name: str, weights: str = "imagenet") -> PictureEncoder:
    """As `resolve_encoder`, for a picture encoder."""
    encoder = resolve_encoder(name, weights)
    if not isinstance(encoder, PictureEncoder):
        raise ValueError(f"encoder {name!r}: expected one of pictures, found one of texts")
    return encoder


def cache_folder() -> Path:
    """Where fetched encoders are kept; it is made by the first download."""
    root = os.environ.get("GENRELAB_CACHE")
    return (Path(root) if root else Path.home() / ".cache" / "genrelab") / "encoders"


def _kind(encoder: Encoder) -> str:
    return TEXT if isinstance(encoder, TextEncoder) else PICTURE


def _in_place(place: str) -> Iterator[Encoder]:
    """The encoders of a description file, of a folder of folders, of one encoder's folder, or a known name."""
    path = Path(place)
    if path.is_dir():
        if (path / "encoders.json").is_file():
            yield from read_encoders(path / "encoders.json")
            return
        if _is_encoder(path):
            yield _folder(path)
            return
        inside = [folder for folder in sorted(path.iterdir()) if folder.is_dir() and _says_enough(folder)]
        if not inside:
            raise ValueError(
                f"--encoders {place}: expected an encoders.json or folders with a model.onnx, found neither"
            )
        yield from map(_folder, inside)
    elif not path.exists() and place in KNOWN:
        yield resolve_encoder(place)
    else:
        yield from read_encoders(path)


def _says_enough(folder: Path) -> bool:
    """Whether a folder beside others is an encoder that needs no description: of texts, or of a known name."""
    return _is_encoder(folder) and (folder.name in KNOWN or (folder / _TOKENIZER).is_file())


def _is_encoder(folder: Path) -> bool:
    wanted = KNOWN.get(folder.resolve().name, {}).get("fetch", {})
    return bool(wanted and _files_in(folder, wanted)) or any(
        (folder / name).is_file() for name in (_NETWORK, "model.onnx")
    )


def _folder(folder: Path) -> Encoder:
    """An encoder from its folder: of a known name, or in the sentence-transformers layout."""
    name = folder.resolve().name
    if name in KNOWN and (found := _known(name, folder)) is not None:
        return found
    network = next((file for file in (_NETWORK, "model.onnx") if (folder / file).is_file()), None)
    if network is None:
        raise ValueError(f"{folder}: expected onnx/model.onnx or model.onnx, found neither")
    if not (folder / _TOKENIZER).is_file():
        raise ValueError(
            f"{folder}: expected a tokenizer.json beside the network of a text encoder, found none; a picture encoder "
            "needs an encoders.json that says what its network expects"
        )
    entry: dict[str, Any] = {"name": column_name(name), "kind": TEXT, "file": network, "tokenizer": _TOKENIZER}
    modules = _json(folder / "modules.json") or []
    kinds = {str(module.get("type", "")).rpartition(".")[2]: module.get("path", "") for module in modules}
    unknown = set(kinds) - {"Transformer", "Pooling", "Normalize"}
    if unknown:
        raise ValueError(
            f"{folder}: modules.json: expected Transformer, Pooling and Normalize, found {', '.join(unknown)}"
        )
    pooling = _json(folder / (kinds.get("Pooling") or "1_Pooling") / "config.json") or {}
    ways = {"cls": "pooling_mode_cls_token", "max": "pooling_mode_max_tokens", "mean": "pooling_mode_mean_tokens"}
    asked = [way for way, key in ways.items() if pooling.get(key)]
    others = [key for key in pooling if key.startswith("pooling_mode_") and pooling[key] and key not in ways.values()]
    if len(asked) + len(others) > 1 or others:
        raise ValueError(f"{folder}: 1_Pooling/config.json: expected one of mean, cls and max, found {asked + others}")
    entry["pooling"] = asked[0] if asked else "mean"
    entry["normalise"] = "Normalize" in kinds or not modules  # a bare network: the usual way
    sentence = _json(folder / "sentence_bert_config.json") or {}
    entry["max_tokens"] = int(sentence.get("max_seq_length") or 256)
    return encoder_from(folder / "encoders.json", entry)


def _known(name: str, folder: Path) -> Encoder | None:
    """A known encoder from a folder that holds its files, under the hub's paths or side by side."""
    about = KNOWN[name]
    files = _files_in(folder, about["fetch"])
    if files is None:
        return None
    hub = about.get("hub", "")
    entry = {key: value for key, value in about.items() if key not in ("hub", "fetch", "text")}
    side = _files_in(folder, {key: path for key, path in about.get("text", {}).items() if key in ("file", "tokenizer")})
    texts = {"text": about["text"] | side} if side else {}
    return encoder_from(folder / "encoders.json", {"name": name, "source": hub, **entry, **files, **texts})


def _files_in(folder: Path, wanted: Mapping[str, str]) -> dict[str, str] | None:
    """Where files of the hub lie in a folder, under its paths or side by side; None where one is absent."""
    found = {
        key: next((file for file in (path, Path(path).name) if (folder / file).is_file()), None)
        for key, path in wanted.items()
    }
    return None if None in found.values() else {key: file for key, file in found.items() if file is not None}


def _fetched(name: str) -> Encoder:
    """Download a known encoder's files, then describe it."""
    about, folder = KNOWN[name], cache_folder() / name
    root = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    LOG.warning("fetching the encoder %s (%s, %s) from %s to %s", name, about["hub"], about["licence"], root, folder)
    for path in about["fetch"].values():
        target = folder / path
        if not target.is_file():
            _download(f"{root}/{about['hub']}/resolve/main/{path}", target, name)
    found = _known(name, folder)
    assert found is not None
    return found


def _download(url: str, target: Path, name: str) -> None:
    with replacing(target) as temporary:
        try:
            request = urllib.request.Request(url, headers={"User-Agent": "genrelab"})
            with urllib.request.urlopen(request, timeout=30) as answer, temporary.open("wb") as file:
                expected = int(answer.headers.get("Content-Length") or -1)
                while block := answer.read(1 << 20):
                    file.write(block)
        except (OSError, ValueError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it holds the answer's socket
            raise ConnectionError(f"encoder {name!r}: {url} cannot be fetched ({error}): {_by_hand(name)}") from error
        size = temporary.stat().st_size
        if 0 <= expected != size:
            raise ConnectionError(
                f"encoder {name!r}: {url} broke off: expected {expected} bytes, found {size}; try again"
            )


def _by_hand(name: str) -> str:
    files = " and ".join(KNOWN[name]["fetch"].values())
    return (
        f"put {files} of {KNOWN[name]['hub']} into {cache_folder() / name}, or name a folder that holds them, or an "
        "encoders.json, with --encoders"
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON ({error})") from error
