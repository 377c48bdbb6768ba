"""The studies' claims beside honest numbers and the trivial rule, one line a system."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ...features.files import write_text
from ..evaluation.significance import corrected_t_test
from ..runs.read import KEYS, TRIVIAL, RunFolder, read_run
from ..studies.printed import STUDIES, SYSTEMS, StudySystem
from .words.metric_names import metric_name


@dataclass(frozen=True)
class Rerun:
    """Where a system's honest number is found.

    Parameters
    ----------
    system : str
        A name of `studies.SYSTEMS`.
    run : Path
        Folder of the finished run.
    feature_set, model, balance : str
        The cell; a feature set that ends in `*` stands for all that begin so, one line each, a model that ends in `*`
        for the best of those that begin so.
    metric : str
        The one the study's number is set beside.
    selection : str
        Which splits count: `all`; of a decades run `same decade` or `other decade`; or those of one name, such as
        `films to series`.
    """

    system: str
    run: Path
    feature_set: str
    model: str
    balance: str
    metric: str
    selection: str = "all"


@dataclass(frozen=True)
class Line:
    """One system of the page; numbers are None where nothing was printed or measured, `run` is a folder's name."""

    system: str
    study: str
    description: str
    metric: str | None
    printed: float | None
    where: str
    mean: float | None
    low: float | None
    high: float | None
    rule: str | None
    rule_score: float | None
    titles: int | None
    verdict: str
    note: str
    run: str = ""


def summarize_replication(reruns: Sequence[Rerun], reasons: Mapping[str, str] | None = None) -> list[Line]:
    """Set every system of the five studies beside what was measured.

    Parameters
    ----------
    reruns : sequence of Rerun
    reasons : mapping of system to sentence, optional
        Why a system without a rerun has none; "not run" without one.

    Returns
    -------
    list of Line
        In the studies' order.
    """
    lines: list[Line] = []
    for name, system in SYSTEMS.items():
        own = [rerun for rerun in reruns if rerun.system == name]
        found = [line for rerun in own for line in _measured(system, rerun)]
        lines += found or [_missing(system, (reasons or {}).get(name, "not run"))]
    return lines


def _missing(system: StudySystem, reason: str) -> Line:
    return Line(
        system.name,
        STUDIES[system.study],
        system.description,
        system.metric,
        system.printed,
        "",
        None,
        None,
        None,
        None,
        None,
        None,
        reason,
        system.note,
    )


def _measured(system: StudySystem, rerun: Rerun) -> list[Line]:
    run = read_run(rerun.run)
    rerun = replace(rerun, model=_best_of(run, rerun)) if rerun.model.endswith("*") else rerun
    cells = run.results[(run.results["model"] == rerun.model) & (run.results["balance"] == rerun.balance)]
    wanted = rerun.feature_set
    names = [
        name
        for name in cells["feature_set"].unique()
        if name == wanted or (wanted.endswith("*") and name.startswith(wanted[:-1]))
    ]
    return [_line(system, rerun, run, name) for name in names]


def _best_of(run: RunFolder, rerun: Rerun) -> str:
    rows = run.results[(run.results["metric"] == rerun.metric) & run.results["label"].isna()]
    rows = rows[rows["model"].str.startswith(rerun.model[:-1])]
    return "" if rows.empty else str(rows.groupby("model")["value"].mean().idxmax())


def _line(system: StudySystem, rerun: Rerun, run: RunFolder, feature_set: str) -> Line:
    scores = _scores(run, rerun)
    key = (feature_set, rerun.model, rerun.balance)
    own = scores[key]
    rules = scores[[column for column in scores.columns if column[1].startswith(TRIVIAL)]]
    best = rules.mean().idxmax()
    ratio = _ratio(run)
    gain = corrected_t_test((own - rules[best]).tolist(), ratio)
    spread = corrected_t_test(own.tolist(), ratio)
    cell = f"{feature_set} · {rerun.model}" + ("" if rerun.balance == "none" else f" · {rerun.balance}")
    scale = run.info.get("scale") or {}
    cell += f", {scale['name']} scale" if "name" in scale else ""
    return Line(
        system.name,
        STUDIES[system.study],
        system.description,
        rerun.metric,
        system.printed,
        cell + ("" if rerun.selection == "all" else f", tested on the {rerun.selection}"),
        spread.mean,
        max(0.0, spread.low),  # every metric lies between 0 and 1, Student's interval need not
        min(1.0, spread.high),
        best[1].removeprefix(TRIVIAL).replace("_", "-"),
        float(rules[best].mean()),
        run.info.get("titles"),
        verdict(system.printed, spread.low, spread.high, gain.low, gain.high, full="name" not in scale),
        system.note,
        rerun.run.name,
    )


def _scores(run: RunFolder, rerun: Rerun) -> pd.DataFrame:
    rows = run.results[(run.results["metric"] == rerun.metric) & run.results["label"].isna()]
    table = rows.pivot_table(index=["repeat", "fold"], columns=KEYS, values="value")
    if rerun.selection == "all":
        return table
    names = {(s["repeat"], s["fold"]): s["name"] for s in run.info["splits"]}
    if rerun.selection in names.values():
        kept = [index for index in table.index if names[index] == rerun.selection]
    else:
        same = {index: len(set(name.split(" to "))) == 1 for index, name in names.items()}
        kept = [index for index in table.index if same[index] == (rerun.selection == "same decade")]
    # Matrix cells of one draw share their training rows: they are averaged before any interval is made.
    return table.loc[kept].groupby(level="repeat").mean()


def _ratio(run: RunFolder) -> float:
    splits = run.info.get("splits") or [{"train": 4, "test": 1}]
    return sum(split["test"] for split in splits) / sum(split["train"] for split in splits)


def verdict(
    printed: float | None, low: float, high: float, gain_low: float, gain_high: float, *, full: bool = True
) -> str:
    """One sentence about a claim, from intervals alone.

    Parameters
    ----------
    printed : float or None
        What the study printed.
    low, high : float
        Our interval.
    gain_low, gain_high : float
        Interval of our score minus the best trivial rule's.
    full : bool
        Whether the system ran at its full scale: a shorter run says nothing about what is out of reach.

    Returns
    -------
    str

    Examples
    --------
    >>> verdict(0.74, 0.45, 0.49, 0.05, 0.09)
    'beats the trivial rule; the printed number is out of reach without a leak or other data'
    >>> verdict(0.34, 0.30, 0.40, -0.02, 0.03)
    'cannot be told from the trivial rule; the printed number lies within our interval'
    >>> verdict(0.74, 0.45, 0.49, 0.05, 0.09, full=False)
    'beats the trivial rule; the printed number lies above our interval, at this small scale'
    """
    if gain_low > 0:
        first = "beats the trivial rule"
    elif gain_high < 0:
        first = "worse than the trivial rule"
    else:
        first = "cannot be told from the trivial rule"
    if printed is None:
        return f"{first}; the study printed no number"
    if low <= printed <= high:
        return f"{first}; the printed number lies within our interval"
    if printed < low:
        return f"{first}; we measure more than was printed"
    if not full:
        return f"{first}; the printed number lies above our interval, at this small scale"
    out_of_reach = "the printed number is out of reach without a leak or other data"
    return f"{first}; {out_of_reach if printed > high + 0.1 else 'the printed number lies above our interval'}"


def write_replication(
    reruns: Sequence[Rerun],
    out: Path,
    links: Sequence[tuple[str, str]] = (),
    reasons: Mapping[str, str] | None = None,
) -> Path:
    """Write `replication.html` and `replication.md`.

    Parameters
    ----------
    reruns : sequence of Rerun
    out : Path
        A folder.
    links : sequence of (text, address)
        Reports of the runs by the name of the run's folder; every line links to its own, and all are listed under
        the tables.

    Returns
    -------
    Path
        Of the page.
    """
    lines = summarize_replication(reruns, reasons)
    write_text(out / "replication.md", render_markdown(lines))
    return write_text(out / "replication.html", render_html(lines, links))


def render_markdown(lines: Sequence[Line]) -> str:
    """The page as a markdown table."""
    text = ["# The studies, run again", "", _ABOUT, ""]
    text += ["| system | metric | printed | ours | 95 % interval | best trivial rule | verdict |"]
    text += ["|---|---|---:|---:|---:|---|---|"]
    for line in lines:
        rule = f"{line.rule} {_score(line.rule_score)}" if line.rule else ""
        where = f" ({line.where})" if line.where else ""
        cells = [
            f"{line.system}{where}",
            metric_name(line.metric) if line.metric else "",
            _score(line.printed),
            _score(line.mean),
            _interval(line),
            rule,
            line.verdict,
        ]
        text.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(text) + "\n"


def render_html(lines: Sequence[Line], links: Sequence[tuple[str, str]] = ()) -> str:
    """The page as one self-contained HTML file."""
    from .page import environment

    rows = [
        {
            "line": line,
            "metric": metric_name(line.metric) if line.metric else "",
            "printed": _score(line.printed),
            "mean": _score(line.mean),
            "interval": _interval(line),
            "rule": f"{line.rule} {_score(line.rule_score)}" if line.rule else "",
        }
        for line in lines
    ]
    groups = {study: [row for row in rows if row["line"].study == study] for study in STUDIES.values()}
    done = sum(line.mean is not None for line in lines)
    return (
        environment()
        .get_template("replication.html")
        .render(groups=groups, about=_ABOUT, links=list(links), to=dict(links), done=done, total=len(lines))
    )


_ABOUT = (
    "What each study printed, what we measure on this catalogue without leaks, and what the best trivial rule scores "
    "on the same folds. The data are not the study's, so a printed number is a claim to look at, not a target. "
    "Intervals are those of the corrected resampled t-test (Nadeau and Bengio 2003)."
)


def _score(value: float | None) -> str:
    return "" if value is None or math.isnan(value) else f"{value:.3f}"


def _interval(line: Line) -> str:
    return "" if line.low is None else f"{line.low:.3f} to {line.high:.3f}"
