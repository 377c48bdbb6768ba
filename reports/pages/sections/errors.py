"""Where the best model errs: which genre it takes for which, and the titles it got most right and most wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escape_html

import pandas as pd

from ...evaluation.details.confusion import confusion_matrix, error_map
from ...evaluation.details.extremes import TitleCard, extreme_titles
from ..notes import COPYRIGHT
from ..parts import Heading, Part, Text
from ..report import Report
from ..section import Section
from ..tables import Heat, Table
from ..words import formats

COUNT = 8
_ADDED = (
    "Of the titles that have the row's genre and lack the column's, the percentage to which the model gave the "
    "column's all the same."
)
_TAKEN = "Of the titles of the row's class, the percentage that the model put into the column's class."


@dataclass(frozen=True)
class Posters:
    """Titles as small cards: a poster, what the title is, what the model said as bars.

    Attributes
    ----------
    cards : sequence of (TitleCard, data URI or None)
    """

    cards: Sequence[tuple[TitleCard, str | None]]

    def html(self) -> str:
        """A list of cards."""
        return f'<ul class="cards">{"".join(map(self._card, self.cards))}</ul>'

    @staticmethod
    def _card(pair: tuple[TitleCard, str | None]) -> str:
        card, picture = pair
        name = escape_html(_named(card))
        image = (
            f'<img src="{picture}" alt="Poster of {name}" width="132" height="198" loading="lazy">' if picture else ""
        )
        said = "".join(
            f'<span class="{"said right" if label in card.truth else "said"}" style="--v: {score:.2f}" '
            f'title="{score:.2f}">{escape_html(label)}</span>'
            for label, score in card.predicted
        )
        truth = escape_html(", ".join(card.truth) or "none of these genres")
        return f'<li>{image}<b>{name}</b>is {truth}<div class="saids">{said or "predicted: nothing"}</div></li>'

    def markdown(self) -> str:
        """A table."""
        rows = [
            [
                _named(card),
                ", ".join(card.truth) or "none of these genres",
                ", ".join(f"{label} {score:.2f}" for label, score in card.predicted) or "nothing",
                formats.score(card.loss),
            ]
            for card, _ in self.cards
        ]
        return Table(["title", "is", "predicted", "log loss"], rows, [False, False, False, True]).markdown()


def _named(card: TitleCard) -> str:
    return card.title if card.year is None else f"{card.title} ({card.year})"


def _confusion(report: Report) -> pd.DataFrame | None:
    if report.predictions.empty:
        return None
    several = report.run.kind == "multilabel"
    return (error_map if several else confusion_matrix)(report.predictions, report.labels)


def _several(matrix: pd.DataFrame) -> bool:
    return matrix.columns.name == "wrongly predicted"


def _extremes(report: Report) -> tuple[Posters, Posters] | None:
    best, worst = extreme_titles(report.run, report.predictions)
    return (_pictured(report, best), _pictured(report, worst)) if best else None


def _pictured(report: Report, cards: Sequence[TitleCard]) -> Posters:
    """The first of them whose poster can be read; the first of all where none can."""
    if report.picture is None:
        return Posters([(card, None) for card in cards[:COUNT]])
    pairs: list[tuple[TitleCard, str | None]] = []
    for card in cards:
        if picture := report.thumbnail(card.poster):
            pairs.append((card, picture))
        if len(pairs) == COUNT:
            break
    return Posters(pairs or [(card, None) for card in cards[:COUNT]])


def _titles_parts(_: Report, data: tuple[Posters, Posters]) -> list[Part]:
    pictures = any(picture for posters in data for _, picture in posters.cards)
    told = "Bars show the score of each genre that the model gave; green is right. Titles are ordered by log loss."
    remark = [Text(COPYRIGHT, quiet=True)] if pictures else []
    return [Text(told), *remark, Heading("Most right"), data[0], Heading("Most wrong"), data[1]]


CONFUSION = Section(
    "confusion",
    lambda data: "Which genre is added to which" if _several(data) else "Confusion matrix",
    _confusion,
    lambda _, data: [
        Text(_ADDED if _several(data) else _TAKEN),
        Heat(data, "is ↓", "predicted →"),
    ],
    lambda data: {"error_map" if _several(data) else "confusion_matrix": data.rename_axis(columns=None).reset_index()},
)
TITLES = Section("titles", "Best and worst predicted", _extremes, _titles_parts)
