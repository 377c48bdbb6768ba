"""Models of every released version load with equal answers, or are refused with the command that makes them again."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.models.file import ModelFileError, load_model, read_manifest
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.handover.forms.build import onnx_inputs
from genrelab.pipeline.handover.forms.checked import open_onnx

pytestmark = pytest.mark.long
SCRIPT = importlib.util.spec_from_file_location("genrelab_museum", Path(__file__).with_name("museum.py"))
assert SCRIPT is not None and SCRIPT.loader is not None
museum = sys.modules[SCRIPT.name] = importlib.util.module_from_spec(SCRIPT)
SCRIPT.loader.exec_module(museum)
CURRENT, MODELS, RELEASES = museum.CURRENT, museum.MODELS, museum.RELEASES
ROUNDED = 6e-7  # answers are written with six decimals


@pytest.fixture(scope="module", params=RELEASES)
def made(request, tmp_path_factory):
    """A release's name and its folder; the current one is made in a place that is thrown away."""
    try:
        if request.param == CURRENT:
            return request.param, museum.make(CURRENT, tmp_path_factory.mktemp("museum"))
        return request.param, museum.make(request.param)
    except museum.CannotBeMadeError as fault:
        if request.param == CURRENT:
            raise
        pytest.skip(f"models of {request.param} cannot be made here: {fault}")


@pytest.fixture(scope="module")
def read(made):
    if not RELEASES[made[0]].reads:
        pytest.skip(f"models of {made[0]} are refused, which the other test holds")
    return made


@pytest.mark.parametrize("recipe", MODELS)
def test_models_that_are_read_give_the_answers_of_the_version_that_wrote_them(read, recipe):
    name, folder = read
    catalog = load_catalog(folder / "catalog" / "catalog.parquet")
    expected = pd.read_csv(folder / f"{recipe}.csv")
    for suffix in ("joblib", *(form for form in RELEASES[name].forms if form == "skops")):
        model = load_model(folder / f"{recipe}.{suffix}")
        assert model.manifest["versions"]["genrelab"].startswith(name) or name == CURRENT
        answers = model.predict(catalog).reset_index(drop=True)
        assert len(answers) == len(expected) == 160
        for label in model.labels:
            np.testing.assert_allclose(answers[label].astype(float), expected[label].astype(float), atol=ROUNDED)
            decided = answers[f"{label}_predicted"].astype("float")
            np.testing.assert_array_equal(decided, expected[f"{label}_predicted"].astype(float))


@pytest.mark.parametrize("recipe", MODELS)
def test_onnx_of_a_release_gives_the_answers_of_the_version_that_wrote_it(read, recipe):
    name, folder = read
    if "onnx" not in RELEASES[name].forms:
        pytest.skip(f"{name} wrote no ONNX")
    catalog = load_catalog(folder / "catalog" / "catalog.parquet")
    model, path = load_model(folder / f"{recipe}.joblib"), folder / f"{recipe}.onnx"
    features = model.features(catalog.titles, catalog.poster_paths())
    inputs = onnx_inputs(model, features, read_manifest(path)["forms"]["onnx"]["inputs"])
    scores, decisions = open_onnx(path).run(None, inputs)
    expected = pd.read_csv(folder / f"{recipe}.csv")
    answered = expected[list(model.labels)].notna().all(axis=1)
    assert answered.sum() > 100
    np.testing.assert_allclose(scores[answered], expected.loc[answered, list(model.labels)], atol=1e-5)
    chosen = expected.loc[answered, [f"{label}_predicted" for label in model.labels]]
    np.testing.assert_array_equal(decisions[answered], chosen)


def test_models_that_are_not_read_are_refused_with_the_command_that_makes_them_again(made, tmp_path):
    name, folder = made
    if RELEASES[name].reads:
        pytest.skip(f"models of {name} are read, which the other tests hold")
    for recipe in MODELS:
        path = folder / f"{recipe}.joblib"
        with pytest.raises(ModelFileError, match=re.escape(f"{path} was written by genrelab {name}, ")) as refused:
            load_model(path)
        assert "\n" not in str(refused.value)
    told = re.search(r"genrelab (export RUN --out model\.joblib)", str(refused.value))
    assert told, refused.value
    words = shlex.split(told[1].replace("RUN", shlex.quote(str(folder / "run"))))
    catalog = folder / "catalog" / "catalog.parquet"
    words += ["--experiment", folder / "museum.toml", "--catalog", catalog, "--model", "glm", "--jobs", "1"]
    command = [sys.executable, "-m", "genrelab.pipeline.cli", *map(str, words)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = load_model(tmp_path / "model.joblib")
    assert list(again.labels) == read_labels(folder / "glm.csv")
    assert again.predict(load_catalog(catalog))[list(again.labels)].notna().all(axis=1).sum() > 100


def read_labels(answers) -> list[str]:
    """The labels of a table of answers, in its order."""
    columns = pd.read_csv(answers, nrows=0).columns
    return [column for column in columns if f"{column}_predicted" in columns]
