"""What the catalogue looks like, whatever the models: how many titles per genre, which genres go together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..runs.read import RunFolder


def title_labels(run: RunFolder) -> pd.DataFrame:
    """One row per title and label, from titles.parquet.

    Returns
    -------
    DataFrame
        imdb_id, label; no rows where labels are not recorded.
    """
    if run.titles is None or "labels" not in run.titles:
        return pd.DataFrame(columns=["imdb_id", "label"])
    exploded = run.titles[["imdb_id", "labels"]].explode("labels").dropna(subset=["labels"])
    return exploded.rename(columns={"labels": "label"}).reset_index(drop=True)


def popularity(run: RunFolder) -> pd.DataFrame:
    """Titles per genre, most first.

    Returns
    -------
    DataFrame
        label, titles, share (of all titles).
    """
    pairs = title_labels(run)
    if pairs.empty or run.titles is None:
        return pd.DataFrame(columns=["label", "titles", "share"])
    counts = pairs["label"].value_counts()
    table = counts.rename_axis("label").reset_index(name="titles")
    table["share"] = table["titles"] / len(run.titles)
    return table.sort_values(["titles", "label"], ascending=[False, True], ignore_index=True)


def co_occurrence(run: RunFolder, labels: Sequence[str]) -> pd.DataFrame:
    """Among titles of a genre (rows), the share that also have another (columns).

    Returns
    -------
    DataFrame of float, 0 to 1
        The diagonal is NaN. Empty when no title has two labels: there is nothing to see.
    """
    pairs = title_labels(run)
    if pairs.empty or not pairs["imdb_id"].duplicated().any():
        return pd.DataFrame()
    wide = pd.crosstab(pairs["imdb_id"], pairs["label"]).reindex(columns=list(labels), fill_value=0)
    indicator = (wide.to_numpy() > 0).astype(float)
    together = indicator.T @ indicator
    size = np.diag(together)[:, None]
    shares = np.divide(together, size, out=np.full_like(together, np.nan), where=size > 0)
    np.fill_diagonal(shares, np.nan)
    return pd.DataFrame(shares, index=pd.Index(labels, name="titles of"), columns=pd.Index(labels, name="also have"))
