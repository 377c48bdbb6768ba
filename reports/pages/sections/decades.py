"""Trained on one decade, tested on another."""

import pandas as pd

from ...evaluation.details.decades import decade_matrix, decades_told
from ...runs.metric_names import metric_name
from ..parts import Part, Text
from ..report import Report
from ..section import Section
from ..tables import Heat


def _matrix(report: Report) -> pd.DataFrame | None:
    matrix = decade_matrix(report.run, report.best)
    return None if matrix.empty else matrix


def _parts(report: Report, data: pd.DataFrame) -> list[Part]:
    told = (
        f"{metric_name(report.run.headline, start=True)} of {report.best}, trained on the row and tested on the "
        "column, mean over draws; darker is better. On the outlined diagonal both sides are of one kind, but never "
        "the same titles."
    )
    sentence = decades_told(data)
    heat = Heat(data, "trained on ↓", "tested on →", decimals=True, diagonal=True, from_least=True)
    return [Text(told), *([Text(sentence)] if sentence else []), heat]


DECADES = Section(
    "decades",
    "From decade to decade",
    _matrix,
    _parts,
    lambda data: {"decades": data.rename_axis(columns=None).reset_index()},
    open=True,
)
