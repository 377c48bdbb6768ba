"""The catalogue behind the run: popularity and company of genres, colours of posters, chosen words."""

from dataclasses import dataclass

import pandas as pd

from ...evaluation.details.catalogue import co_occurrence, popularity, source_genres, title_labels
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
        (data.genre, "by-genre", "Dominant colour by genre, greys left out."),
        (data.genre_with_greys, "by-genre-greys", "Dominant colour by genre, greys included."),
        (data.period, "by-period", "Dominant colour by decade, greys left out."),
        (data.both, "by-genre-and-period", f"{both} by genre and decade, greys left out."),
    ]
    pictures = [Picture(plot_colours(strip, name), caption) for strip, name, caption in strips if strip]
    return [Text("Colours of the posters in the order of their hues: a wide band is a frequent hue."), Side(pictures)]


def words(report: Report) -> dict[str, str] | None:
    """The words that a feature set with top words chose on the training titles, as run.json keeps them.

    `top_words` maps a feature set to its words, most frequent first.
    """
    kept = report.run.info.get("top_words")
    if not isinstance(kept, dict):
        return None
    return {f"{name} ({len(chosen)} words)": ", ".join(map(str, chosen)) for name, chosen in kept.items()} or None


CATALOGUE = Section("catalogue", "The catalogue", genres, _genres_parts, _genres_tables)
COLOURS = Section("colours", "Poster colours", colours, _colours_parts)
WORDS = Section(
    "words",
    "The chosen words",
    words,
    lambda _, data: [Text("The most frequent words of the training titles, stop words left out."), Facts(data)],
)
