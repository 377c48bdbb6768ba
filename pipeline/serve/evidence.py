"""What the run knows of its model: out-of-fold scores, how often such a score was right, and lists with a promise."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...models.genre_model import GenreModel
from ...models.multilabel.conformal import ConformalSets
from ...reports.evaluation.details.confusion import wrongly_given
from ...reports.evaluation.details.suspicious import suspicious_labels
from ...reports.runs.format import Cell
from ...reports.runs.matrices import matrices
from ...reports.runs.read import RunFolder, read_run

NEIGHBOURS = 100
RISK = 0.1


def in_ten(share: float, label: str, what: str = "posters") -> str:
    """A share in words that people can picture.

    Examples
    --------
    >>> in_ten(0.68, "Horror"), in_ten(0.01, "War"), in_ten(0.99, "War", "titles")
    ('about 7 in 10 posters like this are Horror', 'fewer than 1 in 20 posters like this are War', \
'nearly all titles like this are War')
    >>> in_ten(0.5, "War")
    'about half of the posters like this are War'
    """
    if share < 0.05:
        return f"fewer than 1 in 20 {what} like this are {label}"
    if share > 0.95:
        return f"nearly all {what} like this are {label}"
    tenths = max(1, min(9, round(10 * share)))
    if tenths == 5:
        return f"about half of the {what} like this are {label}"
    return f"about {tenths} in 10 {what} like this are {label}"


class Evidence:
    """Out-of-fold scores of the model's own cell.

    Parameters
    ----------
    run : RunFolder
    model : GenreModel
        Loaded from a file: its manifest names the cell.

    Attributes
    ----------
    scores : DataFrame of shape (titles, L)
        Index imdb_id; mean over repeats. Empty where the run kept no predictions of the cell.
    truth, predicted : DataFrame of shape (titles, L), bool
    """

    def __init__(self, run: RunFolder, model: GenreModel):
        self.run, self.labels = run, list(model.labels)
        self.what = "titles" if any(name for name in model.needs() if not _of_poster(name)) else "posters"
        manifest: Mapping[str, Any] = model.manifest or {}
        cell = manifest.get("cell", {})
        self.cell = Cell(str(cell.get("feature_set", "")), str(cell.get("model", "")), str(cell.get("balance", "")))
        made_by = manifest.get("run_fingerprint")
        self.same_run = made_by is not None and made_by == run.info.get("fingerprint")
        frame = run.predictions(self.cell)
        self.predictions = frame[frame["label"].isin(self.labels)] if self.same_run else frame.iloc[:0]
        titles, labels, values = matrices(self.predictions, ["score", "truth", "predicted"], self.labels)
        tables = (pd.DataFrame(matrix, titles, labels, dtype=float).dropna() for matrix in values)
        self.scores, self.truth, self.predicted = tables
        self.truth, self.predicted = self.truth >= 0.5, self.predicted >= 0.5
        self.conformal = None
        known = not self.scores.empty
        if known and model.kind == "multilabel":
            self.conformal = ConformalSets(RISK).fit(self.scores.to_numpy(), self.truth.to_numpy().astype(np.uint8))

    def calibrated(self, label: str, score: float) -> dict[str, Any] | None:
        """How many of the titles whose out-of-fold score was nearest have the genre.

        Parameters
        ----------
        label : str
        score : float
            0 to 1.

        Returns
        -------
        dict or None
            `share` (0 to 1), `of` (titles looked at), `words`; None without enough titles.
        """
        if len(self.scores) < 2 * NEIGHBOURS:
            near = len(self.scores) // 4
            if near < 25:
                return None
        else:
            near = NEIGHBOURS
        distance = np.abs(self.scores[label].to_numpy() - score)
        rows = np.argpartition(distance, near - 1)[:near]
        share = float(self.truth[label].to_numpy()[rows].mean())
        return {"share": share, "of": near, "words": in_ten(share, label, self.what)}

    def listed(self, scores: Mapping[str, float | None]) -> list[str] | None:
        """Genres that together hold, on average, 90 % of a title's true ones; None where nothing was measured."""
        values = [scores.get(label) for label in self.labels]
        if self.conformal is None or any(value is None for value in values):
            return None
        chosen = self.conformal.predict(np.asarray([values], dtype=float))[0]
        return [label for label, flag in zip(self.labels, chosen, strict=True) if flag]

    def about(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What belongs beside one answer: words for every genre, and the list with a promise.

        Nothing of an answer made in part: the run's titles had what this one lacks, so its scores are others.
        """
        if answer["status"] != "ok":
            return {"calibrated": {}, "listed": None}
        scores = {label: answer.get(label) for label in self.labels}
        words = {label: self.calibrated(label, float(score)) for label, score in scores.items() if score is not None}
        return {"calibrated": words, "listed": self.listed(scores)}

    def outcomes(self) -> pd.DataFrame:
        """For every title of the run, how it went: `right`, `partly` or `wrong`, and `uncertain` (bool).

        Right: exactly the title's genres were predicted; wrong: none of them. Uncertain: in the quarter of titles
        with the largest mean entropy of scores.
        """
        if self.scores.empty:
            return pd.DataFrame({"outcome": pd.Series(dtype="str"), "uncertain": pd.Series(dtype=bool)})
        hits, same = (self.truth & self.predicted).any(axis=1), (self.truth == self.predicted).all(axis=1)
        doubt = entropy(self.scores.to_numpy())
        outcome = np.where(same, "right", np.where(hits, "partly", "wrong"))
        return pd.DataFrame(
            {"outcome": outcome, "uncertain": doubt >= np.quantile(doubt, 0.75)}, index=self.scores.index
        )

    def suspects(self, per_label: int = 40) -> pd.DataFrame:
        """Labels that the scores contradict, most suspicious first: see `suspicious_labels`."""
        if self.scores.empty:
            return pd.DataFrame(columns=["imdb_id", "label", "kind", "score", "suspicion"])
        return suspicious_labels(self.predictions, per_label=per_label)

    def genres(self) -> list[dict[str, Any]]:
        """Per genre: titles that have it, found, missed and false alarms, each a filter of the gallery."""
        rows = []
        for label in self.labels if not self.scores.empty else ():
            truth, predicted = self.truth[label], self.predicted[label]
            found, missed, false = (truth & predicted).sum(), (truth & ~predicted).sum(), (~truth & predicted).sum()
            rows.append(
                {
                    "genre": label,
                    "titles": int(truth.sum()),
                    "found": int(found),
                    "missed": int(missed),
                    "false": int(false),
                    "f1": float(2 * found / (2 * found + missed + false)) if found + missed + false else None,
                }
            )
        return rows

    def mistaken(self) -> list[dict[str, Any]]:
        """Genres taken for each other: of the titles that have one genre and not another, the share given the other.

        Returns
        -------
        list of dict
            `genre` and `given`: for every other genre its `share` (0 to 1, None without such titles) and `titles`, how
            many were given it. Empty without scores.
        """
        if self.scores.empty:
            return []
        titles, shares = wrongly_given(self.truth.to_numpy(), self.predicted.to_numpy())
        return [
            {
                "genre": label,
                "given": [
                    {
                        "genre": other,
                        "titles": int(titles[row, column]),
                        "share": None if np.isnan(shares[row, column]) else float(shares[row, column]),
                    }
                    for column, other in enumerate(self.labels)
                    if column != row
                ],
            }
            for row, label in enumerate(self.labels)
        ]

    def reliability(self) -> dict[str, list[dict[str, Any]]]:
        """By genre, how often a score came true: ten ranges of scores, those without titles left out.

        Returns
        -------
        dict of genre to list of dict
            `low` and `high` (the range, its upper end included), `titles`, `score` (their mean) and `share` (how many
            have the genre, 0 to 1).
        """
        found: dict[str, list[dict[str, Any]]] = {}
        for label in self.labels if not self.scores.empty else ():
            scores, truth = self.scores[label].to_numpy(dtype=float), self.truth[label].to_numpy(dtype=bool)
            points = []
            for step in range(10):
                low, high = step / 10, (step + 1) / 10
                inside = between(scores, low, high)
                if inside.any():
                    points.append(
                        {
                            "low": low,
                            "high": high,
                            "titles": int(inside.sum()),
                            "score": float(scores[inside].mean()),
                            "share": float(truth[inside].mean()),
                        }
                    )
            found[label] = points
        return found


def between(scores: np.ndarray, low: float, high: float) -> np.ndarray:
    """Which scores lie above `low` and not above `high`; a range from 0 holds 0.

    Examples
    --------
    >>> between(np.array([0.0, 0.1, 0.11, 0.2]), 0.0, 0.1).tolist()
    [True, True, False, False]
    """
    return (scores <= high) & ((scores > low) | (low <= 0))


def entropy(scores: np.ndarray) -> np.ndarray:
    """Mean binary entropy of each row's scores, in bits.

    Examples
    --------
    >>> entropy(np.array([[0.5, 0.5], [0.0, 1.0]])).round(3).tolist()
    [1.0, 0.0]
    """
    p = np.clip(scores, 1e-9, 1 - 1e-9)
    return (-(p * np.log2(p) + (1 - p) * np.log2(1 - p))).mean(axis=1)


def load_evidence(run: Path | None, model: GenreModel) -> Evidence | None:
    """The evidence of a run folder; None without one."""
    return None if run is None else Evidence(read_run(run), model)


def _of_poster(family: str) -> bool:
    from ...features.families import FAMILIES

    return FAMILIES[family].needs != "title"
