"""One prediction explained on the demo catalogue, from the command line and from the library."""

from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.handover.explain import as_text, draw_maps, explain


@pytest.fixture(scope="module")
def places(small_run, demo_catalog, small_experiment, tmp_path_factory):
    out = tmp_path_factory.mktemp("explain")
    for name, cell in (("both", ["both", "--model", "glm", "--balance", "none"]), ("metadata", ["metadata"])):
        words = ["export", small_run, "--feature-set", *cell, "--out", out / f"{name}.joblib"]
        words += ["--experiment", small_experiment, "--catalog", demo_catalog, "--features", out / "features"]
        assert main(list(map(str, words))) == 0
    return out


@pytest.fixture(scope="module")
def title(demo_catalog):
    """A title with keywords and a poster that can be read."""
    catalog = load_catalog(demo_catalog)
    for row, path in zip(catalog.titles.to_dict("records"), catalog.poster_paths(), strict=True):
        if row["keywords"] is not None and len(row["keywords"]) > 2 and isinstance(path, Path) and path.exists():
            return row["imdb_id"]
    pytest.fail("expected a title with keywords and a poster")


def test_contributions_add_up_to_the_score_that_the_model_gives(places, demo_catalog, title):
    model, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    found = explain(model, catalog, title, background=20)
    row = catalog.titles[catalog.titles["imdb_id"] == title]
    scores = model.predict_proba(row, root=catalog.root)[0]
    assert found.explanation.score.to_numpy() == pytest.approx(scores)
    sums = found.explanation.base + found.explanation.contributions.sum()
    assert sums.to_numpy() == pytest.approx(scores)
    assert set(found.explanation.contributions.index) == {"metadata", "keywords", "poster"}
    assert found.explanation.shares(found.genres[0]).sum() == pytest.approx(1)
    decided = model.decide(scores[None, :])[0]
    assert found.given == {label for label, flag in zip(model.labels, decided, strict=True) if flag}


def test_same_seed_same_explanation(places, demo_catalog, title):
    model, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    one, same, other = (explain(model, catalog, title, background=10, seed=seed) for seed in (1, 1, 2))
    assert as_text(one) == as_text(same) != as_text(other)


def test_own_words_are_marked(places, demo_catalog, title):
    model, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    found = explain(model, catalog, title, genres=["Drama", "Comedy"], background=10)
    assert found.genres == ("Drama", "Comedy") and set(found.words) == {"Drama", "Comedy"}
    phrases = catalog.titles.set_index("imdb_id").at[title, "keywords"]
    own = {word for phrase in phrases for word in phrase.lower().split()}
    for words in found.words.values():
        assert 0 < len(words) <= 8
        assert all(word in own for word, has in words if has)


def test_the_command_prints_shares_sums_method_and_draws_the_poster(places, demo_catalog, title, tmp_path, capsys):
    words = ["explain", places / "both.joblib", "--catalog", demo_catalog, "--title", title, "--genre", "Drama"]
    words += ["--background", "10", "--out", tmp_path / "why", "--features", places / "features", "--jobs", "1"]
    assert main(list(map(str, words))) == 0
    told = capsys.readouterr().out
    for part in (
        "the model says",
        "Drama 0.",
        " % ",
        "= 0.",
        "background",
        "method: exact Shapley values",
        "(10 of them)",
    ):
        assert part in told, part
    picture = tmp_path / "why" / f"{title}-drama.png"
    assert str(picture) in told
    with Image.open(picture) as image:
        assert image.format == "PNG" and image.width > 300
    assert [path.name for path in (tmp_path / "why").iterdir()] == [picture.name]


def test_blocks_can_stay_apart(places, demo_catalog, title, capsys):
    words = ["explain", places / "both.joblib", "--catalog", demo_catalog, "--title", title, "--background", "5"]
    assert main([*map(str, words), "--blocks", "--features", str(places / "features")]) == 0
    assert "brightness" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("model", "more", "told"),
    [
        ("both", ["--title", "tt0"], "title 'tt0': expected one of the catalogue's 160 titles, found none such"),
        ("both", ["--genre", "Opera"], "genre 'Opera': expected one of"),
        ("both", ["--background", "0"], "background: expected at least one other title, found 0"),
        ("metadata", ["--out", "why"], "a map needs a model that reads posters, this one reads metadata"),
    ],
)
def test_what_cannot_be_explained_is_told(
    places, demo_catalog, title, tmp_path, monkeypatch, capsys, model, more, told
):
    monkeypatch.chdir(tmp_path)
    words = ["explain", places / f"{model}.joblib", "--catalog", demo_catalog, "--title", title, *more]
    assert main([*map(str, words), "--features", str(places / "features")]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "why").exists()


def test_a_title_without_a_poster_is_explained_but_not_drawn(places, demo_catalog, tmp_path):
    model, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    bare = catalog.titles["imdb_id"][pd.isna(catalog.titles["poster"])]
    if bare.empty:
        pytest.skip("needs a demo title without a poster")
    found = explain(model, catalog, bare.iloc[0], background=5)
    assert "its poster could not be used" in as_text(found)
    with pytest.raises(ValueError, match="has none"):
        draw_maps(model, found, tmp_path)
