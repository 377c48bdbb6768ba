"""Which titles were trained on, and how many: decades, and what twice the titles would bring."""

from typing import Any

import pandas as pd

from ...evaluation.details.decades import decade_matrix, decades_told
from ...evaluation.learning.learning_curve import Doubling, LearningCurve, learning_curve
from ...runs.metric_names import metric_name
from ..figures.learning import plot_cost, plot_learning
from ..parts import Items, Part, Picture, Side, Text
from ..report import Report
from ..section import Section
from ..tables import Heat, table_of
from ..words import formats

_LAW = (
    "The dashed lines are an extrapolation, not a measurement: a power law, a ceiling less a share that shrinks with "
    "the number of titles, fitted to the points and followed to twice the titles. Its interval says how far other test "
    "titles would move it; whether the curve goes on as it did, no interval says. More titles of another kind may "
    "bring more, or less."
)


def _matrix(report: Report) -> pd.DataFrame | None:
    matrix = decade_matrix(report.run, report.best)
    return None if matrix.empty else matrix


def _decades_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    told = (
        f"{metric_name(report.run.headline, start=True)} of {report.best}, trained on the row and tested on the "
        "column, mean over draws; darker is better. On the outlined diagonal both sides are of one kind, but never "
        "the same titles."
    )
    sentence = decades_told(data)
    heat = Heat(data, "trained on ↓", "tested on →", decimals=True, diagonal=True, from_least=True)
    return [Text(told), *([Text(sentence)] if sentence else []), heat]


def _parts(_: Report, data: LearningCurve) -> list[Part]:
    points = data.points
    fits = ", ".join(f"{share:.1%}" for share in points["share"].iloc[:-1])
    told = (
        f"{data.configuration}, fitted on {fits} of the training titles of every fold, smaller parts inside "
        "larger ones and groups whole, and on all of them; each scored on the same test titles. These fits are no "
        "configurations: they lead nowhere and take part in no comparison."
    )
    twice = formats.whole(2 * points["titles"].iloc[-1])
    columns: dict[str, Any] = {"titles": ("training titles", formats.whole)}
    shown = points.copy()
    for doubling in data.doublings:
        name = doubling.metric
        shown[f"{name}_interval"] = [
            formats.spread(low, high) for low, high in zip(points[f"{name}_low"], points[f"{name}_high"], strict=True)
        ]
        columns |= {name: (metric_name(name), formats.score), f"{name}_interval": ("95 % interval", formats.as_is)}
    columns["fit_seconds"] = ("seconds of one fit", formats.seconds)
    sentences = [said for doubling in data.doublings for said in _told(doubling, points, twice)]
    if data.fit_seconds == data.fit_seconds:
        sentences.append(
            f"One fit on {twice} titles would take about {formats.seconds(data.fit_seconds)} s, extrapolated."
        )
    parts: list[Part] = [
        Text(told),
        Items(sentences),
        Side(
            [
                Picture(plot_learning(data), "Scores by number of training titles, with 95 % intervals."),
                Picture(plot_cost(data), "Seconds of one fit, mean over folds."),
            ]
        ),
        table_of(shown, columns),
    ]
    return [*parts, Text(_LAW, quiet=True)] if any(one.forecast for one in data.doublings) else parts


def _told(doubling: Doubling, points: pd.DataFrame, twice: str) -> list[str]:
    """The last doubling as it was measured, and the next one as the law has it."""
    name, said = metric_name(doubling.metric, start=True), []
    gain, low, high = doubling.measured
    if gain == gain:
        few, many = (formats.whole(value) for value in points["titles"].iloc[-2:])
        interval = f"95 % interval {formats.spread(low, high)}"
        said.append(f"{name}: from {few} to {many} titles {_signed(gain)} ({interval}), measured.")
    if doubling.forecast is None:
        said.append(f"{name} of {twice} titles: not extrapolated, since {doubling.why_not}.")
    else:
        gain, low, high = doubling.forecast
        reached = points[doubling.metric].iloc[-1] + gain
        said.append(
            f"{name}: {twice} titles would bring about {_signed(gain)} ({formats.spread(low, high)}), to "
            f"{formats.score(reached)}, extrapolated."
        )
    return said


def _signed(gain: float) -> str:
    text = formats.score(gain)
    return text if text.startswith("−") else f"+{text}"


def _tables(data: LearningCurve) -> dict[str, pd.DataFrame]:
    rows = [
        {
            "metric": one.metric,
            "last_doubling": one.measured[0],
            "last_low": one.measured[1],
            "last_high": one.measured[2],
            **dict(
                zip(("next_doubling", "next_low", "next_high"), one.forecast or (float("nan"),) * 3, strict=True),
            ),
            "why_not": one.why_not,
        }
        for one in data.doublings
    ]
    return {"learning_curve": data.points, "doubling": pd.DataFrame(rows)}


LEARNING = Section(
    "learning", "What would twice the titles bring?", lambda report: learning_curve(report.run), _parts, _tables
)
DECADES = Section(
    "decades",
    "From decade to decade",
    _matrix,
    _decades_parts,
    lambda data: {"decades": data.rename_axis(columns=None).reset_index()},
    open=True,
)
