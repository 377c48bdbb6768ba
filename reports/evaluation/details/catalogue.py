"""What the catalogue looks like, whatever the models: titles per genre, genres that go together, frequent words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...runs.format import TOP_WORD
from ...runs.read import SPLIT, RunFolder
from .agreement import SOURCES

_WORD_COLUMNS = ["feature_sets", "word", "titles", "folds"]


def title_labels(run: RunFolder) -> pd.DataFrame:
    """One row per title and label of the target, from titles.parquet.

    Returns
    -------
    DataFrame
        imdb_id, label; no rows where labels are not recorded.
    """
    return _pairs(run, "labels")


def source_genres(run: RunFolder) -> pd.DataFrame:
    """One row per title and genre as the target's source gives them, whatever classes the target makes of them.

    Returns
    -------
    DataFrame
        imdb_id, label; no rows where the source is unknown or its genres are not recorded.
    """
    target = run.info.get("target")
    source = str(target.get("source", "")) if isinstance(target, dict) else ""
    return _pairs(run, SOURCES.get(source, ""))


def popularity(run: RunFolder, pairs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Titles per genre, most first.

    Parameters
    ----------
    run : RunFolder
    pairs : DataFrame, optional
        imdb_id, label; the target's labels by default.

    Returns
    -------
    DataFrame
        label, titles, share (of all titles).
    """
    pairs = title_labels(run) if pairs is None else pairs
    if pairs.empty or run.titles is None:
        return pd.DataFrame(columns=["label", "titles", "share"])
    counts = pairs["label"].value_counts()
    table = counts.rename_axis("label").reset_index(name="titles")
    table["share"] = table["titles"] / len(run.titles)
    return table.sort_values(["titles", "label"], ascending=[False, True], ignore_index=True)


def co_occurrence(pairs: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Among titles of a genre (rows), the share that also have another (columns).

    Parameters
    ----------
    pairs : DataFrame
        imdb_id, label.
    labels : sequence of str
        Order of both axes.

    Returns
    -------
    DataFrame of float, 0 to 1
        The diagonal is NaN. Empty when no title has two labels: there is nothing to see.

    Examples
    --------
    >>> pairs = pd.DataFrame({"imdb_id": ["a", "a", "b"], "label": ["War", "Drama", "Drama"]})
    >>> co_occurrence(pairs, ["Drama", "War"]).loc["Drama", "War"]
    np.float64(0.5)
    """
    if pairs.empty or not pairs["imdb_id"].duplicated().any():
        return pd.DataFrame()
    title, names = pd.factorize(pairs["imdb_id"])
    column = pd.Index(labels).get_indexer(pd.Index(pairs["label"]))
    indicator = np.zeros((len(names), len(labels)), dtype=np.float32)  # exact up to 16 million titles
    indicator[title[column >= 0], column[column >= 0]] = 1
    together = (indicator.T @ indicator).astype(np.float64)
    size = np.diag(together)[:, None]
    shares = np.divide(together, size, out=np.full_like(together, np.nan), where=size > 0)
    np.fill_diagonal(shares, np.nan)
    return pd.DataFrame(shares, index=pd.Index(labels, name="titles of"), columns=pd.Index(labels, name="also have"))


def chosen_words(run: RunFolder) -> pd.DataFrame:
    """Every word that a fold chose, most frequent first.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    DataFrame
        feature_sets (those that chose the same words, one after the other in a text), word, titles (share of the
        training titles that have it, mean over the folds that chose it), folds (how many chose it). The attribute
        `attrs["folds"]` is the number of all folds. No rows where no feature set chooses words.
    """
    rows = run.results[run.results["metric"] == TOP_WORD]
    groups: dict[tuple, list[str]] = {}
    for name, own in rows.groupby("feature_set", sort=False):
        counts = own.groupby("label").agg(titles=("value", "mean"), folds=("value", "size")).reset_index()
        counts = counts.sort_values(["folds", "titles", "label"], ascending=[False, False, True])
        groups.setdefault(tuple(counts.itertuples(index=False, name=None)), []).append(str(name))
    records = [[", ".join(names), *entry] for entries, names in groups.items() for entry in entries]
    table = pd.DataFrame(records, columns=_WORD_COLUMNS)
    table.attrs["folds"] = len(rows[SPLIT].drop_duplicates())
    return table


def _pairs(run: RunFolder, column: str) -> pd.DataFrame:
    if run.titles is None or column not in run.titles:
        return pd.DataFrame(columns=["imdb_id", "label"])
    exploded = run.titles[["imdb_id", column]].explode(column).dropna(subset=[column])
    return exploded.rename(columns={column: "label"}).reset_index(drop=True)
