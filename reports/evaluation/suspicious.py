"""Are the labels right? What sources agree on, and labels that the best model's scores contradict, with posters."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..pages.figures.thumbnails import thumbnail
from ..runs.read import RunFolder
from .agreement import agreement, suspicious_labels

SOURCES = {"imdb": "genres_imdb", "tmdb": "genres_tmdb", "movielens": "genres_movielens"}
NAMES = {"imdb": "IMDb", "tmdb": "TMDb", "movielens": "MovieLens"}
FEWEST = 10
MOST = 12


@dataclass(frozen=True)
class Suspect:
    """One label that out-of-fold scores contradict.

    Attributes
    ----------
    imdb_id, title : str
    year : int or None
    label : str
    kind : {"missing", "wrong"}
    score : float
        Probability that the model gives to the label.
    says : tuple of (str, bool)
        Other sources and whether they give the label.
    picture : str or None
        A data URI.
    """

    imdb_id: str
    title: str
    year: int | None
    label: str
    kind: str
    score: float
    says: tuple[tuple[str, bool], ...]
    picture: str | None


def source_labels(run: RunFolder) -> dict[str, pd.DataFrame]:
    """What every source says, 0/1 per title and genre, from the columns genres_* of titles.parquet.

    Returns
    -------
    dict of source name to DataFrame
        Titles that the source has genres for; genres that it gives to ten titles at least. Sources without any are
        left out.
    """
    found = {}
    for source, column in SOURCES.items():
        if run.titles is None or column not in run.titles:
            continue
        lists = run.titles.drop_duplicates("imdb_id").set_index("imdb_id")[column]
        lists = lists[lists.map(lambda names: _filled(names))]
        if lists.empty:
            continue
        pairs = lists.explode()
        counts = pairs.value_counts()
        labels = sorted(counts.index[counts >= FEWEST])
        table = pd.crosstab(pairs.index, pairs.to_numpy()).clip(upper=1).reindex(index=lists.index, columns=labels)
        found[NAMES[source]] = table.astype(np.uint8).rename_axis(index="imdb_id", columns="label")
    return found


def _filled(names: object) -> bool:
    return isinstance(names, Iterable) and not isinstance(names, str) and len(list(names)) > 0


def source_agreement(run: RunFolder) -> pd.DataFrame:
    """`agreement` of the sources of a run; no rows with fewer than two of them."""
    sources = source_labels(run)
    return agreement(sources) if len(sources) >= 2 else pd.DataFrame()


def agreement_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Kappa per genre (rows, least agreed on first) and pair of sources (columns).

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["War"], "first": ["IMDb"], "second": ["TMDb"], "kappa": [0.5]})
    >>> agreement_matrix(rows).to_dict()
    {'IMDb and TMDb': {'War': 0.5}}
    """
    if table.empty:
        return pd.DataFrame()
    named = table.assign(pair=table["first"] + " and " + table["second"])
    wide = named.pivot(index="label", columns="pair", values="kappa")[named["pair"].unique()]
    return wide.loc[wide.mean(axis=1).sort_values(kind="stable").index].rename_axis(index="label", columns=None)


def suspects(run: RunFolder, predictions: pd.DataFrame, *, thumbnails: bool = True) -> list[Suspect]:
    """The most suspicious labels of a multi-label run, at most two of a genre and kind.

    Parameters
    ----------
    run : RunFolder
    predictions : DataFrame
        Of the best configuration.
    thumbnails : bool

    Returns
    -------
    list of Suspect
        Most suspicious first; empty for single-label runs and for scores that are no probabilities.
    """
    frame = predictions.dropna(subset=["score"])
    if run.kind != "multilabel" or frame.empty or not frame["score"].between(0, 1 + 1e-6).all():
        return []
    own = str((run.info.get("target") or {}).get("source", ""))
    others = {name: table for name, table in source_labels(run).items() if name != NAMES.get(own)}
    table = suspicious_labels(frame, others, per_label=2).head(MOST)
    facts = {} if run.titles is None else run.titles.drop_duplicates("imdb_id").set_index("imdb_id").to_dict("index")
    found = []
    for row in table.to_dict("records"):
        fact = facts.get(row["imdb_id"], {})
        poster, title, year = fact.get("poster"), fact.get("title"), fact.get("year")
        picture = thumbnail(Path(poster)) if thumbnails and isinstance(poster, str) and poster else None
        found.append(
            Suspect(
                imdb_id=row["imdb_id"],
                title=title if isinstance(title, str) and title else row["imdb_id"],
                year=None if year is None or pd.isna(year) else int(year),
                label=row["label"],
                kind=row["kind"],
                score=float(row["score"]),
                says=tuple((name, bool(row[name])) for name in others if row[name] is not None),
                picture=picture,
            )
        )
    return found
