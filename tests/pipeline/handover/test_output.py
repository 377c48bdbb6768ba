"""What predict writes, and what it never replaces."""

import io
import json
import os
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from genrelab.pipeline.cli import main
from genrelab.pipeline.handover.formats import choose_format
from genrelab.pipeline.handover.output import check_out, is_earlier_output


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    """Rows as others write them: one bad cell in a column the model reads, one in a column it does not."""
    path = tmp_path_factory.mktemp("catalogue") / "catalog.parquet"
    rows = 1500
    years = ["1999"] * rows
    years[1100] = "nineteen"
    votes = ["1"] * rows
    votes[3] = "many"
    ids = [f"tt{number:07d}" for number in range(1, rows + 1)]
    pq.write_table(pa.table({"imdb_id": ids, "year": years, "imdb_votes": ["7"] * rows, "tmdb_id": votes}), path)
    return path


def predict(model, *words):
    return main(["predict", str(model), "--quiet", *map(str, words)])


def test_a_bad_cell_costs_its_row_and_names_it(hand_models, catalog, tmp_path, capsys):
    out = tmp_path / "genres.csv"
    assert predict(hand_models["metadata"], "--catalog", catalog, "--out", out) == 0
    table = pd.read_csv(out)
    assert len(table) == 1500 and (table["status"] == "ok").sum() == 1499
    assert table["reason"][1100].startswith("row 1100 (tt0001101), column 'year': expected a number")
    assert pd.isna(table["Drama"][1100]) and table["Drama"][3] > 0
    told = capsys.readouterr().err
    assert "1,500 rows" in told and "1 a cell cannot be read" in told and "macro F1 0.500" in told


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".parquet", ".txt"])
def test_an_earlier_output_is_replaced_and_nothing_else(hand_models, catalog, tmp_path, ending, capsys):
    out = tmp_path / f"genres{ending}"
    out.write_text("my notes\n")
    assert predict(hand_models["metadata"], "--catalog", catalog, "--out", out) == 2
    assert "holds no earlier predictions; --overwrite replaces it" in capsys.readouterr().err
    assert out.read_text() == "my notes\n"
    assert predict(hand_models["metadata"], "--catalog", catalog, "--out", out, "--overwrite") == 0
    assert is_earlier_output(out)
    before = out.read_bytes()
    assert predict(hand_models["metadata"], "--catalog", catalog, "--out", out) == 0
    assert out.read_bytes() == before


def test_the_formats_say_the_same(hand_models, tmp_path, capsys):
    Image.new("RGB", (40, 60), "red").save(tmp_path / "=cmd|calc.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "=cmd|calc.png").read_bytes()[:60])
    for name in ("a.json", "a.jsonl", "a.csv", "a.parquet", "a.txt"):
        words = [tmp_path, "--out", tmp_path / "out" / name, "--safe-csv"]
        assert predict(hand_models["colour"], *words) == 0
    out = tmp_path / "out"
    whole = json.loads((out / "a.json").read_text())
    assert "not shown to be better" in whole["genrelab predictions"]["summary"]
    assert whole["genrelab predictions"]["warning"].startswith("Warning")
    rows = [json.loads(line) for line in (out / "a.jsonl").read_text().splitlines()]
    assert rows == whole["rows"] and [row["status"] for row in rows] == ["ok", "no answer"]
    assert rows[1]["Drama"] is None and rows[1]["reason"] == "poster truncated"
    table = pd.read_parquet(out / "a.parquet")
    assert table["Drama"][0] == rows[0]["Drama"] and table["file"].tolist() == [row["file"] for row in rows]
    assert "Warning" in (out / "a.txt").read_text().splitlines()[1]
    csv = pd.read_csv(out / "a.csv")
    assert csv["Drama"][0] == pytest.approx(rows[0]["Drama"], abs=1e-6)


def test_formulas_are_defused_on_request(hand_models, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (40, 60), "red").save("=1+1.png")
    assert predict(hand_models["colour"], "=1+1.png", "--format", "csv", "--safe-csv") == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("'=1+1.png,")


def test_control_characters_and_bytes_that_are_no_text_are_escaped(hand_models, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    content = io.BytesIO()
    Image.new("RGB", (40, 60), "red").save(content, "PNG")
    for name in (b"\x1b[2J.png", b"Am\xe9lie.png"):
        (tmp_path / os.fsdecode(name)).write_bytes(content.getvalue())
    assert predict(hand_models["colour"], ".", "--out", "a.csv") == 0
    assert len(pd.read_csv("a.csv")) == 2
    assert predict(hand_models["colour"], ".") == 0
    told = capsys.readouterr().out
    assert "\x1b" not in told and "\\x1b[2J.png" in told and "Am\\xe9lie.png" in told


def test_outputs_that_cannot_be_are_refused_before_the_work(hand_models, tmp_path, capsys):
    model = shutil.copy(hand_models["colour"], tmp_path / "model.joblib")
    shutil.copy(hand_models["colour"].with_suffix(".json"), tmp_path / "model.json")
    Image.new("RGB", (40, 60), "red").save(tmp_path / "scan.png")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for out, told in (
        ("model.json", "is read for the predictions and is not replaced"),
        ("scan.png", "expected a name that ends in .csv"),
        ("model.joblib", "expected a name that ends in .csv"),
        ("missing.csv/a.csv", None),
        ("folder.csv", "expected a file, found a folder"),
    ):
        (tmp_path / "folder.csv").mkdir(exist_ok=True)
        if told is not None:
            assert predict(model, tmp_path / "scan.png", "--out", tmp_path / out, "--overwrite") == 2
            assert told in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    with pytest.raises(ValueError, match="found a device"):
        check_out(_device(tmp_path), [])
    with pytest.raises(ValueError, match="disagree: expected a name that ends in .csv"):
        choose_format(tmp_path / "a.json", "csv")


def _device(folder):
    link = folder / "null.csv"
    link.symlink_to("/dev/null")
    return link


def test_a_folder_of_no_images_and_an_empty_catalogue_are_told(hand_models, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("x")
    assert predict(hand_models["colour"], tmp_path) == 2
    assert "expected images in" in capsys.readouterr().err
    pq.write_table(pa.table({"imdb_id": pa.array([], pa.string())}), tmp_path / "c.parquet")
    assert predict(hand_models["colour"], "--catalog", tmp_path / "c.parquet") == 2
    assert "c.parquet: expected titles, found none" in capsys.readouterr().err


def test_a_damaged_catalogue_is_named(hand_models, catalog, tmp_path, capsys):
    content = bytearray(catalog.read_bytes())
    content[100:400] = bytes(300)
    (tmp_path / "damaged.parquet").write_bytes(bytes(content))
    assert predict(hand_models["metadata"], "--catalog", tmp_path / "damaged.parquet") == 2
    told = capsys.readouterr().err
    assert "damaged.parquet" in told and "Traceback" not in told
