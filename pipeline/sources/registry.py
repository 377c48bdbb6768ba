"""Every source by name: what it is, what its owners ask, its options and its reader."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from ...features.plugins import Registry
from . import imdb, movielens
from .dumps import chu_guo, kaggle_posters, mm_imdb, movies_dataset, tmdb5000, tmdb_dump
from .folder import folder
from .frame import Fetched, Progress
from .own_table import options
from .tmdb import source as tmdb
from .tmdb.terms import ATTRIBUTION as TMDB_ATTRIBUTION

IMDB_LICENCE = (
    "IMDb's non-commercial files are for personal and non-commercial use only; do not pass them on. "
    "Terms: developer.imdb.com/non-commercial-datasets."
)
IMDB_ATTRIBUTION = "Information courtesy of IMDb (https://www.imdb.com). Used with permission."
TMDB_LICENCE = (
    "TMDb's terms require attribution and, for machine learning, a written agreement; nothing may be kept longer than "
    "180 days. Terms: www.themoviedb.org/api-terms-of-use."
)
MOVIELENS_LICENCE = "MovieLens data are for research; do not pass them on. Terms: grouplens.org/datasets/movielens."
MOVIELENS_ATTRIBUTION = (
    "MovieLens: F. M. Harper and J. A. Konstan (2015), The MovieLens Datasets: History and Context, "
    "ACM TiiS 5(4), https://doi.org/10.1145/2827872"
)
POSTER_LICENCE = "Posters are copyright of their studios: for study on your own machine only."


@dataclass(frozen=True)
class Source:
    """A place that films come from.

    `add_arguments` adds its options to a parser; `build` turns parsed options (with `out`, the catalogue's
    path) into rows. `unit` names what its progress counts (None: it is over in a moment).
    """

    name: str
    description: str
    licence: str
    attribution: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    build: Callable[[argparse.Namespace, Progress | None], Fetched]
    example: str
    unit: str | None = None


SOURCES: Registry[Source] = Registry(
    "source",
    "genrelab.sources",
    Source,
    (
        Source(
            "imdb",
            "IMDb's files title.basics and title.ratings",
            IMDB_LICENCE,
            IMDB_ATTRIBUTION,
            imdb.add_arguments,
            imdb.build,
            "--basics title.basics.tsv.gz --ratings title.ratings.tsv.gz --kind series --after 1950 "
            "--min-votes 1000 --out series.parquet",
            "B",
        ),
        Source(
            "tmdb",
            "TMDb's API (needs a token and their terms)",
            TMDB_LICENCE,
            TMDB_ATTRIBUTION,
            tmdb.add_arguments,
            tmdb.build,
            "--genres Drama,Comedy --per-genre 1000 --language en --posters w342 --out tmdb.parquet",
            "request",
        ),
        Source(
            "movielens",
            "MovieLens' links.csv (ids) and movies.csv (genres)",
            MOVIELENS_LICENCE,
            MOVIELENS_ATTRIBUTION,
            movielens.add_arguments,
            movielens.build,
            "--links links.csv --movies movies.csv --out movielens.parquet",
        ),
        Source(
            "tmdb5000",
            "the dump TMDb 5000 (one CSV)",
            TMDB_LICENCE,
            TMDB_ATTRIBUTION,
            tmdb5000.add_arguments,
            tmdb5000.build,
            "tmdb_5000_movies.csv --links links.csv --out tmdb.parquet",
        ),
        Source(
            "movies_dataset",
            "The Movies Dataset (metadata, keywords, links)",
            TMDB_LICENCE,
            TMDB_ATTRIBUTION,
            movies_dataset.add_arguments,
            movies_dataset.build,
            "the-movies-dataset/ --out movies.parquet",
        ),
        Source(
            "tmdb_dump",
            "the dump of all TMDb films (one CSV of a million rows)",
            TMDB_LICENCE,
            TMDB_ATTRIBUTION,
            tmdb_dump.add_arguments,
            tmdb_dump.build,
            "TMDB_movie_dataset_v11.csv --min-votes 10 --out tmdb.parquet",
            "B",
        ),
        Source(
            "kaggle_posters",
            'the Kaggle set "Movie Genre from its Poster"',
            f"{IMDB_LICENCE} {POSTER_LICENCE}",
            IMDB_ATTRIBUTION,
            kaggle_posters.add_arguments,
            kaggle_posters.build,
            "MovieGenre.csv --download-posters --out kaggle.parquet",
        ),
        Source(
            "chu_guo",
            'Chu and Guo\'s posters ("Movies-Poster_Dataset")',
            f"{IMDB_LICENCE} {POSTER_LICENCE}",
            "Posters and genres: W.-T. Chu and H.-J. Guo (2017), Movie Genre Classification based on Poster Images "
            "with Deep Neural Networks, https://doi.org/10.1145/3132515.3132516",
            chu_guo.add_arguments,
            chu_guo.build,
            "Movies-Poster_Dataset/ --out posters.parquet",
        ),
        Source(
            "mm_imdb",
            "MM-IMDb, with its own split",
            f"{IMDB_LICENCE} {POSTER_LICENCE}",
            "MM-IMDb: J. Arevalo, T. Solorio, M. Montes-y-Gomez and F. A. Gonzalez (2017), Gated Multimodal Units for "
            "Information Fusion, https://arxiv.org/abs/1702.01992",
            mm_imdb.add_arguments,
            mm_imdb.build,
            "mmimdb/ --out mmimdb.parquet",
            "title",
        ),
        Source(
            "folder",
            "your own folder of posters, alone or with a table",
            "Your files stay where they are; the catalogue names them.",
            "",
            options.add_folder_arguments,
            folder.build,
            "scans/ --csv films.xlsx --column title=Film --out catalog.parquet",
        ),
        Source(
            "table",
            "your own table, without posters",
            "Your file stays where it is; the catalogue has its own copy of the titles.",
            "",
            options.add_table_arguments,
            folder.build_table,
            "films.xlsx --column title=Film --out catalog.parquet",
        ),
    ),
    __package__,
)
