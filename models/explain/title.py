"""One answer explained: what each block of features did, which words mark the genres, where on the poster."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...features.bounded import Refused
from ...features.store import FeatureStore
from ...features.text.keywords import keywords
from ..answers import missing_inputs
from .blocks import METHOD, Explanation, explain_title
from .explainable import Explainable
from .genre_keywords import top_keywords
from .lookup import find_poster, find_title, match_genres, must_be_catalog, unknown_title
from .occlusion import OcclusionMap, model_maps

MOST_GENRES = 3
WORDS = 8
FEWEST = 3


@dataclass(frozen=True)
class TitleExplanation:
    """Everything said about one title or poster; `str` of it is text for people.

    Attributes
    ----------
    name : str
        As a person would call it.
    key : str
        Its id, or its file's name without the ending: what files about it are named by.
    title : DataFrame of 1 row
        Its catalogue row; a row of nulls for a poster file that no title has.
    poster : Path or None
    missing : str or None
        What the model reads and this title lacks.
    genres : tuple of str
        Those explained, highest score first.
    given : frozenset of str
        Those the model gives.
    score : Series
        Per label, 0 to 1.
    explanation : Explanation or None
        None where there is nothing to compare with, or the model has one block only.
    higher_than : Series or None
        Per label, how many of the background titles score lower.
    words : dict of genre to list of (word, bool)
        Keywords that mark the genre in this catalogue, and whether the title has them; empty for a model without
        keywords.
    background : int
        Titles compared with.
    maps : tuple of OcclusionMap
        One a genre explained, where they were asked for.
    """

    name: str
    key: str
    title: pd.DataFrame
    poster: Path | None
    missing: str | None
    genres: tuple[str, ...]
    given: frozenset[str]
    score: pd.Series
    explanation: Explanation | None
    higher_than: pd.Series | None
    words: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)
    background: int = 0
    maps: tuple[OcclusionMap, ...] = ()

    def __str__(self) -> str:
        said = ", ".join(genre for genre in self.score.index if genre in self.given) or "none of its genres"
        lines = [f"{self.name}: the model says {said}"]
        if self.missing:
            lines.append(f"answered without: {self.missing}")
        for genre in self.genres:
            lines += ["", *self._about(genre)]
        if self.explanation is not None:
            lines += ["", f"method: {METHOD} ({self.background} of them)"]
        return "\n".join(lines)

    def table(self) -> pd.DataFrame:
        """A row for each genre explained and each block of features that the model reads.

        Returns
        -------
        DataFrame
            `genre`, `score`, `given` (whether the model gives it), `block`, `contribution` (to the score; contributions
            and the row of the block `background` add up to it). Without blocks to compare a row a genre, with nulls.
        """
        rows = []
        for genre in self.genres:
            parts: list[tuple[str | None, float | None]] = [(None, None)]
            if self.explanation is not None:
                found = self.explanation.contributions[genre]
                parts = [("background", float(self.explanation.base[genre]))]
                parts += [(str(block), float(value)) for block, value in found.items()]
            score, given = float(self.score[genre]), genre in self.given
            rows += [(genre, score, given, block, value) for block, value in parts]
        return pd.DataFrame(rows, columns=["genre", "score", "given", "block", "contribution"])

    def _about(self, genre: str) -> list[str]:
        score, lines = self.score[genre], []
        if self.explanation is not None:
            parts = self.explanation.contributions[genre]
            sums = " ".join(f"{'+' if value >= 0 else '-'} {abs(value):.3f} {block}" for block, value in parts.items())
            base = self.explanation.base[genre]
            lines += [self.explanation.in_words(genre), f"  {score:.3f} = {base:.3f} background {sums}"]
        elif self.higher_than is not None:
            lines.append(
                f"{genre} {score:.2f}, higher than {self.higher_than[genre]} of {self.background} other titles"
            )
        else:
            lines.append(f"{genre} {score:.2f}")
        for made in self.maps:
            if made.label == genre:
                lines.append(f"  on the poster: {made.in_words()}")
        if self.words.get(genre):
            shown = ", ".join(f"{word}*" if has else word for word, has in self.words[genre])
            lines.append(f"  words that mark {genre} in this catalogue (* the title has it): {shown}")
        return lines


def explain(
    model: Explainable,
    what: str | Path,
    catalog: Any = None,
    *,
    genres: Sequence[str] = (),
    background: int = 50,
    seed: int = 0,
    merge: bool = True,
    maps: bool | None = None,
    store: FeatureStore | None = None,
    weights: str | None = None,
    n_jobs: int | None = None,
) -> TitleExplanation:
    """Explain a model's scores for a poster file, or a title of a catalogue.

    Parameters
    ----------
    model : GenreModel
    what : str or Path
        An id or a title of the catalogue, in any case, else a poster file. A file that is a title's poster stands
        for that title.
    catalog : Catalog, optional
        Holds the title, and others that it is compared with.
    genres : sequence of str
        In any case; by default those the model gives, or the three it scores highest when it gives none.
    background : int
        Other titles, drawn at random; their mean score is where contributions start from.
    seed : int
        Of the draw.
    merge : bool
        Take all poster features as one block, where others stand beside it.
    maps : bool, optional
        Look where on the poster a genre is seen. By default for a model that reads nothing but the poster, of which
        shares of blocks say little.
    store, weights, n_jobs
        As in `GenreModel.features`.

    Returns
    -------
    TitleExplanation

    Raises
    ------
    ValueError
        When no title or several match, a genre is unknown, or the title has nothing that the model reads.
    """
    if background < 1:
        raise ValueError(f"background: expected at least one other title, got {background}")
    asked = match_genres(genres, model.labels)
    titles, paths, row = _rows(what, catalog, reads_posters=model.reads_posters())
    others = np.setdiff1d(np.arange(len(titles)), [row])
    drawn = np.sort(np.random.default_rng(seed).permutation(others)[:background])
    rows = np.concatenate([[row], drawn])
    part = titles.iloc[rows].reset_index(drop=True)
    places = [paths[place] for place in rows]
    features = model.features(part, places, store=store, weights=weights, n_jobs=n_jobs)
    one, rest = features.iloc[:1], features.iloc[1:]
    answered, reasons = missing_inputs(features, model.specs)
    name, key = _names(part.iloc[0], what)
    if not answered[0]:
        raise ValueError(f"{name}: no answer to explain: {reasons[0]}")
    rest = rest[answered[1:]]
    explanation = _by_blocks(model, one, rest, merge) if len(rest) else None
    score = pd.Series(model.scores(one)[0], index=list(model.labels))
    decided = model.decide(score.to_numpy()[None, :])[0]
    given = [label for label, flag in zip(model.labels, decided, strict=True) if flag]
    order = [str(label) for label in score.sort_values(ascending=False, kind="stable").index]
    chosen = asked or [label for label in order if label in given] or order[:MOST_GENRES]
    poster = places[0] if isinstance(places[0], Path) else None
    if maps is None:
        maps = explanation is None
    seen = model.reads_posters() and poster is not None and "poster" not in (reasons[0] or "")
    words = {}
    if catalog is not None and "keywords" in model.needs():
        words = _words(titles, part.iloc[:1], chosen, getattr(catalog, "genre_lists", list)())
    return TitleExplanation(
        name,
        key,
        part.iloc[:1],
        poster,
        reasons[0],
        tuple(chosen),
        frozenset(given),
        score,
        explanation,
        pd.Series((model.scores(rest) < score.to_numpy()).sum(axis=0), index=score.index) if len(rest) else None,
        words,
        len(rest),
        tuple(model_maps(model, part.iloc[:1], poster, chosen, weights=weights)) if maps and seen and poster else (),
    )


def _rows(
    what: str | Path, catalog: Any, *, reads_posters: bool
) -> tuple[pd.DataFrame, list[Path | Refused | None], int]:
    """The rows to look at, their posters, and which row is meant."""
    if catalog is not None:
        must_be_catalog(catalog)
    titles = None if catalog is None else catalog.titles.reset_index(drop=True)
    paths = [] if catalog is None else catalog.poster_paths()
    if isinstance(what, str) and titles is not None:
        row = find_title(what, titles)
        if row is not None:
            return titles, paths, row
    file = Path(what)
    if not file.is_file():
        raise ValueError(unknown_title(str(what), titles))
    if not reads_posters:
        raise ValueError(f"{file}: expected a title of a catalogue, since this model reads no posters")
    row = find_poster(file, paths)
    if titles is not None and row is not None:
        return titles, paths, row
    alone = pd.DataFrame({"imdb_id": pd.array([pd.NA], dtype="string")})
    if titles is None:
        return alone, [file], 0
    return pd.concat([titles, alone], ignore_index=True), [*paths, file], len(titles)


def _by_blocks(model: Explainable, one: pd.DataFrame, rest: pd.DataFrame, merge: bool) -> Explanation | None:
    """Contributions of blocks; None where the model has only one, whose share is always 100 %."""
    explanation = explain_title(model, one, rest, merge=merge)
    if merge and len(explanation.contributions) == 1:
        explanation = explain_title(model, one, rest, merge=False)
    return explanation if len(explanation.contributions) > 1 else None


def _names(row: pd.Series, what: str | Path) -> tuple[str, str]:
    imdb_id = row["imdb_id"]
    if pd.isna(imdb_id):
        return str(what), Path(what).stem
    title, year = row.get("title"), row.get("year")
    shown = "" if title is None or pd.isna(title) else str(title)
    dated = "" if year is None or pd.isna(year) else f" ({year})"
    return (f"{shown}{dated}, {imdb_id}" if shown else f"{imdb_id}{dated}"), str(imdb_id)


def _words(
    titles: pd.DataFrame, title: pd.DataFrame, genres: Sequence[str], sources: Sequence[Sequence[Sequence[str]]]
) -> dict[str, list[tuple[str, bool]]]:
    """Words that mark each genre, by the first source that gives it; a class that is no genre has none."""
    has = set(str(keywords(title)["keywords_words"].iloc[0] or "").split())
    texts = keywords(titles)["keywords_words"].tolist()
    words: dict[str, list[tuple[str, bool]]] = {}
    for lists in sources:
        left = [genre for genre in genres if genre not in words and any(genre in names for names in lists)]
        if left:
            y = np.array([[genre in names for genre in left] for names in lists], dtype=np.uint8)
            table = top_keywords(texts, y, left, count=WORDS, min_titles=FEWEST)
            for genre, rows in table.groupby("label", sort=False):
                words[str(genre)] = [(str(word), word in has) for word in rows["word"]]
    return words
