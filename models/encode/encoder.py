"""Feature columns to a matrix: one named part per family, everything learnt on training rows only."""

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder

from ...features.families import EMBEDDING, IMAGE, STYLE, column_prefix, parse_spec
from .pixel_components import PixelComponents
from .scaling import ImputedScaler
from .style_components import StyleComponents
from .tfidf import TextTfidf
from .top_words import TopWords

LEVELS = ("High", "Medium", "Low")
TFIDF = "tfidf"


def make_encoder(
    specs: Iterable[str],
    columns: Sequence[str],
    *,
    keyword_count: int = 40,
    keyword_min_titles: int = 2,
    overview_min_titles: int = 2,
    overview_ngram_max: int = 1,
    components: int = 20,
    style_components: int = 128,
    random_state: int = 0,
) -> ColumnTransformer:
    """The encoder of a feature set.

    Each spec becomes one part of that name, so after `fit` the slice `encoder.output_indices_[spec]` holds the
    spec's columns of the encoded matrix, and `encoder.named_transformers_[spec]` what was learnt.

    | spec | columns out |
    |---|---|
    | `metadata`, `palette` | median in place of gaps, a 0/1 column per column with gaps, mean 0 and deviation 1 |
    | `keywords` | 0/1 for each of the `keyword_count` most frequent words |
    | `keywords:tfidf` | TF-IDF of the words and of the whole phrases |
    | `overview` | TF-IDF of words and runs of up to `overview_ngram_max` words |
    | `brightness` | 0/1 for each level, and the colour and luma scaled |
    | `pixels` | principal components |
    | `embedding:NAME` | signed square root, mean in place of unreadable posters, mean 0 and deviation 1 |
    | `style:NAME` | principal components of the same, each of deviation 1 |

    Parameters
    ----------
    specs : iterable of str
        Feature families, as in `genrelab.features.families.parse_spec`.
    columns : sequence of str
        Columns of the feature table that will be encoded; each belongs to the family that its name begins with.
    keyword_count : int
        Words that `keywords` keeps, 40 by default.
    keyword_min_titles, overview_min_titles : int
        Training titles that a TF-IDF term needs.
    overview_ngram_max : int
        Longest run of words of the plot text that is a term.
    components : int
        Principal components of `pixels`, 20 by default.
    style_components : int
        Principal components of each `style`, 128 by default.
    random_state : int
        Seed of the principal components.

    Returns
    -------
    ColumnTransformer
        Its output is float32: a CSR matrix where most of it is zero (TF-IDF), else an array.

    Raises
    ------
    ValueError
        When a family has no columns among `columns`, or is `posters`, which holds facts for audits.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"metadata_year": [1999.0, 2001.0], "keywords_words": ["heist bank", None],
    ...                       "keywords_phrases": ["bank heist", None]})
    >>> encoder = make_encoder(["metadata", "keywords"], table.columns, keyword_count=2)
    >>> encoder.set_output(transform="pandas").fit_transform(table).columns.tolist()
    ['metadata_year', 'keywords_bank', 'keywords_heist']
    """
    parts = []
    for spec in dict.fromkeys(specs):
        family, options = parse_spec(spec)
        prefix = column_prefix(spec)
        own = _family_columns(prefix, columns)
        if not own:
            raise ValueError(f"feature {spec!r}: expected columns named {prefix}_…, found none in the table")
        if family == EMBEDDING:
            parts.append((spec, ImputedScaler(fill="mean", indicators=False, root=True), own))
        elif family == STYLE:
            parts.append((spec, StyleComponents(style_components, prefix, random_state), own))
        elif family in ("metadata", "palette"):
            parts.append((spec, ImputedScaler(), own))
        elif family == "keywords" and TFIDF in options:
            parts.append((spec, _keyword_tfidf(keyword_min_titles), own))
        elif family == "keywords":
            parts.append((spec, TopWords(keyword_count), ["keywords_words"]))
        elif family == "overview":
            tfidf = TextTfidf("overview", ngram_max=overview_ngram_max, min_titles=overview_min_titles)
            parts.append((spec, tfidf, own))
        elif family == "brightness":
            parts.append((spec, _brightness(own), own))
        elif family == "pixels":
            # By position: scikit-learn looks every name up in a list, which takes a minute for 73,728 pixels.
            first = list(columns).index(own[0])
            place = slice(first, first + len(own)) if list(columns[first : first + len(own)]) == own else own
            parts.append((spec, PixelComponents(components, random_state=random_state), place))
        else:
            why = "networks read it themselves" if family == IMAGE else "it is for audits and pictures, not for models"
            raise ValueError(f"feature {spec!r} cannot be encoded: {why}")
    return ColumnTransformer(parts, verbose_feature_names_out=False)


def categorical_columns(encoder: ColumnTransformer) -> tuple[int, ...]:
    """Positions of the 0/1 columns of a fitted encoder's output, which resampling must not interpolate.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"metadata_year": [1999.0, None, 2001.0]})
    >>> categorical_columns(make_encoder(["metadata"], table.columns).fit(table))
    (1,)
    """
    names = encoder.get_feature_names_out()
    found = []
    for spec, block in encoder.output_indices_.items():
        if spec == "remainder":
            continue
        family, options = parse_spec(spec)
        one_hot = family == "keywords" and TFIDF not in options
        for position in range(block.start, block.stop):
            name = str(names[position])
            if (
                one_hot
                or name.startswith("brightness_level_")
                or (family in ("metadata", "palette") and name.endswith("_missing"))
            ):
                found.append(position)
    return tuple(found)


def encoder_blocks(encoder: ColumnTransformer) -> dict[str, np.ndarray]:
    """Positions of each part's columns in the output of a fitted encoder, by spec.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"metadata_year": [1999.0, 2001.0], "metadata_runtime": [90.0, 95.0]})
    >>> {k: v.tolist() for k, v in encoder_blocks(make_encoder(["metadata"], table.columns).fit(table)).items()}
    {'metadata': [0, 1]}
    """
    return {
        spec: np.arange(block.start, block.stop)
        for spec, block in encoder.output_indices_.items()
        if spec != "remainder"
    }


def table_blocks(specs: Iterable[str], columns: Sequence[str]) -> dict[str, np.ndarray]:
    """Positions of each spec's columns in the feature table itself, by spec.

    Examples
    --------
    >>> blocks = table_blocks(["metadata", "image"], ["metadata_year", "metadata_runtime", "image_path"])
    >>> {spec: positions.tolist() for spec, positions in blocks.items()}
    {'metadata': [0, 1], 'image': [2]}
    """
    found = {}
    for spec in specs:
        own = set(_family_columns(column_prefix(spec), columns))
        found[spec] = np.flatnonzero([name in own for name in columns])
    return found


def _family_columns(prefix: str, columns: Sequence[str]) -> list[str]:
    own = [name for name in columns if str(name).startswith(f"{prefix}_")]
    # "resnet50_0001" must not catch "resnet50_conv4_0001": what follows an embedding's name is digits only.
    digits = [name for name in own if str(name)[len(prefix) + 1 :].isdigit()]
    return digits or own


def _keyword_tfidf(min_titles: int) -> ColumnTransformer:
    words = TextTfidf("keywords_word", min_titles=min_titles)
    phrases = TextTfidf("keywords_phrase", separator="|", min_titles=min_titles)
    return ColumnTransformer(
        [("words", words, ["keywords_words"]), ("phrases", phrases, ["keywords_phrases"])],
        verbose_feature_names_out=False,
        sparse_threshold=1.0,
    )


def _brightness(columns: Sequence[str]) -> ColumnTransformer:
    # Levels are fixed, so a fold without one of them has the same columns; no poster is no level at all.
    level = OneHotEncoder(categories=[list(LEVELS)], handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    numbers = [name for name in columns if name != "brightness_level"]
    return ColumnTransformer(
        [("level", level, ["brightness_level"]), ("colour", ImputedScaler(indicators=False), numbers)],
        verbose_feature_names_out=False,
    )
