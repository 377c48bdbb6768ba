"""A real scheduler and real workers: the same results as here, whatever the workers' folder, or a sentence."""

import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.cluster.connect import ClusterError, check_sight, use_cluster
from genrelab.pipeline.experiments.runner import compare


def test_without_an_address_nothing_is_started(tmp_path):
    with use_cluster(None, [tmp_path / "run"]):
        pass
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("address", ["", "local:", "local:0", "local:two", "http://host:1", "host:8786"])
def test_what_is_no_address_is_refused(address, tmp_path):
    with pytest.raises(ClusterError, match="expected tcp://HOST:PORT or local:N"), use_cluster(address, [tmp_path]):
        pass


def measured(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path / "results.parquet").drop(columns=["fit_seconds", "predict_seconds"])


@pytest.mark.cluster
def test_a_worker_in_another_folder_gives_the_same_results_and_a_blind_one_is_refused(
    small_run, demo_catalog, small_experiment, tmp_path, monkeypatch, start_workers
):
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    elsewhere.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)
    with start_workers(3, elsewhere) as (address, _):
        run = compare(str(small_experiment), demo_catalog, "small", features=None, cluster=address)
        assert run.path == here / "small"
        pd.testing.assert_frame_equal(measured(run.path), measured(small_run), check_exact=True)
        assert not [path for path in elsewhere.rglob("*") if path.suffix in (".npz", ".parquet")]

        from distributed import Client

        with Client(address) as client:
            name = next(iter(client.scheduler_info()["workers"]))
            missing = tmp_path / "not there.jpg"
            with pytest.raises(ClusterError, match=f"the worker {name} cannot take part: it cannot read {missing}"):
                check_sight(client, here / "small", [missing])
            assert not list((here / "small").glob(".sight*"))


@pytest.mark.cluster
def test_a_worker_killed_while_cells_are_fitted_costs_nothing(
    small_run, demo_catalog, small_experiment, tmp_path, start_workers
):
    killed = []
    with start_workers(3) as (address, processes):

        def kill() -> None:
            while not list((tmp_path / "small" / "cells").glob("*.npz")):
                time.sleep(0.01)
            processes[0].kill()  # -9, while there are cells to fit
            killed.append(processes[0].wait(30))

        watcher = threading.Thread(target=kill, daemon=True)
        watcher.start()
        run = compare(str(small_experiment), demo_catalog, tmp_path / "small", features=None, cluster=address)
        watcher.join(60)
    assert killed == [-9]
    pd.testing.assert_frame_equal(measured(run.path), measured(small_run), check_exact=True)
