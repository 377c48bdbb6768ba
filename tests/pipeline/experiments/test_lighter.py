"""An experiment where no network can be run: what goes, what stays, and that the demo says so."""

import json

import pytest

from genrelab.features.frozen import keras
from genrelab.pipeline.cli import main
from genrelab.pipeline.experiments.lighter import without_family
from genrelab.pipeline.experiments.plan import load_experiment

TOML = """
title = "Sets that differ in a network alone"
[target]
name = "multilabel"
[feature_sets]
table = ["metadata"]
network = ["embedding:mobilenet_v2"]
both = ["metadata", "embedding:mobilenet_v2"]
colours = ["brightness", "embedding:mobilenet_v2"]
again = ["brightness", "embedding:resnet50"]
[[grid]]
models = ["glm"]
"""


def test_sets_become_shorter_and_none_is_measured_twice(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TOML, "utf-8")
    asked = load_experiment(str(path))
    lighter = without_family(asked, "embedding", "there is none")
    assert lighter.feature_sets == {"table": ("metadata",), "colours": ("brightness",)}
    assert [cell.feature_set for cell in lighter.cells] == ["table", "colours"]
    assert lighter.left_out == (
        "measured without embedding, since there is none: both, colours, again",
        "not measured, since there is none: network",
    )
    assert without_family(asked, "palette", "of nothing") is asked


@pytest.mark.slow
def test_the_demo_runs_without_keras_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(keras, "find_spec", lambda name: None)
    monkeypatch.setattr(keras, "load_keras", lambda: 1 / 0)
    assert main(["demo", "--titles", "160", "--jobs", "1", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert "posters are not shown to a network: that needs pip install 'genrelab[embeddings]'" in said
    info = json.loads((tmp_path / "artifacts" / "runs" / "demo" / "run.json").read_text("utf-8"))
    assert "poster network" not in info["feature_sets"] and "embedding" not in str(info["feature_sets"])
    assert any("no network can be run: poster network" in note for note in info["notes"])
    page = (tmp_path / "artifacts" / "runs" / "demo" / "report" / "report.html").read_text("utf-8")
    assert "no network can be run: poster network" in page
