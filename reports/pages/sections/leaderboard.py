"""Every configuration and every trivial rule in one table that sorts and filters in place, and S1's printed spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any

import pandas as pd

from ...evaluation.leaderboard import first_configurations, five_number_table
from ...runs.metric_names import ON_PAGE, metric_name
from ...runs.read import KEYS, TRIVIAL
from ..notes import CHOSEN
from ..parts import Facts, Fold, Part, Text
from ..report import Report
from ..section import Section
from ..tables import Cell, Table
from ..words import formats
from ..words.glossary import glossary
from ..words.weights import beside, listed

ROWS = 20  # shown before one asks for all
COLLAPSED = "one answer for all"


@dataclass(frozen=True)
class Board:
    """The leaderboard as data.

    Attributes
    ----------
    table : DataFrame
        As `evaluation.leaderboard.leaderboard` returns it.
    metrics : list of str
        Those on the page; the first is the one it is sorted by.
    folds : mapping of (feature_set, model, balance) to list of float
        Scores of the single folds.
    weights : mapping of feature set to words
    best : tuple or None
    """

    table: pd.DataFrame
    metrics: list[str]
    folds: Mapping[tuple, list[float]]
    weights: Mapping[str, str]
    best: tuple | None

    def markdown(self) -> str:
        """All rows as a table."""
        names, rows = board_rows(self)
        return Table(names, rows, [name not in ("features", "model", "balance") for name in names]).markdown()

    def html(self) -> str:
        """One table; a script sorts and filters it, and without the script it is all there."""
        metric = self.metrics[0]
        highest = self.table[metric].max()
        scale = max([highest, *(value for values in self.folds.values() for value in values)], default=1.0) or 1.0
        rules = self.table[self.table["trivial"]]
        rule = None if rules.empty else float(rules.iloc[0][metric]) / scale
        first = self.table["trivial"] | first_configurations(self.table, ROWS)
        heads = [("rank", "n"), ("features", ""), ("model", ""), (metric_name(metric, short=True), "n")]
        heads += [("its folds", "strip")] + [(metric_name(name, short=True), "n") for name in self.metrics[1:]]
        heads += [("fit, s", "n")]
        head = "".join(f'<th class="{kind}">{escape_html(name)}</th>' for name, kind in heads)
        body = "\n".join(
            self._row(row, scale, rule, shown) for row, shown in zip(self.table.to_dict("records"), first, strict=True)
        )
        more = int((~first).sum())
        button = (
            f'<label><input type="checkbox" class="all"> all {len(self.table)} rows, with grid points</label>'
            if more
            else ""
        )
        return (
            '<div class="board"><div class="controls"><label class="scripted" hidden>filter '
            f'<input type="search" placeholder="features, model, balancing"></label>{button}</div>'
            f'<div class="box" tabindex="0"><table class="sortable"><thead><tr>{head}</tr></thead>'
            f"<tbody>{body}</tbody></table></div></div>"
        )

    def _row(self, row: Mapping[Any, Any], scale: float, rule: float | None, shown: bool) -> str:
        metric, key = self.metrics[0], tuple(row[name] for name in KEYS)
        kinds = [
            name
            for name, is_so in (("trivial", row["trivial"]), ("best", key == self.best), ("more", not shown))
            if is_so
        ]
        if row["trivial"]:
            features = "none" if row["feature_set"] == "-" else row["feature_set"]
            model = f"trivial rule: {row['model'][len(TRIVIAL) :].replace('_', '-')}"
            cells = [Cell(features), Cell(model)]
        else:
            told = beside(self.weights.get(row["feature_set"], ""))
            flag = COLLAPSED if row["collapsed_folds"] else ""
            balance = "" if row["balance"] == "none" else row["balance"]
            cells = [Cell(row["feature_set"], told), Cell(row["model"], balance, flag)]
        text = "".join(f'<td class="name">{cell.html()}</td>' for cell in cells)
        interval = formats.spread(row.get(f"{metric}_low"), row.get(f"{metric}_high"))
        small = "" if interval == formats.DASH else f"<small>{interval}</small>"
        numbers = [f'<td class="n">{formats.whole(row["rank"])}</td>', text]
        numbers.append(f'<td class="n"{_key(row[metric])}>{formats.score(row[metric])}{small}</td>')
        numbers.append(_strip(row[metric], self.folds.get(key, []), scale, rule))
        numbers += [f'<td class="n">{formats.score(row[name])}</td>' for name in self.metrics[1:]]
        numbers.append(f'<td class="n"{_key(row["fit_seconds"])}>{formats.seconds(row["fit_seconds"])}</td>')
        return f'<tr class="{" ".join(kinds)}">{"".join(numbers)}</tr>'


def _key(value: Any) -> str:
    return "" if pd.isna(value) else f' data-key="{float(value):.6g}"'


def _strip(value: float, folds: list[float], scale: float, rule: float | None) -> str:
    """The score as a bar, each fold as a tick, and the best trivial rule as a line."""
    share = 0.0 if pd.isna(value) else max(0.0, value / scale)
    ticks = "".join(f'<b style="left:{100 * max(0.0, fold / scale):.1f}%"></b>' for fold in folds)
    line = "" if rule is None else f'<u style="left:{100 * rule:.1f}%"></u>'
    return f'<td class="strip"><div><i style="width:{100 * share:.1f}%"></i>{line}{ticks}</div></td>'


def board(report: Report) -> Board | None:
    """The leaderboard of a run."""
    table, run = report.table, report.run
    if table.empty:
        return None
    metrics = [name for name in ON_PAGE[run.kind] if name in table] or [run.headline]
    rows = run.results[(run.results["metric"] == metrics[0]) & run.results["label"].isna()]
    folds = {key: sorted(group.dropna().tolist()) for key, group in rows.groupby(KEYS)["value"]}
    return Board(table, metrics, folds, report.weights, None if report.best is None else tuple(report.best))


def board_rows(board: Board, most: int | None = None) -> tuple[list[str], list[list[str]]]:
    """Names of columns and formatted rows of the leaderboard, as text.

    Parameters
    ----------
    board : Board
    most : int, optional
        Rows that are not trivial rules; all by default. Trivial rules are always there.
    """
    table = board.table
    if most is not None:
        table = table[table["trivial"] | first_configurations(table, most)]
    first, *others = board.metrics
    names = ["rank", "features", "model", "balance", metric_name(first, short=True), "interval"]
    names += [*(metric_name(name, short=True) for name in others), "fit, s"]
    rows = []
    for row in table.to_dict("records"):
        flag = f" ({COLLAPSED})" if row["collapsed_folds"] and not row["trivial"] else ""
        told = beside(board.weights.get(row["feature_set"], ""))
        features = row["feature_set"] + (f" ({told})" if told else "")
        cells = [formats.whole(row["rank"]), features, row["model"] + flag, row["balance"], formats.score(row[first])]
        cells.append(formats.spread(row.get(f"{first}_low"), row.get(f"{first}_high")))
        rows.append([*cells, *(formats.score(row[name]) for name in others), formats.seconds(row["fit_seconds"])])
    return names, rows


def _parts(report: Report, data: Board) -> list[Part]:
    table = data.table
    counts = sorted(table["folds"].unique())
    over = f", mean over {counts[0]} folds" if len(counts) == 1 and counts[0] > 1 else ""
    intro = (
        f"Every configuration and every trivial rule by {metric_name(data.metrics[0])}{over}; ticks are single folds "
        f"and the line is the best trivial rule. A trivial rule looks at no title: what "
        "does not beat it has learnt nothing."
    )
    parts: list[Part] = [Text(intro), data]
    if ((table["collapsed_folds"] > 0) & ~table["trivial"]).any():
        parts.append(Text(f"“{COLLAPSED}”: the model gave every title of a fold the same labels. It learnt nothing."))
    networks = listed(report.weights, table["feature_set"])
    if networks:
        parts.append(Text(f"Networks and the files of their weights: {'; '.join(networks)}.", quiet=True))
    parts.append(Text(CHOSEN, quiet=True))
    return [*parts, Fold("What the words mean", [Facts(dict(glossary(table)))])]


def _printed(report: Report) -> pd.DataFrame | None:
    table = five_number_table(report.run)
    return table if len(table) else None


def _printed_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    """Only where a study printed the same summary: else each fold is a tick on the leaderboard already."""
    if "printed_mean" not in data:
        return []
    columns = ["minimum", "first_quartile", "median", "mean", "third_quartile", "maximum"]
    rows = []
    for row in data.to_dict("records"):
        known = isinstance(row["study_system"], str)
        name = Cell(row["model"].removeprefix(TRIVIAL), f"{row['study_system']} printed" if known else "")
        printed = [formats.score(row[f"printed_{column}"]) if known else "" for column in columns]
        rows.append([name, *(Cell(formats.score(row[c]), p) for c, p in zip(columns, printed, strict=True))])
    told = (
        f"{metric_name(data['metric'].iloc[0], start=True)} over folds and, under ours, what the study printed for the "
        "same learner. Its titles and its splits are not ours: a claim to compare with, not a target."
    )
    names = ["model", "min", "1st quartile", "median", "mean", "3rd quartile", "max"]
    return [Text(told), Table(names, rows, [False, *[True] * 6])]


LEADERBOARD = Section("leaderboard", "Leaderboard", board, _parts, lambda data: {"leaderboard": data.table}, open=True)
SPREAD = Section("spread", "Spread over folds", _printed, _printed_parts, lambda data: {"five_numbers": data})
