"""A run and a model on a real MLflow server of this machine, and the model loaded from there by another process."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import numpy as np
import pandas as pd
import pytest

from genrelab.models.file import load_model, read_manifest
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.experiments.run import Run

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore")]  # MLflow's own packages warn at import
REASON = "needs a whole MLflow, its server included: pip install mlflow"
pytest.importorskip("mlflow", reason=REASON, exc_type=ImportError)
pytest.importorskip("mlflow.server", reason=REASON, exc_type=ImportError)
pytest.importorskip("sqlalchemy", reason=REASON, exc_type=ImportError)

ELSEWHERE = """
import sys
import mlflow, pandas as pd
model = mlflow.pyfunc.load_model(sys.argv[1])
model.predict(pd.read_parquet(sys.argv[2])).to_parquet(sys.argv[3])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server with a database and a folder of its own."""
    folder = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    words += ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(folder / "files")]
    with (folder / "log.txt").open("wb") as told:
        process = subprocess.Popen(
            words, stdout=told, stderr=told, env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true"}, cwd=folder
        )
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, (folder / "log.txt").read_text()[-3000:]
                time.sleep(0.5)
        else:
            pytest.fail((folder / "log.txt").read_text()[-3000:])
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def client(server):
    from genrelab.pipeline.handover.tracking.server import client_of

    return client_of(server)


def identity_in(text):
    return text.split("MLflow run ")[1].split()[0]


def files_of(client, identity, folder):
    return {one.path for one in client.list_artifacts(identity, folder)}


def test_a_run_with_its_configurations_intervals_and_report(server, client, small_run, capsys):
    assert main(["report", str(small_run), "--mlflow", server]) == 0
    identity = identity_in(capsys.readouterr().out)
    whole = client.get_run(identity)
    assert whole.info.status == "FINISHED" and whole.data.params["target.name"] == "multilabel"
    assert whole.data.params["split.folds"] == "2" and whole.data.params["seed"] == "1"
    assert {"report/report.html", "report/report.md"} <= files_of(client, identity, "report")
    assert {"run/results.parquet", "run/run.json"} <= files_of(client, identity, "run")
    table = Run.open(small_run).leaderboard().set_index(["feature_set", "model", "balance"])
    below = client.search_runs([whole.info.experiment_id], f"tags.`mlflow.parentRunId` = '{identity}'")
    assert len(below) == len(table)
    for one in below:
        row = table.loc[tuple(one.data.params[part] for part in table.index.names)]
        for name in ("f1_macro", "f1_macro_low", "f1_macro_high", "f1_micro", "roc_auc_macro"):
            if np.isfinite(row.get(name, np.nan)):
                assert one.data.metrics[name] == pytest.approx(row[name], abs=1e-9)
        if not row["trivial"]:
            metrics = one.data.metrics
            assert metrics["f1_micro_low"] <= metrics["f1_micro"] <= metrics["f1_micro_high"]


def test_a_model_is_loaded_from_the_server_by_another_process(
    server, client, small_run, demo_catalog, tmp_path, capsys
):
    words = ["export", small_run, "--catalog", demo_catalog, "--model", "glm", "--balance", "none"]
    words += ["--out", tmp_path / "model.joblib", "--features", tmp_path / "features", "--mlflow", server]
    assert main(list(map(str, words))) == 0
    identity = identity_in(capsys.readouterr().out)
    told, manifest = client.get_run(identity).data, read_manifest(tmp_path / "model.joblib")
    assert told.params["model"] == "glm" and told.params["sha256"] == manifest["sha256"]
    assert told.metrics["f1_macro"] == pytest.approx(manifest["scores"]["f1_macro"]["mean"])
    assert [told.metrics["f1_macro_low"], told.metrics["f1_macro_high"]] == manifest["verdict"]["interval"]
    assert {"card/model.md", "card/model.html", "card/model.json"} <= files_of(client, identity, "card")

    catalog = load_catalog(demo_catalog)
    rows = catalog.titles.drop(columns="poster")  # posters lie on this machine: facts and words are asked
    rows.to_parquet(tmp_path / "rows.parquet")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            ELSEWHERE,
            f"runs:/{identity}/model",
            tmp_path / "rows.parquet",
            tmp_path / "told.parquet",
        ],
        env=os.environ | {"MLFLOW_TRACKING_URI": server, "MLFLOW_DISABLE_TELEMETRY": "true"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers, expected = pd.read_parquet(tmp_path / "told.parquet"), load_model(tmp_path / "model.joblib").predict(rows)
    assert list(answers.columns) == list(expected.columns) and len(answers) == len(rows)
    labels = manifest["labels"]
    np.testing.assert_array_equal(answers[labels].to_numpy(float), expected[labels].to_numpy(float))


def test_a_model_is_registered_under_a_name(server, client, hand_models):
    from genrelab.pipeline.handover.tracking.track import track_model

    for _ in range(2):
        identity = track_model(hand_models["metadata"], server, register="genres")
    versions = client.search_model_versions("name = 'genres'")
    assert sorted(int(one.version) for one in versions) == [1, 2]
    assert identity in {one.run_id for one in versions}
