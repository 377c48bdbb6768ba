"""Whether a tracking server answers is told in one sentence, before any work; MLflow need not be installed for that."""

import socket
import sys

import pytest

from genrelab.pipeline.cli import main
from genrelab.pipeline.handover.tracking.server import check_server, log


@pytest.fixture
def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("uri", ["", "nonsense", "http://", "https:///path"])
def test_what_is_no_address(uri):
    with pytest.raises(ValueError, match="--mlflow: expected an address such as http://127.0.0.1:5000, got"):
        check_server(uri)


def test_a_server_that_does_not_answer_is_told_before_the_work(
    closed_port, demo_catalog, small_experiment, tmp_path, capsys
):
    uri, out = f"http://127.0.0.1:{closed_port}", tmp_path / "run"
    words = ["compare", small_experiment, "--catalog", demo_catalog, "--out", out, "--mlflow", uri]
    assert main(list(map(str, words))) == 2
    assert f"genrelab compare: --mlflow {uri}: no MLflow server answers there (" in capsys.readouterr().err
    assert not out.exists()


def test_without_mlflow_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(ImportError, match=r"genrelab\[mlflow\]"):
        check_server(f"http://127.0.0.1:{server.getsockname()[1]}")


def test_metrics_that_are_no_numbers_are_left_out():
    told = []

    class Client:
        def log_param(self, *what):
            told.append(what)

        log_metric = log_param

    log(Client(), "id", {"labels": "x" * 900}, {"f1": 0.5, "low": float("nan"), "high": float("inf")})
    assert told == [("id", "labels", "x" * 500), ("id", "f1", 0.5)]
