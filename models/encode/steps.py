"""How the columns of a feature family become columns of a matrix: one record a step, asked for by its name.

A record of `genrelab.features.record.Family` names its step. Every step is learnt from training rows.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder

from ...features.plugins import resolve
from .components import PixelComponents, StyleComponents
from .names import NameBag
from .row_blocks import BLOCK_BYTES
from .scaling import ImputedScaler
from .seen_values import SeenValues
from .tfidf import TextTfidf
from .top_words import TopWords

LEVELS = ("High", "Medium", "Low")


@dataclass(frozen=True)
class Settings:
    """Numbers that an experiment may choose; each is a parameter of `make_encoder`."""

    keyword_count: int = 40
    keyword_min_titles: int = 2
    overview_min_titles: int = 2
    overview_ngram_max: int = 1
    name_min_titles: int = 2
    value_min_titles: int = 5
    components: int = 20
    style_components: int = 128
    random_state: int = 0


DEFAULTS = Settings()


@dataclass(frozen=True)
class Step:
    """One way to encode a family's columns.

    Parameters
    ----------
    build : callable
        `build(columns, prefix, settings)` gives the unfitted transformer.
    width : callable
        `width(w)`: columns that come out of w columns; terms of texts are counted apart.
    work : callable
        `work(itemsize)`: bytes per value that encoding holds beside its input, for values of so many bytes.
    most : float
        Bytes that it holds beside its input at most, where it works on one block of rows after the other.
    terms : bool
        Whether sparse terms of texts come out.
    only : tuple of str
        The columns it takes, if not all of the family's.
    zero_one : callable
        `zero_one(name)`: whether a column that comes out holds 0 and 1 only, which resampling must not interpolate.
    """

    build: Callable[[Sequence[str], str, Settings], Any]
    width: Callable[[int], int] = lambda width: 2 * width
    work: Callable[[int], float] = lambda itemsize: 0.0
    most: float = float("inf")
    terms: bool = False
    only: tuple[str, ...] = ()
    zero_one: Callable[[str], bool] = lambda name: False


def _brightness(columns: Sequence[str], prefix: str, settings: Settings) -> ColumnTransformer:
    # Levels are fixed, so a fold without one of them has the same columns; no poster is no level at all.
    settings_of_levels: Any = {"categories": [list(LEVELS)], "dtype": np.float32}  # the stubs know the defaults only
    level = OneHotEncoder(handle_unknown="ignore", sparse_output=False, **settings_of_levels)
    numbers = [name for name in columns if name != "brightness_level"]
    return ColumnTransformer(
        [("level", level, ["brightness_level"]), ("colour", ImputedScaler(indicators=False), numbers)],
        verbose_feature_names_out=False,
    )


def _keyword_tfidf(columns: Sequence[str], prefix: str, settings: Settings) -> ColumnTransformer:
    words = TextTfidf("keywords_word", min_titles=settings.keyword_min_titles)
    phrases = TextTfidf("keywords_phrase", separator="|", min_titles=settings.keyword_min_titles)
    return ColumnTransformer(
        [("words", words, ["keywords_words"]), ("phrases", phrases, ["keywords_phrases"])],
        verbose_feature_names_out=False,
        sparse_threshold=1.0,
    )


def _tfidf(columns: Sequence[str], prefix: str, settings: Settings) -> TextTfidf:
    return TextTfidf(prefix, ngram_max=settings.overview_ngram_max, min_titles=settings.overview_min_titles)


def _missing(name: str) -> bool:
    return name.endswith("_missing")


STEPS: dict[str, Step] = {
    # The median in place of gaps, a 0/1 column per column with gaps, mean 0 and deviation 1.
    "scale": Step(lambda columns, prefix, settings: ImputedScaler(), zero_one=_missing),
    # The signed square root, the mean in place of unreadable posters, mean 0 and deviation 1.
    "scale_root": Step(
        lambda columns, prefix, settings: ImputedScaler(fill="mean", indicators=False, root=True),
        width=lambda width: width,
        work=lambda itemsize: 25.0,
    ),
    # The mean in place of a text that is missing, mean 0 and deviation 1.
    "scale_gaps": Step(
        lambda columns, prefix, settings: ImputedScaler(fill="mean", indicators=False),
        width=lambda width: width,
        work=lambda itemsize: 17.0,
    ),
    # 0/1 for each value that enough training titles have, and for nothing known.
    "seen_values": Step(
        lambda columns, prefix, settings: SeenValues(settings.value_min_titles),
        width=lambda width: 40 * width,
        zero_one=lambda name: True,
    ),
    # Names that several training titles have, weighted by how rare they are, role by role.
    "names": Step(
        lambda columns, prefix, settings: NameBag(settings.name_min_titles), width=lambda width: 0, terms=True
    ),
    # 0/1 for each of the most frequent words.
    "top_words": Step(
        lambda columns, prefix, settings: TopWords(settings.keyword_count),
        width=lambda width: DEFAULTS.keyword_count,
        only=("keywords_words",),
        zero_one=lambda name: True,
    ),
    # TF-IDF of the words and of the whole phrases.
    "keyword_tfidf": Step(_keyword_tfidf, width=lambda width: 0, terms=True),
    # TF-IDF of words and runs of words.
    "overview_tfidf": Step(_tfidf, width=lambda width: 0, terms=True),
    # 0/1 for each level, and the colour and luma scaled.
    "brightness": Step(_brightness, zero_one=lambda name: name.startswith("brightness_level_")),
    # Principal components of pixels: blocks of rows as float32, scaled, and centred.
    "pixel_components": Step(
        lambda columns, prefix, settings: PixelComponents(settings.components, random_state=settings.random_state),
        width=lambda width: DEFAULTS.components,
        work=lambda itemsize: 12.0,
        most=3.0 * BLOCK_BYTES,
    ),
    # Principal components of the signed square root, each of deviation 1.
    "style_components": Step(
        lambda columns, prefix, settings: StyleComponents(settings.style_components, prefix, settings.random_state),
        width=lambda width: DEFAULTS.style_components,
        work=lambda itemsize: 33.0,
    ),
}


def find_step(encoder: Any) -> Step:
    """The step of a family's `encoder`: a name in `STEPS`, a callable or a reference to one.

    Raises
    ------
    ValueError
        For a name that is no step.

    Examples
    --------
    >>> find_step("top_words").only
    ('keywords_words',)
    """
    if isinstance(encoder, str) and ":" not in encoder:
        if encoder not in STEPS:
            raise ValueError(
                f"encoder: expected one of {', '.join(STEPS)}, or package.module:function, got {encoder!r}"
            )
        return STEPS[encoder]
    return Step(lambda columns, prefix, settings: resolve(encoder)(columns))


def vocabulary(frame: pd.DataFrame) -> tuple[int, int]:
    """Count the terms that TF-IDF would keep, those of two titles or more, and in how many cells they stand.

    Parameters
    ----------
    frame : DataFrame
        Texts; columns whose name ends in `_phrases` hold phrases between bars, others words between spaces.

    Returns
    -------
    (int, int)

    Examples
    --------
    >>> vocabulary(pd.DataFrame({"overview_text": ["a heist", "a bank", None]}))
    (1, 2)
    """
    terms = values = 0
    for name in frame.columns:
        separator = "|" if str(name).endswith("_phrases") else None
        titles = Counter(term for text in frame[name].dropna() for term in set(text.split(separator)))
        kept = [count for count in titles.values() if count >= 2]
        terms, values = terms + len(kept), values + sum(kept)
    return terms, values
