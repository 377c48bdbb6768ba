"""One prediction explained: what each block of features did, which words mark the genres, where on the poster."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...features.files import replacing
from ...features.poster.read import read_poster
from ...features.store import FeatureStore
from ...features.text.keywords import keywords
from ...models.explain.blocks import Explanation, explain_title
from ...models.explain.genre_keywords import top_keywords
from ...models.explain.occlusion import OcclusionMap, model_occlusion
from ...models.genre_model import GenreModel
from ..catalog.genres import SOURCES, indicator_matrix, title_genres
from ..catalog.table import Catalog

MOST_GENRES = 3
WORDS = 8
FEWEST = 3


@dataclass(frozen=True)
class TitleExplanation:
    """Everything said about one title.

    Attributes
    ----------
    title : DataFrame of 1 row
        Its catalogue row.
    poster : Path or None
    status : str
        Of the poster; `ok` for a model that reads none.
    genres : tuple of str
        Those explained, highest score first.
    given : frozenset of str
        Those the model gives.
    explanation : Explanation
    words : dict of genre to list of (word, bool)
        Keywords that mark the genre in this catalogue, and whether the title has them; empty for a model without
        keywords.
    background : int
        Titles compared with.
    """

    title: pd.DataFrame
    poster: Path | None
    status: str
    genres: tuple[str, ...]
    given: frozenset[str]
    explanation: Explanation
    words: dict[str, list[tuple[str, bool]]]
    background: int


def explain(
    model: GenreModel,
    catalog: Catalog,
    imdb_id: str,
    *,
    genres: Sequence[str] = (),
    background: int = 50,
    seed: int = 0,
    merge: bool = True,
    store: FeatureStore | None = None,
    weights: str | None = None,
    n_jobs: int | None = None,
) -> TitleExplanation:
    """Explain a model's scores for one title of a catalogue.

    Parameters
    ----------
    model : GenreModel
    catalog : Catalog
        Holds the title, and others that it is compared with.
    imdb_id : str
    genres : sequence of str
        By default those the model gives, or the three it scores highest when it gives none.
    background : int
        Other titles, drawn at random; their mean score is where contributions start from.
    seed : int
    merge : bool
        Take all poster features as one block.
    store, weights, n_jobs
        As in `GenreModel.features`.

    Returns
    -------
    TitleExplanation

    Raises
    ------
    ValueError
        When the title is not in the catalogue, a genre is unknown to the model, or there is nothing to compare with.
    """
    rows = np.flatnonzero(catalog.titles["imdb_id"] == imdb_id)
    if not len(rows):
        raise ValueError(f"title {imdb_id!r}: expected one of the catalogue's {len(catalog)} titles, found none such")
    for genre in genres:
        if genre not in model.labels:
            raise ValueError(f"genre {genre!r}: expected one of {', '.join(model.labels)}")
    others = np.setdiff1d(np.arange(len(catalog)), rows)
    if background < 1 or not len(others):
        raise ValueError(f"background: expected at least one other title, found {min(background, len(others))}")
    drawn = np.sort(np.random.default_rng(seed).permutation(others)[:background])
    part = catalog.take(np.concatenate([rows[:1], drawn]))
    features = model.features(part.titles, part.poster_paths(), store=store, weights=weights, n_jobs=n_jobs)
    found = explain_title(model, features.iloc[:1], features.iloc[1:], merge=merge)
    decided = model.decide(found.score[list(model.labels)].to_numpy()[None, :])[0]
    given = [label for label, flag in zip(model.labels, decided, strict=True) if flag]
    order = found.score.sort_values(ascending=False, kind="stable").index
    chosen = list(genres) or [label for label in order if label in given] or list(order[:MOST_GENRES])
    status = str(features["posters_status"].iloc[0]) if "posters_status" in features else "ok"
    return TitleExplanation(
        part.titles.iloc[:1],
        part.poster_paths()[0],
        status,
        tuple(str(label) for label in chosen),
        frozenset(given),
        found,
        _words(model, catalog, part.titles.iloc[:1], chosen) if "keywords" in model.needs() else {},
        len(drawn),
    )


def _words(
    model: GenreModel, catalog: Catalog, title: pd.DataFrame, genres: Sequence[str]
) -> dict[str, list[tuple[str, bool]]]:
    """Words that mark each genre, by the first source that gives it; a class that is no genre has none."""
    own = set(str(keywords(title)["keywords_words"].iloc[0] or "").split())
    texts = keywords(catalog.titles)["keywords_words"].tolist()
    found: dict[str, list[tuple[str, bool]]] = {}
    for source, column in SOURCES.items():
        if column not in catalog.titles:
            continue
        names = title_genres(catalog.titles, source)[0]
        left = [genre for genre in genres if genre not in found and any(genre in own_names for own_names in names)]
        if left:
            table = top_keywords(texts, indicator_matrix(names, left), left, count=WORDS, min_titles=FEWEST)
            for genre, rows in table.groupby("label", sort=False):
                found[str(genre)] = [(str(word), word in own) for word in rows["word"]]
    return found


def as_text(found: TitleExplanation) -> str:
    """What was found, for a terminal.

    Parameters
    ----------
    found : TitleExplanation

    Returns
    -------
    str
        A line on the title, one per genre with its blocks, the sums, the words, the method.
    """
    row = found.title.iloc[0]
    year = "" if pd.isna(row["year"]) else f" ({row['year']})"
    name = row["imdb_id"] if pd.isna(row["title"]) else row["title"]
    given = ", ".join(genre for genre in found.explanation.score.index if genre in found.given) or "none of its genres"
    lines = [f"{name}{year}, {row['imdb_id']}: the model says {given}"]
    if found.status != "ok":
        lines.append(f"its poster could not be used: {found.status}")
    for genre in found.genres:
        parts = found.explanation.contributions[genre]
        sums = " ".join(f"{'+' if value >= 0 else '-'} {abs(value):.3f} {block}" for block, value in parts.items())
        score, base = found.explanation.score[genre], found.explanation.base[genre]
        lines += ["", found.explanation.in_words(genre), f"  {score:.3f} = {base:.3f} background {sums}"]
        if found.words.get(genre):
            shown = ", ".join(f"{word}*" if has else word for word, has in found.words[genre])
            lines.append(f"  words that mark {genre} in this catalogue (* the title's own): {shown}")
    lines += ["", f"method: {found.explanation.method} ({found.background} of them)"]
    return "\n".join(lines)


def draw_maps(model: GenreModel, found: TitleExplanation, out: Path, *, weights: str | None = None) -> list[Path]:
    """Write a picture per genre: the poster, and beside it where covering it changes the score.

    Parameters
    ----------
    model : GenreModel
    found : TitleExplanation
    out : Path
        Folder; files are named `<imdb_id>-<genre>.png`.
    weights : str, optional
        As in `GenreModel.features`.

    Returns
    -------
    list of Path

    Raises
    ------
    ValueError
        When the model reads no posters, or the title has none that can be read.
    """
    if not model.reads_posters():
        raise ValueError(f"--out: a map needs a model that reads posters, this one reads {', '.join(model.specs)}")
    imdb_id = str(found.title["imdb_id"].iloc[0])
    if found.poster is None:
        raise ValueError(f"--out: a map needs a poster, {imdb_id} has none")
    paths = []
    for genre in found.genres:
        made = model_occlusion(model, found.title, found.poster, genre, weights=weights)
        path = out / f"{imdb_id}-{genre.lower().replace(' ', '-')}.png"
        out.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            _draw(made, found.poster, temporary)
        paths.append(path)
    return paths


def _draw(made: OcclusionMap, poster: Path, path: Path) -> None:
    from matplotlib.figure import Figure

    image = read_poster(poster).image
    assert image is not None
    height, width = made.lost.shape
    picture = image.convert("RGB").resize((width, height))
    figure = Figure(figsize=(2 * 3.2 * max(width / height, 0.5) + 1.4, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    largest = float(np.abs(made.lost).max()) or 1.0
    left.imshow(picture)
    right.imshow(picture.convert("L"), cmap="gray")
    shown = right.imshow(made.lost, cmap="RdBu_r", vmin=-largest, vmax=largest, alpha=0.6)
    for axes in (left, right):
        axes.axis("off")
    figure.colorbar(shown, ax=right, shrink=0.8, label="score lost when covered")
    figure.suptitle(f"{made.label}: score {made.score:.2f}", fontsize=10)
    figure.savefig(path, format="png", dpi=120, metadata={"Software": None})
