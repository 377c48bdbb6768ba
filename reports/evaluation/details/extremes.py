"""The titles that the best model got most right and most wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...runs.matrices import matrices
from ...runs.read import RunFolder

MOST = 60  # of a list: more than a page shows, for the sake of those whose poster cannot be read
_FLOOR = 1e-4


@dataclass(frozen=True)
class TitleCard:
    """One title as the report shows it.

    Attributes
    ----------
    imdb_id, title : str
    year : int or None
    loss : float
        Mean log loss over the labels; 0 is perfect.
    truth : tuple of str
    predicted : tuple of (str, float)
        Predicted labels with their mean score, highest first.
    poster : str or None
        Path of its file.
    """

    imdb_id: str
    title: str
    year: int | None
    loss: float
    truth: tuple[str, ...]
    predicted: tuple[tuple[str, float], ...]
    poster: str | None


def extreme_titles(run: RunFolder, predictions: pd.DataFrame) -> tuple[list[TitleCard], list[TitleCard]]:
    """Best and worst predicted titles by mean log loss, at most 60 of each.

    Parameters
    ----------
    run : RunFolder
    predictions : DataFrame
        repeat, imdb_id, label, truth, score, predicted of one configuration.

    Returns
    -------
    (list of TitleCard, list of TitleCard)
        Best first, worst first; both empty where there is no score.
    """
    frame = predictions.dropna(subset=["score"]) if len(predictions) else predictions
    if frame.empty:
        return [], []
    titles, labels, (truth, score, predicted) = matrices(frame, ["truth", "score", "predicted"])
    right = np.where(truth > 0.5, score, 1 - score)  # NaN where a title was not asked about a label
    certainty = np.log(np.clip(right, _FLOOR, 1 - _FLOOR, out=right), out=right)
    losses: np.ndarray = -np.asarray(np.nanmean(certainty, axis=1, dtype=np.float64))
    order = np.argsort(losses, kind="stable")
    shown = [order[:MOST], order[::-1][:MOST]]
    facts = run.facts(titles[np.concatenate(shown)])

    def card(row: int) -> TitleCard:
        values = pd.DataFrame({"truth": truth[row], "score": score[row], "predicted": predicted[row]}, index=labels)
        key = str(titles[row])
        return _card(key, float(losses[row]), values.dropna(), facts.get(key, {}))

    best, worst = ([card(row) for row in rows] for rows in shown)
    return best, worst


def _card(imdb_id: str, loss: float, labels: pd.DataFrame, fact: Mapping[Any, Any]) -> TitleCard:
    title, year, poster = fact.get("title"), fact.get("year"), fact.get("poster")
    predicted = labels[labels["predicted"] >= 0.5].sort_values("score", ascending=False, kind="stable")
    return TitleCard(
        imdb_id=imdb_id,
        title=title if isinstance(title, str) and title else imdb_id,
        year=None if year is None or pd.isna(year) else int(year),
        loss=loss,
        truth=tuple(labels.index[labels["truth"] > 0.5]),
        predicted=tuple((str(name), float(score)) for name, score in predicted["score"].items()),
        poster=poster if isinstance(poster, str) and poster else None,
    )
