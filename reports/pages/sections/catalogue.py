"""The catalogue behind the run: popularity and company of genres, colours of posters, chosen words."""

from dataclasses import dataclass

import pandas as pd

from ...evaluation.details.catalogue import chosen_words, co_occurrence, popularity, source_genres, title_labels
from ...evaluation.details.colours import (
    ColourStrips,
    colours_by_genre,
    colours_by_genre_and_period,
    colours_by_period,
    has_top_colours,
)
from ..figures.catalogue import plot_colours, plot_popularity
from ..parts import Facts, Heading, Part, Picture, Side, Text
from ..report import Report
from ..section import Section
from ..tables import Heat

_WORDS = (
    "The most frequent keyword words of each fold's training titles, each with the share of those titles that have it. "
    "Stop words are left out, and genre names, too, unless the feature set keeps them. Where folds chose differently, "
    "a word says how many folds chose it."
)
_TOGETHER = "Of the titles of the row's genre, the percentage that also have the column's."


@dataclass(frozen=True)
class Genres:
    """Popularity and company of the genres.

    Attributes
    ----------
    popularity, together : DataFrame
        Of the target's labels.
    source_popularity, source_together : DataFrame
        Of the genres as their source gives them; no rows where the target's labels are those.
    """

    popularity: pd.DataFrame
    together: pd.DataFrame
    source_popularity: pd.DataFrame
    source_together: pd.DataFrame


def genres(report: Report) -> Genres | None:
    """How many titles every genre has and which go together; None where labels are not recorded."""
    counts = popularity(report.run)
    if counts.empty:
        return None
    pairs = source_genres(report.run) if report.run.kind == "single" else pd.DataFrame()
    if pairs.empty:
        empty = pd.DataFrame()
        return Genres(counts, co_occurrence(title_labels(report.run), report.labels), empty, empty)
    by_source = popularity(report.run, pairs)
    return Genres(counts, pd.DataFrame(), by_source, co_occurrence(pairs, by_source["label"].tolist()))


def _genres_parts(_: Report, data: Genres) -> list[Part]:
    classes = "class" if len(data.source_popularity) else "genre"
    charts: list[Part] = [Picture(plot_popularity(data.popularity), f"Titles per {classes}.")]
    if len(data.source_popularity):
        drawn = plot_popularity(data.source_popularity, "popularity-source")
        charts.append(Picture(drawn, "Titles per genre, before genres were made into classes."))
    parts: list[Part] = [Side(charts)]
    together = data.source_together if len(data.source_together) else data.together
    if len(together):
        parts += [Heading("Which genres go together"), Text(_TOGETHER), Heat(together, "titles of ↓", "also →")]
    return parts


def _genres_tables(data: Genres) -> dict[str, pd.DataFrame]:
    return {
        "popularity": data.popularity,
        "co_occurrence": data.together.rename_axis(columns=None).reset_index() if len(data.together) else data.together,
        "source_popularity": data.source_popularity,
        "source_co_occurrence": (
            data.source_together.rename_axis(columns=None).reset_index()
            if len(data.source_together)
            else data.source_together
        ),
    }


@dataclass(frozen=True)
class Colours:
    """Strips of poster colours, each None where there is nothing to draw."""

    genre: ColourStrips | None
    genre_with_greys: ColourStrips | None
    period: ColourStrips | None
    both: ColourStrips | None
    top: bool


def colours(report: Report) -> Colours | None:
    """The colours of the posters by genre and period; None where they are not recorded."""
    run, labels = report.run, report.labels
    drawn = Colours(
        colours_by_genre(run, labels),
        colours_by_genre(run, labels, greys=True),
        colours_by_period(run),
        colours_by_genre_and_period(run, labels),
        has_top_colours(run),
    )
    return drawn if drawn.genre or drawn.period else None


def _colours_parts(_: Report, data: Colours) -> list[Part]:
    both = "Top five colours" if data.top else "Dominant colour"
    strips = [
        (data.genre_with_greys, "by-genre-greys", "Dominant colour by genre, greys included."),
        (data.both, "by-genre-and-period", f"{both} by genre and decade, greys left out."),
        (data.genre, "by-genre", "Dominant colour by genre, greys left out."),
        (data.period, "by-period", "Dominant colour by decade, greys left out."),
    ]
    pictures = [Picture(plot_colours(strip, name), caption) for strip, name, caption in strips if strip]
    return [Text("Colours of the posters in the order of their hues: a wide band is a frequent hue."), Side(pictures)]


def words(report: Report) -> pd.DataFrame | None:
    """The words that feature sets chose; None where none chooses words."""
    table = chosen_words(report.run)
    return None if table.empty else table


def _words_parts(_: Report, data: pd.DataFrame) -> list[Part]:
    folds, facts = data.attrs["folds"], {}
    for name, own in data.groupby("feature_sets", sort=False):
        told = [
            f"{word} {titles:.1%}".replace("%", " %") + ("" if chosen == folds else f" ({chosen} of {folds} folds)")
            for word, titles, chosen in own[["word", "titles", "folds"]].itertuples(index=False, name=None)
        ]
        facts[f"{name} ({len(own)} words)"] = ", ".join(told)
    return [Text(_WORDS), Facts(facts)]


CATALOGUE = Section("catalogue", "The catalogue", genres, _genres_parts, _genres_tables)
COLOURS = Section("colours", "Poster colours", colours, _colours_parts)
WORDS = Section("words", "The chosen words", words, _words_parts, lambda data: {"top_words": data})
