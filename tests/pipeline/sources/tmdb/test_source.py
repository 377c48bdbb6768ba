"""TMDb: what is asked, in which order, and the rows made of it."""

import asyncio
import sys
from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.catalog.schema import check_titles
from genrelab.pipeline.sources.frame import is_stand_in
from genrelab.pipeline.sources.tmdb import crawl as tmdb_crawl
from genrelab.pipeline.sources.tmdb.client import TmdbClient, TokenError, read_token
from genrelab.pipeline.sources.tmdb.crawl import Crawl, Plan, discover
from genrelab.pipeline.sources.tmdb.source import fetch, poster_path, record_row
from genrelab.pipeline.sources.tmdb.store import AnswerStore

FAST = {"rate": 800, "concurrency": 4, "attempts": 3, "backoff": 0.02, "deadline": 2.0}


def crawl(module, server, path, plan, size=None):
    with AnswerStore(path) as store:
        return asyncio.run(fetch(module.TOKEN, store, plan, size, server.base_url, **FAST))


def expected_ids(films, genre, count, first, last, language=None):
    """The oracle: a sort of the server's films, with none of the crawler's slices and pages."""
    number = sys.modules["tmdb_server"].GENRES[genre]
    chosen = [
        film
        for film in films.values()
        if number in [one["id"] for one in film["genres"]]
        and first <= int(film["release_date"][:4]) <= last
        and language in (None, film["original_language"])
    ]
    chosen.sort(key=lambda film: (film["release_date"], film["id"]), reverse=True)
    return [film["id"] for film in chosen[:count]]


@pytest.mark.parametrize("language", [None, "en"])
def test_newest_first_until_enough_per_genre(tmdb_server, tmp_path, language):
    plan = Plan(("drama", "Western"), 23, 1999, 2001, language=language)
    with tmdb_server.TmdbServer() as server:
        fetched = crawl(tmdb_server, server, tmp_path / "a.sqlite", plan)
        wanted = [expected_ids(server.films, name, 23, 1999, 2001, language) for name in ("Drama", "Western")]
        details = [one.key for one in server.seen if one.key.startswith("/movie/")]
    unique = list(dict.fromkeys(wanted[0] + wanted[1]))
    assert fetched.titles["tmdb_id"].tolist() == unique
    assert sorted(details) == sorted(set(details)) and len(details) == len(unique)
    assert all("append_to_response=keywords,external_ids,images,credits,release_dates" in key for key in details)
    first = fetched.titles.iloc[0]
    assert first["directors"] == ["Ann Director"] and first["writers"] == ["Will Writer"]
    assert first["cast"] == [f"Actor {place}" for place in range(10)]
    assert (first["countries"], first["languages"], first["certificate"]) == (["France"], ["French"], "R")
    assert fetched.report.notes[:2] == ["Drama: 23 titles found", f"Western: {len(wanted[1])} titles found"]


def test_a_year_with_too_many_pages_is_halved_until_it_shows_whole(tmdb_server, tmp_path, monkeypatch):
    monkeypatch.setattr(tmdb_crawl, "LAST_PAGE", 5)
    films = tmdb_server.make_films(900, days=700)
    with tmdb_server.TmdbServer(films, last_page=5) as server, AnswerStore(tmp_path / "a.sqlite") as store:

        async def main():
            async with TmdbClient(tmdb_server.TOKEN, store, base_url=server.base_url, **FAST) as client:
                return await discover(client, Plan((), 10_000, 1998, 2000), 18, Crawl())

        ids = asyncio.run(main())
        assert max(int(one.key.rpartition("page=")[2].split("&")[0]) for one in server.seen) <= 5
    assert ids == expected_ids(films, "Drama", 10_000, 1998, 2000) and len(ids) > 300


def test_a_day_with_too_many_pages_is_cut_and_told(tmdb_server, tmp_path, monkeypatch):
    monkeypatch.setattr(tmdb_crawl, "LAST_PAGE", 2)
    films = tmdb_server.make_films(150, days=1)
    with tmdb_server.TmdbServer(films, last_page=2) as server:
        fetched = crawl(tmdb_server, server, tmp_path / "a.sqlite", Plan(("Drama",), 1000, 1998, 1998))
        assert not [one.key for one in server.seen if "page=3" in one.key]
    assert len(fetched.titles) == 40
    assert "1998-01-01 has more than 500 pages and was cut" in fetched.report.notes


def test_page_beyond_the_last_is_an_empty_answer_not_a_fault(tmdb_server, tmp_path):
    with tmdb_server.TmdbServer() as server, AnswerStore(tmp_path / "a.sqlite") as store:

        async def main():
            async with TmdbClient(tmdb_server.TOKEN, store, base_url=server.base_url, **FAST) as client:
                params = {"with_genres": 18, "page": 501}
                return await client.get("/discover/movie", params), await client.get("/discover/movie", params)

        assert asyncio.run(main()) == (None, None)
        assert len(server.seen) == 1


def test_titles_that_are_gone_are_counted_and_not_asked_again(tmdb_server, tmp_path):
    plan = Plan(("Western",), 15, 1998, 2002)
    with tmdb_server.TmdbServer() as server:
        first = crawl(tmdb_server, server, tmp_path / "a.sqlite", plan)
        gone = int(first.titles["tmdb_id"][2])
        (tmp_path / "a.sqlite").unlink()
        (film,) = [server.films[gone]]
        server._answer = lambda path, query, real=server._answer: (
            (404, {"status_code": 34}) if path == f"/movie/{film['id']}" else real(path, query)
        )
        second = crawl(tmdb_server, server, tmp_path / "b.sqlite", plan)
        count = len(server.seen)
        assert crawl(tmdb_server, server, tmp_path / "b.sqlite", plan).report.dropped == {"gone from TMDb": 1}
        assert len(server.seen) == count
    assert set(first.titles["tmdb_id"]) - set(second.titles["tmdb_id"]) == {gone}


def test_rows_fit_the_catalogue(tmdb_server, tmp_path):
    with tmdb_server.TmdbServer() as server:
        fetched = crawl(tmdb_server, server, tmp_path / "a.sqlite", Plan((), 60, 1998, 2002), "w500")
        films = server.films
    titles = check_titles(fetched.titles).set_index("tmdb_id")
    assert set(titles.index) == set(films)
    for number, film in films.items():
        row = titles.loc[number]
        assert row["title"] == film["title"] and row["release_date"] == film["release_date"]
        assert row["genres_tmdb"] == [genre["name"] for genre in film["genres"]]
        assert row["keywords"] == ["chase", f"word {number % 8}"]
        assert is_stand_in(row["imdb_id"]) if film["imdb_id"] is None else row["imdb_id"] == film["imdb_id"]
        for money in ("revenue", "budget", "runtime"):
            assert pd.isna(row[money]) if film[money] == 0 else row[money] == film[money]
        assert pd.isna(row["vote_average"]) == (film["vote_count"] == 0)
        assert (row["imdb_id"] in fetched.poster_urls) == (film["poster_path"] is not None)
    assert all("/images/t/p/w500/poster" in address for address in fetched.poster_urls.values())


def test_series_have_their_own_words(tmdb_server, tmp_path):
    with tmdb_server.TmdbServer() as server:
        fetched = crawl(tmdb_server, server, tmp_path / "a.sqlite", Plan(("Comedy",), 10, 1998, 2002, kind="series"))
        film = server.films[int(fetched.titles["tmdb_id"][0])]
    titles = check_titles(fetched.titles)
    assert (titles["kind"] == "series").all()
    assert titles.loc[0, "title"] == film["title"] and titles.loc[0, "release_date"] == film["release_date"]
    assert titles["keywords"].notna().all() and titles["imdb_id"].str.startswith("tt").all()


def test_a_bare_record_is_a_row_of_nulls():
    row = record_row({"id": 5}, "movie")
    assert row.pop("tmdb_id") == 5 and row.pop("kind") == "movie" and is_stand_in(row.pop("imdb_id"))
    assert set(row.values()) == {None}
    odd = {"id": 5, "keywords": [], "external_ids": None, "genres": {}, "belongs_to_collection": "x", "images": 3}
    assert record_row(odd, "movie")["genres_tmdb"] is None and poster_path(odd) is None
    assert poster_path({"images": {"posters": [{}, {"file_path": "/b.jpg"}]}}) == "/b.jpg"


def test_unknown_genre_and_size_are_told(tmdb_server, tmp_path):
    with tmdb_server.TmdbServer() as server:
        with pytest.raises(ValueError, match="no movie genre 'Noir'; it has Action, Comedy"):
            crawl(tmdb_server, server, tmp_path / "a.sqlite", Plan(("Noir",), 1, 2000, 2000))
        with pytest.raises(ValueError, match="no poster size w1; it has w92"):
            crawl(tmdb_server, server, tmp_path / "a.sqlite", Plan(("Drama",), 1, 2000, 2000), "w1")


def test_at_most_twenty_appended_parts(tmp_path):
    async def main():
        with AnswerStore(tmp_path / "a.sqlite") as store:
            async with TmdbClient("x", store, **FAST) as client:
                await client.get("/movie/1", {"append_to_response": ",".join("a" * 21)})

    with pytest.raises(ValueError, match="at most 20 parts"):
        asyncio.run(main())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "no TMDb token"),
        ("0123456789abcdef0123456789abcdef", "holds an API key"),
        ("two words", "one line without spaces"),
        ("two\nlines", "one line without spaces"),
    ],
)
def test_what_cannot_be_a_token_is_told_and_not_shown(tmp_path, content, told, monkeypatch):
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(TokenError, match=told) as caught:
        read_token(file)
    assert not content or content not in str(caught.value)
    monkeypatch.setenv("TMDB_TOKEN", content)
    with pytest.raises(TokenError, match=told):
        read_token()


def test_token_from_a_file_or_the_environment(tmp_path, monkeypatch):
    (tmp_path / "token").write_text(" Bearer abc.def\n")
    assert read_token(Path(tmp_path / "token")) == "abc.def"
    monkeypatch.setenv("TMDB_TOKEN", "ghi")
    assert read_token() == "ghi"
    with pytest.raises(TokenError, match="cannot be read"):
        read_token(tmp_path / "nowhere")
