"""A second look at one poster: where a genre is seen, what each block did, its colours, its nearest titles."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image
from starlette.datastructures import FormData

from ...features.bounded import Refused
from ...features.poster.single_pass import poster_features
from ...models.explain.occlusion import OcclusionMap, model_maps
from ...models.explain.title import explain as explain_row
from ..catalog.schema import find_faults
from .answers import empty_title
from .limits import RefusedError
from .state import State
from .uploads import Upload, checked

GENRES = 3
GRID = 40
BACKGROUND = 30
_KEY = "tt0000000"
Place = Path | Refused | None


def typed_title(form: FormData) -> pd.DataFrame:
    """What was typed beside a poster, as a catalogue row.

    Raises
    ------
    RefusedError
        422 with the field, what was expected and what came.
    """
    text = {name: str(form.get(name) or "").strip() for name in ("title", "year", "plot", "keywords")}
    if not any(text.values()):
        return empty_title()
    words = [word.strip() for word in text["keywords"].split(",") if word.strip()]
    row = {
        "imdb_id": _KEY,
        "title": text["title"] or None,
        "year": text["year"] or None,
        "overview": text["plot"] or None,
        "keywords": words or None,
    }
    frame, faults = find_faults(pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()}))
    if faults:
        raise RefusedError(422, f"{faults[0].column}: expected {faults[0].expected}, found {faults[0].found!r}")
    return frame.assign(imdb_id=pd.array([pd.NA], dtype="string"))


def poster_of(state: State, reference: str) -> Upload:
    """A poster that was sent before, `JOB/ROW`, to be asked about again.

    Raises
    ------
    RefusedError
        404 when it is no longer kept.
    """
    job, row = _job_row(state, reference)
    path = job.poster(row)
    upload = job.uploads[row]
    if isinstance(path, Refused):
        return Upload(upload.name, b"", path.reason)
    return Upload(upload.name, path.read_bytes())


def _job_row(state: State, reference: str) -> tuple[Any, int]:
    key, _, number = reference.partition("/")
    job = state.answers.job(key)
    if not number.isdecimal() or len(number) > 6 or int(number) >= len(job.uploads):
        raise RefusedError(404, "no such poster")
    return job, int(number)


@dataclass(frozen=True)
class Subject:
    """What is looked at.

    Attributes
    ----------
    name : str
    path : Path, Refused or None
    title : DataFrame of 1 row
    row : int or None
        Of the catalogue.
    """

    name: str
    path: Place
    title: pd.DataFrame
    row: int | None


@contextmanager
def _subject(state: State, form: FormData, uploads: list[Upload]) -> Iterator[Subject]:
    """What the form names: a file, a poster sent before, or a title of the catalogue."""
    reference, title = str(form.get("poster") or ""), typed_title(form)
    if uploads:
        upload = checked(uploads[0], state.limits)
        path = state.answers.root / f"look-{secrets.token_hex(8)}"
        try:
            if upload.status == "ok":
                path.write_bytes(upload.content)
            yield Subject(
                upload.name, path if upload.status == "ok" else Refused(upload.name, upload.status), title, None
            )
        finally:
            path.unlink(missing_ok=True)
    elif "/" in reference:
        job, row = _job_row(state, reference)
        typed = title if title.shape[1] > 1 else job.title
        yield Subject(job.uploads[row].name, job.poster(row), typed, None)
    elif reference:
        wall = state.wall()
        row = wall.row(reference)
        yield Subject(reference, wall.paths[row], wall.catalog.titles.iloc[[row]].reset_index(drop=True), row)
    else:
        raise RefusedError(422, "expected a poster: a file, or poster=JOB/ROW or poster=IMDB_ID")


def similar(state: State, form: FormData, uploads: list[Upload]) -> dict[str, Any]:
    """The nearest titles of the catalogue, with their genres."""
    wall = state.wall()
    count = str(form.get("count") or "12")
    if not count.isdecimal() or not 1 <= int(count[:4]) <= 100:
        raise RefusedError(422, f"count: expected a whole number from 1 to 100, found {count!r}")
    with _subject(state, form, uploads) as subject:
        if wall.vectors.values is None:
            return {"by": wall.vectors.by, "titles": [], "state": wall.vectors.state()}
        row = subject.row
        vector = wall.vectors.of([subject.path])[0] if row is None else wall.vectors.values[row]
        near = wall.vectors.nearest(vector, int(count), row)
    tiles = wall.brief([row for row, _ in near])
    titles = [tile | {"alike": round(alike, 4)} for tile, (_, alike) in zip(tiles, near, strict=True)]
    return {"by": wall.vectors.by, "titles": titles, "state": wall.vectors.state()}


def explain(state: State, form: FormData, uploads: list[Upload]) -> dict[str, Any]:
    """Maps, shares of blocks, colours."""
    model = state.answers.model
    asked = [str(genre) for genre in form.getlist("genre")]
    for genre in asked:
        if genre not in model.labels:
            raise RefusedError(422, f"genre: expected one of {', '.join(model.labels)}, found {genre!r}")
    with _subject(state, form, uploads) as subject:
        (answer,) = state.answers.rows([subject.name], subject.title, [subject.path])
        if answer["status"] == "no answer":
            raise RefusedError(422, f"{subject.name}: no answer to explain: {answer['reason']}")
        order = sorted(model.labels, key=lambda label: (-answer[f"{label}_predicted"], -answer[label]))
        genres = asked[:GENRES] or order[:GENRES]
        maps: list[dict[str, Any]] = []
        if model.reads_posters() and isinstance(subject.path, Path):
            with state.answers.model_lock:
                made = model_maps(model, subject.title, subject.path, genres, weights=state.answers.weights)
            maps = [_map(one) for one in made]
        return {
            "answer": answer,
            "about": state.beside(answer),
            "genres": genres,
            "maps": maps,
            "blocks": _blocks(state, subject, genres),
            "colours": _colours(subject.path),
        }


def _map(made: OcclusionMap) -> dict[str, Any]:
    height, width = made.lost.shape
    scale = GRID / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(Image.fromarray(made.lost.astype(np.float32)).resize(size, Image.Resampling.BOX))
    most = float(np.abs(made.lost).max())
    return {
        "genre": made.label,
        "score": made.score,
        "words": made.in_words(),
        "tells": not made.flat,
        "most": most,
        "lost": (small / (most or 1.0)).round(2).tolist(),
    }


class _Rows:
    """Some titles of the catalogue and the one that is looked at, as an explanation wants them."""

    def __init__(self, titles: pd.DataFrame, paths: list[Place]):
        self.titles, self._paths = titles, paths

    def poster_paths(self) -> list[Place]:
        return self._paths


def _blocks(state: State, subject: Subject, genres: list[str]) -> dict[str, Any] | None:
    """What each block of features did, beside other titles of the catalogue; None where there is one block only."""
    catalog, wall, model = state.catalog, state.gallery, state.answers.model
    known = subject.title.shape[1] > 1
    if catalog is None or wall is None or not known or len(catalog) < 5:
        return None
    rng = np.random.default_rng(0)
    others = np.setdiff1d(np.arange(len(catalog)), [-1 if subject.row is None else subject.row])
    rows = np.sort(rng.permutation(others)[:BACKGROUND])
    one = subject.title.assign(imdb_id=pd.array([_KEY], dtype="string"))
    table = pd.concat([one, catalog.titles.iloc[rows]], ignore_index=True)
    paths: list[Place] = [subject.path, *(wall.paths[row] for row in rows)]
    with state.answers.model_lock:
        made = explain_row(
            model,
            _KEY,
            _Rows(table, paths),
            genres=genres,
            background=BACKGROUND,
            maps=False,
            store=wall.vectors.store,
            weights=state.answers.weights,
            n_jobs=state.answers.threads,
        )
    if made.explanation is None:
        return None
    parts = made.explanation.contributions
    return {
        "background": made.background,
        "genres": [
            {
                "genre": genre,
                "words": made.explanation.in_words(genre),
                "base": float(made.explanation.base[genre]),
                "parts": {str(block): float(value) for block, value in parts[genre].items()},
            }
            for genre in made.genres
        ],
    }


def _colours(path: Place) -> dict[str, Any] | None:
    if not isinstance(path, Path):
        return None
    frames = poster_features([path], ["palette", "brightness"], n_jobs=1)
    palette, light = frames["palette"].iloc[0], frames["brightness"].iloc[0]
    swatches = [
        [round(float(palette[f"palette_{place}_{channel}"])) for channel in ("red", "green", "blue")]
        for place in range(1, 6)
        if not np.isnan(palette[f"palette_{place}_red"])
    ]
    if not swatches:
        return None
    return {
        "palette": swatches,
        "luma": round(float(light["brightness_luma"]), 1),
        "level": str(light["brightness_level"]),
    }
