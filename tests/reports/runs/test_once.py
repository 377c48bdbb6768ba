"""What is kept, and for how long."""

from pathlib import Path

import pandas as pd

from genrelab.reports.runs.once import once_per_run
from genrelab.reports.runs.read import RunFolder


def make(value: float) -> RunFolder:
    return RunFolder(Path("run"), pd.DataFrame({"value": [value]}), None, {})


def test_runs_and_arguments_are_kept_apart_and_nothing_outlives_its_run():
    asked = []

    @once_per_run
    def mean(run: RunFolder, *, scale: int = 1) -> float:
        asked.append(scale)
        return float(run.results["value"].mean()) * scale

    one, two = make(0.5), make(0.25)
    assert [mean(one), mean(two), mean(one), mean(one, scale=2), mean(one, scale=2)] == [0.5, 0.25, 0.5, 1.0, 1.0]
    assert asked == [1, 1, 2]
    for value in range(50):  # a new run may lie where an old one lay
        assert mean(make(value)) == value
    assert mean(one) == 0.5 and asked == [1, 1, 2, *[1] * 50]
