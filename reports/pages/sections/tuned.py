"""Models tuned inside the training folds: what they chose, and what the choice promised too much."""

import pandas as pd

from ...evaluation.details.chosen import chosen_parameters, summarize_choices
from ..parts import Part, Text
from ..report import Report
from ..section import Section
from ..tables import table_of
from ..words import formats

_ABOUT = (
    "Every fold chose these parameters on its own training titles, so the tested titles took no part and the scores "
    "stand beside all others. The inner score is the one the choice was made by: the best of several, and so too high. "
    "Inner minus outer is that optimism; a page that printed the inner score would promise so much too much."
)
_COLUMNS = {
    "feature_set": ("features", str),
    "model": ("model", str),
    "balance": ("balance", str),
    "chosen": ("chosen", str),
    "inner": ("inner macro F1", formats.score),
    "outer": ("outer macro F1", formats.score),
    "optimism": ("inner − outer", formats.score),
}


def tuned(report: Report) -> pd.DataFrame | None:
    """What every fold chose; None where nothing was tuned."""
    table = chosen_parameters(report.run)
    return None if table.empty else table


def _parts(_: Report, data: pd.DataFrame) -> list[Part]:
    return [Text(_ABOUT), table_of(summarize_choices(data), _COLUMNS)]


TUNED = Section("tuned", "Chosen inside the training folds", tuned, _parts, lambda data: {"tuned": data})
