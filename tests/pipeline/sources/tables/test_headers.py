"""Headers as people, sources and spreadsheets write them."""

import pytest

from genrelab.pipeline.sources.tables.headers import choose_columns, did_you_mean, find_header, meaning_of
from genrelab.pipeline.sources.tables.numbers import unit_of

USUAL = {
    "title": "Title|title|TITLE|Movie Title|movie_title|Film|Titel|Titre|Título|Tytuł|Titolo|primaryTitle|Name",
    "genres": "Genre|Genres|Genre(s)|genre|GENRES|Gatunek|Género|Movie Genre|Kategorie",
    "year": "Year|startYear|Release Year|title_year|Released_Year|Jahr|Année|Año|Rok|Year of Release",
    "poster": "Poster|poster|filename|File Name|file_name|image|Image File|Poster file|Datei|Bilddatei|path|img_path",
    "imdb_id": "imdb_id|imdbID|imdbId|tconst|IMDb|IMDB ID|movie_imdb_link|imdb_title_id|const",
    "tmdb_id": "tmdb_id|tmdbId|TMDB ID|TMDb",
    "runtime": "Runtime|runtime|Runtime (min)|Runtime (Minutes)|runtimeMinutes|Duration|Laufzeit|Durée|Length",
    "imdb_votes": "imdbVotes|imdb_votes|num_voted_users|IMDb Votes",
    "imdb_rating": "imdbRating|IMDB_Rating|imdb_score|IMDb Score",
    "vote_count": "No_of_Votes|Votes|numVotes|vote_count",
    "revenue": "Gross|revenue|Box Office|BoxOffice|Revenue (Millions)|Worldwide Gross",
    "budget": "Budget|budget|Production Budget",
    "overview": "Overview|Plot|Description|Synopsis|Handlung|plot summary|Storyline",
    "keywords": "keywords|plot_keywords|Tags|Keywords",
    "release_date": "release_date|Released|Release Date|Date of Release",
    "original_language": "original_language|Original Language",
    "languages": "Language|Languages|spoken_languages|Sprache",
    "directors": "Director|director_name|Directed by|Regie|Directors",
    "cast": "Cast|Actors|Stars|Starring",
    "countries": "Country|production_countries|Countries|Land",
    "certificate": "Rated|Certificate|content_rating|MPAA|Certification",
    "kind": "Type|titleType|kind|Title Type",
}


@pytest.mark.parametrize(("meaning", "headers"), USUAL.items())
def test_usual_headers(meaning, headers):
    assert {header: meaning_of(header) for header in headers.split("|")} == dict.fromkeys(headers.split("|"), meaning)


@pytest.mark.parametrize("header", ["Shelf", "Notes", "id", "homepage", "Metascore", "Price", "index", "Unnamed: 0"])
def test_other_headers_mean_nothing(header):
    assert meaning_of(header) is None


def test_units_in_headers():
    assert unit_of("revenue", "Revenue (Millions)") == 1e6
    assert unit_of("budget", "budget_in_millions") == 1e6
    assert unit_of("runtime", "Length (hours)") == 60
    assert unit_of("runtime", "Runtime (min)") == unit_of("budget", "Budget ($)") == 1


def test_two_columns_for_one_meaning_are_told():
    filled = {"Title": 9, "Original Title": 9, "Genre": 2, "Genres": 9}
    choice = choose_columns(list(filled), filled, {})
    assert choice.columns == {"title": "Title", "genres": "Genres"}
    assert len(choice.notes) == 2 and "--column title='Original Title'" in choice.notes[0]
    empty = choose_columns(["Title", "Film"], {"Title": 0, "Film": 9}, {})
    assert empty.columns == {"title": "Film"}
    assert choose_columns(["Title", "Film"], {"Title": 9, "Film": 9}, {"title": "Film"}).columns == {"title": "Film"}


def test_an_unknown_header_is_told_with_the_nearest():
    assert find_header(["Film Title"], "film_title") == "Film Title"
    with pytest.raises(ValueError, match=r"no column 'Gener' \(did you mean 'Genre'\?\); it has Film, Genre"):
        find_header(["Film", "Genre"], "Gener")
    assert did_you_mean("xyz", ["imdb"]) == ""
