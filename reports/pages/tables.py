"""Every table of a report as CSV."""

import pandas as pd

from .summary import Summary


def tables(summary: Summary) -> dict[str, pd.DataFrame]:
    """The tables of a summary by file name; empty ones are left out.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    dict of str to DataFrame
        Keys are file names without `.csv`; labels are a column, never an index.
    """
    confusion = "error_map" if summary.kind == "multilabel" else "confusion_matrix"
    found = {
        "leaderboard": summary.leaderboard,
        "five_numbers": summary.five_numbers,
        "blocks": summary.blocks,
        "genres": summary.genres,
        "genres_by_feature_set": summary.genres_by_features.reset_index(),
        confusion: summary.confusion.reset_index(),
        "ranks_over_genres": _ranks(summary),
        "pooled_intervals": summary.pooled,
        "genre_sets": summary.sets,
        "genre_sets_by_genre": summary.set_genres,
        "decades": summary.decades.reset_index(),
        "calibration_by_genre": summary.genre_calibration,
        "label_agreement": summary.agreement,
        "suspicious_labels": _suspects(summary),
        "popularity": summary.popularity,
        "co_occurrence": summary.co_occurrence.reset_index(),
        "explained_variance": summary.explained_variance,
        "calibration": summary.calibration.bins if summary.calibration else pd.DataFrame(),
        "precision_recall": _curves(summary),
        "grid": _grid(summary),
        "audit": pd.DataFrame([vars(check) for check in summary.checks]),
    }
    return {name: frame for name, frame in found.items() if not frame.empty}


def as_csv(frame: pd.DataFrame) -> str:
    """A table as CSV text: six significant digits, line feeds, missing values empty.

    Examples
    --------
    >>> as_csv(pd.DataFrame({"a": [0.1234567891], "b": [None]}))
    'a,b\\n0.123457,\\n'
    """
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def _ranks(summary: Summary) -> pd.DataFrame:
    if summary.ranks is None:
        return pd.DataFrame()
    keys = pd.DataFrame(list(summary.ranks.scores.index), columns=["feature_set", "model", "balance"])
    ranks = [summary.ranks.genre_ranks.get(system) for system in summary.ranks.scores.index]
    return keys.assign(score=summary.ranks.scores.to_numpy(), mean_rank=ranks)


def _suspects(summary: Summary) -> pd.DataFrame:
    rows = [
        {"imdb_id": s.imdb_id, "title": s.title, "label": s.label, "kind": s.kind, "score": s.score} | dict(s.says)
        for s in summary.suspects
    ]
    return pd.DataFrame(rows)


def _curves(summary: Summary) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"label": curve.label, "recall": curve.recall, "precision": curve.precision})
        for curve in summary.curves
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _grid(summary: Summary) -> pd.DataFrame:
    parts = [
        sweep.points.assign(feature_set=sweep.feature_set, model=sweep.base, balance=sweep.balance, metric=sweep.metric)
        for sweep in summary.sweeps
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
