"""Conformal genre sets: genre lists with a promise, and whether it was kept."""

import pandas as pd

from ...runs.read import RunFolder


def genre_sets(run: RunFolder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Conformal genre sets as conformal.parquet records them.

    Returns
    -------
    whole : DataFrame
        promise (1 - risk), scope, titles, coverage, low, high, set_size, all_found.
    per_genre : DataFrame
        For the smallest risk: label, titles, coverage and listed (share of all titles) when the promise is for
        titles, genre_coverage and genre_listed when it is for every genre; most frequent first. Both empty where
        the file is absent.
    """
    table = run.conformal()
    if table is None:
        return pd.DataFrame(), pd.DataFrame()
    columns = ["promise", "scope", "titles", "coverage", "low", "high", "set_size", "all_found"]
    whole = table[table["label"].isna()].assign(promise=1 - table["risk"])[columns].reset_index(drop=True)
    genres = table[table["label"].notna() & (table["risk"] == table["risk"].min())]
    parts = [
        genres[genres["scope"] == scope].set_index("label")[names]
        for scope, names in (("title", ["titles", "coverage", "listed"]), ("genre", ["coverage", "listed"]))
    ]
    wide = parts[0].join(parts[1].add_prefix("genre_"), how="left").reset_index()
    return whole, wide.sort_values(["titles", "label"], ascending=[False, True], ignore_index=True)
