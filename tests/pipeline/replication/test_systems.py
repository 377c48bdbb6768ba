"""Which cells stand for which systems: every one of them exists."""

import pytest

from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.replication.systems import _SYSTEMS, EXPERIMENTS, NETWORK_EXPERIMENTS, reruns, systems_of
from genrelab.reports.runs.metric_names import NAMES
from genrelab.reports.studies.printed import SYSTEMS


@pytest.mark.parametrize("line", _SYSTEMS, ids=lambda line: "-".join(line[:3]))
def test_every_line_names_a_cell_of_a_shipped_experiment(line):
    system, experiment, feature_set, model, balance, metric, _ = line
    assert system in SYSTEMS and metric in NAMES
    cells = load_experiment(experiment, ["resnet50", "mobilenet_v2"]).cells
    own = [cell for cell in cells if cell.balance == balance and _same(cell.name, model)]
    names = {cell.feature_set for cell in own}
    assert any(n == feature_set or (feature_set.endswith("*") and n.startswith(feature_set[:-1])) for n in names)


def _same(name: str, wanted: str) -> bool:
    return name == wanted or (wanted.endswith("*") and name.startswith(wanted[:-1]))


def test_every_experiment_has_a_line_and_every_system_an_experiment():
    assert {experiment for _, experiment, *_ in _SYSTEMS} == {*EXPERIMENTS, *NETWORK_EXPERIMENTS}
    assert {system for system, *_ in _SYSTEMS} == set(SYSTEMS)
    assert systems_of("cover_and_text") == ["S5-CNN", "S5-CNN-LSTM"]


def test_only_finished_runs_are_lines(tmp_path):
    assert reruns(tmp_path) == []
    (tmp_path / "poster_colours").mkdir()
    (tmp_path / "poster_colours" / "results.parquet").touch()
    found = reruns(tmp_path)
    assert {rerun.system for rerun in found} == {"S2-colour"}
    assert {rerun.feature_set for rerun in found} == {"dominant colour", "top five colours"}
