"""Which experiments rerun the studies, and which are done."""

from pathlib import Path

from genrelab.pipeline.experiments.plan import SHIPPED
from genrelab.reports.studies.read import systems
from genrelab.reports.studies.reruns import TRAINED, experiments, finished, systems_of


def test_every_experiment_is_shipped_and_every_system_has_one():
    assert all((SHIPPED / f"{name}.toml").is_file() for name in experiments())
    assert {system for name in experiments() for system in systems_of(name)} == set(systems())
    assert set(experiments()) >= TRAINED


def test_only_finished_runs_count(tmp_path: Path):
    for name in ("feature_table", "decades"):
        (tmp_path / name).mkdir()
    (tmp_path / "decades" / "results.parquet").touch()
    assert finished(tmp_path) == {"decades": tmp_path / "decades"}
    assert finished(tmp_path, ["feature_table"]) == {}
