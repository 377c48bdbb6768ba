"""A stack on every kind of block, exported, asked for titles it has not seen that lack one block or another."""

import json
import os

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog, save_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.demo.generate import generate_demo
from genrelab.pipeline.experiments.runner import compare
from genrelab.pipeline.handover.export import export

TOML = """
title = "Every kind of block"
seed = 1
allow = ["after_release"]
[target]
name = "multilabel"
min_support = 20
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
all = ["metadata", "provenance", "keywords:tfidf", "overview", "people", "sentences:together", "embedding:eye"]
[[grid]]
models = ["stack"]
"""
DROPPED = {
    "metadata": ["year", "runtime", "popularity", "vote_average", "vote_count", "revenue", "budget"],
    "provenance": ["countries", "languages", "certificate"],
    "words": ["keywords"],
    "plot": ["overview"],
    "texts": ["keywords", "overview"],
    "people": ["directors", "writers", "cast"],
    "poster": ["poster"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny_encoders):
    """Titles with people, half of them held out; encoders; and the model, exported from the other half."""
    folder = tmp_path_factory.mktemp("all")
    catalog = load_catalog(generate_demo(folder / "demo", n_titles=400, seed=8))
    rng, titles = np.random.default_rng(0), catalog.titles.copy()
    first = [genres[0] if genres is not None and len(genres) else "Drama" for genres in titles["genres_imdb"]]
    titles["directors"] = [[f"Director of {genre}"] if rng.random() < 0.7 else None for genre in first]
    titles["cast"] = [[f"Actor {number}" for number in rng.integers(0, 20, 3)] for _ in first]
    titles["countries"] = [["USA"] if rng.random() < 0.8 else ["France"] for _ in first]
    titles["certificate"] = [str(rng.choice(["PG", "R"])) for _ in first]
    path = save_catalog(titles[::2], catalog.root / "trained.parquet")
    held = save_catalog(titles[1::2], catalog.root / "held.parquet")
    encoders = tiny_encoders.picture(folder / "encoders")
    tiny_encoders.text(folder / "encoders" / "tiny")
    (encoders / "encoders.json").write_text(
        json.dumps(
            [
                {"name": "eye", "kind": "picture", "file": "model.onnx", "input_size": [6, 4]},
                {"name": "tiny", "kind": "text", "file": "tiny/model.onnx", "tokenizer": "tiny/tokenizer.json"},
            ]
        )
    )
    weights = os.pathsep.join(["random", str(encoders)])
    toml = folder / "all.toml"
    toml.write_text(TOML)
    run = compare(str(toml), path, folder / "run", features=folder / "store", weights=weights, jobs=1)
    _, model = export(run, folder / "model.joblib", path, features=folder / "store", jobs=1)
    return held, weights, model


def test_the_manifest_names_encoders_and_their_hashes(made):
    model = load_model(made[2])
    assert set(model.backbones) == {"eye", "sentences:tiny"}
    assert all("sha256" in identity for identity in model.backbones.values())
    assert set(json.loads(made[2].with_suffix(".json").read_text())["weights"]) == {"eye", "sentences:tiny"}


def test_one_command_predicts_a_catalogue(made, tmp_path, capsys):
    path, _, model = made
    words = ["predict", str(model), "--catalog", str(path), "--format", "csv", "--out", str(tmp_path / "out.csv")]
    assert main([*words, "--features", str(tmp_path / "store")]) == 0
    answers = pd.read_csv(tmp_path / "out.csv")
    assert len(answers) == len(load_catalog(path))
    assert set(answers["status"]) == {"ok", "partly"}  # some titles of the catalogue lack a text or a poster


@pytest.fixture(scope="module")
def held(made):
    """The model, the titles it has not seen, their genres, and what it says with every block."""
    path, _, file = made
    model, catalog = load_model(file), load_catalog(path)
    listed = [set(names) if names is not None else set() for names in catalog.titles["genres_imdb"]]
    truth = np.array([[label in names for label in model.labels] for names in listed], dtype=np.uint8)
    return model, catalog, truth, answers(model, catalog, catalog.titles)


def answers(model, catalog, titles) -> np.ndarray:
    return model.predict(titles, posters=catalog.root)[list(model.labels)].to_numpy(dtype=float)


def sane(model, truth, scores) -> None:
    """Probabilities that differ from title to title and beat every rule that looks at none."""
    asked = np.isfinite(scores).all(axis=1)
    assert asked.mean() > 0.8, "a title has no answer only where nothing of it is known"
    scores, truth = scores[asked], truth[asked]
    assert (scores >= 0).all() and (scores <= 1).all()
    assert (scores.std(axis=0) > 0.005).all(), "not the same answer for all"
    rules = [f1_score(truth, np.full_like(truth, value), average="macro", zero_division=0) for value in (0, 1)]
    assert f1_score(truth, model.decide(scores), average="macro", zero_division=0) > max(rules)
    ranked = average_precision_score(truth, scores, average="macro")
    assert ranked > 1.15 * truth.mean(axis=0).mean(), "better than chance at ranking"


def test_titles_it_has_not_seen_get_a_sane_answer(held):
    model, _, truth, whole = held
    sane(model, truth, whole)


@pytest.mark.parametrize("block", DROPPED)
def test_so_do_titles_without_a_block(held, block):
    model, catalog, truth, whole = held
    dropped = [name for name in DROPPED[block] if name in catalog.titles]
    assert dropped, "the catalogue has what is taken out of it"
    scores = answers(model, catalog, catalog.titles.drop(columns=dropped))
    sane(model, truth, scores)
    # The labels keep about their frequency: nothing falls to 0 or rises to 1 for want of a block.
    np.testing.assert_allclose(np.nanmean(scores, axis=0), whole.mean(axis=0), atol=0.25)
    assert np.nanmax(np.abs(scores - whole)) > 1e-6


def test_posters_alone_get_an_answer(held, made, tmp_path, capsys):
    model, catalog, truth, _ = held
    titles = catalog.titles[["imdb_id", "title", "poster"]].assign(title="")
    scores = answers(model, catalog, titles)
    seen = np.isfinite(scores).all(axis=1)
    assert seen.sum() > 0.8 * len(seen) and not seen.all(), "titles without a readable poster get none"
    assert (scores[seen].std(axis=0) > 0.005).all()
    ranked = average_precision_score(truth[seen], scores[seen], average="macro")
    assert ranked > truth[seen].mean(axis=0).mean()
    files = [str(path) for path in catalog.poster_paths() if path is not None][:5]
    words = ["predict", str(made[2]), *files, "--format", "csv", "--out", str(tmp_path / "out.csv")]
    assert main(words) == 0 and len(pd.read_csv(tmp_path / "out.csv")) == 5


def test_another_encoder_under_the_same_name_is_refused(made, tmp_path, tiny_encoders):
    path, _, file = made
    model, catalog = load_model(file), load_catalog(path)
    tiny_encoders.text(tmp_path / "tiny", pooled=True)
    elsewhere = os.pathsep.join(["", str(tmp_path / "tiny")])
    with pytest.raises(ValueError, match="the model was trained with"):
        model.predict(catalog.titles, posters=catalog.root, weights=elsewhere)
