"""Write the report of a run: one page, its Markdown and its tables, from the run's files alone."""

from pathlib import Path

from ...features.files import write_text
from .markdown import leaderboard_table, render_markdown, weights_lines
from .page import render_html
from .summary import summarize
from .tables import as_csv, tables


def write_report(run_dir: Path | str, out_dir: Path | str | None = None, *, thumbnails: bool = True) -> Path:
    """Write report.html (self-contained), report.md and one CSV per table.

    Parameters
    ----------
    run_dir : path
        Holds results.parquet, and where they exist predictions.parquet, titles.parquet, run.json.
    out_dir : path, optional
        By default `report` inside the run folder.
    thumbnails : bool
        Whether to put small posters of the best and worst predicted titles into the page; they are studio
        copyright, so leave them out of a report that is passed on.

    Returns
    -------
    Path
        report.html; beside it report.md and tables/*.csv. Same run, same bytes. Each file is whole or absent.

    Raises
    ------
    RunFolderError
        When the folder holds no readable run.
    """
    out = Path(run_dir) / "report" if out_dir is None else Path(out_dir)
    summary = summarize(Path(run_dir), thumbnails=thumbnails)
    found = tables(summary)
    for name, frame in found.items():
        write_text(out / "tables" / f"{name}.csv", as_csv(frame))
    for old in (out / "tables").glob("*.csv"):
        if old.stem not in found:
            old.unlink()
    write_text(out / "report.md", render_markdown(summary))
    return write_text(out / "report.html", render_html(summary))


def leaderboard_text(run_dir: Path | str, most: int = 15) -> str:
    """The leaderboard and the answers, for a terminal.

    Parameters
    ----------
    run_dir : path
    most : int
        Configurations shown; trivial rules come on top of that.

    Returns
    -------
    str
        Aligned columns, a blank line, one line per answer.
    """
    summary = summarize(Path(run_dir), thumbnails=False, resample=False)
    names, rows = leaderboard_table(summary, most)
    widths = [max(len(row[k]) for row in [names, *rows]) for k in range(len(names))]
    text = ("features", "model", "balance")
    lines = []
    for row in [names, *rows]:
        cells = [
            cell.ljust(width) if name in text else cell.rjust(width)
            for cell, width, name in zip(row, widths, names, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    left = len(summary.leaderboard) - len(rows)
    if left > 0:
        lines.append(f"… and {left} more: see tables/leaderboard.csv of the report")
    lines += weights_lines(summary)
    answers = [f"{answer.question} {answer.short}. {answer.detail}" for answer in summary.answers]
    if not summary.is_evidence:
        answers.insert(0, "NOT EVIDENCE: the audit of this run failed.")
    return "\n".join([*lines, "", *answers])
