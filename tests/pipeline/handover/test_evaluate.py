"""A model on labelled titles that it has never seen: which count, and that the scores are those of its answers."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import Pipeline

from genrelab.features.families import build_frames, join_frames
from genrelab.models.encode.encoder import make_encoder
from genrelab.models.genre_model import GenreModel
from genrelab.models.multilabel.per_label import OneVsRest
from genrelab.pipeline.catalog.table import load_catalog, save_catalog
from genrelab.pipeline.experiments.run import RunError
from genrelab.pipeline.handover.evaluate import evaluate
from genrelab.pipeline.handover.evidence import short_hash

SPECS = ["metadata:as_of_release"]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """90 titles: dramas are old, comedies long; the last has no genre."""
    rng = np.random.default_rng(0)
    years, runtimes = rng.integers(1950, 2020, 90), rng.integers(60, 180, 90)
    genres = [
        (["Drama"] if year < 1985 else []) + (["Comedy"] if runtime > 120 else []) or ["War"]
        for year, runtime in zip(years, runtimes, strict=True)
    ]
    genres[-1] = None
    rows = {"imdb_id": [f"tt{k:07d}" for k in range(90)], "title": [f"Title {k}" for k in range(90)], "kind": "movie"}
    rows |= {"year": years, "runtime": runtimes.astype(float), "genres_imdb": genres}
    return load_catalog(save_catalog(pd.DataFrame(rows), tmp_path_factory.mktemp("labelled") / "catalog.parquet"))


@pytest.fixture(scope="module")
def model(catalog):
    """Fitted on the first 40 titles."""
    part = catalog.take(np.arange(40))
    X = join_frames(build_frames(part.titles, part.poster_paths(), SPECS), SPECS)
    Y = np.array([[label in names for label in ("Comedy", "Drama")] for names in part.titles["genres_imdb"]])
    encoder = make_encoder(SPECS, list(X.columns))
    fitted = OneVsRest(LogisticRegression()).fit(encoder.fit_transform(X), Y)
    steps = Pipeline([("encode", encoder), ("classify", fitted)])
    made = GenreModel(steps, SPECS, list(X.columns), ("Comedy", "Drama"), "multilabel")
    made.manifest = {
        "experiment": "small",
        "cell": {"feature_set": "table", "model": "glm", "balance": "none"},
        "trained_on": {
            "titles": 40,
            "target": {"name": "multilabel", "source": "imdb"},
            "support": {"Comedy": int(Y[:, 0].sum()), "Drama": int(Y[:, 1].sum())},
        },
        "seen": {"titles": [short_hash(name) for name in part.titles["imdb_id"]], "posters": []},
        "versions": {},
    }
    return made


def test_only_labelled_titles_that_it_has_not_seen_count(model, catalog, tmp_path):
    run = evaluate(model, catalog, tmp_path / "out", features=None, jobs=1)
    assert run.titles["imdb_id"].tolist() == [f"tt{k:07d}" for k in range(40, 89)]
    assert run.info["notes"][0].startswith("1 of 90 titles left out: none of the model's labels")
    assert run.info["notes"][1] == (
        "40 of 90 titles left out: the model was trained on them, by their id or their poster."
    )
    fresh = catalog.take(np.arange(40, 89))
    table = model.predict(fresh)
    truth = np.array([[label in names for label in model.labels] for names in fresh.titles["genres_imdb"]])
    predicted = table[[f"{label}_predicted" for label in model.labels]].to_numpy(dtype=int)
    rows = run.results[run.results["label"].isna() & (run.results["metric"] == "f1_macro")].set_index("model")["value"]
    assert rows["glm"] == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert rows["trivial:all_positive"] == pytest.approx(f1_score(truth, np.ones_like(truth), average="macro"))
    assert (tmp_path / "out" / "results.parquet").exists() and "glm" in set(run.leaderboard()["model"])
    page = run.report().read_text("utf-8")
    assert "glm on titles it has never seen" in page and "40 of 90 titles left out" in page


def test_a_catalogue_of_known_titles_is_no_test(model, catalog, tmp_path):
    with pytest.raises(ValueError, match="expected at least two labelled titles that the model has not seen, got 0"):
        evaluate(model, catalog.take(np.arange(40)), tmp_path / "out", features=None, jobs=1)


def test_other_folders_are_left_alone(model, catalog, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="holds something else"):
        evaluate(model, catalog, tmp_path, features=None, jobs=1)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_model_that_does_not_say_what_it_saw(model, catalog, tmp_path, monkeypatch):
    monkeypatch.setattr(model, "manifest", {key: value for key, value in model.manifest.items() if key != "seen"})
    run = evaluate(model, catalog, tmp_path / "out", features=None, jobs=1)
    assert len(run.titles) == 89 and "does not say which titles it was trained on" in run.info["notes"][1]
