"""What an export carries: calibrated probabilities that decide as before, a part of the titles, what was seen."""

import json

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.experiments.run import Run, RunError
from genrelab.pipeline.handover.evidence import calibration, short_hash
from genrelab.pipeline.handover.export import export


def test_probabilities_change_and_decisions_do_not(small_run, demo_catalog, tmp_path):
    words = {"feature_set": "both", "features": None, "jobs": 1}
    _, raw = export(small_run, tmp_path / "raw.joblib", demo_catalog, calibrate=False, **words)
    cell, path = export(small_run, tmp_path / "m.joblib", demo_catalog, **words)
    before, after = load_model(raw), load_model(path)
    titles = load_catalog(demo_catalog)
    old, new = before.predict(titles), after.predict(titles)
    for label in after.labels:
        np.testing.assert_array_equal(old[f"{label}_predicted"], new[f"{label}_predicted"])
    manifest = json.loads(path.with_suffix(".json").read_text())
    about = manifest["calibration"]
    assert list(about["genres"]) == list(after.labels) and after.quality.calibration == about["detail"]
    assert about["brier"][1] <= about["brier"][0] and about["log_loss"][1] <= about["log_loss"][0]
    run = Run.open(small_run)
    table = run.predictions(cell)
    for label, one in about["genres"].items():
        rows = table[table["label"] == label]
        assert one["brier"][0] == pytest.approx(brier_score_loss(rows["truth"], rows["score"]), abs=1e-5)
    assert calibration(run, cell).curves == after.calibration
    assert "calibration" not in json.loads(raw.with_suffix(".json").read_text()) and before.quality.calibration is None
    assert set(manifest["seen"]["titles"]) == {short_hash(name) for name in run.titles["imdb_id"]}


def test_a_model_of_a_part_of_the_titles(small_run, demo_catalog, tmp_path):
    run, catalog = Run.open(small_run), load_catalog(demo_catalog)
    years = run.titles["year"]
    _, path = export(run, tmp_path / "m.joblib", catalog, where="year < 2000", features=None, jobs=1)
    manifest = json.loads(path.with_suffix(".json").read_text())
    assert manifest["trained_on"]["titles"] == int((years < 2000).sum()) < len(years)
    assert manifest["trained_on"]["where"] == "year < 2000" and "year < 2000" in manifest["notes"][0]
    assert len(manifest["seen"]["titles"]) == manifest["trained_on"]["titles"]
    assert load_model(path).quality.better is None
    with pytest.raises(RunError, match=r"--where 'year < 1800': expected titles of at least two genres, got 0"):
        export(run, tmp_path / "n.joblib", catalog, where="year < 1800", features=None, jobs=1)
