"""A real scheduler and real workers: the same results as here, whatever the workers' folder, or a sentence."""

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
