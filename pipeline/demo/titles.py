"""Rows of the demo's catalogue: which genres, which year, what numbers, and what nobody knows."""

import numpy as np
import pandas as pd

from .text import keyword_list, plot, title_name
from .words import WORDS

__all__ = ["GENRE_SETS", "listed_genres", "make_titles"]

# Genres that come together, most telling first, and how often in a thousand titles. Summed per genre this gives
# about the frequencies of real catalogues: Drama 45 %, Comedy 35 %, ... Western 2 %.
GENRE_SETS: dict[tuple[str, ...], int] = {
    ("Drama",): 95,
    ("Comedy",): 90,
    ("Comedy", "Drama"): 56,
    ("Comedy", "Romance"): 46,
    ("Drama", "Romance"): 48,
    ("Comedy", "Drama", "Romance"): 38,
    ("Crime", "Drama"): 34,
    ("Crime", "Drama", "Thriller"): 28,
    ("Drama", "Thriller"): 15,
    ("Thriller",): 10,
    ("Action", "Crime", "Thriller"): 28,
    ("Action", "Crime", "Drama"): 14,
    ("Action", "Comedy", "Crime"): 14,
    ("Action", "Adventure"): 18,
    ("Action", "Adventure", "Science Fiction"): 18,
    ("Action", "Adventure", "Fantasy"): 18,
    ("Action", "Thriller"): 18,
    ("Action", "Drama", "War"): 6,
    ("Drama", "War"): 8,
    ("Drama", "History", "War"): 7,
    ("Drama", "History"): 12,
    ("Biography", "Drama", "History"): 12,
    ("Biography", "Drama"): 18,
    ("Biography", "Drama", "Sport"): 8,
    ("Drama", "Sport"): 10,
    ("Comedy", "Sport"): 10,
    ("Horror",): 30,
    ("Horror", "Thriller"): 20,
    ("Horror", "Mystery", "Thriller"): 16,
    ("Comedy", "Horror"): 8,
    ("Horror", "Science Fiction"): 6,
    ("Mystery", "Drama", "Thriller"): 18,
    ("Crime", "Mystery", "Thriller"): 16,
    ("Science Fiction", "Drama"): 12,
    ("Science Fiction", "Thriller"): 8,
    ("Fantasy", "Drama", "Romance"): 10,
    ("Comedy", "Family", "Fantasy"): 14,
    ("Adventure", "Family", "Fantasy"): 10,
    ("Comedy", "Family"): 14,
    ("Animation", "Adventure", "Comedy"): 16,
    ("Animation", "Comedy", "Family"): 16,
    ("Animation", "Adventure", "Family"): 8,
    ("Documentary",): 42,
    ("Documentary", "Biography", "Music"): 8,
    ("Documentary", "Music"): 8,
    ("Music", "Drama"): 12,
    ("Comedy", "Music", "Romance"): 12,
    ("Western", "Action"): 6,
    ("Western", "Drama"): 7,
    ("Western", "Adventure"): 4,
}
_DECADE_SHARES = {1960: 0.07, 1970: 0.08, 1980: 0.14, 1990: 0.18, 2000: 0.22, 2010: 0.21, 2020: 0.10}
# Genre -> minutes, points of the rating, ln votes, log10 dollars, away from the middle.
_NUMBERS: dict[str, tuple[float, float, float, float]] = {
    "Drama": (6, 0.25, -0.2, -0.2),
    "Comedy": (-5, -0.15, 0.0, 0.0),
    "Action": (5, -0.15, 0.9, 0.5),
    "Romance": (2, 0.0, -0.1, 0.0),
    "Crime": (4, 0.1, 0.3, 0.1),
    "Thriller": (3, -0.1, 0.4, 0.1),
    "Adventure": (6, 0.0, 0.9, 0.6),
    "Horror": (-9, -0.8, 0.2, -0.3),
    "Documentary": (-14, 0.9, -2.2, -1.5),
    "Mystery": (4, 0.0, 0.3, 0.1),
    "Fantasy": (3, -0.1, 0.5, 0.4),
    "Family": (-9, -0.2, 0.0, 0.4),
    "Science Fiction": (3, -0.2, 0.8, 0.3),
    "Biography": (11, 0.5, 0.0, 0.0),
    "Music": (2, 0.3, -0.6, -0.3),
    "Animation": (-14, 0.3, 0.4, 0.5),
    "Sport": (5, 0.1, -0.2, 0.1),
    "History": (16, 0.4, 0.0, 0.1),
    "War": (14, 0.4, 0.1, 0.0),
    "Western": (5, 0.1, -0.3, 0.0),
}
_FRANCHISES = 0.14  # share of titles that belong to one
_SERIES = 0.08
_LAST_YEAR = 2025


def make_titles(count: int, rng: np.random.Generator) -> tuple[pd.DataFrame, list[tuple[str, ...]]]:
    """Draw catalogue rows.

    Parameters
    ----------
    count : int
        How many, at least 1.
    rng : Generator

    Returns
    -------
    titles : DataFrame of `count` rows
        Every column of the catalogue but `poster`.
    genres : list of tuples of str
        What each title really is, most telling first; the three sources each tell it in their own way.

    Examples
    --------
    >>> titles, genres = make_titles(3, np.random.default_rng(0))
    >>> titles["imdb_id"].tolist(), len(genres)
    (['tt99000001', 'tt99000002', 'tt99000003'], 3)
    """
    sets = list(GENRE_SETS)
    weights = np.array([GENRE_SETS[genres] for genres in sets], dtype=float)
    decades, shares = list(_DECADE_SHARES), np.array(list(_DECADE_SHARES.values()))
    rows, truths = [], []
    franchise: dict = {}
    for number in range(1, count + 1):
        if not franchise.get("left"):
            genres = sets[rng.choice(len(sets), p=weights / weights.sum())]
            year = int(rng.choice(decades, p=shares / shares.sum()))
            year += int(rng.integers(10 if year < 2020 else 6))
            name = title_name(genres, rng)
            franchise = {"left": 0}
            if rng.random() < _FRANCHISES / 2.5:
                franchise = {"left": int(rng.integers(1, 4)), "id": 9_000_000 + number, "part": 1}
            shown, kind = name, "series" if "id" not in franchise and rng.random() < _SERIES else "movie"
        else:
            franchise["left"] -= 1
            franchise["part"] += 1
            year = min(year + int(rng.integers(1, 5)), _LAST_YEAR)
            shown = f"{name}: Part {franchise['part']}"
        rows.append(
            {
                "imdb_id": f"tt99{number:06d}",
                "tmdb_id": 900_000_000 + number,
                "movielens_id": 90_000_000 + number if kind == "movie" and rng.random() < 0.88 else None,
                "title": shown,
                "kind": kind,
                "collection_id": franchise.get("id"),
                **_facts(genres, year, kind, rng),
                **{f"genres_{source}": listed_genres(genres, source, rng) for source in _SPELLINGS},
                "keywords": keyword_list(genres, rng),
                "overview": plot(shown, genres, rng),
            }
        )
        if rows[-1]["movielens_id"] is None:
            rows[-1]["genres_movielens"] = None
        truths.append(genres)
    return pd.DataFrame(rows), truths


def _facts(genres: tuple[str, ...], year: int, kind: str, rng: np.random.Generator) -> dict[str, object]:
    minutes, rating, votes, money = np.mean([_NUMBERS[genre] for genre in genres], axis=0) * 1.6
    runtime = rng.normal(103 + minutes, 14) if kind == "movie" else rng.choice([25, 30, 45, 50, 60])
    quality = rng.normal(6.1 + rating, 0.85)
    known = rng.normal(9.0 + votes + (year - 2000) * 0.02, 1.7)
    dollars = rng.normal(6.9 + money + 0.18 * (known - 9), 0.7)
    seen = max(0.0, known - 4.5 + rng.normal(0, 0.6))
    facts: dict[str, object] = {
        "year": year,
        "release_date": f"{year}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}",
        "original_language": str(
            rng.choice(["en", "fr", "de", "ja", "es", "hi"], p=[0.8, 0.06, 0.04, 0.04, 0.04, 0.02])
        ),
        "runtime": float(max(5, round(runtime))),
        "popularity": round(float(np.exp(0.45 * seen + rng.normal(0, 0.6))), 3),
        "vote_average": round(float(np.clip(quality + rng.normal(0, 0.3), 0.5, 10)), 1),
        "vote_count": float(round(np.exp(seen))),
        "revenue": float(round(10 ** (dollars + 0.35))),
        "budget": float(round(10**dollars, -4)) or None,
        "imdb_rating": round(float(np.clip(quality, 1, 10)), 1),
        "imdb_votes": float(max(5, round(np.exp(known)))),
    }
    # Money and popularity are unknown of small titles above all: missing, but not at random.
    small = 1 / (1 + np.exp(known - 8.0))
    gaps = {"revenue": 0.05 + 0.6 * small, "budget": 0.25 + 0.6 * small, "popularity": 0.1 + 0.5 * small}
    gaps |= {"original_language": 0.25, "release_date": 0.1, "runtime": 0.01, "imdb_rating": 0.005}
    for column, chance in gaps.items():
        if rng.random() < chance:
            facts[column] = None
    if rng.random() < 0.1:
        facts |= {"vote_average": None, "vote_count": None}
    if facts["imdb_rating"] is None:
        facts["imdb_votes"] = None
    return facts


_SPELLINGS: dict[str, dict[str, str]] = {
    "tmdb": {"Biography": "", "Sport": ""},
    "imdb": {"Science Fiction": "Sci-Fi"},
    "movielens": {"Science Fiction": "Sci-Fi", "Family": "Children", "Music": "Musical"}
    | dict.fromkeys(("Biography", "Sport", "History"), ""),
}
# Source -> chance to leave a genre out, to add one, to know nothing of the title.
_HABITS = {"tmdb": (0.12, 0.1, 0.1), "imdb": (0.04, 0.1, 0.002), "movielens": (0.18, 0.05, 0.05)}


def listed_genres(genres: tuple[str, ...], source: str, rng: np.random.Generator) -> list[str] | None:
    """Genres as one source would list them: in its spelling, with its omissions and additions.

    Parameters
    ----------
    genres : tuple of str
        What the title is.
    source : {"tmdb", "imdb", "movielens"}
        At most three; IMDb and MovieLens in alphabetical order; TMDb and MovieLens have no name for some genres.
    rng : Generator

    Returns
    -------
    list of str, or None where the source lists none

    Examples
    --------
    >>> listed_genres(("Science Fiction", "Drama"), "imdb", np.random.default_rng(1))
    ['Drama', 'Sci-Fi']
    """
    omits, adds, silent = _HABITS[source]
    drawn = rng.random(len(genres) + 2)
    kept = [genre for genre, chance in zip(genres, drawn, strict=False) if chance >= omits] or [genres[0]]
    if drawn[-2] < adds:
        kept.append(str(rng.choice([genre for genre in WORDS if genre not in genres])))
    if drawn[-1] < silent:
        return None
    names = [_SPELLINGS[source].get(genre, genre) for genre in kept[:3]]
    names = [name for name in names if name]
    if source != "tmdb":
        names.sort()
    if source == "movielens" and rng.random() < 0.02:
        names.append("IMAX")
    return names or None
