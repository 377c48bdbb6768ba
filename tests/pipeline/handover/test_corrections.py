"""A refit takes a person's labels, says so in its file, and leaves the run's scores as they were."""

import json

import pytest

from genrelab.pipeline.cli import main
from genrelab.pipeline.corrections.apply import read_corrections
from genrelab.pipeline.corrections.labels import Labels
from genrelab.reports.runs.read import read_run


def test_a_refit_with_corrections_says_what_it_took(small_run, demo_catalog, small_experiment, tmp_path):
    titles = read_run(small_run).titles
    label = json.loads((small_run / "run.json").read_text("utf-8"))["labels"][0]
    labels = Labels(tmp_path / "labels.sqlite", "ann")
    for key, genres in zip(titles["imdb_id"][:20], titles["labels"][:20], strict=True):
        before = list(genres)
        labels.decide(
            key, "label", before, [one for one in before if one != label] if label in before else [*before, label]
        )
    labels.decide("tt0000001", "label", [], [label])
    found = {}
    for name, more in (("plain", []), ("corrected", ["--corrections", labels.path])):
        out = tmp_path / name / "model.joblib"
        words = [
            "export",
            small_run,
            "--feature-set",
            "metadata",
            "--out",
            out,
            "--experiment",
            small_experiment,
        ]
        words += ["--catalog", demo_catalog, "--features", tmp_path / "features", *more]
        assert main(list(map(str, words))) == 0
        found[name] = json.loads(out.with_suffix(".json").read_text("utf-8"))
    counts = found["corrected"]["corrections"]
    assert (counts["changed"], counts["labels"], counts["elsewhere"]) == (20, 20, 1)
    assert "a person decided" in found["corrected"]["notes"][-1] and "corrections" not in found["plain"]
    assert found["plain"]["scores"] == found["corrected"]["scores"]
    assert found["plain"]["sha256"] != found["corrected"]["sha256"]


def test_what_is_no_file_of_labels_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="found no file"):
        read_corrections(tmp_path / "no.sqlite")
    other = tmp_path / "a.sqlite"
    other.write_text("imdb_id,genres\n")
    with pytest.raises(ValueError, match="expected an SQLite file"):
        read_corrections(other)
