"""The catalogue as a wall of posters: facts, filters, pages, and thumbnails made when they are first looked at."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ....features.bounded import Refused
from ....features.files import replacing
from ...catalog.genres import SOURCES, title_genres
from ...catalog.table import Catalog
from ...corrections.labels import Labels
from ..evidence import Evidence, between
from ..limits import Limits, RefusedError
from ..uploads import THUMBNAIL, small_jpeg
from .vectors import GREY, Vectors

_FACTS = (
    "kind year release_date original_language runtime popularity vote_average vote_count imdb_rating imdb_votes "
    "certificate overview"
).split()
_LISTS = ("directors", "writers", "cast", "countries", "languages", "keywords")
LARGE = (720, 1080)
PAGE = 60
HUE_WIDTH = 25.0


@dataclass(frozen=True)
class Filters:
    """What the wall shows; every field that is None leaves all titles in.

    `truth` and `predicted` take genres of the run, with `!` before one for its absence; `score` is a genre of the run
    and the range its out-of-fold score lies in, upper end included; `hue` is in degrees, or -1 for grey posters;
    `outcome` one of right, partly, wrong, uncertain; `ids` are those chosen on the map.
    """

    genre: str | None = None
    source: str | None = None
    decade: int | None = None
    kind: str | None = None
    hue: float | None = None
    outcome: str | None = None
    truth: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    score: tuple[str, float, float] | None = None
    text: str | None = None
    corrected: bool | None = None
    ids: frozenset[str] | None = None


class Gallery:
    """Titles of a catalogue with everything known of them.

    Parameters
    ----------
    catalog : Catalog
    vectors : Vectors
    labels : Labels
    evidence : Evidence, optional
    folder : Path
        Where features are kept; thumbnails go into `serve/thumbs` there.
    source : str, optional
        Whose genres the model was trained on.
    limits : Limits
    """

    def __init__(
        self,
        catalog: Catalog,
        vectors: Vectors,
        labels: Labels,
        evidence: Evidence | None,
        folder: Path,
        source: str | None,
        limits: Limits,
    ):
        self.catalog, self.vectors, self.labels, self.evidence, self.limits = catalog, vectors, labels, evidence, limits
        self.thumbs = folder / "serve" / "thumbs"
        titles = catalog.titles
        self.ids = titles["imdb_id"].astype(str).tolist()
        self.rows = {key: row for row, key in enumerate(self.ids)}
        self.paths: list[Path | Refused | None] = list(catalog.poster_paths())
        lists = {name: title_genres(titles, name)[0] for name, column in SOURCES.items() if column in titles}
        self.sources = {name: genres for name, genres in lists.items() if any(genres)}
        chosen = source if source in self.sources else next(iter(self.sources), None)
        self.source = chosen
        self.given = self.sources[chosen] if chosen is not None else [[] for _ in self.ids]
        self.genres = sorted({genre for names in self.sources.values() for title in names for genre in title})
        year = pd.to_numeric(titles["year"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        self.decades = np.where(np.isnan(year), -1, year // 10 * 10).astype(int)
        self.names = titles["title"].fillna("").astype(str).tolist()
        self.lower = np.array([name.lower() for name in self.names], dtype=str)
        self.kinds = titles["kind"].fillna("").to_numpy(dtype=str)
        self.has = {
            name: {g: np.array([g in title for title in names], dtype=bool) for g in self.genres}
            for name, names in self.sources.items()
        }
        self.outcome = np.full(len(self.ids), "", dtype=object)
        self.uncertain = np.zeros(len(self.ids), dtype=bool)
        if evidence is not None:
            table = evidence.outcomes().reindex(self.ids)
            self.outcome = table["outcome"].fillna("").to_numpy(dtype=object)
            self.uncertain = table["uncertain"].eq(True).to_numpy(dtype=bool)

    def __len__(self) -> int:
        return len(self.ids)

    def facets(self) -> dict[str, Any]:
        """What can be filtered by, with counts."""
        decades, counts = np.unique(self.decades[self.decades >= 0], return_counts=True)
        source = self.has.get(self.source or "", {})
        outcomes = {name: int((self.outcome == name).sum()) for name in ("right", "partly", "wrong")}
        return {
            "titles": len(self.ids),
            "source": self.source,
            "sources": list(self.sources),
            "genres": [{"genre": g, "titles": int(source[g].sum()) if g in source else 0} for g in self.genres],
            "decades": [{"decade": int(d), "titles": int(c)} for d, c in zip(decades, counts, strict=True)],
            "outcomes": outcomes | {"uncertain": int(self.uncertain.sum())} if any(outcomes.values()) else {},
            "hues": bool(np.isfinite(self.vectors.hues).any()),
        }

    def select(self, filters: Filters) -> np.ndarray:
        """Rows that pass all filters, in the catalogue's order.

        Raises
        ------
        RefusedError
            For a source, genre or outcome that does not exist.
        """
        keep = np.ones(len(self.ids), dtype=bool)
        source = filters.source or self.source
        if filters.source is not None and filters.source not in self.sources:
            raise RefusedError(422, f"source: expected one of {', '.join(self.sources)}, found {filters.source!r}")
        if filters.genre is not None:
            if filters.genre not in self.genres:
                raise RefusedError(422, f"genre: found none called {filters.genre!r} in the catalogue")
            keep &= self.has[str(source)][filters.genre]
        if filters.decade is not None:
            keep &= self.decades == filters.decade
        if filters.kind is not None:
            keep &= self.kinds == filters.kind
        if filters.text:
            word = filters.text.lower()
            keep &= (np.char.find(self.lower, word) >= 0) | (np.array(self.ids) == word)
        if filters.outcome == "uncertain":
            keep &= self.uncertain
        elif filters.outcome is not None:
            if filters.outcome not in ("right", "partly", "wrong"):
                raise RefusedError(
                    422, f"outcome: expected right, partly, wrong or uncertain, found {filters.outcome!r}"
                )
            keep &= self.outcome == filters.outcome
        for side, genres in (("truth", filters.truth), ("predicted", filters.predicted)):
            for genre in genres:
                keep &= self._side(genre, side)
        if filters.score is not None:
            keep &= self._scored(*filters.score)
        if filters.hue is not None:
            hues = self.vectors.hues
            apart = np.abs((hues - filters.hue + 180) % 360 - 180)
            keep &= hues == GREY if filters.hue < 0 else (apart <= HUE_WIDTH) & (hues >= 0)
        if filters.corrected is not None:
            decided = self.labels.current()
            keep &= np.array([key in decided for key in self.ids]) == filters.corrected
        if filters.ids is not None:
            keep &= np.array([key in filters.ids for key in self.ids])
        return np.flatnonzero(keep)

    def _side(self, genre: str, side: str) -> np.ndarray:
        name = genre.removeprefix("!")
        evidence = self._of_run(name, side)
        frame = evidence.truth if side == "truth" else evidence.predicted
        return self._named(frame.index[frame[name] != genre.startswith("!")])

    def _scored(self, name: str, low: float, high: float) -> np.ndarray:
        scores = self._of_run(name, "score_of").scores[name]
        return self._named(scores.index[between(scores.to_numpy(dtype=float), low, high)])

    def _of_run(self, name: str, option: str) -> Evidence:
        if self.evidence is None or name not in self.evidence.labels:
            raise RefusedError(422, f"{option}: expected a genre of the run, found {name!r}")
        return self.evidence

    def _named(self, ids: pd.Index) -> np.ndarray:
        wanted = set(ids)
        return np.array([key in wanted for key in self.ids], dtype=bool)

    def brief(self, rows: np.ndarray | list[int]) -> list[dict[str, Any]]:
        """What a tile of the wall shows."""
        decided = self.labels.current()
        return [
            {
                "imdb_id": self.ids[row],
                "title": self.names[row] or self.ids[row],
                "year": None if self.decades[row] < 0 else int(self.catalog.titles["year"].iloc[row]),
                "genres": decided.get(self.ids[row], self.given[row]),
                "corrected": self.ids[row] in decided,
                "outcome": self.outcome[row] or None,
                "uncertain": bool(self.uncertain[row]),
                "poster": isinstance(self.paths[row], Path),
            }
            for row in map(int, rows)
        ]

    def page(self, filters: Filters, page: int, size: int) -> dict[str, Any]:
        """One page of the wall: `total`, `page`, `pages`, `titles`."""
        rows = self.select(filters)
        return {
            "total": len(rows),
            "page": page,
            "pages": max(1, -(-len(rows) // size)),
            "titles": self.brief(rows[(page - 1) * size : page * size]),
        }

    def row(self, key: str) -> int:
        """The row of an id.

        Raises
        ------
        RefusedError
            404 when the catalogue has no such title.
        """
        if key not in self.rows:
            raise RefusedError(404, f"the catalogue has no title {key!r}")
        return self.rows[key]

    def title(self, key: str) -> dict[str, Any]:
        """Everything known of one title: facts, labels of every source, out-of-fold scores."""
        row = self.row(key)
        record = self.catalog.titles.iloc[row]
        facts = {name: _shown(record[name]) for name in _FACTS if name in record and not _is_null(record[name])}
        lists = {name: [str(value) for value in record[name]] for name in _LISTS if _has_list(record.get(name))}
        scores: list[dict[str, Any]] = []
        if self.evidence is not None and key in self.evidence.scores.index:
            held = self.evidence
            place = held.scores.index.get_loc(key)
            columns = [frame.to_numpy()[place] for frame in (held.scores, held.truth, held.predicted)]
            scores = [
                {"genre": label, "score": round(float(score), 4), "truth": bool(truth), "predicted": bool(said)}
                for label, score, truth, said in zip(held.labels, *columns, strict=True)
            ]
            scores.sort(key=lambda line: -line["score"])
        path = self.paths[row]
        return self.brief([row])[0] | {
            "facts": facts,
            "lists": lists,
            "labels": {name: genres[row] for name, genres in self.sources.items()},
            "scores": scores,
            "no_poster": path.reason if isinstance(path, Refused) else "missing" if path is None else None,
            "attribution": list(self.catalog.attribution),
        }

    def thumbnail(self, key: str) -> bytes:
        """A small JPEG, made once and kept beside the features.

        Raises
        ------
        RefusedError
            404 with the reason why there is none.
        """
        path = self.paths[self.row(key)]
        if not isinstance(path, Path):
            raise RefusedError(404, "no poster")
        try:
            about = path.stat()
        except OSError:
            raise RefusedError(404, "the poster is missing") from None
        name = hashlib.sha256(f"{path}|{about.st_size}|{about.st_mtime_ns}|{THUMBNAIL}".encode()).hexdigest()[:32]
        file = self.thumbs / name[:2] / f"{name}.jpg"
        try:
            return file.read_bytes()
        except OSError:
            picture = self._jpeg(path, THUMBNAIL)
        try:
            with replacing(file) as temporary:
                temporary.write_bytes(picture)
        except OSError:
            pass  # a full or read-only disk costs speed only
        return picture

    def large(self, key: str) -> bytes:
        """The poster for the title's page, at most 720 x 1080 pixels."""
        path = self.paths[self.row(key)]
        if not isinstance(path, Path):
            raise RefusedError(404, "no poster")
        return self._jpeg(path, LARGE)

    def _jpeg(self, path: Path, box: tuple[int, int]) -> bytes:
        picture, status = small_jpeg(path, box, self.limits)
        if picture is None:
            raise RefusedError(404, f"poster {status}")
        return picture

    def map(self) -> dict[str, Any]:
        """All titles on the plane: whole numbers from 0 to 4095, and the first genre of each."""
        places = np.nan_to_num(self.vectors.plane, nan=-1.0)
        known = np.flatnonzero((places >= 0).all(axis=1))
        names = [self.given[row][0] if self.given[row] else "" for row in known]
        order = sorted(set(names))
        number = {name: place for place, name in enumerate(order)}
        return {
            "ids": [self.ids[row] for row in known],
            "titles": [self.names[row] for row in known],
            "x": (places[known, 0] * 4095).round().astype(int).tolist(),
            "y": (places[known, 1] * 4095).round().astype(int).tolist(),
            "genres": order,
            "genre": [number[name] for name in names],
        }


def _is_null(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _has_list(value: Any) -> bool:
    return isinstance(value, list | tuple | np.ndarray) and len(value) > 0


def _shown(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
