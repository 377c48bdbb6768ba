"""An exported model is fitted as the run's cells were, from what the run's folder keeps."""

import json
import shutil

import numpy as np
import pytest

from genrelab.features.families import join_frames
from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.experiments.fit.cell import fit_cell, predict
from genrelab.pipeline.experiments.fit.encoding import encode
from genrelab.pipeline.experiments.run import Run, RunError
from genrelab.pipeline.handover.export import export


def test_a_run_of_a_toml_of_ones_own_is_exported_from_its_folder_alone(small_run, demo_catalog, tmp_path):
    words = {"feature_set": "both", "features": None, "jobs": 1, "calibrate": False}
    cell, path = export(small_run, tmp_path / "m.joblib", demo_catalog, **words)
    run, catalog = Run.open(small_run), load_catalog(demo_catalog)
    data = run.dataset(run.experiment(), catalog, n_jobs=1)
    setting = run.setting(data)
    X = join_frames(data.frames, setting.feature_sets[cell.feature_set])
    encoded = encode(cell, setting, X, np.arange(len(X)), [])
    fitted = fit_cell(cell, setting, encoded, data.target.y, data.groups)
    np.testing.assert_array_equal(load_model(path).predict_proba(X), predict(fitted, encoded.train, setting)[0])
    manifest = json.loads(path.with_suffix(".json").read_text())
    assert manifest["cell"] == dict(zip(("feature_set", "model", "balance"), cell, strict=True))
    with pytest.raises(RunError, match="exists; choose another --out"):
        export(small_run, path, demo_catalog)


def test_the_experiment_is_kept_word_for_word_and_rebuilt_with_its_cells(small_run, small_experiment):
    run = Run.open(small_run)
    assert (small_run / "experiment.toml").read_bytes() == small_experiment.read_bytes()
    kept, read = run.experiment(), run.experiment(str(small_experiment))
    assert kept == read
    assert [cell.parameters for cell in kept.cells] == [cell.parameters for cell in read.cells]


def test_a_run_of_the_first_version_says_what_it_needs(small_run, small_experiment, demo_catalog, tmp_path):
    shutil.copytree(small_run, tmp_path / "run")
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    for key in ("cells", "setting", "format"):
        about.pop(key)
    (tmp_path / "run" / "run.json").write_text(json.dumps(about))
    words = [tmp_path / "m.joblib", demo_catalog]
    with pytest.raises(RunError, match=r"does not keep it; say --experiment FILE\.toml"):
        export(tmp_path / "run", *words, features=None, jobs=1)
    cell, path = export(tmp_path / "run", *words, experiment=str(small_experiment), features=None, jobs=1)
    assert path.exists() and cell.feature_set in ("metadata", "both")


def test_another_catalogue_is_refused(small_run, demo_catalog, tmp_path):
    catalog = load_catalog(demo_catalog)
    with pytest.raises(RunError, match="titles in the catalogue, found"):
        export(small_run, tmp_path / "m.joblib", catalog.take(np.arange(20)), features=None, jobs=1)


def test_no_cell_of_that_name(small_run, demo_catalog, tmp_path, capsys):
    words = ["export", str(small_run), "--model", "none_such", "--out", str(tmp_path / "m.joblib")]
    assert main([*words, "--catalog", str(demo_catalog)]) == 2
    assert "expected a cell with none_such" in capsys.readouterr().err
