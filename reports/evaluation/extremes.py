"""The titles that the best model got most right and most wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ..pages.figures.thumbnails import thumbnail
from ..runs.read import RunFolder

_TRIES = 60  # files opened per list before giving up on pictures
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
    picture : str or None
        A data URI.
    """

    imdb_id: str
    title: str
    year: int | None
    loss: float
    truth: tuple[str, ...]
    predicted: tuple[tuple[str, float], ...]
    picture: str | None


def extreme_titles(
    run: RunFolder, predictions: pd.DataFrame, *, count: int = 8, thumbnails: bool = True
) -> tuple[list[TitleCard], list[TitleCard]]:
    """Best and worst predicted titles by mean log loss; with pictures where readable posters exist.

    Parameters
    ----------
    run : RunFolder
    predictions : DataFrame
        repeat, imdb_id, label, truth, score, predicted of one configuration.
    count : int
        Titles per list.
    thumbnails : bool
        Whether to embed posters; where some can be read, titles without a readable one are passed over.

    Returns
    -------
    (list of TitleCard, list of TitleCard)
        Best first, worst first; both empty where there is no score.
    """
    frame = predictions.dropna(subset=["score"])
    if frame.empty:
        return [], []
    mean = frame.groupby(["imdb_id", "label"], sort=True)[["truth", "score", "predicted"]].mean()
    score = mean["score"].clip(_FLOOR, 1 - _FLOOR)
    loss = -np.log(np.where(mean["truth"] > 0.5, score, 1 - score))
    ranked = pd.Series(loss, index=mean.index).groupby("imdb_id").mean().sort_values(kind="stable")
    facts = {} if run.titles is None else run.titles.drop_duplicates("imdb_id").set_index("imdb_id").to_dict("index")
    best, worst = (
        _cards(order, ranked, mean, facts, count, thumbnails)
        for order in (list(ranked.index), list(ranked.index[::-1]))
    )
    return best, worst


def _cards(
    order: Sequence[str], ranked: pd.Series, mean: pd.DataFrame, facts: dict, count: int, thumbnails: bool
) -> list[TitleCard]:
    pictures: dict[str, str | None] = dict.fromkeys(order[:count])
    if thumbnails:
        found: dict[str, str | None] = {}
        for imdb_id in order[:_TRIES]:
            poster = facts.get(imdb_id, {}).get("poster")
            picture = thumbnail(Path(poster)) if isinstance(poster, str) and poster else None
            if picture:
                found[imdb_id] = picture
            if len(found) == count:
                break
        pictures = found or pictures
    return [_card(imdb_id, ranked[imdb_id], mean.loc[imdb_id], facts, pictures[imdb_id]) for imdb_id in pictures]


def _card(imdb_id: str, loss: float, labels: pd.DataFrame, facts: dict, picture: str | None) -> TitleCard:
    fact = facts.get(imdb_id, {})
    title, year = fact.get("title"), fact.get("year")
    predicted = labels[labels["predicted"] >= 0.5].sort_values("score", ascending=False, kind="stable")
    return TitleCard(
        imdb_id=imdb_id,
        title=title if isinstance(title, str) and title else imdb_id,
        year=None if year is None or pd.isna(year) else int(year),
        loss=float(loss),
        truth=tuple(labels.index[labels["truth"] > 0.5]),
        predicted=tuple((name, float(score)) for name, score in predicted["score"].items()),
        picture=picture,
    )
