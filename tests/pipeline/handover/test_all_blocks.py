"""A stack on every kind of block, exported, asked for titles that lack one block or another."""

import json
import os

import numpy as np
import pandas as pd
import pytest

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog, save_catalog
from genrelab.pipeline.cli import main
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
    "words": ["keywords", "overview"],
    "people": ["directors", "writers", "cast"],
    "poster": ["poster"],
}


@pytest.fixture(scope="module")
def made(demo_catalog, tmp_path_factory, tiny_encoders):
    """The catalogue with people, encoders, and the exported model."""
    folder = tmp_path_factory.mktemp("all")
    catalog = load_catalog(demo_catalog)
    rng, titles = np.random.default_rng(0), catalog.titles.copy()
    first = [genres[0] if genres is not None and len(genres) else "Drama" for genres in titles["genres_imdb"]]
    titles["directors"] = [[f"Director of {genre}"] if rng.random() < 0.7 else None for genre in first]
    titles["cast"] = [[f"Actor {number}" for number in rng.integers(0, 20, 3)] for _ in first]
    titles["countries"] = [["USA"] if rng.random() < 0.8 else ["France"] for _ in first]
    titles["certificate"] = [str(rng.choice(["PG", "R"])) for _ in first]
    path = save_catalog(titles, catalog.root / "with_people.parquet")
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
    return path, weights, model


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


@pytest.mark.parametrize("block", DROPPED)
def test_titles_without_a_block_get_a_sane_answer(made, block):
    path, _, file = made
    model, catalog = load_model(file), load_catalog(path)
    titles = catalog.titles.drop(columns=[name for name in DROPPED[block] if name in catalog.titles])
    root = catalog.root
    whole = model.predict(catalog.titles, posters=root)[list(model.labels)].to_numpy(dtype=float)
    found = model.predict(titles, posters=root)
    scores = found[list(model.labels)].to_numpy(dtype=float)
    assert np.isfinite(scores).all() and (scores >= 0).all() and (scores <= 1).all()
    # The labels keep about their frequency: nothing falls to 0 or rises to 1 for want of a block.
    np.testing.assert_allclose(scores.mean(axis=0), whole.mean(axis=0), atol=0.25)
    assert np.abs(scores - whole).max() > 1e-6


def test_another_encoder_under_the_same_name_is_refused(made, tmp_path, tiny_encoders):
    path, _, file = made
    model, catalog = load_model(file), load_catalog(path)
    tiny_encoders.text(tmp_path / "tiny", pooled=True)
    elsewhere = os.pathsep.join(["", str(tmp_path / "tiny")])
    with pytest.raises(ValueError, match="the model was trained with"):
        model.predict(catalog.titles, posters=catalog.root, weights=elsewhere)
