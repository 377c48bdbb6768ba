"""Networks in a comparison, from a run at a small scale to a model file that another process loads."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from genrelab.models.file import ModelFileError, load_model
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main

EXPERIMENT = """
title = "Networks, as a test"
[target]
name = "primary"
labels = ["Comedy", "Drama"]
[split]
folds = 3
[feature_sets]
poster = ["image"]
plot = ["overview"]
[[grid]]
feature_sets = ["poster"]
models = ["mini_vgg"]
[[grid]]
feature_sets = ["plot"]
models = ["glm", "cnn_lstm"]
[scale.small]
titles = 100
folds = 2
epochs = 2
batch_size = 16
shrink = 0.3
"""

pytestmark = pytest.mark.skipif(find_spec("keras") is None, reason="networks need Keras")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks")
    (folder / "networks.toml").write_text(EXPERIMENT, "utf-8")
    return folder


@pytest.fixture(scope="module")
def words(place, demo_catalog):
    return ["--catalog", str(demo_catalog), "--features", str(place / "features"), "--weights", "random", "--jobs", "2"]


@pytest.fixture(scope="module")
def run(place, words, demo_catalog):
    vectors = place / "vectors.txt"
    texts = " ".join(load_catalog(demo_catalog).titles["overview"].dropna()).lower()
    vectors.write_text("".join(f"{word} 0.1 -0.2 0.3\n" for word in sorted(set(texts.split())) if word.isalpha()))
    compare = ["compare", str(place / "networks.toml"), "--scale", "small", "--out", str(place / "run")]
    assert main([*compare, "--vectors", str(vectors), *words]) == 0
    return place / "run"


@pytest.fixture(scope="module")
def model_file(place, run, words):
    out = place / "model" / "model.joblib"
    export = [
        "export",
        str(run),
        "--model",
        "mini_vgg",
        "--out",
        str(out),
    ]
    assert main([*export, *words]) == 0
    return out


def test_networks_stand_beside_the_classical_models_and_the_trivial_rules(run):
    results = pd.read_parquet(run / "results.parquet")
    assert {"mini_vgg", "cnn_lstm", "glm", "trivial:majority"} <= set(results["model"])
    curves = pd.read_parquet(run / "curves.parquet")
    assert curves.groupby(["model", "fold"]).size().to_dict() == {
        (model, fold): 2 for model in ("mini_vgg", "cnn_lstm") for fold in (0, 1)
    }
    assert np.isfinite(curves["validation_loss"]).all() and (curves["seconds"] > 0).all()
    assert not list((run / "training").glob("*"))  # finished cells leave no checkpoints


def test_the_report_says_the_scale_and_draws_the_training(run):
    about = json.loads((run / "run.json").read_text("utf-8"))
    assert about["scale"]["name"] == "small" and len(about["splits"]) == 2
    assert any("'small', not the full one" in note and "mini_vgg 50" in note for note in about["notes"])
    assert any("vectors.txt" in note for note in about["warnings"])
    page = (run / "report" / "report.html").read_text("utf-8")
    assert "How the networks learnt" in page and "not the full one" in page


def test_the_same_command_again_computes_nothing(run, place, words, capsys):
    before = {path: path.stat().st_mtime_ns for path in (run / "cells").iterdir()}
    again = ["compare", str(place / "networks.toml"), "--scale", "small", "--out", str(run)]
    assert main([*again, "--vectors", str(place / "vectors.txt"), *words]) == 0
    assert {path: path.stat().st_mtime_ns for path in (run / "cells").iterdir()} == before
    assert main([*again, "--vectors", str(place / "networks.toml"), *words]) == 2  # other vectors, another run
    assert "vectors" in capsys.readouterr().err


def test_an_exported_network_predicts_in_another_process(model_file, demo_catalog, tmp_path):
    manifest = json.loads(model_file.with_suffix(".json").read_text("utf-8"))
    assert manifest["network"]["file"] == "model.keras" and "keras" in manifest["versions"]
    posters = sorted(path for path in (demo_catalog.parent / "posters").iterdir())[:3]
    ours = load_model(model_file)
    rows = ours.features(load_catalog(demo_catalog).titles.iloc[:3], posters)
    code = (
        "import sys, numpy as np, pandas as pd\n"
        "from genrelab.models.file import load_model\n"
        "from genrelab.pipeline.catalog.table import load_catalog\n"
        "from pathlib import Path\n"
        "model = load_model(sys.argv[1])\n"
        "titles = load_catalog(sys.argv[2]).titles.iloc[:3]\n"
        "np.save(sys.argv[3], model.predict_proba(model.features(titles, [Path(p) for p in sys.argv[4:]])))\n"
    )
    out = tmp_path / "scores.npy"
    done = subprocess.run(
        [sys.executable, "-c", code, model_file, demo_catalog, out, *posters], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(out), ours.predict_proba(rows), atol=1e-6)


def test_an_exported_network_has_the_word_vectors_and_the_scale_that_were_measured(run, place, words, capsys):
    """The vectors are the run's, wherever the command says nothing; others are refused."""
    vectors, moved = place / "vectors.txt", place / "elsewhere.txt"
    out = ["export", str(run), "--model", "cnn_lstm", "--overwrite", "--out", str(place / "texts" / "model.joblib")]
    assert main([*out, *words]) == 0
    network = load_model(place / "texts" / "model.joblib").pipeline.named_steps["classify"]
    parameters = network.get_params()
    assert parameters["options"]["vectors"] == str(vectors.resolve())
    assert parameters["epochs"] == 2 and parameters["batch_size"] == 16
    capsys.readouterr()
    vectors.rename(moved)
    try:
        assert main([*out, *words]) == 2
        assert f"expected the run's word vectors at {vectors.resolve()}" in capsys.readouterr().err
        assert main([*out, "--vectors", str(place / "networks.toml"), *words]) == 2
        assert "found a file with other content" in capsys.readouterr().err
    finally:
        moved.rename(vectors)


def test_predict_and_explain_know_networks(model_file, demo_catalog, capsys, tmp_path):
    poster = next(path for path in sorted((demo_catalog.parent / "posters").iterdir()) if path.stat().st_size > 5000)
    features = ["--features", str(tmp_path)]
    assert main(["predict", str(model_file), str(poster), "--format", "json", *features]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["rows"]
    assert answer["status"] == "ok" and answer["Comedy"] + answer["Drama"] == pytest.approx(1, abs=1e-5)
    title = load_catalog(demo_catalog).titles.dropna(subset="poster")["imdb_id"].iloc[1]
    explained = ["explain", str(model_file), "--title", title, "--catalog", str(demo_catalog), *features]
    assert main([*explained, "--background", "5"]) == 0
    assert "on the poster:" in capsys.readouterr().out


def test_a_changed_or_missing_network_is_not_opened(model_file, tmp_path):
    for path in model_file.parent.glob("model.*"):
        shutil.copy(path, tmp_path)
    copy = tmp_path / "model.joblib"
    beside = tmp_path / "model.keras"
    beside.write_bytes(beside.read_bytes() + b"x")
    with pytest.raises(ModelFileError, match=r"model\.keras is not the file its manifest describes"):
        load_model(copy)
    beside.unlink()
    with pytest.raises(ModelFileError, match=r"expected the network of model\.joblib at .*model\.keras"):
        load_model(copy)


def test_what_does_not_fit_is_said(place, words, capsys):
    compare = ["compare", str(place / "networks.toml"), "--out", str(place / "none"), *words]
    assert main([*compare, "--scale", "tiny"]) == 2
    assert "expected a scale among full, small, got 'tiny'" in capsys.readouterr().err
    assert main([*compare, "--vectors", str(place / "no.txt")]) == 2
    assert "expected a file of word vectors" in capsys.readouterr().err
