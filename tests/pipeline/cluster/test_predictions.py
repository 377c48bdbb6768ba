"""Predictions of three workers are the bytes of one machine, in the catalogue's order."""

import pandas as pd
import pytest

from genrelab.features.bounded import Refused
from genrelab.pipeline.cli import main
from genrelab.pipeline.cluster import predictions
from genrelab.pipeline.cluster.connect import ClusterError
from genrelab.pipeline.handover import predict


@pytest.mark.cluster
@pytest.mark.parametrize("name", ["colour", "metadata"])
def test_three_workers_write_the_same_file(name, hand_models, demo_catalog, tmp_path, monkeypatch, start_workers):
    monkeypatch.setattr(predict, "PIECE", 16)  # ten pieces
    monkeypatch.chdir(tmp_path)
    command = ["predict", str(hand_models[name]), "--catalog", str(demo_catalog), "--quiet"]
    assert main([*command, "--out", "alone.csv", "--features", "alone"]) == 0
    with start_workers(3) as (address, processes):
        killed = []
        spread = predictions.by_workers

        def killing(client, work, items, ahead):
            for item, table in spread(client, work, items, ahead):
                if not killed:
                    processes[0].kill()
                    killed.append(processes[0].wait(30))
                yield item, table

        monkeypatch.setattr(predictions, "by_workers", killing)
        cluster = ["--cluster", address]
        assert main([*command, "--out", "spread.csv", "--features", "spread", *cluster]) == 0
    assert killed == [-9]
    assert (tmp_path / "spread.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


@pytest.mark.cluster
def test_posters_by_relative_paths_are_found_by_workers_elsewhere(
    hand_models, demo_catalog, tmp_path, monkeypatch, start_workers
):
    folder = demo_catalog if demo_catalog.is_dir() else demo_catalog.parent
    monkeypatch.chdir(folder)
    posters = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.jpg"))[:6]]
    command = ["predict", str(hand_models["colour"]), *posters, "--quiet"]
    assert main([*command, "--out", str(tmp_path / "alone.csv")]) == 0
    with start_workers(2) as (address, _):
        to = ["--out", str(tmp_path / "spread.csv"), "--features", str(tmp_path / "cache"), "--cluster", address]
        assert main([*command, *to]) == 0
    assert (tmp_path / "spread.csv").read_bytes() == (tmp_path / "alone.csv").read_bytes()


def test_a_worker_that_calls_a_poster_missing_which_is_there_is_not_believed(tmp_path):
    there, gone = tmp_path / "there.jpg", tmp_path / "gone.jpg"
    there.write_bytes(b"a poster")
    reasons = ["poster missing", None, "poster missing; no keywords", "poster missing"]
    table = pd.DataFrame({"reason": reasons})

    def piece(last):
        return predict.Piece(list("abcd"), pd.DataFrame(index=range(4)), [gone, there, Refused("x"), last])

    predictions.check_seen(piece(None), table)
    with pytest.raises(ClusterError, match=r"does not see .*there\.jpg, which is there"):
        predictions.check_seen(piece(there), table)
