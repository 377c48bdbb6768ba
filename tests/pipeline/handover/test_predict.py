"""From a run to a model file to predictions, and everything that may be wrong on the way."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest

from genrelab.models.file import ModelFileError, load_model
from genrelab.models.genre_model import GenreModel
from genrelab.models.manifest import written_versions
from genrelab.pipeline.catalog.table import load_catalog, save_catalog
from genrelab.pipeline.cli import main

VERSIONS = written_versions(network=False)


@pytest.fixture(scope="module")
def model_file(small_run, demo_catalog, small_experiment, tmp_path_factory):
    out = tmp_path_factory.mktemp("model") / "model.joblib"
    arguments = ["export", small_run, "--feature-set", "both", "--model", "glm", "--balance", "balanced", "--out", out]
    arguments += ["--experiment", small_experiment, "--catalog", demo_catalog, "--features", out.parent / "features"]
    assert main(list(map(str, arguments))) == 0
    return out


@pytest.fixture(scope="module")
def metadata_model(small_run, demo_catalog, small_experiment, tmp_path_factory):
    out = tmp_path_factory.mktemp("metadata") / "model.joblib"
    arguments = ["export", small_run, "--feature-set", "metadata", "--out", out, "--experiment", small_experiment]
    arguments += ["--catalog", demo_catalog, "--features", out.parent / "features"]
    assert main(list(map(str, arguments))) == 0
    return out


def test_the_manifest_says_what_the_file_is(model_file, small_run):
    manifest = json.loads(model_file.with_suffix(".json").read_text())
    about = json.loads((small_run / "run.json").read_text())
    assert manifest["labels"] == about["labels"]
    assert len(manifest["thresholds"]) == len(about["labels"])
    assert manifest["trained_on"]["titles"] == about["titles"]
    assert manifest["cell"] == {"feature_set": "both", "model": "glm", "balance": "balanced"}
    assert 0 < manifest["scores"]["f1_macro"]["mean"] < 1
    assert "trivial:all_positive" in manifest["trivial_scores"]
    assert "scikit-learn" in manifest["versions"]


def test_a_card_lies_beside_the_model(model_file):
    card = model_file.with_suffix(".md").read_text("utf-8")
    assert card.startswith("# Genre model: glm on both")
    assert "made by genrelab's demo" in card and "Not run." in card
    page = model_file.with_suffix(".html").read_text("utf-8")
    assert page.startswith("<!doctype html>") and "load_model(&quot;model.joblib&quot;)" in page


def test_catalogue_rows_and_feature_columns_give_the_same_probabilities(model_file, demo_catalog):
    model, catalog = load_model(model_file), load_catalog(demo_catalog)
    from_rows = model.predict_proba(catalog)
    columns = model.features(catalog.titles, catalog.poster_paths())
    assert from_rows.shape == (len(catalog), len(model.labels))
    assert np.nanmin(from_rows) >= 0 and np.nanmax(from_rows) <= 1
    np.testing.assert_array_equal(from_rows, model.predict_proba(columns))
    folder = model.predict_proba(catalog.titles, posters=catalog.root)
    np.testing.assert_array_equal(from_rows, folder)


def test_a_catalogue_is_predicted_as_csv_and_json(model_file, demo_catalog, tmp_path, capsys):
    csv, js = tmp_path / "genres.csv", tmp_path / "genres.json"
    for style, out in (("csv", csv), ("json", js)):
        words = ["predict", model_file, "--catalog", demo_catalog, "--format", style, "--out", out]
        assert main([*map(str, words), "--features", str(tmp_path / "features")]) == 0
    table, records = pd.read_csv(csv), json.loads(js.read_text())["rows"]
    model, catalog = load_model(model_file), load_catalog(demo_catalog)
    assert list(table.columns) == [
        "imdb_id",
        *model.labels,
        *(f"{g}_predicted" for g in model.labels),
        "status",
        "reason",
    ]
    assert table["imdb_id"].tolist() == catalog.titles["imdb_id"].tolist()
    predicted = table[[f"{genre}_predicted" for genre in model.labels]].to_numpy()
    assert (predicted == (table[list(model.labels)] >= model.thresholds - 1e-6).to_numpy()).mean() > 0.999
    assert [record["imdb_id"] for record in records] == table["imdb_id"].tolist()
    assert records[0][model.labels[0]] == pytest.approx(table[model.labels[0]][0], abs=1e-6)
    assert (table["status"] != "ok").any()


def test_posters_that_cannot_be_read_get_a_row_that_says_why(model_file, demo_catalog, tmp_path, capsys):
    catalog = load_catalog(demo_catalog)
    good = next(path for path in catalog.poster_paths() if isinstance(path, Path) and path.exists())
    folder = tmp_path / "posters"
    folder.mkdir()
    shutil.copy(good, folder / "a-good.jpg")
    (folder / "b-empty.jpg").write_bytes(b"")
    (folder / "c-cut.jpg").write_bytes(good.read_bytes()[:2000])
    (folder / "d-text.jpg").write_text("not a picture")
    words = ["predict", str(model_file), str(folder), str(tmp_path / "absent.jpg"), "--format", "csv"]
    assert main([*words, "--features", str(tmp_path / "f")]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    table = pd.DataFrame([line.split(",") for line in lines[1:]], columns=lines[0].split(","))
    assert [name.rsplit("/", 1)[-1] for name in table["file"]] == [
        "a-good.jpg",
        "c-cut.jpg",
        "absent.jpg",
    ]
    nothing = "no metadata; no keywords"
    assert table["reason"].tolist() == [nothing, f"{nothing}; poster truncated", f"{nothing}; poster missing"]
    assert "b-empty.jpg: empty" in told.err and "d-text.jpg: no image" in told.err
    assert table["status"].tolist() == ["partly", "no answer", "no answer"]
    # The good one lacks what the score was measured with, and that is said where the score stands.
    assert f"1 of 3 rows lack a part of what the model reads (the most, 1: {nothing})" in told.err
    assert "it is not shown for these rows" in told.err
    assert (table.iloc[1:, 1] == "").all()


def test_posters_outside_the_folder_are_told_with_the_option_that_reads_them(
    model_file, demo_catalog, tmp_path, capsys
):
    catalog = load_catalog(demo_catalog)
    titles = catalog.titles.assign(
        poster=[str(path) if isinstance(path, Path) else None for path in catalog.poster_paths()]
    )
    moved = save_catalog(titles, tmp_path / "moved" / "catalog.parquet")
    words = ["predict", str(model_file), "--catalog", str(moved), "--features", str(tmp_path / "f"), "--out"]
    assert main([*words, str(tmp_path / "a.csv")]) == 0
    told = capsys.readouterr().err
    assert "there are posters outside the catalogue's folder: --allow-outside, in Python" in told
    assert "lack a part of what the model reads" in told and "export RUN --feature-set" not in told
    assert main([*words, str(tmp_path / "b.csv"), "--allow-outside"]) == 0
    assert "outside the catalogue's folder" not in capsys.readouterr().err


def test_a_model_without_posters_refuses_posters(metadata_model, tmp_path, capsys):
    assert main(["predict", str(metadata_model), str(tmp_path / "x.jpg")]) == 2
    assert "reads metadata and no posters; give it --catalog" in capsys.readouterr().err


def test_a_metadata_model_predicts_without_tensorflow(metadata_model, demo_catalog, tmp_path):
    code = (
        "import sys\nfrom genrelab.pipeline.cli import main\n"
        f"assert main(['predict', {str(metadata_model)!r}, '--catalog', {str(demo_catalog)!r}]) == 0\n"
        "assert not {'tensorflow', 'keras', 'torch'} & set(sys.modules), 'a network library was imported'"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "next:" in told.stdout


def test_a_changed_file_is_not_opened(model_file, tmp_path):
    for name in ("model.joblib", "model.json"):
        shutil.copy(model_file.with_name(name), tmp_path / name)
    copy = tmp_path / "model.joblib"
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(bytes(content))
    with pytest.raises(ModelFileError, match="is not the file its manifest describes .* it was not opened"):
        load_model(copy)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"versions": VERSIONS | {"scikit-learn": "1.2.0"}},
            "was written with scikit-learn 1.2.0, this",
        ),
        ({"versions": VERSIONS | {"python": "4.0.0"}}, "was written with Python 4.0.0"),
        ({"format": 99}, "expected format 2, found 99"),
    ],
)
def test_an_incompatible_file_is_refused_in_one_sentence(model_file, tmp_path, change, told):
    shutil.copy(model_file, tmp_path / "model.joblib")
    manifest = json.loads(model_file.with_suffix(".json").read_text()) | change
    (tmp_path / "model.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelFileError, match=told):
        load_model(tmp_path / "model.joblib")


def test_a_missing_or_foreign_manifest_is_told(model_file, tmp_path):
    shutil.copy(model_file, tmp_path / "model.joblib")
    with pytest.raises(ModelFileError, match=r"a model is two files, model.joblib and model.json"):
        load_model(tmp_path / "model.joblib")
    (tmp_path / "model.json").write_text("[]")
    with pytest.raises(ModelFileError, match="expected a genrelab manifest"):
        load_model(tmp_path / "model.joblib")


def test_joblib_alone_loads_it_beside_a_foreign_models_folder(model_file, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "__init__.py").write_text("raise RuntimeError('not this one')")
    code = f"import joblib; print(type(joblib.load({str(model_file)!r})).__module__)"
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "genrelab.models.genre_model"
    assert isinstance(joblib.load(model_file), GenreModel)


def test_an_existing_model_is_not_replaced_unasked(model_file, small_run, small_experiment, demo_catalog, capsys):
    before = model_file.read_bytes()
    words = ["export", str(small_run), "--out", str(model_file), "--experiment", str(small_experiment)]
    assert main([*words, "--catalog", str(demo_catalog)]) == 2
    assert "exists; choose another --out, or --overwrite" in capsys.readouterr().err
    assert model_file.read_bytes() == before
