"""Zero-shot genres stand in the table as a rule: they learn nothing, never lead, and the report says what they read."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.features.frozen.encoders import PictureEncoder, read_encoders
from genrelab.pipeline.experiments.fit.zero_shot import ZeroShot
from genrelab.pipeline.experiments.runner import compare
from genrelab.reports.evaluation.leaderboard import choose_best, leaderboard

MEANINGS = {"horror": [1.0, 0.0, 0.0], "comedy": [0.0, 1.0, 0.0], "western": [0.0, 0.0, 1.0]}
RULE = "trivial:zero_shot_asked"
TOML = """
title = "Asked"
[target]
name = "multilabel"
source = "own"
min_support = 5
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
asked = ["embedding:asked"]
"with year" = ["embedding:asked", "metadata:as_of_release"]
[[grid]]
models = ["glm"]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory, tiny_encoders):
    """Posters in the colour of their genre, but one in seven, and one title without a poster."""
    folder = tmp_path_factory.mktemp("asked")
    encoders = tiny_encoders.asked(folder / "encoder", MEANINGS)
    rng = np.random.default_rng(0)
    names = ["Horror", "Comedy", "Western"]
    rows = []
    for k in range(84):
        genre = k % 3
        colour = rng.integers(0, 60, 3)
        colour[(genre + (k % 7 == 0)) % 3] = 230
        file = None if k == 10 else f"{k}.png"
        if file:
            pattern = np.kron(rng.random((8, 8)), np.ones((6, 4)))[..., None]  # no two posters are near duplicates
            Image.fromarray((pattern * colour).astype(np.uint8)).save(folder / file)
        about = {"imdb_id": f"tt{k:07d}", "title": f"Film {k} of all {k * 7}", "year": 1960 + k % 50, "poster": file}
        rows.append(about | {"genres_own": [names[genre]]})
    pd.DataFrame(rows).to_parquet(folder / "catalog.parquet")
    toml = folder / "asked.toml"
    toml.write_text(TOML, "utf-8")
    weights = f"random:{encoders}"
    return compare(str(toml), folder / "catalog.parquet", folder / "run", features=None, weights=weights, jobs=1)


def test_its_answers_are_right_without_a_label(run):
    predictions = pd.read_parquet(run.path / "predictions.parquet").astype({"model": str, "imdb_id": str, "label": str})
    asked = predictions[predictions["model"] == RULE]
    said = asked.pivot(index="imdb_id", columns="label", values="predicted")
    names = ["Horror", "Comedy", "Western"]
    for k in range(84):
        expected = [0, 0, 0]
        if k != 10:
            expected[(k % 3 + (k % 7 == 0)) % 3] = 1
        assert said.loc[f"tt{k:07d}", names].tolist() == expected
    assert asked["score"].between(0, 1).all()


def test_it_is_a_rule_of_the_set_that_is_the_encoder_alone_and_never_leads(run):
    table = leaderboard(run)
    row = table[table["model"] == RULE]
    assert row["feature_set"].tolist() == ["asked"] and row["trivial"].all()
    assert row["f1_macro"].iloc[0] > 0.8
    best = choose_best(table)
    assert best is not None and best["model"] == "glm"


def test_the_report_says_what_it_may_read(run):
    note = next(note for note in run.info["notes"] if note.startswith("zero-shot-asked"))
    assert note.endswith("Title text on the poster is among what it may read")
    page = run.report().read_text("utf-8")
    assert "trivial rule: zero-shot-asked" in page and "may read the title on the poster" in page


def test_one_class_a_title_is_the_nearest(tmp_path, tiny_encoders):
    (encoder,) = read_encoders(tiny_encoders.asked(tmp_path / "asked", MEANINGS))
    assert isinstance(encoder, PictureEncoder) and encoder.text is not None
    rule = ZeroShot(encoder.text, ("Horror", "Comedy"), "single").fit(None)
    X = pd.DataFrame([[0.9, 0.1, 0.1], [0.1, 0.9, 0.3], [np.nan] * 3])
    scores = rule.predict_proba(X)
    assert scores.sum(axis=1) == pytest.approx(1) and scores[2].tolist() == [0.5, 0.5]
    assert rule.predict(X)[:2].tolist() == [0, 1]
