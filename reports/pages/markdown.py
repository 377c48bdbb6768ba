"""A summary as Markdown: the tables, for a terminal, a diff or a wiki."""

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ..evaluation.leaderboard import first_configurations
from .notes import CHOSEN
from .summary import Summary
from .words import formats
from .words.metric_names import ON_PAGE, metric_name
from .words.weights import beside, listed

_YES = {True: "yes", False: "no"}


def render_markdown(summary: Summary) -> str:
    """The report as Markdown; every text from the run is escaped.

    Parameters
    ----------
    summary : Summary

    Returns
    -------
    str
        The same bytes for the same summary.
    """
    scale = [escape(summary.scale)] if summary.scale else []
    parts = [f"# {escape(summary.title)}", escape(summary.question), *scale, *_verdict(summary), *_leaderboard(summary)]
    if summary.sentences:
        parts += ["## Which differences are shown", _list(summary.sentences)]
    if not summary.blocks.empty:
        columns = ["block", "model", "balance", "answer", "with_block", "without_block", "difference"]
        names = ["block", "model", "balance", "does it help?", "with", "without", "gain"]
        parts += ["## Does each block help?", _frame(summary.blocks, columns, names)]
    parts += _evidence(summary)
    parts += _spread(summary)
    if not summary.genres.empty:
        columns = [name for name in summary.genres if not name.startswith("f1_")]
        names = ["genre", *(metric_name(name, short=True) for name in columns[1:])]
        names = ["always" if name == "always f1" else name for name in names]
        parts += ["## Genre by genre", f"The best configuration: {escape(str(summary.best))}."]
        parts += [_frame(summary.genres.astype({"support": object}, errors="ignore"), columns, names)]
    if not summary.genres_by_features.empty:
        wide = summary.genres_by_features.reset_index()
        parts += ["## Genres by feature set", "F1 with the best model of each feature set.", _frame(wide, list(wide))]
    parts += _scores_and_labels(summary)
    parts += _titles(summary)
    if summary.checks:
        rows = [[check.check, check.status, check.evidence] for check in summary.checks]
        parts += ["## Audit", markdown_table(["check", "status", "evidence"], rows)]
    parts += ["## Notes", _list([f"{name}: {text}" for name, text in summary.facts])]
    for heading, texts in (("About this run", summary.remarks), ("Warnings", summary.warnings)):
        if texts:
            parts += [f"### {heading}", _list(texts)]
    if summary.attribution:
        parts += ["### Sources", _list(summary.attribution)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: Any) -> str:
    """Text that means itself in Markdown, within a line and a table cell.

    Examples
    --------
    >>> escape("a|b <i> *c*\\nd")
    'a\\\\|b &lt;i&gt; \\\\*c\\\\* d'
    """
    flat = " ".join(str(text).split())
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", flat)


def markdown_table(names: Sequence[str], rows: Sequence[Sequence[Any]], numeric: Sequence[bool] = ()) -> str:
    """A table whose cells are escaped.

    Examples
    --------
    >>> print(markdown_table(["a", "b"], [["x|y", "1"]], [False, True]))
    | a | b |
    | --- | ---: |
    | x\\|y | 1 |
    """
    right = list(numeric) + [False] * (len(names) - len(numeric))
    lines = [[escape(name) for name in names], ["---:" if flag else "---" for flag in right]]
    lines += [[escape(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def leaderboard_table(summary: Summary, most: int | None = None) -> tuple[list[str], list[list[str]]]:
    """Names of columns and formatted rows of the leaderboard.

    Parameters
    ----------
    summary : Summary
    most : int, optional
        Rows that are not trivial rules; all by default. Trivial rules are always there.

    Returns
    -------
    (list of str, list of list of str)
    """
    table = summary.leaderboard
    if most is not None:
        table = table[table["trivial"] | first_configurations(table, most)]
    metrics = [name for name in ON_PAGE[summary.kind] if name in table]
    names = ["rank", "features", "model", "balance"]
    for k, name in enumerate(metrics):
        names += [metric_name(name, short=True)] + (["95 % interval"] if k == 0 else [])
    rows = []
    for row in table.to_dict("records"):
        flag = " (one answer for all)" if row["collapsed_folds"] and not row["trivial"] else ""
        cells = [
            formats.whole(row["rank"]),
            row["feature_set"] + _short(summary, row["feature_set"]),
            row["model"] + flag,
            row["balance"],
        ]
        for k, name in enumerate(metrics):
            cells.append(formats.score(row[name]))
            if k == 0:
                cells.append(formats.spread(row[f"{name}_low"], row[f"{name}_high"]))
        rows.append([*cells, formats.seconds(row["fit_seconds"])])
    return [*names, "fit, s"], rows


def weights_lines(summary: Summary) -> list[str]:
    """Under a table: the weights of networks whose names are too long to stand in it."""
    return [f"weights: {told}" for told in listed(summary.weights)]


def _short(summary: Summary, feature_set: str) -> str:
    told = beside(summary.weights.get(feature_set, ""))
    return f" ({told})" if told else ""


def _verdict(summary: Summary) -> list[str]:
    parts = []
    if not summary.is_evidence:
        failed = ", ".join(escape(check.check) for check in summary.checks if check.failed)
        parts.append(f"**Not evidence.** The audit of this run failed: {failed}.")
    lines = [f"- **{escape(a.question)}** {escape(a.short)}. {escape(a.detail)}" for a in summary.answers]
    return [*parts, "\n".join(lines)]


def _leaderboard(summary: Summary) -> list[str]:
    names, rows = leaderboard_table(summary)
    numeric = [name not in ("features", "model", "balance") for name in names]
    weights = "\n".join(f"- {escape(line)}" for line in weights_lines(summary))
    table = markdown_table(names, rows, numeric)
    return ["## Leaderboard", escape(CHOSEN), table, *([weights] if weights else []), escape(summary.intervals)]


def _spread(summary: Summary) -> list[str]:
    table = summary.five_numbers
    if table.empty:
        return []
    columns = ["feature_set", "model", "balance", "minimum", "first_quartile", "median", "mean"]
    columns += ["third_quartile", "maximum"]
    names = ["features", "model", "balance", "min", "q1", "median", "mean", "q3", "max"]
    printed = "printed_mean" in table
    if printed:
        columns += ["study_system", "printed_minimum", "printed_mean", "printed_maximum"]
        names += ["study", "printed min", "printed mean", "printed max"]
    metric = metric_name(table["metric"].iloc[0], start=True)
    return ["## Spread over folds", f"{metric} over folds.", _frame(table, columns, names)]


def _evidence(summary: Summary) -> list[str]:
    parts = []
    if summary.ranks:
        found = summary.ranks
        rows = [[found.names[system], f"{score:.3f}"] for system, score in found.scores.items()]
        parts += ["## Who is level with whom", "No difference is shown within a group; between groups there is one."]
        parts.append(markdown_table(["configuration", metric_name(found.metric)], rows, [False, True]))
        parts.append(_list([", ".join(found.names[system] for system in group) for group in found.groups]))
    if not summary.pooled.empty:
        names = ["metric", "score", "low", "high", "rule", "lead over it", "low", "high"]
        named = summary.pooled.assign(metric=summary.pooled["metric"].map(metric_name))
        parts += ["## With other titles", _frame(named, list(named), names)]
    if summary.training:
        told = [f"- {curve.configuration}: {curve.sentence}" for curve in summary.training]
        parts += ["## How the networks learnt", "\n".join(told)]
    if not summary.decades.empty:
        wide = summary.decades.rename_axis(columns=None).reset_index()
        parts += ["## From decade to decade", f"{metric_name(summary.headline, start=True)} of {escape(summary.best)}."]
        parts.append(_frame(wide, list(wide)))
    return parts


def _scores_and_labels(summary: Summary) -> list[str]:
    parts = []
    for heading, frame in (
        ("Calibration by genre", summary.genre_calibration),
        ("Genre lists with a promise", summary.sets),
        ("Agreement of the label sources (kappa)", summary.kappa.reset_index()),
    ):
        if not frame.empty:
            names = [metric_name(str(name)) for name in frame]
            parts += [f"## {heading}", _frame(frame, list(frame), names)]
    if summary.suspects:
        rows = [
            [one.title, one.label, one.kind, f"{one.score:.2f}", ", ".join(f"{s} {_YES[g]}" for s, g in one.says)]
            for one in summary.suspects
        ]
        parts += ["## The most suspicious labels"]
        parts.append(markdown_table(["title", "genre", "probably", "score", "other sources give it"], rows))
    return parts


def _titles(summary: Summary) -> list[str]:
    if not summary.best_titles:
        return []
    parts = ["## Best and worst predicted"]
    for heading, cards in (("Most right", summary.best_titles), ("Most wrong", summary.worst_titles)):
        rows = [
            [
                card.title if card.year is None else f"{card.title} ({card.year})",
                ", ".join(card.truth) or "none of these",
                ", ".join(f"{name} {value:.2f}" for name, value in card.predicted) or "nothing",
                formats.score(card.loss),
            ]
            for card in cards
        ]
        table = markdown_table(["title", "is", "said", "log loss"], rows, [False, False, False, True])
        parts += [f"### {heading}", table]
    return parts


def _frame(frame: pd.DataFrame, columns: Sequence[str], names: Sequence[str] | None = None) -> str:
    numeric = [pd.api.types.is_float_dtype(frame[column]) for column in columns]
    rows = [
        [
            formats.score(value) if number else (formats.DASH if value is None or value != value else value)
            for value, number in zip(row, numeric, strict=True)
        ]
        for row in frame[list(columns)].itertuples(index=False, name=None)
    ]
    return markdown_table(names or columns, rows, numeric)


def _list(texts: Sequence[str]) -> str:
    return "\n".join(f"- {escape(text)}" for text in texts)
