"""Answers in Python: row for row, with a reason where there is none, posters from the catalogue's folder."""

import pandas as pd
import pytest
from PIL import Image

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog, save_catalog


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A catalogue with a sound, a missing, a damaged, an unnamed and an outside poster."""
    folder = tmp_path_factory.mktemp("catalogue")
    Image.new("RGB", (40, 60), (200, 40, 40)).save(folder / "a.png")
    Image.new("RGB", (40, 60), (40, 40, 200)).save(folder.parent / "outside.png")
    (folder / "cut.png").write_bytes((folder / "a.png").read_bytes()[:60])
    posters = ["a.png", "none.png", "cut.png", None, "../outside.png"]
    rows = {"imdb_id": [f"tt000000{n}" for n in range(1, 6)], "year": [1999, 2001, None, None, 1980], "poster": posters}
    return save_catalog(pd.DataFrame(rows), folder / "catalog.parquet")


def test_no_answer_without_input(hand_models, places, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = load_model(hand_models["colour"])
    table = model.predict(load_catalog(places))
    assert table["imdb_id"].tolist() == [f"tt000000{n}" for n in range(1, 6)]
    assert table["Drama"].notna().tolist() == [True, False, False, False, False]
    assert table["Drama_predicted"].notna().tolist() == [True, False, False, False, False]
    assert table["status"].tolist() == ["ok", *["no answer"] * 4]
    assert table["reason"].tolist()[1:] == [
        "poster missing",
        "poster truncated",
        "poster missing",
        "poster outside the catalogue's folder",
    ]
    allowed = model.predict(load_catalog(places, allow_outside=True))
    assert allowed["status"].tolist() == ["ok", *["no answer"] * 3, "ok"]


def test_a_model_without_posters_answers_where_it_knows_something(hand_models, places):
    table = load_model(hand_models["metadata"]).predict(load_catalog(places))
    assert table["status"].tolist() == ["ok", "ok", "no answer", "no answer", "ok"]
    assert table["reason"][2] == "no metadata"


def test_a_table_must_say_where_its_posters_lie(hand_models, places, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model, titles = load_model(hand_models["colour"]), load_catalog(places).titles
    with pytest.raises(ValueError, match=r"poster paths are relative, such as 'a\.png': expected posters=FOLDER"):
        model.predict(titles)
    assert model.predict(titles, posters=places.parent)["status"][0] == "ok"
    bare = model.predict(titles[["imdb_id"]])
    assert bare["Drama"].isna().all() and (bare["reason"] == "poster missing").all()


def test_the_path_of_a_catalogue_is_refused_with_what_opens_it(hand_models, places):
    model = load_model(hand_models["colour"])
    for path in (places, str(places)):
        told = f"got the path {str(places)!r}; load_catalog\\(path\\) opens it"
        with pytest.raises(TypeError, match=f"expected a catalogue or a DataFrame of its rows, {told}"):
            model.predict(path)
        with pytest.raises(TypeError, match=f"expected a catalogue, {told}"):
            model.explain("tt0000001", path)
    with pytest.raises(TypeError, match="expected a catalogue, got DataFrame"):
        model.explain("tt0000001", load_catalog(places).titles)
    with pytest.raises(TypeError, match="or a DataFrame of its rows, got list"):
        model.predict_proba([1])


def test_posters_by_path(hand_models, places):
    model = load_model(hand_models["colour"])
    table = model.predict_posters([places.parent / "a.png", "nowhere/scan 1.jpg"])
    assert table["file"].tolist() == [str(places.parent / "a.png"), "nowhere/scan 1.jpg"]
    assert table["status"].tolist() == ["ok", "no answer"]
    with pytest.raises(ValueError, match="expected a list of files, got one path"):
        model.predict_posters("scan 1.jpg")
    with pytest.raises(ValueError, match="expected a model that reads posters"):
        load_model(hand_models["metadata"]).predict_posters(["scan 1.jpg"])


def test_the_rows_keep_their_index(hand_models):
    titles = pd.DataFrame({"year": [1999, None], "runtime": [100.0, None]}, index=["x", "y"])
    table = load_model(hand_models["metadata"]).predict(titles)
    assert table.index.tolist() == ["x", "y"] and table["status"].tolist() == ["ok", "no answer"]
