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
