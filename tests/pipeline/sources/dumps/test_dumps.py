"""The public dumps, in small copies of their layouts with their known dirt."""

import json

import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.catalog.schema import check_titles
from genrelab.pipeline.sources.dumps.chu_guo import read_chu_guo
from genrelab.pipeline.sources.dumps.kaggle_posters import read_kaggle_posters
from genrelab.pipeline.sources.dumps.mm_imdb import read_mm_imdb
from genrelab.pipeline.sources.dumps.movies_dataset import read_movies_dataset
from genrelab.pipeline.sources.dumps.tmdb5000 import read_tmdb5000
from genrelab.pipeline.sources.dumps.tmdb_dump import read_tmdb_dump
from genrelab.pipeline.sources.frame import is_stand_in
from genrelab.pipeline.sources.layout import LAYOUTS, UnknownLayoutError
from genrelab.pipeline.sources.movielens import read_movielens


def picture(path, colour="red"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 30), colour).save(path, "JPEG")


def links(folder):
    (folder / "links.csv").write_text(
        "movieId,imdbId,tmdbId\n1,0114709,862\n2,113497,8844\n3,0000005,\n4,10872600,862\n5,0113497,9\n"
    )
    return folder / "links.csv"


def by_id(fetched):
    return check_titles(fetched.titles).set_index("imdb_id")


def test_movielens_ids_get_back_their_letters_and_zeros(tmp_path):
    fetched = read_movielens(links(tmp_path))
    titles = by_id(fetched)
    assert list(titles.index) == ["tt0000005", "tt0113497", "tt0114709", "tt10872600"]
    assert titles.loc["tt0114709", ["tmdb_id", "movielens_id"]].tolist() == [862, 1]
    assert pd.isna(titles.loc["tt0000005", "tmdb_id"])
    assert fetched.report.dropped == {"the same IMDb id again": 1}
    assert fetched.report.notes == ["1 TMDb ids stand under two or more IMDb ids"]


def test_movielens_titles_and_genres_lie_beside(tmp_path):
    links(tmp_path)
    (tmp_path / "movies.csv").write_text(
        'movieId,title,genres\n1,Toy Story (1995),Adventure|Children\n2,"Postman, The (Il) (1994)",(no genres listed)\n'
    )
    titles = by_id(read_movielens(tmp_path))
    assert titles.loc["tt0114709", ["title", "year"]].tolist() == ["Toy Story", 1995]
    assert titles.loc["tt0114709", "genres_movielens"] == ["Adventure", "Children"]
    assert titles.loc["tt0113497", "title"] == "Postman, The (Il)"
    assert titles.loc["tt0113497", "genres_movielens"] is None


DRAMA = '[{""id"": 18, ""name"": ""Drama""}]'
TOY = '[{""id"": 1, ""name"": ""toy""}, {""id"": 1, ""name"": ""toy""}]'
HEAD = "original_language,overview,popularity,release_date,revenue,runtime,title,vote_average,vote_count\n"
TMDB5000 = f"""budget,genres,id,keywords,{HEAD}\
0,"{DRAMA}",862,"{TOY}",en,Toys live.,5.5,1995-10-30,100,81,Toy Story,7.7,5415
5,[],8844,[],fr,,0,,0,0,Silence,0.0,0
1,[],4,[],en,Text,1,1999-01-01,1,90,Nobody's,5,1
1,[],4,[],en,Text,1,1999-01-01,1,90,Nobody's,5,1
"""


def test_tmdb5000_zero_is_unknown_and_links_bridge(tmp_path):
    file = tmp_path / "any name.csv"
    file.write_text(TMDB5000)
    fetched = read_tmdb5000(file, links(tmp_path))
    titles = by_id(fetched)
    assert list(titles.index[:2]) == ["tt0114709", "tt0113497"] and is_stand_in(titles.index[2])
    assert titles.loc["tt0114709", "genres_tmdb"] == ["Drama"] and titles.loc["tt0114709", "keywords"] == ["toy"]
    assert titles.loc["tt0114709", ["revenue", "vote_count", "year"]].tolist() == [100, 5415, 1995]
    assert titles.loc["tt0113497", ["budget", "vote_count"]].tolist() == [5, 0]
    empty = ["revenue", "runtime", "vote_average", "overview", "year", "release_date", "genres_tmdb", "keywords"]
    assert titles.loc["tt0113497", empty].isna().all()
    assert fetched.report.dropped == {"the same id again": 1}


COLLECTION, ANIMATION = "{'id': 10194, 'name': 'Toy Story Collection'}", "[{'id': 16, 'name': 'Animation'}]"
COMPANY = "[{'name': 'Carousel Productions'}]"
MOVIES = f"""adult,belongs_to_collection,budget,genres,id,imdb_id,{HEAD}\
False,"{COLLECTION}",30000000,"{ANIMATION}",862,tt0114709,en,Toys,21.9,1995-10-30,373554033.0,81.0,Toy Story,7.7,5415.0
- Written by Ørnås,0.065736,/ff9qCepilowshEtG2GYWwzt2bs4.jpg,"{COMPANY}",1997-08-20,0,104.0,Released,,False,6.0,1,,,
Text of a plot,,0,[],6,tt0000008,en,x,1,2000-01-01,0,80,Slipped,5,3
True,,0,[],5,tt0000009,en,x,1,2000-01-01,0,80,Adult,5,3
False,,0,[],862,tt0114709,en,Again,21.9,1995-10-30,0,81,Toy Story,7.7,5415
False,,0,[],77,,104.0,No overview found.,1,not a date,0,,Nameless,0,0
"""


def test_movies_dataset_with_its_broken_rows(tmp_path):
    (tmp_path / "movies_metadata.csv").write_text(MOVIES, encoding="utf-8")
    (tmp_path / "keywords.csv").write_text(
        "id,keywords\n862,\"[{'id': 931, 'name': 'jealousy'}, {'id': 2, 'name': \"\"boy's toy\"\"}]\"\n862,[]\n"
    )
    links(tmp_path)
    fetched = read_movies_dataset(tmp_path)
    titles = by_id(fetched)
    assert fetched.report.dropped == {"columns slipped": 2, "adult": 1, "the same film again": 1}
    assert titles.index[0] == "tt0114709" and is_stand_in(titles.index[1]) and len(titles) == 2
    toy, nameless = titles.iloc[0], titles.iloc[1]
    assert toy["keywords"] == ["jealousy", "boy's toy"]
    assert toy[["movielens_id", "collection_id", "tmdb_id", "runtime"]].tolist() == [1, 10194, 862, 81]
    assert nameless[["original_language", "overview", "release_date", "runtime", "vote_average"]].isna().all()


def test_kaggle_posters_latin_letters_and_addresses(tmp_path):
    rows = (
        "imdbId,Imdb Link,Title,IMDB Score,Genre,Poster\n"
        "114709,http://x/tt114709,Toy Story (1995),8.3,Animation|Adventure,https://images/1.jpg\n"
        "113497,http://x/tt113497,Am\xe9lie (2001),,,\n"
        "114709,http://x/tt114709,Toy Story (1995),8.3,Animation,https://images/1.jpg\n"
    )
    (tmp_path / "MovieGenre.csv").write_bytes(rows.encode("latin-1"))
    picture(tmp_path / "posters" / "114709.jpg")
    (tmp_path / "posters" / "113497.jpg").write_text("<html>not found</html>")
    fetched = read_kaggle_posters(tmp_path, tmp_path / "posters", base=tmp_path / "out")
    titles = by_id(fetched)
    assert titles.loc["tt0113497", ["title", "year"]].tolist() == ["Amélie", 2001]
    assert titles.loc["tt0114709", "genres_imdb"] == ["Animation", "Adventure"]
    assert titles.loc["tt0114709", "poster"] == "../posters/114709.jpg"
    assert pd.isna(titles.loc["tt0113497", "poster"])
    assert fetched.poster_urls == {"tt0114709": "https://images/1.jpg"}


def test_chu_guo(tmp_path):
    (tmp_path / "train.csv").write_text("Id,Genre,Action\ntt0086425,\"['Comedy', 'Drama']\",0\ntt0085549,['N/A'],0\n")
    picture(tmp_path / "Images" / "tt0086425.jpg")
    picture(tmp_path / "Images" / "tt0000099.jpg")
    fetched = read_chu_guo(tmp_path, base=tmp_path)
    titles = by_id(fetched)
    assert titles.loc["tt0086425", "genres_imdb"] == ["Comedy", "Drama"]
    assert titles.loc["tt0086425", "poster"] == "Images/tt0086425.jpg"
    assert titles.loc["tt0085549", ["genres_imdb", "poster"]].isna().all()
    assert fetched.report.notes == ["1 of 2 titles have a poster; 1 images have no row"]


def mm_imdb(folder):
    data = folder / "dataset"
    data.mkdir()
    record = {"title": "Heat", "genres": ["Crime"], "plot": ["A hunt.::Someone"], "year": 1995, "rating": 8.2,
              "runtimes": ["USA:170"], "votes": 400, "kind": "movie"}  # fmt: skip
    for number in ("0113277", "0000002", "0000003"):
        (data / f"{number}.json").write_text(json.dumps(record))
        picture(data / f"{number}.jpeg")
    (data / "0000004.json").write_text("{broken")
    split = {"train": ["0113277", "0000004"], "dev": ["0000002"], "test": ["0000003", "0113277", "0000009"]}
    (folder / "split.json").write_text(json.dumps(split))


def test_mm_imdb_keeps_its_split(tmp_path):
    mm_imdb(tmp_path)
    fetched = read_mm_imdb(tmp_path, base=tmp_path)
    titles = by_id(fetched)
    assert fetched.split == {"tt0113277": "train", "tt0000002": "dev", "tt0000003": "test"}
    assert list(titles.index) == list(fetched.split)
    assert titles.loc["tt0113277", ["title", "overview", "runtime", "year"]].tolist() == ["Heat", "A hunt.", 170, 1995]
    assert titles.loc["tt0113277", "poster"] == "dataset/0113277.jpeg"
    assert fetched.report.dropped == {"broken JSON": 1, "again in test, already in train": 1, "no JSON": 1}
    assert list(read_mm_imdb(tmp_path, part="dev").titles["imdb_id"]) == ["tt0000002"]


@pytest.mark.parametrize(
    ("read", "missing"),
    [
        (read_movielens, "file links.csv"),
        (read_tmdb5000, "file tmdb_5000_movies.csv"),
        (read_movies_dataset, "file movies_metadata.csv"),
        (read_kaggle_posters, "file MovieGenre.csv"),
        (read_chu_guo, r"file train.csv; file Images/\*"),
        (read_mm_imdb, r"file split.json; file dataset/\*.json"),
    ],
)
def test_unknown_layout_says_what_is_missing_and_lists_the_known(tmp_path, read, missing):
    with pytest.raises(UnknownLayoutError, match=f"missing: {missing}") as caught:
        read(tmp_path)
    assert all(name in str(caught.value) for name in LAYOUTS)


def test_wrong_column_and_the_layout_it_looks_like(tmp_path):
    links(tmp_path)
    with pytest.raises(UnknownLayoutError, match="looks like movielens: try `genrelab fetch movielens`"):
        read_tmdb5000(tmp_path)
    (tmp_path / "tmdb_5000_movies.csv").write_text("id,title\n1,x\n")
    with pytest.raises(UnknownLayoutError, match=r"column 'genres' in tmdb_5000_movies.csv"):
        read_tmdb5000(tmp_path)
    with pytest.raises(UnknownLayoutError, match="no such file or folder"):
        read_tmdb5000(tmp_path / "nowhere")


DUMP = """id,title,vote_average,vote_count,status,release_date,revenue,runtime,adult,budget,imdb_id,original_language,\
overview,popularity,genres,production_countries,spoken_languages,keywords
862,Toy Story,7.7,5415,Released,1995-10-30,100,81,False,0,tt0114709,en,"Toys, ""live"".\nYes.",5.5,\
"Animation, Science Fiction","United States of America, France",English,"toy, friends"
863,Second,0,0,Released,,0,0,False,0,,fr,,0.1,,,,
864,Adult,5,9,Released,2001-01-01,0,90,True,0,tt0000001,en,x,1,Drama,,,
862,Again,5,9,Released,2001-01-01,0,90,False,0,tt0000002,en,x,1,Drama,,,
865,Same id,5,9,Released,2001-01-01,0,90,False,0,tt0114709,en,x,1,Drama,,,
slipped,x
"""


def test_the_dump_of_all_films_streams(tmp_path):
    (tmp_path / "TMDB_movie_dataset_v11.csv").write_text(DUMP)
    fetched = read_tmdb_dump(tmp_path)
    assert fetched.pieces is not None
    titles = check_titles(pd.concat(fetched.pieces)).set_index("tmdb_id")
    assert list(titles.index) == [862, 863, 865]
    toy = titles.loc[862]
    assert toy["imdb_id"] == "tt0114709" and toy["overview"] == 'Toys, "live".\nYes.' and toy["year"] == 1995
    assert toy["genres_tmdb"] == ["Animation", "Science Fiction"] and toy["keywords"] == ["toy", "friends"]
    assert toy["countries"] == ["United States of America", "France"] and toy["languages"] == ["English"]
    assert pd.isna(titles.loc[863, "runtime"]) and is_stand_in(titles.loc[865, "imdb_id"])
    assert fetched.report.dropped == {"row without 18 cells": 1, "adult": 1, "the same film again": 1}


def test_tmdb5000_credits_lie_beside(tmp_path):
    (tmp_path / "tmdb_5000_movies.csv").write_text(TMDB5000)
    crew = '[{""name"": ""John Lasseter"", ""job"": ""Director"", ""department"": ""Directing""}]'
    cast = '[{""name"": ""Tim Allen"", ""order"": 1}, {""name"": ""Tom Hanks"", ""order"": 0}]'
    (tmp_path / "tmdb_5000_credits.csv").write_text(
        f'movie_id,title,cast,crew\n862,Toy Story,"{cast}","{crew}"\n4,Nobody,[{{broken,[]\n'
    )
    fetched = read_tmdb5000(tmp_path)
    titles = check_titles(fetched.titles).set_index("tmdb_id")
    assert titles.loc[862, "directors"] == ["John Lasseter"] and titles.loc[862, "cast"] == ["Tom Hanks", "Tim Allen"]
    assert titles.loc[4, "cast"] is None
    assert "tmdb_5000_credits.csv: 1 rows not read" in fetched.report.notes


def test_lists_of_a_dump_are_read_in_any_notation(tmp_path):
    (tmp_path / "tmdb_5000_movies.csv").write_text(TMDB5000.replace(f'"{DRAMA}"', '"Drama, War"'))
    assert read_tmdb5000(tmp_path).titles.loc[0, "genres_tmdb"] == ["Drama", "War"]


def test_what_a_dump_says_and_nobody_can_read_is_counted(tmp_path):
    text = DUMP.replace("1995-10-30", "30/10/1995").replace(",81,False", ",two reels,FALSE")
    (tmp_path / "TMDB_movie_dataset_v11.csv").write_text(
        text.replace('"Animation, Science Fiction"', "Animation|Giallo")
    )
    fetched = read_tmdb_dump(tmp_path)
    titles = check_titles(pd.concat(fetched.pieces)).set_index("tmdb_id")
    assert titles.loc[862, "genres_tmdb"] == ["Animation|Giallo"]
    assert "genres: 1 cell has a name nobody knows, such as 'Animation|Giallo'" in fetched.report.notes
    assert "release_date: 1 cell not read, such as '30/10/1995'" in fetched.report.notes
    assert "runtime: 1 cell not read, such as 'two reels'" in fetched.report.notes
    (tmp_path / "tmdb_5000_movies.csv").write_text(TMDB5000.replace(",81,", ",two reels,"))
    assert "runtime: 1 cell not read, such as 'two reels'" in read_tmdb5000(tmp_path).report.notes


def test_genres_of_a_dump_are_read_in_any_usual_notation(tmp_path):
    file = tmp_path / "TMDB_movie_dataset_v11.csv"
    for cell in ("Animation|Science Fiction", "Animation;Science Fiction", "['Animation', 'Science Fiction']"):
        file.write_text(DUMP.replace('"Animation, Science Fiction"', f'"{cell}"'))
        titles = pd.concat(read_tmdb_dump(tmp_path).pieces).set_index("tmdb_id")
        assert titles.loc[862, "genres_tmdb"] == ["Animation", "Science Fiction"], cell


def test_a_whole_column_that_is_not_read_is_a_fault(tmp_path):
    rows = "".join(f"1,[],{n},[],en,Text,1,{n}/1/1999,1,90,Film,5,1\n" for n in range(1, 12))
    (tmp_path / "tmdb_5000_movies.csv").write_text(f"budget,genres,id,keywords,{HEAD}{rows}")
    assert read_tmdb5000(tmp_path).report.faults == ["release_date: 11 cells not read, such as '1/1/1999'"]


def test_mm_imdb_genres_in_one_text(tmp_path):
    mm_imdb(tmp_path)
    (tmp_path / "dataset" / "0113277.json").write_text(json.dumps({"title": "Heat", "genres": "Crime, Drama"}))
    assert by_id(read_mm_imdb(tmp_path, base=tmp_path)).loc["tt0113277", "genres_imdb"] == ["Crime", "Drama"]
