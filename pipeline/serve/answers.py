"""One warm model, one thread that asks it: posters of all requests in shared batches, fair to each."""

import contextlib
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ...features.bounded import Refused
from ...models.genre_model import GenreModel
from ..handover.predict import Piece, predict_pieces
from .limits import Limits, RefusedError
from .uploads import Upload, checked

BATCH = 64
_PREFIX = "genrelab-serve-"


@dataclass(eq=False)
class Job:
    """Posters of one request and their answers.

    Attributes
    ----------
    key : str
        Its id, which nobody can guess.
    uploads : list of n Upload
        Without their content, which lies in the folder.
    title : DataFrame of 1 row
        What was typed beside the posters; nulls where nothing was.
    folder : Path or None
        Where its posters lie, under numbers; removed with the job.
    rows : list of dict
        Answers so far, each with `row`, its place among the posters.
    """

    key: str
    uploads: list[Upload]
    title: pd.DataFrame
    folder: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    cancelled: bool = False
    used: float = field(default_factory=time.monotonic)
    bytes: int = 0

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.cancelled or len(self.rows) == len(self.uploads)

    def poster(self, row: int) -> Path | Refused:
        """The file of one poster, or why there is none."""
        upload = self.uploads[row]
        path = self.folder / f"{row:05d}"
        return path if upload.status == "ok" and path.exists() else Refused(upload.name, upload.status)

    def answers(self) -> list[dict[str, Any]]:
        """The rows as `genrelab predict` writes them, in the order of the posters."""
        ordered = sorted(self.rows, key=lambda answer: answer["row"])
        return [{name: value for name, value in answer.items() if name != "row"} for answer in ordered]


class Answers:
    """The queue before the model.

    Parameters
    ----------
    model : GenreModel
    limits : Limits
    weights : str, optional
        Where the model's network weights lie here.
    threads : int, optional
        That read posters.
    """

    def __init__(
        self,
        model: GenreModel,
        limits: Limits | None = None,
        *,
        weights: str | None = None,
        threads: int | None = None,
    ):
        self.model, self.limits, self.weights, self.threads = model, limits or Limits(), weights, threads
        self.model_lock = threading.RLock()
        self.warm = False
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._change = threading.Condition()
        self._stopped = False
        _remove_abandoned()
        self.root = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        self._thread = threading.Thread(target=self._work, name="genrelab-model", daemon=True)

    def start(self) -> None:
        """Begin to answer; the first batch is a blank picture that warms the network."""
        self._thread.start()

    def stop(self) -> None:
        """Forget all jobs and posters."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
        if self._thread.is_alive():
            self._thread.join(10)
        shutil.rmtree(self.root, ignore_errors=True)

    def waiting(self) -> int:
        """Posters that wait for the model."""
        return sum(len(job.waiting) for job in list(self._jobs.values()))

    def submit(self, uploads: Iterable[Upload], title: pd.DataFrame) -> Job:
        """Queue the posters of a request; a request without posters is one row of what was typed.

        Parameters
        ----------
        uploads : iterable of Upload
            Written to the job's folder one by one, so that one of them is in memory at a time.
        title : DataFrame of 1 row

        Returns
        -------
        Job

        Raises
        ------
        RefusedError
            503 when the queue or the folder of posters is full; whatever `uploads` raises.
        """
        key = secrets.token_urlsafe(12)
        job = Job(key, [], title, self.root / key)
        with self._change:
            self._let_in(job)
        job.folder.mkdir(mode=0o700)
        try:
            for upload in uploads:
                self._keep(job, checked(upload, self.limits))
            if not job.uploads:
                job.uploads.append(Upload("what was typed", b"", "missing"))
            job.waiting = list(range(len(job.uploads)))
            with self._change:
                self._let_in(job)
                self._jobs[key] = job
                self._change.notify_all()
        except BaseException:
            shutil.rmtree(job.folder, ignore_errors=True)
            raise
        return job

    def _keep(self, job: Job, upload: Upload) -> None:
        if upload.status == "ok":
            (job.folder / f"{len(job.uploads):05d}").write_bytes(upload.content)
            job.bytes += len(upload.content)
        job.uploads.append(Upload(upload.name, b"", upload.status))

    def _let_in(self, job: Job) -> None:
        """Make room for a job, or refuse it."""
        waiting = self.waiting()
        if self._stopped or waiting + max(1, len(job.waiting)) > self.limits.waiting:
            raise RefusedError(503, f"busy: {waiting} posters are waiting for the model; try again in a moment")
        if self._make_room(job.bytes) > self.limits.kept_bytes:
            raise RefusedError(503, "busy: the posters that are waiting fill the space for them; try again in a moment")

    def job(self, key: str) -> Job:
        """A job by its id.

        Raises
        ------
        RefusedError
            404 for one that is not there, or not any more.
        """
        job = self._jobs.get(key)
        if job is None:
            raise RefusedError(404, "these posters are no longer kept here; drop them again")
        job.used = time.monotonic()
        return job

    def cancel(self, key: str) -> int:
        """Stop a job: what waits is left unanswered.

        Returns
        -------
        int
            How many posters were still waiting.
        """
        job = self.job(key)
        with self._change:
            left, job.waiting, job.cancelled = len(job.waiting), [], not job.finished
        return left

    def forget(self, key: str) -> None:
        """Remove a job and its posters."""
        job = self._jobs.pop(key, None)
        if job is not None:
            job.cancelled, job.waiting = True, []
            shutil.rmtree(job.folder, ignore_errors=True)

    def _make_room(self, wanted: int = 0) -> int:
        """Forget finished jobs that are old or, oldest first, too many bytes together with those wanted.

        Returns
        -------
        int
            The bytes of all that is left, and those wanted.
        """
        now = time.monotonic()
        total = wanted + sum(job.bytes for job in self._jobs.values())
        for key, job in sorted(self._jobs.items(), key=lambda pair: pair[1].used):
            old = now - job.used > self.limits.kept_seconds
            if job.finished and (old or total > self.limits.kept_bytes):
                total -= job.bytes
                self.forget(key)
        return total

    def _work(self) -> None:
        self._warm_up()
        while True:
            with self._change:
                while not self._stopped and not self.waiting():
                    self._change.wait(5)
                    self._make_room()
                if self._stopped:
                    return
                batch = self._next_batch()
            if batch:
                self._answer(batch)

    def _next_batch(self) -> list[tuple[Job, int]]:
        """One poster of each job in turn, until a batch is full or nothing waits."""
        batch: list[tuple[Job, int]] = []
        while len(batch) < BATCH:
            took = False
            for job in list(self._jobs.values()):
                if job.waiting and len(batch) < BATCH:
                    batch.append((job, job.waiting.pop(0)))
                    took = True
            if not took:
                break
        return batch

    def _answer(self, batch: list[tuple[Job, int]]) -> None:
        names = [job.uploads[row].name for job, row in batch]
        paths: list[Path | Refused | None] = [job.poster(row) for job, row in batch]
        try:
            records = self.rows(names, pd.concat([job.title for job, _ in batch], ignore_index=True), paths)
        except Exception as fault:  # whatever a model raises costs these answers and nothing else
            reason = f"the model failed ({type(fault).__name__}: {fault})"
            records = [{"file": name, "status": "no answer", "reason": reason} for name in names]
        for (job, row), record in zip(batch, records, strict=True):
            job.rows.append({"row": row} | record)

    def rows(self, names: list[str], titles: pd.DataFrame, paths: list[Path | Refused | None]) -> list[dict[str, Any]]:
        """Answers as `genrelab predict --format json` writes its rows."""
        with self.model_lock:
            (table,) = predict_pieces(
                self.model, "file", [Piece(names, titles, paths)], weights=self.weights, n_jobs=self.threads
            )
        records = table.astype(object).where(table.notna(), None).to_dict("records")
        return [{str(name): value for name, value in record.items()} for record in records]

    def _warm_up(self) -> None:
        from PIL import Image

        blank = self.root / "blank.png"
        with contextlib.suppress(Exception):  # what is wrong shows in the first real answer
            Image.new("RGB", (300, 440), "grey").save(blank)
            paths: list[Path | Refused | None] = [blank if self.model.reads_posters() else None]
            self.rows(["blank"], empty_title(), paths)
        self.warm = True


def empty_title() -> pd.DataFrame:
    """A row of which nothing is known."""
    return pd.DataFrame({"imdb_id": pd.array([pd.NA], dtype="string")})


def _remove_abandoned() -> None:
    """Remove posters that a killed server left in the folder for temporary files."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if owner.isdecimal() and not Path(f"/proc/{owner}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)
