"""Feature families by name: one record each, and their columns side by side.

A family is asked for by a spec: its name, then options after a colon, as in `keywords:stem` or `pixels:grey`. Another
package's family is asked for by the name that its entry point gives, or as `package.module:object`.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from .bounded import Refused
from .plugins import Registry, did_you_mean, is_reference
from .record import NETWORK, POSTER, TEXTS, TITLE, Family, Option
from .store import FeatureStore
from .text.parts import column_name, parse_name

Progress = Callable[[int], None]

EMBEDDING, STYLE, IMAGE, SENTENCES = "embedding", "style", "image", "sentences"
NETWORKS = (EMBEDDING, STYLE, SENTENCES)  # what a frozen network computes; the option is its name
_PASS = ".poster.frames:poster_frames"  # one decode per poster for all who name it
_STEM = Option("words are cut to their Snowball stems", {"stem": True})

FAMILIES: Registry[Family] = Registry(
    "feature family",
    "genrelab.features",
    Family,
    (
        Family(
            "metadata",
            "year, length, popularity, votes, ratings and money",
            TITLE,
            ".text.metadata:metadata",
            reads=(
                "year",
                "runtime",
                "popularity",
                "vote_average",
                "vote_count",
                "revenue",
                "budget",
                "imdb_rating",
                "imdb_votes",
            ),
            options={"as_of_release": Option("only what is known at the release", {"as_of_release": True})},
        ),
        Family(
            "keywords",
            "the most frequent keywords of a title, genre names left out",
            TITLE,
            ".text.keywords:keywords",
            reads=("keywords",),
            options={
                "stem": _STEM,
                "unmasked": Option("words that name a genre stay", {"masked": False}),
                "tfidf": Option("words and phrases weighted by how rare they are", encoder="keyword_tfidf"),
            },
            encoder="top_words",
            block="words",
        ),
        Family(
            "overview",
            "the words of the plot text, weighted by how rare they are",
            TITLE,
            ".text.overview:overview",
            reads=("overview",),
            options={"stem": _STEM},
            encoder="overview_tfidf",
            block="words",
        ),
        Family(
            "people",
            "names of directors, writers and cast that several titles have",
            TITLE,
            ".text.people:people",
            reads=("directors", "writers", "cast"),
            encoder="names",
            block="names",
        ),
        Family(
            "provenance",
            "countries, languages and certificate",
            TITLE,
            ".text.provenance:provenance",
            reads=("countries", "languages", "certificate"),
            encoder="seen_values",
        ),
        Family(
            SENTENCES,
            "what a text encoder makes of plot, keywords and title, genre names left out",
            TEXTS,
            ".text.sentences:sentence_frame",
            reads=("overview", "keywords", "title"),
            encoder="scale_gaps",
            block="sentences",
        ),
        Family(
            "posters",
            "whether a poster can be read, its hashes, and whether it is grey: for audits, not for models",
            POSTER,
            _PASS,
            encoder=None,
        ),
        Family(
            "brightness",
            "a poster's dominant colour and how bright it is",
            POSTER,
            _PASS,
            encoder="brightness",
            block="colours",
        ),
        Family("palette", "a poster's five top colours", POSTER, _PASS, block="colours"),
        Family(
            "pixels",
            "principal components of a poster's pixels",
            POSTER,
            _PASS,
            options={"grey": Option("luma at 200 x 320 in place of colours at 128 x 192")},
            encoder="pixel_components",
            block="colours",
            unreadable="zero",
        ),
        Family(
            IMAGE, "where a readable poster lies, for networks that read it themselves", POSTER, _PASS, encoder=None
        ),
        Family(
            EMBEDDING,
            "what a network trained on photographs sees on a poster",
            NETWORK,
            ".frozen.embeddings:embedding_frame",
            encoder="scale_root",
            block="embedding",
        ),
        Family(
            STYLE,
            "the Gram matrix of a network's early layer: a poster's style",
            NETWORK,
            ".frozen.embeddings:style_frame",
            encoder="style_components",
            block="embedding",
        ),
    ),
    __package__,
)


def parse_spec(spec: str) -> tuple[str, tuple[str, ...]]:
    """Split a spec into family and options.

    Parameters
    ----------
    spec : str
        Such as `metadata`, `keywords:stem+unmasked`, `embedding:resnet50`, `my_package.features:FAMILY:option`.

    Returns
    -------
    family : str
        A key of `FAMILIES`.
    options : tuple of str
        Sorted; for `embedding` and `style`, the one name of the backbone.

    Raises
    ------
    ValueError
        For an unknown family or option; the message lists the known ones.

    Examples
    --------
    >>> parse_spec("keywords:stem+tfidf")
    ('keywords', ('stem', 'tfidf'))
    >>> parse_spec("embedding:resnet50")
    ('embedding', ('resnet50',))
    """
    if not isinstance(spec, str):
        raise ValueError(f"feature {spec!r}: expected text such as 'keywords:stem'")
    name, _, rest = spec.partition(":")
    if is_reference(spec):
        item, _, rest = rest.partition(":")
        name = f"{name}:{item}"
    try:
        family = FAMILIES.find(name)
    except ValueError as fault:
        raise ValueError(f"feature {spec!r}: {fault}") from None
    if family.names_network:
        if not rest:
            kind, one = ("text encoder", "minilm") if family.needs == TEXTS else ("backbone", "resnet50")
            raise ValueError(f"feature {spec!r}: expected a {kind} after the colon, as in '{name}:{one}'")
        if family.needs == TEXTS:
            parse_name(rest)
        return name, (rest,)
    options = tuple(sorted(filter(None, rest.split("+"))))
    for option in options:
        if option not in family.options:
            known = list(family.options)
            raise ValueError(
                f"feature {spec!r}: unknown option {option!r}; {name} knows {', '.join(known) or 'none'}"
                f"{did_you_mean(option, known)}"
            )
    return name, options


def family_of(spec: str) -> Family:
    """The record of a spec's family.

    Examples
    --------
    >>> family_of("keywords:stem").encoder
    'top_words'
    """
    return FAMILIES[parse_spec(spec)[0]]


def reads_posters(spec: str) -> bool:
    """Whether a spec's family looks at posters.

    Examples
    --------
    >>> reads_posters("embedding:resnet50"), reads_posters("metadata")
    (True, False)
    """
    return family_of(spec).reads_posters


def feature_spec(spec: str) -> str:
    """The spec without what a model learns: the part that says which columns to compute.

    Examples
    --------
    >>> feature_spec("keywords:stem+tfidf"), feature_spec("keywords:tfidf")
    ('keywords:stem', 'keywords')
    """
    name, options = parse_spec(spec)
    known = FAMILIES[name].options
    kept = [option for option in options if option not in known or known[option].encoder is None]
    return ":".join([name, "+".join(kept)]) if kept else name


def feature_specs(specs: Iterable[str]) -> list[str]:
    """Distinct feature specs, in order; two variants of one family cannot stand in one table.

    Raises
    ------
    ValueError
        When one family is asked for with different options, since their columns have the same names.

    Examples
    --------
    >>> feature_specs(["metadata", "keywords", "keywords:tfidf"])
    ['metadata', 'keywords']
    """
    distinct = feature_specs_per_variant(specs)
    by_prefix: dict[str, list[str]] = {}
    for spec in distinct:
        by_prefix.setdefault(column_prefix(spec), []).append(spec)
    for prefix, variants in by_prefix.items():
        if len(variants) > 1:
            raise ValueError(
                f"features {', '.join(variants)}: expected one variant of {prefix!r} in one set, found several"
            )
    return distinct


def feature_specs_per_variant(specs: Iterable[str]) -> list[str]:
    """Distinct feature specs, in order; variants of one family are allowed, each in a frame of its own.

    Examples
    --------
    >>> feature_specs_per_variant(["keywords", "keywords:stem", "keywords:stem+tfidf"])
    ['keywords', 'keywords:stem']
    """
    return list(dict.fromkeys(feature_spec(spec) for spec in specs))


def network_names(specs: Iterable[str]) -> list[str]:
    """Names of the frozen networks behind feature specs, for `genrelab.features.frozen.style.resolve_network`.

    Examples
    --------
    >>> network_names(["metadata", "embedding:resnet50", "style:resnet50", "sentences:minilm@plot"])
    ['resnet50', 'style:resnet50', 'sentences:minilm']
    """
    parsed = [(parse_spec(spec), spec) for spec in specs]
    named = {
        SENTENCES: lambda spec, option: f"{SENTENCES}:{parse_name(option)[0]}",
        EMBEDDING: lambda spec, option: option,
        STYLE: lambda spec, option: spec,
    }
    found = [named[family](spec, options[0]) for (family, options), spec in parsed if family in NETWORKS]
    return list(dict.fromkeys(found))


def column_prefix(spec: str) -> str:
    """What the columns of a spec begin with, before the underscore.

    Examples
    --------
    >>> column_prefix("keywords:stem"), column_prefix("embedding:resnet50"), column_prefix("style:resnet50@conv1_relu")
    ('keywords', 'resnet50', 'style_resnet50_conv1_relu')
    """
    name, options = parse_spec(spec)
    family = FAMILIES[name]
    if not family.names_network:
        return family.name
    if family.needs == TEXTS:
        return f"{family.name}_{column_name(parse_name(options[0])[0])}"
    network = options[0].replace("@", "_")
    return network if name == EMBEDDING else f"{family.name}_{network}"


def build_frames(
    titles: pd.DataFrame,
    paths: Sequence[Path | Refused | None],
    specs: Iterable[str],
    *,
    store: FeatureStore | None = None,
    weights: str = "imagenet",
    n_jobs: int | None = None,
    progress: Callable[[str, int], Progress] | None = None,
) -> dict[str, pd.DataFrame]:
    """Compute feature families for the rows of a catalogue.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows.
    paths : sequence of n paths or None
        Where each poster lies.
    specs : iterable of str
        What to compute; see `parse_spec`. Poster families with one function come from one decode per poster.
    store : FeatureStore, optional
        Cache of poster features by content hash; without one everything is computed.
    weights : str
        For embeddings: `imagenet`, `random`, or the path of a weights.json; encoders may follow, as
        `frozen.hub.split_weights` says.
    n_jobs : int, optional
        Workers that decode posters; all cores by default.
    progress : callable, optional
        Called as `progress(name, total)` before long work; it returns the function to call with finished counts.

    Returns
    -------
    dict of str to DataFrame
        Keyed by feature spec; n rows in the order of `titles`.

    Raises
    ------
    ValueError
        For an unknown spec, or a family whose function does not give one row a title.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [1999], "runtime": [136.0]})
    >>> float(build_frames(frame, [None], ["metadata"])["metadata"].loc[0, "metadata_year"])
    1999.0
    """
    wanted = feature_specs_per_variant(specs)
    frames: dict[str, pd.DataFrame] = {}
    passes: dict[Callable, list[str]] = {}
    for spec in wanted:
        family = family_of(spec)
        if family.needs == POSTER:
            passes.setdefault(family.function, []).append(spec)
    for compute, together in passes.items():
        report = progress("posters", len(paths)) if progress else None
        frames |= compute(paths, together, store=store, n_jobs=n_jobs, progress=report)
    for spec in wanted:
        name, options = parse_spec(spec)
        family = FAMILIES[name]
        if family.needs == TITLE:
            frames[spec] = family.function(titles, **family.arguments(options))
        elif family.needs == TEXTS:
            texts = len(titles) * len(parse_name(options[0])[1])
            report = progress(f"{name} {options[0]}", texts) if progress else None
            frames[spec] = family.function(titles, options[0], weights=weights, store=store, progress=report)
        elif family.needs == NETWORK:
            report = progress(f"{name} {options[0]}", len(paths)) if progress else None
            frames[spec] = family.function(
                paths, options[0], weights=weights, store=store, n_jobs=n_jobs, progress=report
            )
    for spec, frame in frames.items():
        if len(frame) != len(titles):
            raise ValueError(f"feature {spec!r}: expected {len(titles)} rows, one a title, got {len(frame)}")
        frame.index = titles.index
    return {spec: frames[spec] for spec in wanted}


def join_frames(frames: dict[str, pd.DataFrame], specs: Iterable[str]) -> pd.DataFrame:
    """The columns of one feature set, side by side.

    Parameters
    ----------
    frames : dict
        From `build_frames`.
    specs : iterable of str
        The feature set.

    Returns
    -------
    DataFrame of n rows
        Columns named by family; no name occurs twice.

    Raises
    ------
    KeyError
        When a frame of the feature set is not there.

    Examples
    --------
    >>> titles = pd.DataFrame({"year": [1999], "keywords": [["heist", "bank"]]})
    >>> frames = build_frames(titles, [None], ["metadata", "keywords"])
    >>> join_frames(frames, ["keywords", "metadata"])[["keywords_words", "metadata_year"]].to_dict("records")
    [{'keywords_words': 'heist bank', 'metadata_year': 1999.0}]
    """
    parts = [frames[spec] for spec in feature_specs(specs)]
    joined = parts[0] if len(parts) == 1 else pd.concat(parts, axis=1)
    # scikit-learn walks through the names whenever it sees a table: 73,728 of pixels take 0.2 s as pandas' str.
    return joined.set_axis(joined.columns.astype(object), axis=1)


def words_of(specs: Iterable[str]) -> dict[str, dict[str, str]]:
    """What a report says about the families of feature specs: `table` and `sentence` by the family's key.

    Examples
    --------
    >>> words_of(["keywords:stem"])["keywords"]["table"]
    'keywords'
    """
    names = dict.fromkeys(parse_spec(spec)[0] for spec in specs)
    return {name: {"table": FAMILIES[name].name, "sentence": FAMILIES[name].summary} for name in names}
