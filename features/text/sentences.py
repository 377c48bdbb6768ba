"""Sentences to vectors: plot, keywords and title of a title, each by a frozen text encoder.

Genre names are taken out of all three before the encoder reads them, as `genre_words` says: a keyword
"romantic comedy" or a plot that begins "This documentary" is the label in other words. Distinct texts are encoded
once, in batches of about equal length, and kept by the hash of what the encoder read.

The arithmetic, for all-MiniLM-L6-v2 on one CPU core: a plot of 70 tokens takes about 14 ms in the network and 0.1 ms in
the tokenizer, the mask and the hash, so what surrounds the network costs 1 %. Padding costs more: sorted by length, a
batch of 32 wastes 3 % of its tokens, as the texts come 45 %.
"""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from ..frozen.encoders import TextEncoder
from ..frozen.hub import resolve_text
from ..store import FeatureStore
from .genre_words import mask_genre_words, mask_in_prose
from .parts import PARTS, column_name, parse_name
from .words import words

__all__ = ["sentence_columns", "sentence_frame", "sentence_texts", "sentences"]

PUT_ROWS = 512  # texts between two writes to the store: what a kill can cost
_MARKUP = re.compile(r"<[^<>]{1,200}>|https?://\S+|www\.\S+")


def sentence_texts(titles: pd.DataFrame, part: str, *, masked: bool = True) -> list[str | None]:
    """What an encoder reads of one part of each title.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows; a column that is absent counts as null for every title.
    part : {"plot", "keywords", "title"}
    masked : bool
        Take out the words that name a genre.

    Returns
    -------
    list of n str or None
        None where a title has no such text, or nothing of it remains.

    Raises
    ------
    ValueError
        When a value is neither text nor, for keywords, a list; the message names the title.

    Examples
    --------
    >>> titles = pd.DataFrame({"title": ["Heat"], "keywords": [["bank robbery", "crime"]], "overview": [None]})
    >>> [sentence_texts(titles, part) for part in PARTS]
    [[None], ['bank robbery'], ['Heat']]
    >>> sentence_texts(titles, "keywords", masked=False)
    ['bank robbery, crime']
    """
    column = PARTS[part]
    values = titles[column].tolist() if column in titles else [None] * len(titles)
    return [_text(value, column, row, titles, masked) for row, value in enumerate(values)]


def sentence_columns(prefix: str, parts: Sequence[str], width: int) -> list[str]:
    """Names of the columns: `PREFIX_PART_0000`, part after part."""
    return [f"{prefix}_{part}_{column:04d}" for part in parts for column in range(width)]


def sentence_frame(
    titles: pd.DataFrame,
    option: str,
    *,
    weights: str = "imagenet",
    store: FeatureStore | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """`sentences` of an encoder by name: `minilm`, or `minilm@plot+title` for some parts.

    Parameters
    ----------
    titles : DataFrame of n rows
    option : str
        What stands after the colon of a spec, as `parts.parse_name` reads it.
    weights : str
        Where encoders are; see `genrelab.features.frozen.hub.split_weights`.
    store, progress
        As in `sentences`.
    """
    name, parts = parse_name(option)
    return sentences(titles, resolve_text(name, weights), parts, store=store, progress=progress)


def sentences(
    titles: pd.DataFrame,
    encoder: TextEncoder,
    parts: Sequence[str] = tuple(PARTS),
    *,
    store: FeatureStore | None = None,
    batch_size: int = 32,
    masked: bool = True,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Encode parts of each title, side by side.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows.
    encoder : TextEncoder
        From `genrelab.features.frozen.hub.resolve_text`. Its network is opened only if a text is not in the store, or
        if there is no text at all and only the network knows how wide its vectors are.
    parts : sequence of {"plot", "keywords", "title"}
    store : FeatureStore, optional
        Vectors found there are not computed; new ones are added every 512 texts, so a killed run goes on.
    batch_size : int
        Texts per step of the network, at least 1.
    masked : bool
        Take out the words that name a genre.
    progress : callable, optional
        Called with the number of texts finished since the last call, n for each part in the end.

    Returns
    -------
    DataFrame of n rows, float32
        Columns of `sentence_columns` with the prefix `sentences_NAME`; NaN in the columns of a part that a title lacks.

    Raises
    ------
    ImportError
        If the network is to be opened and ONNX Runtime or tokenizers is not installed.
    ValueError
        If the encoder's files are not those described.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, found {batch_size}")
    texts = {part: sentence_texts(titles, part, masked=masked) for part in parts}
    distinct = list(dict.fromkeys(text for column in texts.values() for text in column if text is not None))
    tell = progress or (lambda count: None)
    times = Counter(text for column in texts.values() for text in column)
    tell(times[None])
    vectors = _vectors(distinct, encoder, store, batch_size, lambda done: tell(sum(times[text] for text in done)))
    width = len(next(iter(vectors.values()))) if vectors else encoder.width or _width(encoder)
    blocks = []
    for part in parts:
        block = np.full((len(titles), width), np.nan, dtype=np.float32)
        for row, text in enumerate(texts[part]):
            if text is not None:
                block[row] = vectors[text]
        blocks.append(block)
    columns = sentence_columns(f"sentences_{column_name(encoder.name)}", parts, width)
    return pd.DataFrame(np.hstack(blocks), columns=columns, index=titles.index)


def text_key(text: str) -> str:
    """The hash by which the store keeps a text's vector."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _text(value: Any, column: str, row: int, titles: pd.DataFrame, masked: bool) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    if column == "keywords":
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise ValueError(f"{_where(titles, row, column)}: expected a list of phrases or null, found {value!r}")
        phrases = (str(phrase) for phrase in iter(value) if phrase is not None)
        return ", ".join(filter(None, dict.fromkeys(map(_masked_phrase, phrases) if masked else phrases))) or None
    if not isinstance(value, str):
        raise ValueError(f"{_where(titles, row, column)}: expected text or null, found {value!r}")
    if "<" in value or "http" in value or "www." in value:
        value = _MARKUP.sub(" ", value)
    if "&" in value:
        value = html.unescape(value)
    return (mask_in_prose(value) if masked else " ".join(value.split())) or None


@lru_cache(maxsize=65_536)
def _masked_phrase(phrase: str) -> str:
    return mask_genre_words(" ".join(words(phrase, stop_words=frozenset())))


def _where(titles: pd.DataFrame, row: int, column: str) -> str:
    name = titles["imdb_id"].iloc[row] if "imdb_id" in titles else "no id"
    return f"row {row} ({name}), column {column!r}"


def _vectors(
    texts: list[str],
    encoder: TextEncoder,
    store: FeatureStore | None,
    batch_size: int,
    tell: Callable[[Iterable[str]], None],
) -> dict[str, np.ndarray]:
    """A vector for every distinct text, from the store or computed now."""
    identity, vectors = encoder.identity(), {}
    keys = {text: text_key(text) for text in texts}
    if store is not None and texts:
        there, rows = store.get(identity, list(keys.values()))
        known = [text for text, hit in zip(texts, there, strict=True) if hit]
        vectors = dict(zip(known, np.asarray(rows), strict=True))
    tell(vectors)
    todo = [text for text in texts if text not in vectors]
    unsaved: dict[str, np.ndarray] = {}
    try:
        for batch, rows in encoded(todo, encoder, batch_size):
            vectors |= zip(batch, rows, strict=True)
            unsaved |= {keys[text]: row for text, row in zip(batch, rows, strict=True)}
            if store is not None and len(unsaved) >= PUT_ROWS:
                _save(store, identity, unsaved)
            tell(batch)
    finally:  # also after Ctrl-C: what was computed is kept
        if store is not None:
            _save(store, identity, unsaved)
    return vectors


@lru_cache(maxsize=4)
def _width(encoder: TextEncoder) -> int:
    return next(encoded(["a"], encoder, 1))[1].shape[1]


def _save(store: FeatureStore, identity: str, rows: dict[str, np.ndarray]) -> None:
    if rows:
        store.put(identity, list(rows), np.stack(list(rows.values())))
    rows.clear()


def encoded(texts: list[str], encoder: TextEncoder, batch_size: int) -> Iterator[tuple[list[str], np.ndarray]]:
    """Batches of texts, each with its vectors."""
    if not texts:
        return
    from ..frozen.onnx import open_network, pooled

    network = open_network(encoder)
    unknown = set(network.inputs) - {"input_ids", "attention_mask", "token_type_ids"}
    if unknown or "input_ids" not in network.inputs:
        raise ValueError(
            f"encoder {encoder.name!r}: {encoder.file}: expected the inputs input_ids, attention_mask and "
            f"token_type_ids of a text encoder, found {', '.join(network.inputs)}"
        )
    for batch, feeds, mask in batches(texts, encoder, batch_size):
        values = network.run({name: feeds[name] for name in network.inputs})
        yield batch, pooled(values, mask, encoder)


def batches(
    texts: list[str], encoder: TextEncoder, batch_size: int
) -> Iterator[tuple[list[str], dict[str, np.ndarray], np.ndarray]]:
    """Texts of about equal length together, the longest first: the texts, the network's inputs, and the mask."""
    tokenizer = load_tokenizer(encoder)
    # By characters: tokens would have to be counted, and kept, for all texts at once.
    texts = sorted(texts, key=len, reverse=True)
    for start in range(0, len(texts), 16 * batch_size):
        several = texts[start : start + 16 * batch_size]
        encodings = tokenizer.encode_batch([encoder.prefix + text for text in several])
        order = sorted(range(len(several)), key=lambda i: -len(encodings[i].ids))
        for first in range(0, len(order), batch_size):
            chosen = order[first : first + batch_size]
            mask = np.zeros((len(chosen), max(1, len(encodings[chosen[0]].ids))), np.int64)
            tokens, types = mask.copy(), mask.copy()
            for row, number in enumerate(chosen):
                found = encodings[number]
                mask[row, : len(found.ids)] = found.attention_mask
                tokens[row, : len(found.ids)] = found.ids
                types[row, : len(found.ids)] = found.type_ids
            feeds = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": types}
            yield [several[number] for number in chosen], feeds, mask


@lru_cache(maxsize=4)
def load_tokenizer(encoder: TextEncoder) -> Any:
    """The encoder's tokenizer, cutting at its longest input; the last four stay loaded."""
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise ImportError("text encoders need tokenizers: pip install 'genrelab[onnx]'") from error
    try:
        tokenizer = Tokenizer.from_file(encoder.tokenizer)
    except Exception as error:  # the library's exceptions have no common class
        raise ValueError(f"encoder {encoder.name!r}: {encoder.tokenizer} is no tokenizer.json ({error})") from None
    filling = tokenizer.padding or {}
    tokenizer.no_padding()
    if encoder.pad:
        known = {name: filling[name] for name in ("pad_id", "pad_token", "pad_type_id") if name in filling}
        tokenizer.enable_padding(length=encoder.max_tokens, **known)
    tokenizer.enable_truncation(encoder.max_tokens)
    return tokenizer
