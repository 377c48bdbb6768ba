"""The studies' claims beside honest numbers and the trivial rule, one line a system."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...features.files import write_text
from ..evaluation.collapse import collapsed_folds
from ..evaluation.names import rule_name
from ..evaluation.significance import Comparisons, Verdict
from ..runs.format import KEYS, Cell
from ..runs.metric_names import metric_name
from ..runs.read import RunFolder, read_run
from ..studies.read import Rerun, StudySystem, studies
from .page import html_page, markdown_page
from .parts import Part, Text
from .section import Shown
from .tables import Cell as TableCell
from .tables import Table
from .words import formats

ABOUT = (
    "What each study printed, what we measure on this catalogue without leaks, and what the best trivial rule scores "
    "on the same folds. The titles are not the study's, so a printed number is a claim to look at, not a target. "
    "Accuracy depends on the mix of classes: beside it stands a score that does not, 0.5 ROC AUC being chance. "
    "Each of our scores has its 95 % interval over titles. The verdict asks for more: a paired test that also counts "
    "what other training titles would change, adjusted for every pair that its run compares. So a system may not be "
    "shown to beat a rule that lies outside its interval."
)
_FAIR = {"multilabel": ("roc_auc_macro",), "single": ("balanced_accuracy",)}


@dataclass(frozen=True)
class Line:
    """One system of the page; numbers are None where nothing was printed or measured.

    Attributes
    ----------
    system : StudySystem
    metric : str or None
    printed : float or None
    where : str
        The cell and its splits in words.
    mean, low, high : float or None
        Ours, with its 95 % interval.
    rule : str
        The best trivial rule, `rule_score` its score.
    fair : str
        Ours and the rule's by a score that does not depend on the mix of classes, in words.
    mix : str
        The most frequent classes with their shares.
    titles : int or None
    verdict : str
    credited : bool or None
        True where it is shown to beat the trivial rule, False where it is not, None where nothing was measured.
    run : str
        Name of the run's folder.
    """

    system: StudySystem
    metric: str | None
    printed: float | None
    verdict: str
    where: str = ""
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    rule: str = ""
    rule_score: float | None = None
    fair: str = ""
    mix: str = ""
    titles: int | None = None
    credited: bool | None = None
    run: str = ""


def replication_lines(runs: Mapping[str, Path], reasons: Mapping[str, str] | None = None) -> list[Line]:
    """Set every system of the studies beside what was measured.

    Parameters
    ----------
    runs : mapping of experiment to folder of its finished run
    reasons : mapping of system to sentence, optional
        Why a system without a run has none; "not run" without one.

    Returns
    -------
    list of Line
        In the studies' order; one at least for every system.
    """
    read = {name: read_run(path) for name, path in runs.items()}
    lines: list[Line] = []
    for system in (system for study in studies() for system in study.systems):
        measured = [
            line
            for rerun in system.reruns
            if rerun.experiment in read
            for line in _measured(system, rerun, read[rerun.experiment])
        ]
        missing = Line(system, system.metric, system.printed, (reasons or {}).get(system.name, "not run"))
        lines += measured or [missing]
    return lines


def _measured(system: StudySystem, rerun: Rerun, run: RunFolder) -> list[Line]:
    rows = run.results[(run.results["metric"] == rerun.metric) & run.results["label"].isna()]
    rows = rows[(rows["balance"] == rerun.balance) & (rows["model"] == rerun.model)]
    names = sorted(rows.loc[_matches(rows["feature_set"], rerun.feature_set), "feature_set"].unique())
    return [_line(system, rerun, run, Cell(name, rerun.model, rerun.balance)) for name in names]


def _matches(names: pd.Series, wanted: str) -> pd.Series:
    return names.str.startswith(wanted[:-1]) if wanted.endswith("*") else names == wanted


def _line(system: StudySystem, rerun: Rerun, run: RunFolder, cell: Cell) -> Line:
    splits = _splits(run, rerun.selection)
    tests = Comparisons(run, rerun.metric, splits=splits)
    printed = system.others.get(rerun.printed, system.printed) if rerun.printed else system.printed
    scale = run.info.get("scale") or {}
    where = str(cell) + (f", {scale['name']} scale" if "name" in scale else "")
    where += "" if rerun.selection == "all" else f", tested on the {rerun.selection}"
    if tests.rule is None:
        return Line(system, rerun.metric, printed, "the run has no trivial rule to compare with", where)
    facts = {
        "where": where,
        "rule": rule_name(tests.rule),
        "rule_score": tests.score(tests.rule),
        "fair": _fair(run, cell, splits),
        "mix": class_mix(run),
        "titles": run.info.get("titles"),
        "run": run.path.name,
    }
    low, high = tests.interval(cell)
    folds = collapsed_folds(run).set_index(KEYS)["collapsed_folds"]
    if folds.get(tuple(cell), 0):
        told = "gives every title of a fold the same answer: it has learnt nothing, whatever it scores"
        return Line(system, rerun.metric, printed, told, mean=tests.score(cell), credited=False, **facts)
    test = tests.between(cell, tests.rule)
    told = verdict(printed, low, high, test.verdict, full="name" not in scale, accuracy=rerun.metric == "accuracy")
    score, shown = tests.score(cell), test.verdict == "better"
    return Line(system, rerun.metric, printed, told, mean=score, low=low, high=high, credited=shown, **facts)


def _splits(run: RunFolder, selection: str) -> list[tuple[int, int]] | None:
    """The splits that count; None for all."""
    if selection == "all":
        return None
    names = {(int(s["repeat"]), int(s["fold"])): str(s["name"]) for s in run.info["splits"]}
    if selection in names.values():
        return [split for split, name in names.items() if name == selection]
    same = selection == "same decade"
    return [split for split, name in names.items() if (len(set(name.split(" to "))) == 1) == same]


def _mean(run: RunFolder, cell: Cell, metric: str, splits: Sequence[tuple[int, int]] | None) -> float | None:
    rows = run.results[(run.results["metric"] == metric) & run.results["label"].isna()]
    rows = rows[(rows[KEYS] == list(cell)).all(axis=1)]
    if splits is not None:
        rows = rows[[split in splits for split in zip(rows["repeat"], rows["fold"], strict=True)]]
    return None if rows.empty else float(rows["value"].mean())


def _fair(run: RunFolder, cell: Cell, splits: Sequence[tuple[int, int]] | None) -> str:
    """Scores that do not depend on the mix of classes; chance is 0.5, or one over the number of classes."""
    told = []
    for metric in _FAIR[run.kind]:
        mean = _mean(run, cell, metric, splits)
        if mean is not None:
            chance = 0.5 if metric == "roc_auc_macro" else 1 / max(1, len(run.info.get("labels") or [1, 1]))
            told.append(f"{metric_name(metric)} {mean:.3f} (chance {chance:.3f})")
    return ", ".join(told)


def class_mix(run: RunFolder, most: int = 3) -> str:
    """The most frequent labels of a run with their shares of the titles.

    Examples
    --------
    >>> info = {"labels": ["Drama", "Action"], "support": [30, 70], "titles": 100}
    >>> class_mix(RunFolder(Path("."), pd.DataFrame(), None, info))
    'Action 70 %, Drama 30 %'
    """
    labels, support, titles = (run.info.get(key) for key in ("labels", "support", "titles"))
    if not (isinstance(labels, list) and isinstance(support, list) and titles):
        return ""
    pairs = sorted(zip(support, labels, strict=True), key=lambda pair: -pair[0])
    shown = [f"{label} {count / titles:.0%}".replace("%", " %") for count, label in pairs[:most]]
    return ", ".join(shown) + (f" and {len(pairs) - most} more" if len(pairs) > most else "")


_AGAINST_RULE = {
    "better": "beats the trivial rule",
    "worse": "worse than the trivial rule",
    "practically the same": "practically the same as the trivial rule",
    "not shown": "not shown to beat the trivial rule",
}


def verdict(
    printed: float | None, low: float, high: float, against: Verdict, *, full: bool = True, accuracy: bool = False
) -> str:
    """One sentence about a claim.

    Parameters
    ----------
    printed : float or None
        What the study printed.
    low, high : float
        Our 95 % interval.
    against : str
        The verdict of the run's tests against the best trivial rule.
    full : bool
        Whether the system ran at its full scale: a shorter run says nothing about what is out of reach.
    accuracy : bool
        Whether the number is an accuracy, which another mix of classes moves.

    Examples
    --------
    >>> verdict(0.74, 0.45, 0.49, "better")
    'beats the trivial rule; the printed number is out of reach without a leak or other titles'
    >>> verdict(0.34, 0.30, 0.40, "not shown")
    'not shown to beat the trivial rule; the printed number lies within our interval'
    >>> verdict(0.83, 0.60, 0.64, "better", accuracy=True)
    'beats the trivial rule; the printed accuracy lies above our interval, under another mix of classes'
    """
    first = _AGAINST_RULE[against]
    if printed is None:
        return f"{first}; the study printed no number"
    if math.isnan(low):
        return f"{first}; a single split gives no interval to compare the printed number with"
    if low <= printed <= high:
        return f"{first}; the printed number lies within our interval"
    side = "above" if printed > high else "below"
    scale = "" if full else ", at this small scale"
    if accuracy:
        return f"{first}; the printed accuracy lies {side} our interval, under another mix of classes{scale}"
    if side == "above" and full and printed > high + 0.1:
        return f"{first}; the printed number is out of reach without a leak or other titles"
    return f"{first}; the printed number lies {side} our interval{scale}"


def write_replication(
    runs: Mapping[str, Path],
    out: Path,
    links: Sequence[tuple[str, str]] = (),
    reasons: Mapping[str, str] | None = None,
) -> Path:
    """Write `replication.html` and `replication.md`.

    Parameters
    ----------
    runs : mapping of experiment to folder of its finished run
    out : Path
        A folder.
    links : sequence of (text, address)
        Reports of the runs by the name of the run's folder; every line leads to its own.
    reasons : mapping of system to sentence, optional
        Why a system has no run.

    Returns
    -------
    Path
        Of the page.
    """
    lines = replication_lines(runs, reasons)
    done = sum(line.mean is not None for line in lines)
    top: list[Part] = [Text(f"{done} of {len(lines)} lines are measured; the others say why not.")]
    sections = [
        Shown(study.key.lower(), study.title, [Text(study.about), _table(study.key, lines, dict(links))], {}, True)
        for study in studies()
    ]
    title = "The studies, run again"
    write_text(out / "replication.md", markdown_page(title, ABOUT, top, sections))
    return write_text(out / "replication.html", html_page(title, ABOUT, top, sections))


def _table(study: str, lines: Sequence[Line], links: Mapping[str, str]) -> Table:
    rows = []
    for line in lines:
        system = line.system
        if system.name.partition("-")[0] != study:
            continue
        others = ", ".join(f"{metric_name(name)} {value:g}" for name, value in system.others.items())
        about = [line.where, f"{formats.whole(line.titles)} titles" if line.titles else ""]
        metric = f" · {metric_name(line.metric)}" if line.metric else ""
        interval = formats.spread(line.low, line.high)
        notes = [f"also printed: {others}" if others else "", f"about the claim: {system.note}" if system.note else ""]
        rows.append(
            [
                TableCell(system.name + metric, system.description),
                TableCell("none" if line.printed is None else formats.score(line.printed)),
                TableCell(formats.score(line.mean), "" if interval == formats.DASH else interval),
                TableCell(formats.score(line.rule_score), line.rule),
                TableCell(line.fair or formats.DASH, f"classes: {line.mix}" if line.mix else ""),
                TableCell(line.verdict, "; ".join(filter(None, notes))),
                TableCell("", "; ".join(filter(None, about)), link=links.get(line.run, "")),
            ]
        )
    names = ["system", "printed", "ours", "best trivial rule", "regardless of class mix", "verdict", "measured on"]
    numeric = [False, True, True, True, False, False, False]
    words = ["regardless of class mix", "verdict", "measured on"]
    return Table(names, rows, numeric, words=words, cards=True)
