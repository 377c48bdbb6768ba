"""Feature columns to a matrix: one named part per family, everything learnt on training rows only."""

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.compose import ColumnTransformer

from ...features.families import FAMILIES, column_prefix, family_of, parse_spec
from ...features.record import NETWORK
from .steps import Settings, find_step

MANY = 1000  # columns from which a family is found by position


def make_encoder(
    specs: Iterable[str],
    columns: Sequence[str],
    *,
    keyword_count: int = Settings.keyword_count,
    keyword_min_titles: int = Settings.keyword_min_titles,
    overview_min_titles: int = Settings.overview_min_titles,
    overview_ngram_max: int = Settings.overview_ngram_max,
    name_min_titles: int = Settings.name_min_titles,
    value_min_titles: int = Settings.value_min_titles,
    components: int = Settings.components,
    style_components: int = Settings.style_components,
    random_state: int = Settings.random_state,
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
    | `people` | names of directors, writers and cast that `name_min_titles` titles have, weighted as TF-IDF |
    | `provenance` | 0/1 for each country, language and certificate that `value_min_titles` titles have |
    | `sentences:NAME` | mean in place of missing texts, mean 0 and deviation 1 |
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
    name_min_titles : int
        Training titles that a name needs in a role, 2 by default.
    value_min_titles : int
        Training titles that a country, language or certificate needs, 5 by default.
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
    settings = Settings(
        keyword_count,
        keyword_min_titles,
        overview_min_titles,
        overview_ngram_max,
        name_min_titles,
        value_min_titles,
        components,
        style_components,
        random_state,
    )
    parts = []
    distinct = list(dict.fromkeys(specs))
    owned = _columns_by_spec(distinct, columns)
    for spec in distinct:
        family, prefix = family_of(spec), column_prefix(spec)
        own = owned[spec]
        if not own:
            raise ValueError(f"feature {spec!r}: expected columns named {prefix}_…, found none in the table")
        encoder = family.encoder_of(parse_spec(spec)[1])
        if encoder is None:
            raise ValueError(f"feature {spec!r} cannot be encoded: {family.summary}")
        step = find_step(encoder)
        own = list(step.only) or own
        # By position: scikit-learn looks every name up in a list, which takes a minute for 73,728 pixels.
        first = list(columns).index(own[0])
        together = list(columns[first : first + len(own)]) == own
        place = slice(first, first + len(own)) if together and len(own) > MANY else own
        parts.append((spec, step.build(own, prefix, settings), place))
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
    found: list[int] = []
    for spec, block in encoder.output_indices_.items():
        if spec == "remainder":
            continue
        step = find_step(family_of(spec).encoder_of(parse_spec(spec)[1]))
        found += [place for place in range(block.start, block.stop) if step.zero_one(str(names[place]))]
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
    owned = _columns_by_spec(list(specs), columns)
    place = {name: number for number, name in enumerate(columns)}
    return {spec: np.array([place[name] for name in own], dtype=np.int64) for spec, own in owned.items()}


def _columns_by_spec(specs: Sequence[str], columns: Sequence[str]) -> dict[str, list[str]]:
    """The columns of each spec: those that begin with its prefix and with no longer prefix of another spec."""
    prefixes = {spec: f"{column_prefix(spec)}_" for spec in specs}
    found = {}
    for spec, prefix in prefixes.items():
        longer = tuple(other for other in prefixes.values() if other != prefix and other.startswith(prefix))
        own = [name for name in columns if str(name).startswith(prefix) and not str(name).startswith(longer)]
        if FAMILIES[parse_spec(spec)[0]].needs == NETWORK:
            # "resnet50_0001" must not catch "resnet50_conv4_0001": what follows a network's name is digits only.
            own = [name for name in own if str(name)[len(prefix) :].isdigit()] or own
        found[spec] = own
    return found
