"""The printed numbers, and that they hang together."""

import numpy as np
import pytest

from genrelab.reports.studies.printed import S1_BY_MODEL, STUDIES, SYSTEMS


def test_every_system_belongs_to_a_study():
    assert {system.study for system in SYSTEMS.values()} == set(STUDIES)


@pytest.mark.parametrize("name", S1_BY_MODEL.values())
def test_s1_spread_is_ordered_and_holds_the_printed_mean(name: str):
    system = SYSTEMS[name]
    assert system.spread is not None and system.spread.mean == system.printed
    low, first, median, _, third, high = system.spread
    assert list(system.spread) and low <= first <= median <= third <= high
    # Five folds: the five quantiles are the folds, so their mean is the printed mean.
    assert np.mean([low, first, median, third, high]) == pytest.approx(system.printed, abs=6e-4)
