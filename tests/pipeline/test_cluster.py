"""A real scheduler and real workers: the same results as here, whatever the workers' folder, or a sentence."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from genrelab.pipeline.cluster import ClusterError, check_sight, use_cluster
from genrelab.pipeline.experiments.runner import compare


def test_without_an_address_nothing_is_started(tmp_path):
    with use_cluster(None, tmp_path / "run"):
        pass
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("address", ["", "local:", "local:0", "local:two", "http://host:1", "host:8786"])
def test_what_is_no_address_is_refused(address, tmp_path):
    with pytest.raises(ClusterError, match="expected tcp://HOST:PORT or local:N"), use_cluster(address, tmp_path):
        pass


@contextlib.contextmanager
def scheduler_and_worker(folder: Path) -> Iterator[str]:
    """A scheduler here, and a worker process without a nanny that works in another folder."""
    from distributed import LocalCluster

    made: Any = LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None)  # pyright: ignore
    with made as cluster:
        address = cluster.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address]
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", "elsewhere"]
        worker = subprocess.Popen([*command, *options], cwd=folder, stderr=subprocess.DEVNULL)
        try:
            yield address
        finally:
            worker.terminate()
            worker.wait(30)


@pytest.mark.cluster
def test_a_worker_in_another_folder_gives_the_same_results_and_a_blind_one_is_refused(
    small_run, demo_catalog, small_experiment, tmp_path, monkeypatch
):
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    elsewhere.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)
    with scheduler_and_worker(elsewhere) as address:
        run = compare(str(small_experiment), demo_catalog, "small", features=None, cluster=address)
        assert run.path == here / "small"
        own, local = (
            pd.read_parquet(path / "results.parquet").drop(columns=["fit_seconds", "predict_seconds"])
            for path in (run.path, small_run)
        )
        pd.testing.assert_frame_equal(own, local, check_exact=True)
        assert not [path for path in elsewhere.rglob("*") if path.suffix in (".npz", ".parquet")]

        from distributed import Client

        with Client(address) as client:
            name = next(iter(client.scheduler_info()["workers"]))
            missing = tmp_path / "not there.jpg"
            with pytest.raises(ClusterError, match=f"the worker {name} cannot take part: it cannot read {missing}"):
                check_sight(client, here / "small", [missing])
            assert not list((here / "small").glob(".sight*"))
