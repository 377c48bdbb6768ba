"""What a running server holds: the model and its queue, the run's evidence, the catalogue's wall."""

import getpass
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ...models.file import load_model
from ...models.quality import Quality
from ..catalog.table import Catalog, catalog_file, load_catalog
from ..corrections.labels import Labels
from ..places import FEATURES
from .answers import Answers
from .evidence import Evidence, load_evidence
from .limits import Limits, RefusedError
from .wall import queue as queues
from .wall.gallery import Gallery
from .wall.vectors import Vectors

LABELS_FILE = "labels.sqlite"


@dataclass(frozen=True)
class Settings:
    """How to serve.

    Attributes
    ----------
    host, port
        Where to listen; a host that other machines reach needs a token.
    token : str, optional
        Asked of every request.
    features : Path
        Where poster features, thumbnails and the map are kept.
    weights : str, optional
        Where the model's network weights lie here.
    threads : int, optional
        That read posters.
    who : str, optional
        Whose decisions are written; by default the user of this machine.
    limits : Limits
    """

    host: str = "127.0.0.1"
    port: int = 8765
    token: str | None = None
    features: Path = FEATURES
    weights: str | None = None
    threads: int | None = None
    allow_outside: bool = False
    who: str | None = None
    limits: Limits = field(default_factory=Limits)


class State:
    """Everything the routes ask.

    Parameters
    ----------
    model : Path
        A model.joblib with its model.json.
    run : Path, optional
        The run folder that the model was exported from.
    catalog : Path, optional
    settings : Settings

    Raises
    ------
    ModelFileError, RunFolderError, CatalogError
        When one of the three cannot be read.
    """

    def __init__(self, model: Path, run: Path | None, catalog: Path | None, settings: Settings):
        self.limits, self.run_folder = settings.limits, run
        loaded = load_model(model)
        self.manifest: Mapping[str, Any] = loaded.manifest or {}
        self.file = model.name
        self.answers = Answers(loaded, settings.limits, weights=settings.weights, threads=settings.threads)
        self.evidence: Evidence | None = load_evidence(run, loaded)
        self.second_looks = threading.BoundedSemaphore(4)
        self.intake = ThreadPoolExecutor(2, "genrelab-intake")
        self.catalog: Catalog | None = None
        self.vectors: Vectors | None = None
        self.gallery: Gallery | None = None
        self.unlabelled: queues.Unlabelled | None = None
        if catalog is not None:
            self._open(catalog, settings)

    def _open(self, path: Path, settings: Settings) -> None:
        path = catalog_file(path)
        self.catalog = load_catalog(path, allow_outside=settings.allow_outside)
        about = path.stat()
        identity = f"{path.resolve()}|{about.st_size}|{about.st_mtime_ns}"
        self.vectors = Vectors(self.catalog, self.answers, settings.features, identity)
        labels = Labels(path.parent / LABELS_FILE, settings.who or _user())
        target = self.manifest.get("trained_on", {}).get("target", {})
        source = target.get("source") if isinstance(target, Mapping) else None
        wall = Gallery(self.catalog, self.vectors, labels, self.evidence, settings.features, source, settings.limits)
        self.gallery = wall
        bare = [key for key, genres in zip(wall.ids, wall.given, strict=True) if not genres]
        self.unlabelled = queues.Unlabelled(bare, self._scores, self._vectors)

    def start(self) -> None:
        """Warm the model, and begin to look at the catalogue's posters."""
        self.answers.start()
        if self.vectors is not None:
            self.vectors.start()

    def stop(self) -> None:
        """Forget uploads and end the threads."""
        if self.vectors is not None:
            self.vectors.stop()
        self.intake.shutdown(wait=False, cancel_futures=True)
        self.answers.stop()

    def wall(self) -> Gallery:
        """The gallery.

        Raises
        ------
        RefusedError
            404 when the server was started without a catalogue.
        """
        if self.gallery is None:
            raise RefusedError(404, "no catalogue: start genrelab serve with --catalog PATH to see its titles")
        return self.gallery

    def quality(self) -> dict[str, Any]:
        """How well the model did, as `genrelab predict --format json` says it."""
        quality = self.answers.model.quality
        return (Quality() if quality is None else quality).as_dict()

    def version(self) -> dict[str, Any]:
        """Versions."""
        return {
            "genrelab": version("genrelab"),
            "model": self.file,
            "sha256": self.manifest.get("sha256"),
            "written_with": self.manifest.get("versions", {}),
        }

    def about(self) -> dict[str, Any]:
        """What the page needs to know before it shows anything."""
        model, trained = self.answers.model, self.manifest.get("trained_on", {})
        held = self.evidence
        return {
            "file": self.file,
            "kind": model.kind,
            "labels": list(model.labels),
            "thresholds": [round(float(value), 6) for value in model.thresholds],
            "reads_posters": model.reads_posters(),
            "reads": sorted(model.needs()),
            "cell": self.manifest.get("cell", {}),
            "titles": trained.get("titles"),
            "quality": self.quality(),
            "calibrated": held is not None and not held.scores.empty,
            "promise": held is not None and held.conformal is not None,
            "run": None if held is None else {"same": held.same_run, "report": self.report() is not None},
            "catalog": None if self.gallery is None else {"titles": len(self.gallery)},
            "limits": {
                "files": self.limits.files,
                "file_bytes": self.limits.file_bytes,
                "request_bytes": self.limits.request_bytes,
            },
        }

    def beside(self, answer: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the run knows of such an answer."""
        return None if self.evidence is None or answer["status"] == "no answer" else self.evidence.about(answer)

    def report(self) -> Path | None:
        """The run's page, where there is one."""
        if self.run_folder is None:
            return None
        pages = [self.run_folder / "report" / "index.html", self.run_folder / "report.html"]
        pages += sorted((self.run_folder / "report").glob("*.html"))
        return next((page for page in pages if page.is_file()), None)

    def run_facts(self) -> dict[str, Any]:
        """The run: its cell, and figures whose every mark is a set of titles."""
        if self.evidence is None:
            raise RefusedError(404, "no run: start genrelab serve with --run RUN to see how the model was measured")
        info = self.evidence.run.info
        return {
            "name": info.get("experiment"),
            "titles": info.get("titles"),
            "cell": str(self.evidence.cell),
            "same": self.evidence.same_run,
            "report": self.report() is not None,
            "genres": self.evidence.genres(),
            "mistaken": self.evidence.mistaken(),
            "reliability": self.evidence.reliability(),
        }

    def queue(self, kind: str) -> dict[str, Any]:
        """Titles to look at next, as tiles with the doubts about each."""
        wall = self.wall()
        seen = wall.labels.seen()
        if kind == "suspicious":
            found = queues.suspicious(self.evidence, seen)
        else:
            found = self.unlabelled.next(seen) if self.unlabelled is not None else []
        found = [entry for entry in found if entry["imdb_id"] in wall.rows]
        tiles = wall.brief([wall.rows[entry["imdb_id"]] for entry in found])
        shown = [tile | {"doubts": entry["doubts"]} for tile, entry in zip(tiles, found, strict=True)]
        known = list(self.answers.model.labels)
        return {"kind": kind, "titles": shown, "genres": known, "run": self.evidence is not None}

    def _scores(self, ids: list[str]) -> np.ndarray:
        wall, catalog = self.wall(), self.catalog
        assert catalog is not None
        rows = np.array([wall.rows[key] for key in ids])
        vectors = self.vectors
        with self.answers.model_lock:
            table = self.answers.model.predict(
                catalog.take(rows),
                store=None if vectors is None else vectors.store,
                weights=self.answers.weights,
                n_jobs=self.answers.threads,
            )
        return table[list(self.answers.model.labels)].to_numpy(dtype=float)

    def _vectors(self, ids: list[str]) -> np.ndarray | None:
        if self.vectors is None or self.vectors.values is None:
            return None
        return self.vectors.values[[self.wall().rows[key] for key in ids]]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
