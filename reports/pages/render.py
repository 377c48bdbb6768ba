"""Write the report of a run: one page, its Markdown and its tables, from the run's files alone."""

from pathlib import Path

from ...features.files import write_text
from ..runs.read import RunFolder, read_run
from .contents import SECTIONS
from .page import html_page, markdown_page
from .report import PictureReader, Report
from .section import shown
from .sections.headline import headline
from .sections.leaderboard import board, board_rows
from .tables import as_csv
from .words.weights import listed


def write_report(
    run: RunFolder | Path | str,
    out_dir: Path | str | None = None,
    *,
    thumbnails: bool = True,
    picture: PictureReader | None = None,
) -> Path:
    """Write report.html (self-contained), report.md and one CSV per table.

    Parameters
    ----------
    run : RunFolder or path
        A run, or its folder.
    out_dir : path, optional
        By default `report` inside the run folder.
    thumbnails : bool
        Whether small posters may stand in the page; they are studio copyright, so leave them out of a report that is
        passed on.
    picture : function of (path, width, height) to bytes, optional
        Reads a picture file and gives the bytes of a small JPEG, or None. Reports open no picture themselves; without
        it there are none.

    Returns
    -------
    Path
        report.html; beside it report.md and tables/*.csv. Same run, same bytes. Each file is whole or absent.

    Raises
    ------
    RunFolderError
        When the folder holds no readable run.
    """
    run = run if isinstance(run, RunFolder) else read_run(Path(run))
    out = run.path / "report" if out_dir is None else Path(out_dir)
    report = Report(run, picture if thumbnails else None)
    info = report.run.info
    title = str(info.get("title") or report.run.results["experiment"].iloc[0])
    sections, top = shown(SECTIONS, report), [headline(report)]
    tables = {name: frame for section in sections for name, frame in section.tables.items()}
    for name, frame in tables.items():
        write_text(out / "tables" / f"{name}.csv", as_csv(frame))
    for old in (out / "tables").glob("*.csv"):
        if old.stem not in tables:
            old.unlink()
    lead = str(info.get("question") or "")
    write_text(out / "report.md", markdown_page(title, lead, top, sections))
    return write_text(out / "report.html", html_page(title, lead, top, sections))


def leaderboard_text(run: RunFolder, most: int = 15) -> str:
    """The leaderboard and the answers, for a terminal.

    Parameters
    ----------
    run : RunFolder
    most : int
        Configurations shown; trivial rules come on top of that.

    Returns
    -------
    str
        Aligned columns, a blank line, one line per answer.
    """
    report = Report(run)
    data = board(report)
    if data is None:
        return "no results"
    names, rows = board_rows(data, most)
    widths = [max(len(row[k]) for row in [names, *rows]) for k in range(len(names))]
    lines = []
    left, before = len(report.table) - len(rows), 0
    for row in [names, *rows]:
        rank = int(row[0]) if row[0].isdigit() else before
        if rank > before + 1:
            lines.append(f"… {rank - before - 1} more in tables/leaderboard.csv of the report")
            left -= rank - before - 1
        before = rank
        cells = [
            cell.ljust(width) if name in ("features", "model", "balance") else cell.rjust(width)
            for cell, width, name in zip(row, widths, names, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    if left > 0:
        lines.append(f"… {left} more in tables/leaderboard.csv of the report")
    lines += [f"weights: {words}" for words in listed(report.weights)]
    first = headline(report)
    answers = [f"{claim.question} {claim.short}. {claim.detail}" for claim in first.claims]
    if first.unused:
        answers.append(f"Not used: {'; '.join(first.unused)}.")
    if first.failed:
        answers.insert(0, "NOT EVIDENCE: the audit of this run failed.")
    return "\n".join([*lines, "", *answers])
