"""One prediction explained on the demo catalogue, from the command line and from the library."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.handover.explain import draw_maps


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
    found = model.explain(title, catalog, background=20)
    row = catalog.titles[catalog.titles["imdb_id"] == title]
    scores = model.predict_proba(row, posters=catalog.root)[0]
    assert found.explanation.score.to_numpy() == pytest.approx(scores)
    sums = found.explanation.base + found.explanation.contributions.sum()
    assert sums.to_numpy() == pytest.approx(scores)
    assert set(found.explanation.contributions.index) == {"metadata", "keywords", "poster"}
    assert found.explanation.shares(found.genres[0]).sum() == pytest.approx(1)
    decided = model.decide(scores[None, :])[0]
    assert found.given == {label for label, flag in zip(model.labels, decided, strict=True) if flag}


def test_same_seed_same_explanation(places, demo_catalog, title):
    model, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    one, same, other = (model.explain(title, catalog, background=10, seed=seed) for seed in (1, 1, 2))
    assert str(one) == str(same) != str(other)


def test_own_words_are_marked(places, demo_catalog, title):
    model, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    found = model.explain(title, catalog, genres=["drama", "COMEDY"], background=10)
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
        ("both", ["--title", "tt0"], "title 'tt0': expected a poster file, or a title or id of the catalogue; none of"),
        ("both", ["--genre", "Opera"], "genre 'Opera': expected one of"),
        ("both", ["--genre", "Dramma"], "did you mean 'Drama'?"),
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
    found = model.explain(bare.iloc[0], catalog, background=5)
    assert "answered without: poster missing" in str(found)
    with pytest.raises(ValueError, match="has none"):
        draw_maps(found, tmp_path)


@pytest.fixture(scope="module")
def colour(places, demo_catalog):
    """A model that reads nothing but one block of the poster."""
    from sklearn.pipeline import Pipeline

    from genrelab.models.encode.encoder import make_encoder
    from genrelab.models.genre_model import GenreModel
    from genrelab.models.recipes import RECIPES

    both, catalog = load_model(places / "both.joblib"), load_catalog(demo_catalog)
    columns = [name for name in both.columns if name.startswith("brightness_")]
    X = both.features(catalog.titles, catalog.poster_paths())[columns]
    genres = catalog.titles["genres_imdb"]
    y = np.array([[label in (names or []) for label in ("Drama", "Comedy")] for names in genres], dtype=np.uint8)
    encoder = make_encoder(["brightness"], columns)
    forest = RECIPES["rf"].build("multilabel", n_estimators=20).fit(encoder.fit_transform(X), y)
    pipeline = Pipeline([("encode", encoder), ("classify", forest)])
    return GenreModel(pipeline, ["brightness"], columns, ["Drama", "Comedy"], "multilabel")


def test_a_poster_file_is_explained_without_a_catalogue(colour, tmp_path):
    Image.new("RGB", (60, 90), (200, 30, 30)).save(tmp_path / "scan 1.jpg")
    found = colour.explain(tmp_path / "scan 1.jpg", genres=["drama"])
    assert found.explanation is None and [made.label for made in found.maps] == ["Drama"]
    assert "100 %" not in str(found)
    assert found.maps[0].flat and "the map says nothing" in str(found)  # one colour: covering changes nothing
    (path,) = draw_maps(found, tmp_path / "why")
    assert path.name == "scan-1-drama.png"
    assert draw_maps(found, tmp_path / "why") == [path]
    path.write_bytes(b"mine")
    with pytest.raises(ValueError, match="exists and is no earlier map"):
        draw_maps(found, tmp_path / "why")
    assert path.read_bytes() == b"mine"


def test_a_model_of_one_block_is_compared_and_mapped_in_place_of_a_share_of_all(colour, demo_catalog, title):
    catalog = load_catalog(demo_catalog)
    told = str(colour.explain(title, catalog, genres=["Drama"], background=20))
    assert "of 20 other titles" in told or "of 19 other titles" in told or "other titles" in told
    assert "on the poster:" in told and "100 %" not in told


def test_a_title_is_named_by_its_title_in_any_case_or_by_its_poster(colour, demo_catalog, title):
    catalog = load_catalog(demo_catalog)
    row = catalog.titles[catalog.titles["imdb_id"] == title].iloc[0]
    name = f"{row['title'].upper()} ({row['year']})"
    by_name = colour.explain(name, catalog, background=5, maps=False)
    poster = catalog.root / row["poster"]
    assert by_name.key == title == colour.explain(poster, catalog, background=5, maps=False).key
    with pytest.raises(ValueError, match="did you mean"):
        colour.explain(str(row["title"])[:-1] + "x", catalog)
