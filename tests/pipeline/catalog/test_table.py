"""Reading and writing catalogues."""

from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.catalog.schema import CatalogError
from genrelab.pipeline.catalog.table import iter_catalog, load_catalog, save_catalog


@pytest.fixture
def titles():
    return pd.DataFrame(
        {
            "imdb_id": [f"tt{number:07d}" for number in range(1, 8)],
            "genres_imdb": [["Drama"], None, ["Comedy", "War"], None, None, ["Drama"], None],
            "poster": ["posters/1.jpg", None, None, None, None, None, None],
        }
    )


def test_what_is_written_is_read_again_with_the_same_bytes_each_time(tmp_path, titles):
    path = save_catalog(titles, tmp_path / "a" / "catalog.parquet", ["from a source"])
    again = save_catalog(load_catalog(path).titles, tmp_path / "b" / "catalog.parquet", ["from a source"])
    assert path.read_bytes() == again.read_bytes()
    catalog = load_catalog(tmp_path / "a")
    assert catalog.attribution == ("from a source",)
    assert catalog.titles["genres_imdb"].tolist() == titles["genres_imdb"].tolist()
    assert catalog.poster_paths()[:2] == [tmp_path / "a" / "posters" / "1.jpg", None]


def test_pieces_are_the_whole(tmp_path, titles):
    path = save_catalog(titles, tmp_path / "catalog.parquet")
    pieces = list(iter_catalog(path, rows=3))
    assert [len(piece) for piece in pieces] == [3, 3, 1]
    ids = [imdb_id for piece in pieces for imdb_id in piece.titles["imdb_id"]]
    assert ids == titles["imdb_id"].tolist()


def test_a_catalogue_of_several_pieces_is_read_whole_and_its_faults_are_counted_from_its_first_row(
    tmp_path, titles, monkeypatch
):
    path = save_catalog(titles, tmp_path / "catalog.parquet")
    whole = load_catalog(path).titles
    monkeypatch.setattr("genrelab.pipeline.catalog.table.ROW_GROUP", 3)
    pd.testing.assert_frame_equal(load_catalog(path).titles, whole)
    broken = titles.assign(year=[1999, 1999, 1999, 1999, 1066, 1999, 1999])
    broken.loc[6, "imdb_id"] = "tt0000001"
    broken.to_parquet(tmp_path / "broken.parquet")
    with pytest.raises(CatalogError) as said:
        load_catalog(tmp_path / "broken.parquet")
    assert "row 4 (tt0000005), column 'year': expected a number from 1870" in str(said.value)
    assert "found 1066 (and 1 more faults: year 1, imdb_id 1)" in str(said.value)
    broken.loc[4, "year"] = 1999
    broken.to_parquet(tmp_path / "broken.parquet")
    with pytest.raises(CatalogError, match=r"row 6 \(tt0000001\), column 'imdb_id': expected an id that no other row"):
        load_catalog(tmp_path / "broken.parquet")


def test_a_catalogue_without_rows_has_every_column(tmp_path, titles):
    path = save_catalog(titles[:0], tmp_path / "catalog.parquet")
    catalog = load_catalog(path)
    assert len(catalog) == 0
    assert {"imdb_id", "title", "overview"} <= set(catalog.titles)
    titles[:0].drop(columns="imdb_id").to_parquet(tmp_path / "empty.parquet")
    with pytest.raises(CatalogError, match="expected a column 'imdb_id'"):
        load_catalog(tmp_path / "empty.parquet")


def test_a_write_that_fails_leaves_the_old_file(tmp_path, titles):
    path = save_catalog(titles, tmp_path / "catalog.parquet")
    before = path.read_bytes()
    with pytest.raises(CatalogError):
        save_catalog(titles.assign(year=-1), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["catalog.parquet"]


def test_an_absent_or_foreign_file_is_told_in_a_sentence(tmp_path):
    with pytest.raises(CatalogError, match="expected a catalogue at .*nothing.parquet, found nothing"):
        load_catalog(tmp_path / "nothing.parquet")
    foreign = tmp_path / "foreign.parquet"
    foreign.write_text("imdb_id,title\n")
    with pytest.raises(CatalogError, match="expected a parquet file"):
        load_catalog(foreign)


@pytest.mark.real_data
def test_the_real_catalogue_passes(real_data):
    catalog = load_catalog(real_data / "catalog.parquet")
    assert len(catalog) == 5048
    assert all(isinstance(path, Path) and path.exists() for path in catalog.poster_paths()[:20])
