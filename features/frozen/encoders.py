"""What an encoder of ONNX is, before anything heavy is loaded: its files, what goes in, what is made of what comes out.

A description file, encoders.json, is a list with one object per encoder. A text encoder:

    {"name": "minilm", "kind": "text", "file": "minilm/model.onnx", "tokenizer": "minilm/tokenizer.json",
     "pooling": "mean", "normalise": true, "max_tokens": 256, "prefix": "", "languages": "English",
     "licence": "Apache-2.0", "sha256": "..."}

and one of pictures:

    {"name": "dinov2", "kind": "picture", "file": "dinov2.onnx", "input_size": [224, 224], "layout": "NCHW",
     "resize": "crop", "divisor": 255, "mean": [0.485, 0.456, 0.406], "deviation": [0.229, 0.224, 0.225],
     "pooling": "cls", "licence": "Apache-2.0"}

An encoder of pictures that was trained together with one of texts may name it, so that genres can be asked in words:

    "text": {"file": "text_model.onnx", "tokenizer": "tokenizer.json", "output": "text_embeds", "max_tokens": 77,
             "prompts": ["a poster of a {genre} film"]}

Paths start from the description's folder. Left out, `pooling` is `mean` for texts and `none` for pictures, and
sha256 is computed. `genrelab.features.frozen.hub` knows some encoders by name and finds their files.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .backbones import file_sha256
from .preprocessing import Preprocessing

__all__ = ["Encoder", "PictureEncoder", "TextEncoder", "TextSide", "encoder_from", "read_encoders"]

TEXT, PICTURE = "text", "picture"
POOLINGS = ("mean", "cls", "max", "none")
RESIZES = ("stretch", "crop", "pad")
LAYOUTS = ("NCHW", "NHWC")
AS_IT_IS = Preprocessing((0, 1, 2), 255.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))  # 0 to 1
# More than any network has: a description that claims more would only fill the memory.
LARGEST_SIDE, WIDEST, MOST_TOKENS = 4096, 100_000, 32_768
VERSION = 1  # of reading, resizing and pooling: raised when the same input would give other values
_COMMON = {"name", "kind", "file", "pooling", "normalise", "output", "licence", "source", "sha256", "width", "note"}
_KEYS = {
    TEXT: _COMMON | {"tokenizer", "max_tokens", "prefix", "languages"},
    PICTURE: _COMMON | {"input_size", "layout", "resize", "order", "divisor", "mean", "deviation", "text"},
}
_SIDE = {"file", "tokenizer", "output", "max_tokens", "pooling", "pad", "prompts", "scale", "sha256"}
GENRE = "{genre}"
PROMPTS = (f"a poster of a {GENRE} film",)


@dataclass(frozen=True)
class Encoder:
    """What text and picture encoders share.

    Parameters
    ----------
    name : str
        As a feature asks for it: `minilm` in `sentences:minilm`.
    file : str
        The ONNX network.
    sha256 : str
        Of the network's file.
    pooling : {"mean", "cls", "max", "none"}
        How the values of tokens or places become one vector: their mean, the first token, their maximum; `none` where
        the network gives one vector already.
    normalise : bool
        Scale the vector to length 1.
    output : str or None
        Name of the network's output to take; its first without one.
    licence, source : str
        For the card: under which terms the weights come, and from where.
    """

    name: str
    file: str
    sha256: str
    pooling: str
    normalise: bool = False
    output: str | None = None
    licence: str = "not stated"
    source: str = ""
    width: int | None = None

    @property
    def label(self) -> str:
        """How tables name it: with its file and the first digits of its hash, since a score is one of these weights."""
        place = Path(self.file)
        return f"{self.name}, {place.parent.name}/{place.name} ({', '.join([self.sha256[:8], *self._about()])})"

    def _about(self) -> list[str]:
        return [] if self.licence == "not stated" else [self.licence]

    def _parts(self) -> list[str]:
        length = "length 1" if self.normalise else "as it is"
        return [f"sha256 {self.sha256}", f"output {self.output or 'first'}", self.pooling, length]


@dataclass(frozen=True)
class TextEncoder(Encoder):
    """A network that turns a text into a vector.

    Parameters
    ----------
    tokenizer : str
        A tokenizer.json.
    tokenizer_sha256 : str
    max_tokens : int
        Longest input in tokens, at least 8; what is longer is cut at the end.
    prefix : str
        Put before every text, as in `query: `.
    languages : str
        Which languages it was trained on, for the card.
    pad : bool
        Fill every text up to the longest input, as a network without a mask was trained.
    """

    tokenizer: str = ""
    tokenizer_sha256: str = ""
    max_tokens: int = 256
    prefix: str = ""
    languages: str = "not stated"
    pad: bool = False

    def _about(self) -> list[str]:
        return [*super()._about(), *([] if self.languages == "not stated" else [f"languages: {self.languages}"])]

    def identity(self, precision: str = "float32") -> str:
        """Name everything a vector depends on except the text, for the feature store."""
        tokens = [f"tokenizer {self.tokenizer_sha256}", f"{self.max_tokens} tokens", f"prefix {self.prefix!r}"]
        padded = ["padded"] if self.pad else []
        return ";".join(["sentences", *self._parts(), *tokens, *padded, precision, f"v{VERSION}"])


@dataclass(frozen=True)
class TextSide:
    """The text encoder that a picture encoder was trained with: vectors of both can be compared by their angle.

    Parameters
    ----------
    encoder : TextEncoder
    prompts : tuple of str
        Each with `{genre}` in it.
    scale : float, above 0
        What cosines are multiplied by before they become probabilities; CLIP learnt 100.
    """

    encoder: TextEncoder
    prompts: tuple[str, ...] = PROMPTS
    scale: float = 100.0

    def identity(self) -> str:
        """Name everything an answer depends on except the picture and the genres."""
        return ";".join([self.encoder.identity(), *self.prompts, f"scale {self.scale:g}"])


@dataclass(frozen=True)
class PictureEncoder(Encoder):
    """A network that turns a picture into a vector; `embeddings.embed` takes it like a `Backbone`.

    Parameters
    ----------
    input_size : (int, int)
        Height and width in pixels.
    layout : {"NCHW", "NHWC"}
    resize : {"stretch", "crop", "pad"}
        Stretch to the input; or bring the shorter side to it and cut the middle out; or bring the longer side to it
        and fill up with black.
    preprocessing : Preprocessing
        `(picture[order] / divisor - mean) / deviation` of pictures of 0..255.
    text : TextSide or None
        The text encoder it was trained with, where it has one.
    """

    input_size: tuple[int, int] = (224, 224)
    layout: str = "NCHW"
    resize: str = "stretch"
    preprocessing: Preprocessing = AS_IT_IS
    text: TextSide | None = None

    def _about(self) -> list[str]:
        told = [] if self.text is None else [f"texts {hashlib.sha256(self.text.identity().encode()).hexdigest()[:8]}"]
        return [*super()._about(), *told]

    def identity(self, precision: str = "float32") -> str:
        """Name everything a vector depends on except the picture, for the feature store."""
        height, width = self.input_size
        order, divisor, mean, deviation = self.preprocessing
        made = [f"{height}x{width}", self.layout, self.resize, f"{order}/{divisor} {mean} {deviation}"]
        return ";".join(["embedding onnx", *self._parts(), *made, precision, f"v{VERSION}"])


def read_encoders(path: str | Path) -> tuple[TextEncoder | PictureEncoder, ...]:
    """Read a description file; entries of another kind, such as Keras weights, are left to their own reader.

    Parameters
    ----------
    path : path
        An encoders.json.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file is absent, or an entry lacks something or says something unknown; the sentence names both.
    """
    path = Path(path).absolute()
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise FileNotFoundError(f"encoders: expected a description file at {path}, found nothing") from error
    return _read(path, stamp)


@lru_cache(maxsize=8)
def _read(path: Path, _stamp: int) -> tuple[TextEncoder | PictureEncoder, ...]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: expected JSON, a list with one object per encoder ({error})") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{path}: expected a list with one object per encoder")
    made = tuple(encoder_from(path, entry) for entry in entries if "kind" in entry)
    names = [encoder.name for encoder in made]
    if len(set(names)) < len(names):
        raise ValueError(f"{path}: expected every name once, found {', '.join(names)}")
    return made


def encoder_from(where: Path, entry: Mapping[str, Any]) -> TextEncoder | PictureEncoder:
    """An encoder from its description.

    Parameters
    ----------
    where : Path
        The description file; paths start from its folder, and messages name it.
    entry : mapping

    Raises
    ------
    FileNotFoundError, ValueError
        As `read_encoders`.
    """
    name, kind = entry.get("name"), entry.get("kind")
    if not isinstance(name, str) or not name:
        raise ValueError(f"{where}: expected a name for every encoder, found {name!r}")
    about = f"{where}: encoder {name!r}"
    if kind not in _KEYS:
        raise ValueError(f"{about}: expected kind text or picture, found {kind!r}")
    for key in entry:
        if key not in _KEYS[kind]:
            raise ValueError(f"{about}: unknown key {key!r}; known are {', '.join(sorted(_KEYS[kind]))}")
    network = _file(where, about, entry, "file")
    pooling = _one_of(about, entry, "pooling", POOLINGS, "mean" if kind == TEXT else "none")
    known = entry.get("sha256") or _sha256(network, network.stat().st_mtime_ns)
    common = {
        "name": name,
        "file": str(network),
        "sha256": _checked(about, "sha256", known, _is_hash, "64 hex digits").lower(),
        "pooling": pooling,
        "normalise": _checked(about, "normalise", entry.get("normalise", False), _is_bool, "true or false"),
        "output": _checked(about, "output", entry.get("output"), _is_text_or_none, "the name of an output"),
        "licence": str(entry.get("licence", "not stated")),
        "source": str(entry.get("source", "")),
        "width": _checked(about, "width", entry.get("width"), _is_width_or_none, f"a number from 1 to {WIDEST:,}"),
    }
    if kind == TEXT:
        tokenizer = _file(where, about, entry, "tokenizer")
        tokens = entry.get("max_tokens", 256)
        if not _is_whole(tokens) or tokens < 8:
            raise ValueError(f"{about}: max_tokens: expected a whole number of at least 8, found {tokens!r}")
        if tokens > MOST_TOKENS:
            raise ValueError(f"{about}: max_tokens: expected at most {MOST_TOKENS:,}, found {tokens!r}")
        return TextEncoder(
            **common,
            tokenizer=str(tokenizer),
            tokenizer_sha256=_sha256(tokenizer, tokenizer.stat().st_mtime_ns),
            max_tokens=tokens,
            prefix=str(entry.get("prefix", "")),
            languages=str(entry.get("languages", "not stated")),
        )
    size = entry.get("input_size")
    if not (isinstance(size, list | tuple) and len(size) == 2 and all(map(_is_whole, size))):
        raise ValueError(f"{about}: expected input_size [height, width] in pixels, found {size!r}")
    if not all(1 <= side <= LARGEST_SIDE for side in size):
        raise ValueError(f"{about}: input_size: expected sides from 1 to {LARGEST_SIDE:,} pixels, found {size!r}")
    order = _one_of(about, entry, "order", ("RGB", "BGR"), "RGB")
    return PictureEncoder(
        **common,
        input_size=(size[0], size[1]),
        layout=_one_of(about, entry, "layout", LAYOUTS, "NCHW"),
        resize=_one_of(about, entry, "resize", RESIZES, "stretch"),
        preprocessing=Preprocessing(
            (0, 1, 2) if order == "RGB" else (2, 1, 0),
            float(_checked(about, "divisor", entry.get("divisor", 255.0), _is_divisor, "a number other than 0")),
            _three(about, entry, "mean", 0.0),
            _three(about, entry, "deviation", 1.0),
        ),
        text=None if entry.get("text") is None else _text_side(where, about, entry["text"]),
    )


def _text_side(where: Path, about: str, entry: Any) -> TextSide:
    about = f"{about}: text"
    if not isinstance(entry, dict):
        raise ValueError(f"{about}: expected an object with file and tokenizer, found {entry!r}")
    for key in entry:
        if key not in _SIDE:
            raise ValueError(f"{about}: unknown key {key!r}; known are {', '.join(sorted(_SIDE))}")
    prompts = entry.get("prompts", list(PROMPTS))
    if not (isinstance(prompts, list) and prompts and all(isinstance(p, str) and p.count(GENRE) == 1 for p in prompts)):
        raise ValueError(f"{about}: prompts: expected a list of texts, each with one {GENRE}, found {prompts!r}")
    scale = entry.get("scale", 100.0)
    if not isinstance(scale, int | float) or isinstance(scale, bool) or not 0 < scale < float("inf"):
        raise ValueError(f"{about}: scale: expected a number above 0, found {scale!r}")
    own = {key: value for key, value in entry.items() if key not in ("prompts", "scale", "pad")}
    encoder = encoder_from(where, {"name": "text", "kind": TEXT, "pooling": "none", "max_tokens": 77} | own)
    assert isinstance(encoder, TextEncoder)
    return TextSide(replace(encoder, normalise=True, pad=bool(entry.get("pad", False))), tuple(prompts), float(scale))


def _file(where: Path, about: str, entry: Mapping[str, Any], key: str) -> Path:
    given = entry.get(key)
    if not isinstance(given, str) or not given:
        raise ValueError(f"{about}: expected the path of its {key}, found {given!r}")
    path = where.parent / given
    if not path.is_file():
        raise FileNotFoundError(f"{about}: {path} does not exist")
    return path


def _one_of(about: str, entry: Mapping[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
    value = entry.get(key, default)
    if value not in known:
        raise ValueError(f"{about}: {key}: expected one of {', '.join(known)}, found {value!r}")
    return value


def _checked(about: str, key: str, value: Any, is_right: Callable[[Any], bool], expected: str) -> Any:
    if not is_right(value):
        raise ValueError(f"{about}: {key}: expected {expected}, found {value!r:.80}")
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-fA-F]{64}", value) is not None


def _is_text_or_none(value: Any) -> bool:
    return value is None or (isinstance(value, str) and bool(value))


def _is_width_or_none(value: Any) -> bool:
    return value is None or (_is_whole(value) and 1 <= value <= WIDEST)


def _is_divisor(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value != 0


def _three(about: str, entry: Mapping[str, Any], key: str, default: float) -> tuple[float, float, float]:
    value = entry.get(key, default)
    values = [value] * 3 if isinstance(value, int | float) else value
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.array([])
    if numbers.shape != (3,) or not np.isfinite(numbers).all() or (key == "deviation" and (numbers == 0).any()):
        raise ValueError(f"{about}: {key}: expected one number or three, one a colour, found {value!r}")
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


@lru_cache(maxsize=32)
def _sha256(path: Path, _stamp: int) -> str:
    return file_sha256(path)
