"""The table for ONNX from a catalogue gives the joblib's answers, title by title."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import genrelab as gl
from genrelab.models.file import ModelFileError

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


def copied(model: Path, folder: Path) -> Path:
    """A model file with its manifest, in a folder where forms of it may be written."""
    for suffix in (".joblib", ".json"):
        shutil.copy(model.with_suffix(suffix), folder / f"model{suffix}")
    return folder / "model.joblib"


@pytest.mark.parametrize("name", ["metadata", "colour"])
def test_rows_of_a_catalogue_give_the_joblibs_answers(name, hand_models, demo_catalog, tmp_path):
    path = copied(hand_models[name], tmp_path)
    catalog = gl.load_catalog(demo_catalog)
    with pytest.raises(ModelFileError, match="run `genrelab convert MODEL --to onnx`, then load it again"):
        gl.onnx_table(gl.load_model(path), catalog)
    form = gl.convert(path, "onnx")
    model = gl.load_model(path)
    table = gl.onnx_table(model, catalog)
    listed = model.manifest["forms"]["onnx"]["inputs"]
    assert list(table) == ["imdb_id", *(column for one in listed for column in one["columns"])]
    assert table["imdb_id"].tolist() == catalog.titles["imdb_id"].tolist()
    inputs = {one["name"]: table[one["columns"]].to_numpy() for one in listed}
    assert {one["name"]: {"double": np.float64, "float": np.float32}[one["type"]] for one in listed} == {
        key: values.dtype for key, values in inputs.items()
    }
    probabilities, decisions = gl.open_onnx(form).run(None, inputs)
    answers = model.predict(catalog)
    known = (answers["status"] == "ok").to_numpy()
    assert known.sum() > 50
    for place, label in enumerate(model.labels):
        expected = answers.loc[known, label].astype(float)
        np.testing.assert_allclose(probabilities[known, place], expected, atol=1e-5)
        chosen = answers.loc[known, f"{label}_predicted"].astype(float)
        np.testing.assert_array_equal(decisions[known, place], chosen)


def test_the_script_says_which_title_a_line_is_about(repository, hand_models, demo_catalog, tmp_path):
    path = copied(hand_models["metadata"], tmp_path)
    form = gl.convert(path, "onnx")
    table = gl.onnx_table(gl.load_model(path), gl.load_catalog(demo_catalog)).head(5)
    script = str(repository / "docs" / "examples" / "predict_with_onnx.py")
    for rows in (table, table.drop(columns="imdb_id")):
        rows.to_csv(tmp_path / "table.csv", index=False)
        words = [sys.executable, script, str(form), str(tmp_path / "table.csv")]
        lines = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path).stdout.splitlines()
        told = [json.loads(line).get("imdb_id") for line in lines]
        assert told == (rows["imdb_id"].tolist() if "imdb_id" in rows else [None] * 5)


def test_a_gap_stays_a_gap(hand_models, demo_catalog, tmp_path):
    path = copied(hand_models["metadata"], tmp_path)
    gl.convert(path, "onnx")
    catalog = gl.load_catalog(demo_catalog)
    table = gl.onnx_table(gl.load_model(path), catalog)
    gaps = pd.isna(catalog.titles["runtime"]).to_numpy()
    assert gaps.any() and (table["metadata_runtime"].isna().to_numpy() == gaps).all()
