"""Merging: ids, preference, conflicts, completeness; and the real dumps against counts made another way."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.catalog.merge import merge_catalogues
from genrelab.pipeline.catalog.schema import check_titles
from genrelab.pipeline.sources.frame import catalogue_frame, is_stand_in, stand_in_id

RAW = Path(__file__).parents[4] / "shared" / "data" / "raw"


def rows(**columns):
    return check_titles(catalogue_frame(columns))


@pytest.fixture
def tmdb():
    return rows(
        imdb_id=[stand_in_id("tmdb:movie:1"), stand_in_id("tmdb:movie:2"), "tt0000003"],
        tmdb_id=[1, 2, 3],
        kind=["movie"] * 3,
        title=["One", "Two", "Three"],
        year=[1990, 1991, 1992],
        runtime=[100, None, 90],
        genres_tmdb=[["Drama"], ["Science Fiction"], ["Western"]],
        keywords=[["a"], None, ["c"]],
    )


@pytest.fixture
def imdb():
    return rows(
        imdb_id=["tt0000001", "tt0000003", "tt0000004"],
        kind=["movie"] * 3,
        title=["Uno", "Tres", "Cuatro"],
        year=[1992, 1993, 1994],
        runtime=[112, 94, None],
        genres_imdb=[["Drama"], ["Musical"], ["Sci-Fi"]],
        imdb_votes=[10, 20, 30],
    )


@pytest.fixture
def bridge():
    return rows(imdb_id=["tt0000001", "tt0000009"], tmdb_id=[1, 7], movielens_id=[11, 19], kind=["movie"] * 2)


def test_stand_in_ids_find_their_real_ones(tmdb, imdb, bridge):
    merged = merge_catalogues({"tmdb": tmdb, "imdb": imdb, "movielens": bridge})
    titles = check_titles(merged.titles).set_index("imdb_id")
    assert list(titles.index[:4]) == ["tt0000001", "tt0000003", "tt0000004", "tt0000009"]
    assert len(titles) == 5 and is_stand_in(titles.index[4])
    assert titles.loc["tt0000001", ["tmdb_id", "movielens_id", "imdb_votes"]].tolist() == [1, 11, 10]
    assert merged.counts["stand-in ids replaced by way of TMDb ids"] == 1
    assert merged.counts["in two or more"] == 2


def test_first_preferred_value_wins_and_no_fact_is_lost(tmdb, imdb, bridge):
    all_three = {"tmdb": tmdb, "imdb": imdb, "movielens": bridge}
    own = merge_catalogues(all_three).titles.set_index("imdb_id")
    other = merge_catalogues(all_three, prefer=["imdb"]).titles.set_index("imdb_id")
    assert own.loc["tt0000001", ["title", "runtime"]].tolist() == ["One", 100]
    assert other.loc["tt0000001", ["title", "runtime"]].tolist() == ["Uno", 112]
    assert other.loc["tt0000001", "keywords"] == ["a"] and other.loc["tt0000003", "genres_tmdb"] == ["Western"]


def test_conflicts_of_year_runtime_and_genres(tmdb, imdb, bridge):
    conflicts = merge_catalogues({"tmdb": tmdb, "imdb": imdb, "movielens": bridge}).conflicts
    told = {(row.imdb_id, row.what): (row.value_a, row.value_b) for row in conflicts.itertuples()}
    assert told == {
        ("tt0000001", "year"): ("1990", "1992"),
        ("tt0000001", "runtime"): ("100", "112"),
        ("tt0000003", "no genre shared (tmdb, imdb)"): ("Western", "Musical"),
    }


@pytest.mark.parametrize(("keep", "count"), [("any", 5), ("all", 1), ("first", 3)])
def test_which_titles_are_kept(tmdb, imdb, bridge, keep, count):
    merged = merge_catalogues({"tmdb": tmdb, "imdb": imdb, "movielens": bridge}, keep=keep)
    assert len(merged.titles) == merged.counts["titles merged"] == count


def test_incomplete_titles_are_dropped_on_request(tmdb, imdb, bridge):
    merged = merge_catalogues({"tmdb": tmdb, "imdb": imdb}, complete=["keywords", "runtime"])
    assert merged.counts["dropped as incomplete"] == 3
    assert merged.titles["keywords"].notna().all()


def test_one_tmdb_id_under_two_imdb_ids_goes_by_the_year(tmdb):
    bridge = rows(imdb_id=["tt0000005", "tt0000006"], tmdb_id=[2, 2], kind=["movie"] * 2)
    facts = rows(imdb_id=["tt0000005", "tt0000006"], kind=["movie"] * 2, year=[1950, 1991])
    merged = merge_catalogues({"tmdb": tmdb, "movielens": bridge, "imdb": facts})
    assert merged.titles.set_index("imdb_id").loc["tt0000006", "title"] == "Two"
    assert "two IMDb ids for one TMDb id" in set(merged.conflicts["what"])


def test_series_and_film_of_one_tmdb_number_stay_apart(tmdb):
    series = rows(imdb_id=["tt0000008"], tmdb_id=[1], kind=["series"])
    merged = merge_catalogues({"tmdb": tmdb, "series": series})
    assert merged.counts["stand-in ids replaced by way of TMDb ids"] == 0


def test_merging_with_itself_changes_nothing_and_order_does_not_matter(imdb, tmdb):
    twice = merge_catalogues({"a": imdb, "b": imdb}).titles
    pd.testing.assert_frame_equal(check_titles(twice), check_titles(imdb.sort_values("imdb_id")))
    one = merge_catalogues({"imdb": imdb, "tmdb": tmdb}, prefer=["imdb"]).titles
    other = merge_catalogues({"tmdb": tmdb, "imdb": imdb}, prefer=["imdb"]).titles
    pd.testing.assert_frame_equal(check_titles(one), check_titles(other))


def test_wrong_words_are_told(imdb):
    with pytest.raises(ValueError, match="expected names among imdb, found 'tmbd'"):
        merge_catalogues({"imdb": imdb}, prefer=["tmbd"])
    with pytest.raises(ValueError, match="keep: expected one of"):
        merge_catalogues({"imdb": imdb}, keep="some")
    with pytest.raises(ValueError, match="'plot' is no column"):
        merge_catalogues({"imdb": imdb}, complete=["plot"])


@pytest.mark.real_data
def test_real_dumps_merge_to_counts_made_another_way():
    """Python's csv module and sets, with none of our readers, arrive at the same numbers."""
    if not RAW.exists():
        pytest.skip("needs ../shared/data/raw")
    from genrelab.pipeline.sources.dumps.tmdb5000 import read_tmdb5000
    from genrelab.pipeline.sources.imdb import read_imdb
    from genrelab.pipeline.sources.movielens import read_movielens

    frames = {
        "tmdb": read_tmdb5000(RAW).titles,
        "imdb": read_imdb(RAW / "title.basics.tsv.gz", RAW / "title.ratings.tsv.gz").titles,
        "movielens": read_movielens(RAW).titles,
    }
    with (RAW / "links.csv").open(encoding="utf-8") as file:
        links = [(row["tmdbId"], f"tt{int(row['imdbId']):07d}") for row in csv.DictReader(file)]
    with (RAW / "tmdb_5000_movies.csv").open(encoding="utf-8") as file:
        films = {row["id"]: row["release_date"][:4] for row in csv.DictReader(file)}
    with gzip.open(RAW / "title.basics.tsv.gz", "rt", encoding="utf-8", newline="\n") as file:
        years = {(cells := line.split("\t"))[0]: cells[5] for line in file}
    del years["tconst"]
    candidates: dict[str, list[str]] = {}
    for tmdb, imdb in links:
        candidates.setdefault(tmdb, []).append(imdb)
    real = set()
    for film, year in films.items():
        if film in candidates:
            # the candidate that IMDb's file knows, with the year nearest; else the lowest id
            dated = [one for one in candidates[film] if years.get(one, "\\N") != "\\N"]
            real.add(min(dated, key=lambda one: abs(int(years[one]) - int(year))) if dated else min(candidates[film]))
    strange = {f"no id {film}" for film in films if film not in candidates}
    sets = (real | strange, set(years), {imdb for _, imdb in links})
    times = Counter(key for one in sets for key in one)
    for keep, expected in {
        "any": len(times),
        "all": sum(count == 3 for count in times.values()),
    }.items():
        merged = merge_catalogues(frames, prefer=["tmdb", "imdb"], keep=keep)
        assert len(merged.titles) == expected
        assert merged.counts["stand-in ids replaced by way of TMDb ids"] == len(real)
    assert (len(times), sum(count == 3 for count in times.values()), len(real)) == (191_219, 2_495, 4_598)
