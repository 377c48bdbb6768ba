"""`genrelab fetch`, `genrelab catalog merge` and `genrelab purge` as a person types them."""

import gzip
import json
import sqlite3
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import genrelab as gl
from genrelab.pipeline.catalog.arrays import export_npz
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.sources.registry import SOURCES


@pytest.fixture
def posters(tmp_path):
    folder = tmp_path / "posters"
    folder.mkdir()
    for number, colour in enumerate(["red", "navy", "grey"], start=1):
        Image.new("RGB", (60, 90), colour).save(folder / f"tt000000{number}.jpg")
    (tmp_path / "films.csv").write_text("Film,Genre,File\nRed,Drama|War,tt0000001.jpg\nBlue,Comedy,tt0000002.jpg\n")
    return folder


def test_the_same_from_python(posters, tmp_path, capsys):
    named = {"title": "Film", "genres": "Genre", "poster": "File"}
    catalog = gl.fetch(
        "folder", posters, csv=tmp_path / "films.csv", column=named, out=tmp_path / "my.parquet", quiet=True
    )
    assert catalog.titles["title"].fillna("-").tolist() == ["Red", "Blue", "-"]
    assert "folder: 3 titles kept" in capsys.readouterr().out
    with pytest.raises(ValueError, match="expected options of `genrelab fetch folder --help`, got .*--colunm=title"):
        gl.fetch("folder", posters, colunm=named, out=tmp_path / "my.parquet")
    assert "unrecognized arguments: --colunm" in capsys.readouterr().err
    (tmp_path / "odd.csv").write_text("Film,Genre\n" + "".join(f"Nobody {row},Drama\n" for row in range(12)))
    with pytest.warns(UserWarning, match="not read or not matched"):
        gl.fetch("folder", posters, csv=tmp_path / "odd.csv", column={"title": "Film"}, out=tmp_path / "other.parquet")


def test_folder_and_csv_become_a_catalogue(posters, tmp_path, capsys):
    words = ["fetch", "folder", str(posters), "--csv", str(tmp_path / "films.csv"), "--column", "title=Film"]
    words += ["--column", "genres=Genre", "--column", "poster=File", "--out", str(tmp_path / "my.parquet")]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "folder: 3 titles kept" in said and "2 rows with a poster" in said
    catalog = load_catalog(tmp_path / "my.parquet")
    assert catalog.titles["title"].fillna("-").tolist() == ["Red", "Blue", "-"]
    assert catalog.titles["genres_imdb"].tolist() == [["Drama", "War"], ["Comedy"], None]
    assert all(isinstance(path, Path) and path.exists() for path in catalog.poster_paths())


def test_a_table_alone_becomes_a_catalogue(posters, tmp_path, capsys):
    table, out = tmp_path / "films.csv", tmp_path / "my.parquet"
    words = ["--column", "title=Film", "--column", "genres=Genre", "--out", str(out)]
    assert main(["fetch", "table", str(table), *words, "--save-mapping", str(tmp_path / "mapping.json")]) == 0
    said = capsys.readouterr().out
    assert "table: 2 titles kept" in said and "left out" not in said and "without a poster" not in said
    assert "File → poster: 2 read" in said
    assert "2 rows name an image, such as 'tt0000001.jpg'; images are not looked for here: " in said
    assert f"genrelab fetch folder FOLDER --csv {table} finds them" in said
    catalog = load_catalog(out)
    assert catalog.titles["title"].tolist() == ["Red", "Blue"]
    assert catalog.titles["genres_imdb"].tolist() == [["Drama", "War"], ["Comedy"]]
    assert catalog.titles["poster"].isna().all() and catalog.titles["imdb_id"].is_unique
    again = gl.fetch("table", table, mapping=tmp_path / "mapping.json", out=tmp_path / "again.parquet", kind="series")
    assert again.titles["title"].tolist() == ["Red", "Blue"] and set(again.titles["kind"]) == {"series"}
    (tmp_path / "empty.csv").write_text("Film,Genre\n")
    assert main(["fetch", "table", str(tmp_path / "empty.csv"), *words]) == 2
    assert "found headers ('Film', 'Genre') without a row below them" in capsys.readouterr().err


def test_who_gives_a_table_where_a_catalogue_or_a_folder_is_expected_is_told_what_to_do(posters, tmp_path, capsys):
    table = tmp_path / "films.csv"
    assert main(["compare", "quick", "--catalog", str(table), "--out", str(tmp_path / "run")]) == 2
    assert f"for a table of your own: genrelab fetch table {table} --out CATALOG.parquet" in capsys.readouterr().err
    assert main(["fetch", "folder", str(table), "--out", str(tmp_path / "my.parquet")]) == 2
    assert f"for a table alone: genrelab fetch table {table} --out CATALOG.parquet" in capsys.readouterr().err


def test_npz_of_a_catalogue(posters, tmp_path):
    test_words = ["fetch", "folder", str(posters), "--csv", str(tmp_path / "films.csv"), "--column", "genres=Genre"]
    assert main([*test_words, "--column", "poster=File", "--out", str(tmp_path / "my.parquet")]) == 0
    counts = export_npz(load_catalog(tmp_path / "my.parquet"), tmp_path / "s1.npz")
    assert counts == {"kept": 2, "grey": 1}
    with np.load(tmp_path / "s1.npz") as arrays:
        assert arrays["images"].shape == (2, 192, 128, 3) and arrays["images"].dtype == np.uint8
        assert arrays["genres"].tolist() == ["Comedy", "Drama", "War"]
        assert arrays["labels"].tolist() == [[0, 1, 1], [1, 0, 0]]
        assert arrays["imdb_id"].tolist() == ["tt0000001", "tt0000002"]
        assert arrays["images"][0, 90, 60, 0] > 240 and arrays["images"][1, 90, 60, 0] < 20
    kept = export_npz(load_catalog(tmp_path / "my.parquet"), tmp_path / "all.npz", size=(32, 48), drop_grey=False)
    assert kept == {"kept": 2, "no genre": 1}


def test_wrong_path_is_one_sentence_and_status_two(tmp_path, capsys):
    assert main(["fetch", "tmdb5000", str(tmp_path), "--out", str(tmp_path / "x.parquet")]) == 2
    assert "missing: file tmdb_5000_movies.csv" in capsys.readouterr().err
    assert main(["fetch", "folder", str(tmp_path), "--out", str(tmp_path / "x.csv")]) == 2
    assert "ends in .parquet" in capsys.readouterr().err


@pytest.mark.parametrize("name", SOURCES)
def test_help_teaches_with_the_terms_and_an_example(name, capsys):
    with pytest.raises(SystemExit) as left:
        main(["fetch", name, "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0
    assert f"genrelab fetch {name}" in said and SOURCES[name].licence.split()[0] in said


def test_tmdb_asks_for_its_terms_then_for_a_token(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GENRELAB_CONFIG", str(tmp_path))
    monkeypatch.delenv("TMDB_TOKEN", raising=False)
    words = ["fetch", "tmdb", "--out", str(tmp_path / "x.parquet"), "--store", str(tmp_path / "a.sqlite")]
    assert main(words) == 2
    assert "written agreement" in capsys.readouterr().err
    assert main([*words, "--i-have-read-tmdb-terms"]) == 2
    assert "no TMDb token" in capsys.readouterr().err
    assert main(words) == 2
    assert "no TMDb token" in capsys.readouterr().err
    assert not (tmp_path / "a.sqlite").exists()


def test_tmdb_with_posters_to_a_catalogue_and_purge(tmp_path, capsys, monkeypatch, tmdb_server):
    monkeypatch.setenv("GENRELAB_CONFIG", str(tmp_path))
    monkeypatch.setenv("TMDB_TOKEN", tmdb_server.TOKEN)
    store, out = tmp_path / "a.sqlite", tmp_path / "tmdb.parquet"
    words = ["fetch", "tmdb", "--i-have-read-tmdb-terms", "--genres", "Drama", "--per-genre", "12", "--posters", "w342"]
    words += ["--years", "1998:2002", "--rate", "40", "--store", str(store), "--out", str(out), "--drop-grey"]
    with tmdb_server.TmdbServer() as server:
        assert main([*words, "--base-url", server.base_url]) == 0
        said, asked = capsys.readouterr().out, len(server.seen)
        assert main([*words, "--base-url", server.base_url]) == 0
        assert len(server.seen) == asked
        searches = sum(one.key.startswith("/discover") for one in server.seen)
        capsys.readouterr()
    assert "not endorsed or certified by TMDB" in said and "posters without colour" in said
    catalog = load_catalog(out)
    assert catalog.attribution == ("This product uses the TMDB API but is not endorsed or certified by TMDB.",)
    there = [path for path in catalog.poster_paths() if path is not None]
    assert len(there) >= 9 and all(isinstance(path, Path) and path.exists() for path in there)
    assert not set(catalog.titles["tmdb_id"]) & set(range(0, 200, 10)) - {130}
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE answers SET fetched = 0 WHERE request LIKE '/discover%'")
    connection.close()
    assert main(["purge", "tmdb", "--store", str(store)]) == 0
    assert f"{searches} answers deleted" in capsys.readouterr().out
    assert main(["purge", "tmdb", "--store", str(store), "--posters", str(tmp_path / "posters"), "--everything"]) == 0
    left = [path for path in there if isinstance(path, Path) and path.exists()]
    assert f"{len(set(there))} posters" in capsys.readouterr().out or not left


def test_kaggle_posters_are_downloaded_by_their_addresses(tmp_path, tmdb_server, capsys):
    with tmdb_server.TmdbServer() as server:
        base = server.base_url.removesuffix("/3")
        (tmp_path / "MovieGenre.csv").write_text(
            "imdbId,Imdb Link,Title,IMDB Score,Genre,Poster\n"
            f"1,x,One (1999),7,Drama,{base}/images/w1/poster1.jpg\n2,x,Two (1999),7,War,{base}/gone.jpg\n"
        )
        words = ["fetch", "kaggle_posters", str(tmp_path), "--download-posters", "--quiet"]
        assert main([*words, "--out", str(tmp_path / "k.parquet")]) == 0
    assert "posters: 1 of 2 there" in capsys.readouterr().out
    assert [path is not None for path in load_catalog(tmp_path / "k.parquet").poster_paths()] == [True, False]


def test_mm_imdb_writes_its_split_beside(tmp_path, capsys):
    (tmp_path / "dataset").mkdir()
    (tmp_path / "dataset" / "0000001.json").write_text('{"title": "One", "genres": ["Drama"]}')
    (tmp_path / "split.json").write_text('{"train": [], "dev": [], "test": ["0000001"]}')
    assert main(["fetch", "mm_imdb", str(tmp_path), "--out", str(tmp_path / "mm.parquet")]) == 0
    assert json.loads((tmp_path / "mm.split.json").read_text()) == {"tt0000001": "test"}


def test_merge_from_the_command_line(posters, tmp_path, capsys):
    basics = tmp_path / "basics.tsv.gz"
    head = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n"
    basics.write_bytes(gzip.compress(f"{head}tt0000001\tmovie\tRed\tx\t0\t1990\t\\N\t80\tWestern\n".encode()))
    assert main(["fetch", "imdb", "--basics", str(basics), "--out", str(tmp_path / "imdb.parquet")]) == 0
    copy = posters / "deep"
    copy.mkdir()
    (copy / "tt0000009.jpg").write_bytes((posters / "tt0000001.jpg").read_bytes())
    table = tmp_path / "films.csv"
    table.write_text("imdb_id,title,year,genres\n1,Red,1999,Drama\n9,Red,1990,Drama\n")
    words = ["fetch", "folder", str(posters), "--csv", str(table), "--out", str(tmp_path / "sub" / "mine.parquet")]
    assert main(words) == 0
    capsys.readouterr()
    words = ["catalog", "merge", f"own={tmp_path / 'sub' / 'mine.parquet'}", str(tmp_path / "imdb.parquet")]
    words += ["--prefer", "imdb", "--drop-duplicates", "--conflicts", str(tmp_path / "conflicts.csv")]
    assert main([*words, "--out", str(tmp_path / "all.parquet")]) == 0
    said = capsys.readouterr().out
    assert "conflict, year: 1" in said and "no genre shared" in said and "one film under two ids" in said
    catalog = load_catalog(tmp_path / "all.parquet")
    assert catalog.titles["imdb_id"].tolist() == ["tt0000001", "tt0000002", "tt0000003"]
    assert catalog.titles.loc[0, "year"] == 1990
    assert all(isinstance(path, Path) and path.exists() for path in catalog.poster_paths())
    assert "Information courtesy of IMDb" in catalog.attribution[0]
    assert {"year", "same poster and title"} <= set(pd.read_csv(tmp_path / "conflicts.csv")["what"])
    assert main([*words, "--out", str(tmp_path / "s1.parquet"), "--drop-incomplete", "runtime"]) == 0
    assert len(load_catalog(tmp_path / "s1.parquet")) == 1
    assert main(["catalog", "merge", "a.parquet", "b/a.parquet", "--out", str(tmp_path / "s1.parquet")]) == 2
