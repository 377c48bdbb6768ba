"""A summary as one self-contained page."""

from importlib.resources import files
from typing import Any

import pandas as pd

from ..evaluation.decades import decades_told
from ..evaluation.leaderboard import first_configurations
from ..evaluation.training_curves import plot_training
from .figures.catalogue import plot_colours, plot_popularity
from .figures.genres import plot_genres
from .figures.ranks import plot_ranks
from .figures.scores import (
    plot_calibration,
    plot_explained_variance,
    plot_feature_sets,
    plot_precision_recall,
    plot_seconds,
    plot_sweep,
)
from .notes import CHOSEN, COPYRIGHT
from .summary import Summary
from .words import formats
from .words.glossary import glossary
from .words.metric_names import ON_PAGE, metric_name
from .words.weights import beside, listed

_ROWS = 20


def render_html(summary: Summary) -> str:
    """The page. Every text from the run is escaped; nothing outside the page is asked for.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    str
        The same bytes for the same summary.
    """
    return environment().get_template("report.html").render(**_context(summary))


def environment() -> Any:
    """The templates with their filters; every value they show is escaped.

    Returns
    -------
    jinja2.Environment
    """
    from jinja2 import DictLoader, Environment, StrictUndefined

    folder = files(__package__) / "templates"
    sources = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.is_file()}
    made = Environment(
        loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {
        "score": formats.score,
        "hundredths": formats.hundredths,
        "beside": beside,
        "breaking": _breaking,
        "share": formats.share,
        "whole": formats.whole,
        "seconds": formats.seconds,
        "metric": metric_name,
    }
    made.globals |= {"spread": formats.spread}
    return made


def _context(summary: Summary) -> dict[str, Any]:
    table, metrics = summary.leaderboard, [m for m in ON_PAGE[summary.kind] if m in summary.leaderboard]
    shown = table["trivial"] | first_configurations(table, _ROWS)
    context = {
        "s": summary,
        "metrics": metrics,
        "leaders": _records(table[shown]),
        "rest": _records(table[~shown]),
        "collapsed": _records(table[~table["trivial"] & (table["collapsed_folds"] > 0)]),
        "five_numbers": _records(summary.five_numbers),
        "printed": "printed_mean" in summary.five_numbers,
        "blocks": _records(summary.blocks),
        "genres": _records(summary.genres),
        "pooled": _records(summary.pooled),
        "sets": _records(summary.sets),
        "set_genres": _records(summary.set_genres),
        "calibrated": _records(summary.genre_calibration),
        "heat_of": {
            "features": _heat(summary.genres_by_features),
            "confusion": _heat(summary.confusion),
            "together": _heat(summary.co_occurrence),
            # Decades differ by little: the colours span what there is, not all from zero.
            "decades": _heat(summary.decades, from_least=True),
            "kappa": _heat(summary.kappa),
        },
        "decades_told": decades_told(summary.decades),
        "folds": _only(table, "folds"),
        "block_model": _only(summary.blocks, "model"),
        "block_balance": _only(summary.blocks, "balance"),
        "networks": listed(summary.weights, table["feature_set"]),
        "words": glossary(table),
        "figures": _figures(summary),
        "texts": {"narrow": summary.intervals, "chosen": CHOSEN, "copyright": COPYRIGHT},
    }
    return context | {"sections": _sections(context, summary)}


def _figures(summary: Summary) -> dict[str, Any]:
    found: dict[str, Any] = {"sweeps": []}
    if not summary.feature_sets.empty and summary.headline in summary.leaderboard:
        found["feature_sets"] = plot_feature_sets(summary.feature_sets, summary.leaderboard, summary.headline)
    if "f1" in summary.genres and len(summary.genres) > 1:
        found["genres"] = plot_genres(summary.genres)
    if summary.ranks:
        found["ranks"] = plot_ranks(summary.ranks)
    if summary.curves:
        found["precision_recall"] = plot_precision_recall(summary.curves)
    if summary.calibration:
        found["calibration"] = plot_calibration(summary.calibration)
    if not summary.popularity.empty:
        found["popularity"] = plot_popularity(summary.popularity)
    if summary.by_genre:
        found["by_genre"] = plot_colours(summary.by_genre, "by-genre")
    if summary.by_period:
        found["by_period"] = plot_colours(summary.by_period, "by-period")
    if summary.by_genre_and_period:
        found["by_genre_and_period"] = plot_colours(summary.by_genre_and_period, "by-genre-and-period")
    if not summary.explained_variance.empty:
        found["explained_variance"] = plot_explained_variance(summary.explained_variance)
    found["sweeps"] = [(sweep, plot_sweep(sweep, f"grid-{k}")) for k, sweep in enumerate(summary.sweeps)]
    found["training"] = [(curve, plot_training(curve, f"training-{k}")) for k, curve in enumerate(summary.training)]
    if (~summary.leaderboard["trivial"]).any() and summary.leaderboard["fit_seconds"].notna().any():
        found["seconds"] = plot_seconds(summary.leaderboard)
    return found


def _sections(context: dict[str, Any], summary: Summary) -> list[tuple[str, str]]:
    """Anchors and headings of the sections that have something to show, in page order."""
    figures, heat = context["figures"], context["heat_of"]
    confused = "Which genre is added to which" if summary.kind == "multilabel" else "Confusion matrix"
    candidates = [
        ("leaderboard", "Leaderboard", bool(context["leaders"])),
        ("real", "Which differences are shown", bool(summary.sentences)),
        ("ranks", "Who is level with whom", "ranks" in figures),
        ("pooled", "Had other titles been tested", bool(context["pooled"])),
        ("blocks", "Does each block help?", bool(context["blocks"])),
        ("decades", "From decade to decade", heat["decades"] is not None),
        ("spread", "Spread over folds", bool(context["five_numbers"])),
        ("genres", "Genre by genre", bool(context["genres"])),
        ("genres-features", "Genres by feature set", heat["features"] is not None),
        ("confusion", confused, heat["confusion"] is not None),
        ("curves", "Scores and probabilities", "precision_recall" in figures or "calibration" in figures),
        ("sets", "Genre lists with a promise", bool(context["sets"])),
        ("labels", "Are the labels right?", heat["kappa"] is not None or bool(summary.suspects)),
        ("titles", "Best and worst predicted", bool(summary.best_titles)),
        ("catalogue", "The catalogue", "popularity" in figures or heat["together"] is not None),
        ("colours", "Dominant colours", "by_genre" in figures or "by_period" in figures),
        ("pixels", "Pixel components", "explained_variance" in figures),
        ("grid", "Over the grid", bool(figures["sweeps"])),
        ("training", "How the networks learnt", bool(figures["training"])),
        ("time", "Time", "seconds" in figures),
        ("audit", "Audit", bool(summary.checks)),
        ("notes", "Notes", True),
    ]
    return [(anchor, heading) for anchor, heading, present in candidates if present]


def _heat(table: pd.DataFrame, *, from_least: bool = False) -> dict[str, Any] | None:
    """A matrix for the page: each cell's value, and its strength relative to the largest and to zero or the least."""
    if table.empty or not len(table.columns):
        return None
    least, largest = (float(table.min().min()) if from_least else 0.0), float(table.max().max())
    span = largest - least if largest > least else 1.0
    rows = [
        (label, [(value, 0.0 if pd.isna(value) else round((value - least) / span, 3)) for value in row])
        for label, row in zip(table.index, table.to_numpy(dtype=float).tolist(), strict=True)
    ]
    return {"columns": list(table.columns), "rows": rows}


def _breaking(text: object) -> Any:
    """A name that may break after its underscores."""
    from markupsafe import Markup, escape

    return escape(text).replace("_", Markup("_<wbr>"))


def _only(table: pd.DataFrame, column: str) -> Any:
    """The one value of a column, else None."""
    values = table[column].unique() if column in table else []
    return values[0] if len(values) == 1 else None


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.to_dict("records")
