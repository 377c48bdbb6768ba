"""Are the labels right? Where sources disagree, labels that the best model's scores contradict, and corrected ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escape_html

import pandas as pd

from ...evaluation.details.agreement import agreement_matrix, source_agreement
from ...evaluation.details.corrected import corrected_scores
from ...evaluation.details.suspicious import Suspect, suspects
from ...evaluation.leaderboard import first_configurations
from ...evaluation.verdicts import configuration
from ..parts import Heading, Part, Text
from ..report import Report
from ..section import Section
from ..tables import Heat, Table, table_of
from ..words import formats

_KAPPA = (
    "Cohen's kappa of two sources on each genre, over the titles both know: 1 is full agreement, 0 is chance. Genres "
    "with the least agreement come first. Where sources disagree, no model can agree with the labels much better."
)


@dataclass(frozen=True)
class Suspicions:
    """Suspicious labels as small cards, each with a poster where there is one."""

    cards: Sequence[tuple[Suspect, str | None]]

    def html(self) -> str:
        """A list of cards."""
        return f'<ul class="cards">{"".join(map(self._card, self.cards))}</ul>'

    @staticmethod
    def _card(pair: tuple[Suspect, str | None]) -> str:
        one, picture = pair
        name = escape_html(_named(one))
        image = (
            f'<img src="{picture}" alt="Poster of {name}" width="132" height="198" loading="lazy">' if picture else ""
        )
        others = "".join(f"<br>{escape_html(source)}: {'yes' if gives else 'no'}" for source, gives in one.says)
        label = f"{escape_html(one.label)} probably {one.kind}"
        return f"<li>{image}<b>{name}</b>{label}<br>score {one.score:.2f}{others}</li>"

    def markdown(self) -> str:
        """A table."""
        rows = [
            [
                _named(one),
                one.label,
                one.kind,
                f"{one.score:.2f}",
                ", ".join(f"{source} {'yes' if gives else 'no'}" for source, gives in one.says),
            ]
            for one, _ in self.cards
        ]
        return Table(["title", "genre", "probably", "score", "other sources give it"], rows).markdown()


def _named(one: Suspect) -> str:
    return one.title if one.year is None else f"{one.title} ({one.year})"


@dataclass(frozen=True)
class Doubts:
    """Agreement of the sources (all counts), its matrix of kappas, and suspicious labels."""

    agreement: pd.DataFrame
    kappa: pd.DataFrame
    suspicions: Suspicions


def doubts(report: Report) -> Doubts | None:
    """What speaks for and against the labels; None where nothing does."""
    agreed = source_agreement(report.run)
    listed = [] if report.predictions.empty else suspects(report.run, report.predictions)
    if agreed.empty and not listed:
        return None
    cards = Suspicions([(one, report.thumbnail(one.poster)) for one in listed])
    return Doubts(agreed, agreement_matrix(agreed), cards)


def _parts(report: Report, data: Doubts) -> list[Part]:
    parts: list[Part] = []
    if len(data.kappa):
        parts += [Text(_KAPPA), Heat(data.kappa, decimals=True)]
    if data.suspicions.cards:
        told = (
            f"Where the out-of-fold score of {report.best} contradicts a label most: the genre is probably missing, or "
            "probably wrong. The model may be wrong just as well as the label."
        )
        parts += [Heading("The most suspicious labels"), Text(told), data.suspicions]
    return parts


def _tables(data: Doubts) -> dict[str, pd.DataFrame]:
    rows = [
        {"imdb_id": s.imdb_id, "title": s.title, "label": s.label, "kind": s.kind, "score": s.score} | dict(s.says)
        for s, _ in data.suspicions.cards
    ]
    return {"label_agreement": data.agreement, "suspicious_labels": pd.DataFrame(rows)}


LABELS = Section("labels", "Are the labels right?", doubts, _parts, _tables)


SHOWN = 5  # configurations whose scores are given on both kinds of labels


def corrected(report: Report) -> pd.DataFrame | None:
    """Scores of the best configurations before and after correction; None where nobody corrected anything."""
    if report.run.corrections() is None:
        return None
    table = report.table[first_configurations(report.table) | report.table["trivial"]]
    best = pd.concat([table[~table["trivial"]].head(SHOWN), table[table["trivial"]].head(1)])
    found = corrected_scores(report.run, [configuration(row) for _, row in best.iterrows()])
    return found if len(found) else None


def _corrected_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    counts = report.run.info.get("corrections", {})
    told = (
        f"A person decided the labels of {counts.get('titles', 0)} titles; {counts.get('changed', 0)} of them had "
        "other labels before. Models learnt from the corrected labels. Everywhere else on this page scores are "
        f"measured on the labels before correction. The last two columns leave out the {counts.get('doubted', 0)} "
        "titles that were shown because a model doubted their labels: a title corrected for that reason is no gain."
    )
    columns = {
        "feature_set": ("features", str),
        "model": ("model", str),
        "balance": ("balance", str),
        "original": (f"{report.metric}, labels before", formats.score),
        "original_kept": ("without doubted titles, before", formats.score),
        "corrected": ("without doubted titles, after", formats.score),
    }
    return [Text(told), table_of(data, columns)]


CORRECTED = Section(
    "corrected-labels", "Corrected labels", corrected, _corrected_parts, lambda data: {"corrected_labels": data}
)
