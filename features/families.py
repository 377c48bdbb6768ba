"""Feature families by name: which there are, what they need, and their columns side by side.

A family is asked for by a spec: its name, then options after a colon, as in `keywords:stem` or `pixels:grey`.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from .store import FeatureStore

Progress = Callable[[int], None]

# Family -> its options. Every option but TF-IDF changes the feature; TF-IDF is learnt, so it is the model's.
FAMILIES: dict[str, tuple[str, ...]] = {
    "metadata": ("as_of_release",),
    "keywords": ("stem", "unmasked", "tfidf"),
    "overview": ("stem",),
    "posters": (),
    "brightness": (),
    "palette": (),
    "pixels": ("grey",),
    "image": (),
}
TITLE_FAMILIES = ("metadata", "keywords", "overview")
POSTER_FAMILIES = ("posters", "brightness", "palette", "pixels")
EMBEDDING = "embedding"
STYLE = "style"
NETWORKS = (EMBEDDING, STYLE)  # what a frozen network computes; the option is its name
IMAGE = "image"  # where a readable poster lies, for networks that read it themselves
_LEARNT = ("tfidf",)


def parse_spec(spec: str) -> tuple[str, tuple[str, ...]]:
    """Split a spec into family and options.

    Parameters
    ----------
    spec : str
        Such as `metadata`, `keywords:stem+unmasked`, `embedding:resnet50`.

    Returns
    -------
    family : str
    options : tuple of str
        For `embedding` and `style`, the one name of the backbone.

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
    family, _, rest = spec.partition(":")
    if family in NETWORKS:
        if not rest:
            raise ValueError(f"feature {spec!r}: expected a backbone after the colon, as in '{family}:resnet50'")
        return family, (rest,)
    if family not in FAMILIES:
        known = ", ".join([*FAMILIES, *(f"{network}:NAME" for network in NETWORKS)])
        raise ValueError(f"feature {spec!r}: expected one of {known}")
    options = tuple(sorted(filter(None, rest.split("+"))))
    for option in options:
        if option not in FAMILIES[family]:
            known = ", ".join(FAMILIES[family]) or "none"
            raise ValueError(f"feature {spec!r}: unknown option {option!r}; {family} knows {known}")
    return family, options


def feature_spec(spec: str) -> str:
    """The spec without what a model learns: the part that says which columns to compute.

    Examples
    --------
    >>> feature_spec("keywords:stem+tfidf"), feature_spec("keywords:tfidf")
    ('keywords:stem', 'keywords')
    """
    family, options = parse_spec(spec)
    kept = [option for option in options if option not in _LEARNT]
    return ":".join([family, "+".join(kept)]) if kept else family


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
    distinct = list(dict.fromkeys(feature_spec(spec) for spec in specs))
    families = [parse_spec(spec)[0] for spec in distinct]
    for family in set(families) - set(NETWORKS):
        if families.count(family) > 1:
            asked = ", ".join(spec for spec, own in zip(distinct, families, strict=True) if own == family)
            raise ValueError(f"features {asked}: expected one variant of {family!r} in one set, found several")
    return distinct


def build_frames(
    titles: pd.DataFrame,
    paths: Sequence[Path | None],
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
        What to compute; see `parse_spec`. All poster families come from one decode per poster.
    store : FeatureStore, optional
        Cache of poster features by content hash; without one everything is computed.
    weights : str
        For embeddings: `imagenet`, `random`, or the path of a weights.json.
    n_jobs : int, optional
        Workers that decode posters; all cores by default.
    progress : callable, optional
        Called as `progress(name, total)` before long work; it returns the function to call with finished counts.

    Returns
    -------
    dict of str to DataFrame
        Keyed by feature spec; n rows in the order of `titles`.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [1999], "runtime": [136.0]})
    >>> float(build_frames(frame, [None], ["metadata"])["metadata"].loc[0, "metadata_year"])
    1999.0
    """
    wanted = feature_specs_per_variant(specs)
    frames: dict[str, pd.DataFrame] = {}
    on_posters = [spec for spec in wanted if parse_spec(spec)[0] in POSTER_FAMILIES]
    if IMAGE in wanted:
        on_posters = list(dict.fromkeys([*on_posters, "posters"]))
    if on_posters:
        from .poster.single_pass import poster_features

        report = progress("posters", len(paths)) if progress else None
        frames |= poster_features(paths, on_posters, store=store, n_jobs=n_jobs, progress=report)
    if IMAGE in wanted:
        readable = frames["posters"]["posters_status"].to_numpy() == "ok"
        files = [str(path) if ok else None for path, ok in zip(paths, readable, strict=True)]
        frames[IMAGE] = pd.DataFrame({"image_path": pd.Series(files, dtype=object)})
    for spec in wanted:
        family, options = parse_spec(spec)
        if family in TITLE_FAMILIES:
            frames[spec] = _title_family(titles, family, options)
        elif family in NETWORKS:
            from .frozen.embeddings import embed
            from .frozen.style import resolve_network

            report = progress(f"{family} {options[0]}", len(paths)) if progress else None
            backbone = resolve_network(network_names([spec])[0], weights)
            frames[spec] = embed(paths, backbone, store=store, n_jobs=n_jobs, progress=report)
    for frame in frames.values():
        frame.index = titles.index
    return {spec: frames[spec] for spec in wanted}


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
    >>> network_names(["metadata", "embedding:resnet50", "style:resnet50"])
    ['resnet50', 'style:resnet50']
    """
    parsed = [(parse_spec(spec), spec) for spec in specs]
    return [options[0] if family == EMBEDDING else spec for (family, options), spec in parsed if family in NETWORKS]


def column_prefix(spec: str) -> str:
    """What the columns of a spec begin with, before the underscore.

    Examples
    --------
    >>> column_prefix("keywords:stem"), column_prefix("embedding:resnet50"), column_prefix("style:resnet50@conv1_relu")
    ('keywords', 'resnet50', 'style_resnet50_conv1_relu')
    """
    family, options = parse_spec(spec)
    if family not in NETWORKS:
        return family
    name = options[0].replace("@", "_")
    return name if family == EMBEDDING else f"{family}_{name}"


def _title_family(titles: pd.DataFrame, family: str, options: tuple[str, ...]) -> pd.DataFrame:
    from .text.keywords import keywords
    from .text.metadata import metadata
    from .text.overview import overview

    if family == "metadata":
        return metadata(titles, as_of_release="as_of_release" in options)
    if family == "keywords":
        return keywords(titles, stem="stem" in options, masked="unmasked" not in options)
    return overview(titles, stem="stem" in options)


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
    """
    parts = [frames[spec] for spec in feature_specs(specs)]
    return parts[0] if len(parts) == 1 else pd.concat(parts, axis=1)
