"""What a section of a report is; `contents` lists them in page order, and page, Markdown and CSV walk that list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .parts import Part
from .report import Report


def no_tables(_: Any) -> Mapping[str, pd.DataFrame]:
    """For sections whose numbers go into no CSV."""
    return {}


@dataclass(frozen=True)
class Section:
    """One section of a report.

    Attributes
    ----------
    anchor : str
        Its address in the page: letters and hyphens, once.
    heading : str or function of the data
    data : function of the Report
        Everything the section shows, computed; None where the run holds nothing for it.
    parts : function of (Report, data)
        What stands on the page and in the Markdown, in order; computes nothing. Without parts there are only tables.
    tables : function of the data
        CSV file name without its ending to table; labels are a column, never an index.
    open : bool
        Whether the page shows it unfolded.
    """

    anchor: str
    heading: str | Callable[[Any], str]
    data: Callable[[Report], Any]
    parts: Callable[[Report, Any], Sequence[Part]]
    tables: Callable[[Any], Mapping[str, pd.DataFrame]] = no_tables
    open: bool = False


@dataclass(frozen=True)
class Shown:
    """A section with its data: what is ready to be written."""

    anchor: str
    heading: str
    parts: Sequence[Part]
    tables: Mapping[str, pd.DataFrame]
    open: bool


def shown(sections: Sequence[Section], report: Report) -> list[Shown]:
    """The sections that have something to show for a run, in their order.

    Parameters
    ----------
    sections : sequence of Section
    report : Report

    Returns
    -------
    list of Shown
        Empty tables are left out.
    """
    ready = []
    for section in sections:
        data = section.data(report)
        if data is None:
            continue
        heading = section.heading if isinstance(section.heading, str) else section.heading(data)
        tables = {name: frame for name, frame in section.tables(data).items() if not frame.empty}
        ready.append(Shown(section.anchor, heading, section.parts(report, data), tables, section.open))
    return ready
