"""IMDb's files: read exactly, filtered as the studies do, damage told."""

import csv
import gzip
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from genrelab.pipeline.catalog.schema import check_titles
from genrelab.pipeline.sources import imdb
from genrelab.pipeline.sources.imdb import KINDS, read_imdb
from genrelab.pipeline.sources.layout import UnknownLayoutError

HEAD = "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres"
ROWS = [
    'tt0000001\tmovie\t"Quoted" and 5" tall\tx\t0\t1994\t\\N\t90\tDrama,Sci-Fi',
    "tt10000002\ttvSeries\tNA\tx\t0\t1951\t\\N\t\\N\tComedy",
    "tt0000003\ttvMiniSeries\tnull\tx\t0\t1950\t\\N\t60\tDrama,Short",
    "tt0000004\tmovie\t\\N\tx\t0\t\\N\t\\N\tReality-TV\t\\N",
    "tt0000005\tmovie\tAdult one\tx\t1\t2000\t\\N\t80\tAdult",
    "tt0000006\tvideoGame\tGame\tx\t0\t2000\t\\N\t\\N\tAction",
    "tt0000007\tmovie\t„Ünïcode“ 映画\tx\t0\t2001\t\\N\t100\tDrama",
    "tt0000009\tmovie\tToo many\tx\t0\t2001\t\\N\t10\tDrama\tmore",
    "tt0000008\tmovie\tOnly short\tx\t0\t2001\t\\N\t10\tShort",
]
VOTES = ["tt0000001\t7.5\t1000", "tt10000002\t8.1\t999", "tt0000003\t6.0\t5000", "tt0000007\t5.5\t20"]


@pytest.fixture
def files(tmp_path):
    basics, ratings = tmp_path / "title.basics.tsv.gz", tmp_path / "title.ratings.tsv.gz"
    basics.write_bytes(gzip.compress(("\n".join([HEAD, *ROWS]) + "\n").encode()))
    ratings.write_bytes(gzip.compress(("\n".join(["tconst\taverageRating\tnumVotes", *VOTES]) + "\n").encode()))
    return basics, ratings


def test_rows_are_read_exactly(files):
    titles = check_titles(read_imdb(*files).titles).set_index("imdb_id")
    assert list(titles.index) == [f"tt000000{n}" for n in (1, 3, 4, 6, 7, 8)] + ["tt10000002"]
    assert titles.loc["tt0000001", "title"] == '"Quoted" and 5" tall'
    assert titles.loc["tt10000002", "title"] == "NA" and titles.loc["tt0000003", "title"] == "null"
    assert titles.loc["tt0000007", "title"] == "„Ünïcode“ 映画"
    assert titles.loc["tt0000001", "genres_imdb"] == ["Drama", "Sci-Fi"]
    assert titles.loc["tt0000001", ["runtime", "imdb_rating", "imdb_votes"]].tolist() == [90, 7.5, 1000]
    assert titles["kind"].to_dict() == {
        key: "series" if key in ("tt10000002", "tt0000003") else "movie" for key in titles.index
    }
    assert pd.isna(titles.loc["tt10000002", "runtime"])
    assert titles.loc["tt0000004", ["title", "year", "runtime", "genres_imdb"]].isna().all()


def test_row_with_too_many_fields_is_left_out_and_counted(files):
    assert read_imdb(*files).report.dropped == {
        "row of title.basics.tsv.gz without 9 fields": 1,
        "adult": 1,
    }


def test_series_after_1950_with_a_thousand_votes(files):
    fetched = read_imdb(*files, types=KINDS["series"], after=1949, min_votes=1000)
    assert list(fetched.titles["imdb_id"]) == ["tt0000003"]
    assert len(read_imdb(*files, types=KINDS["series"], after=1950, min_votes=999).titles) == 1
    assert len(read_imdb(*files, types=KINDS["series"], after=1950, min_votes=1000).titles) == 0


def test_genres_with_enough_titles_and_short_dropped(files):
    fetched = read_imdb(*files, types=("movie",), after=1990, before=2010, drop_genres=["Short"], min_genre_titles=2)
    assert dict(zip(fetched.titles["imdb_id"], fetched.titles["genres_imdb"], strict=True)) == {
        "tt0000001": ["Drama"],
        "tt0000007": ["Drama"],
    }
    assert fetched.report.dropped["no genre left"] == 1
    assert "genres kept (1): Drama" in fetched.report.notes[0]


def test_without_ratings_and_unpacked(files, tmp_path):
    plain = tmp_path / "basics.tsv"
    plain.write_bytes(gzip.decompress(files[0].read_bytes()))
    titles = read_imdb(plain).titles
    assert titles["imdb_votes"].isna().all()
    assert titles["title"].tolist() == read_imdb(*files).titles["title"].tolist()
    with pytest.raises(ValueError, match="needs --ratings"):
        read_imdb(plain, min_votes=1)


def test_two_part_gzip_and_progress(files, tmp_path):
    joined = tmp_path / "joined.tsv.gz"
    text = gzip.decompress(files[0].read_bytes())
    joined.write_bytes(gzip.compress(text[:100]) + gzip.compress(text[100:]))
    seen = []
    assert len(read_imdb(joined, progress=seen.append).titles) == 7
    assert sum(seen) == joined.stat().st_size


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.97])
def test_cut_gzip_is_told(files, tmp_path, keep):
    cut = tmp_path / "cut.tsv.gz"
    rows = "\n".join(
        [HEAD] + [f"tt{n:07d}\tmovie\tTitle {n * 7919}\tx\t0\t2000\t\\N\t90\tDrama" for n in range(1, 9000)]
    )
    content = gzip.compress(rows.encode())
    cut.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(OSError, match="cut off or damaged"):
        read_imdb(cut)


def test_another_file_names_the_missing_columns(files):
    with pytest.raises(UnknownLayoutError, match=r"missing titleType.*found tconst, averageRating"):
        read_imdb(files[1])


def test_build_takes_the_command_s_options(files):
    args = SimpleNamespace(
        basics=files[0], ratings=files[1], kind="series", types=None, after=None, before=None,
        min_votes=1000, adult=False, drop_genres="", min_genre_titles=0, crew=None, principals=None, names=None,
    )  # fmt: skip
    assert list(imdb.build(args).titles["imdb_id"]) == ["tt0000003"]


def test_oracle_another_engine_filters_the_same(tmp_path):
    import random

    chooser = random.Random(5)
    rows, votes = [HEAD], ["tconst\taverageRating\tnumVotes"]
    for n in range(1, 4000):
        kind = chooser.choice(["movie", "tvSeries", "tvMiniSeries", "short"])
        year = chooser.choice(["\\N", *map(str, range(1930, 2000, 5))])
        quote = chooser.choice(["", '"', "'", ","])
        rows.append(f"tt{n:07d}\t{kind}\t{quote}T {n}\tx\t{chooser.choice('0001')}\t{year}\t\\N\t\\N\tDrama")
        if chooser.random() < 0.5:
            votes.append(f"tt{n:07d}\t6.1\t{chooser.randrange(2000)}")
    basics, ratings = tmp_path / "b.tsv.gz", tmp_path / "r.tsv.gz"
    basics.write_bytes(gzip.compress("\n".join(rows).encode()))
    ratings.write_bytes(gzip.compress("\n".join(votes).encode()))
    read = "read_csv('{}', delim='\\t', quote='', escape='', header=true, all_varchar=true, nullstr='\\N')"
    expected = duckdb.sql(
        f"SELECT b.tconst FROM {read.format(basics)} b JOIN {read.format(ratings)} r USING (tconst) "
        "WHERE titleType IN ('tvSeries', 'tvMiniSeries') AND isAdult = '0' AND startYear::INT > 1950 "
        "AND numVotes::INT >= 1000 ORDER BY 1"
    ).fetchall()
    found = read_imdb(basics, ratings, types=KINDS["series"], after=1950, min_votes=1000).titles["imdb_id"]
    assert len(expected) > 100 and [(key,) for key in found] == expected


def test_python_s_own_reader_agrees_on_titles(files):
    with gzip.open(files[0], "rt", encoding="utf-8", newline="\n") as file:
        rows = {row[0]: row[2] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    titles = read_imdb(files[0]).titles
    assert {key: rows[key].replace("\\N", "") for key in titles["imdb_id"]} == dict(
        zip(titles["imdb_id"], titles["title"].fillna(""), strict=True)
    )


def test_people_come_from_crew_principals_and_names(files, tmp_path):
    crew = tmp_path / "title.crew.tsv"
    crew.write_text("tconst\tdirectors\twriters\ntt0000001\tnm1,nm2\t\\N\ntt9999999\tnm3\tnm3\n")
    principals = tmp_path / "title.principals.tsv.gz"
    rows = [f"tt0000001\t{n}\tnm{n}\tactor\t\\N\t\\N" for n in range(12, 0, -1)]
    rows += ["tt0000001\t13\tnm99\tproducer\t\\N\t\\N", "tt0000003\t1\tnm77\tactress\t\\N\t\\N"]
    head = "tconst\tordering\tnconst\tcategory\tjob\tcharacters"
    principals.write_bytes(gzip.compress("\n".join([head, *rows, ""]).encode()))
    names = tmp_path / "name.basics.tsv"
    people = "".join(f'nm{n}\tPerson "{n}"\t1950\n' for n in range(1, 13))
    names.write_text(f"nconst\tprimaryName\tbirthYear\n{people}")
    fetched = read_imdb(*files, crew=crew, principals=principals, names=names)
    titles = check_titles(fetched.titles).set_index("imdb_id")
    assert titles.loc["tt0000001", "directors"] == ['Person "1"', 'Person "2"']
    assert titles.loc["tt0000001", "writers"] is None
    assert titles.loc["tt0000001", "cast"] == [f'Person "{n}"' for n in range(1, 11)]
    assert titles.loc["tt0000003", "cast"] is None
    assert any("1 of 11 have no name" in note for note in fetched.report.notes)
    with pytest.raises(ValueError, match="need --names"):
        read_imdb(*files, crew=crew)
