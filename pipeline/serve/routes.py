"""The API: posters in, answers out, and everything the page shows, as JSON."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Any, BinaryIO, Literal

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.responses import JSONResponse, Response, StreamingResponse

from .answers import Job
from .limits import RefusedError, body_used
from .second_look import explain, poster_of, similar, typed_title
from .state import State
from .tables import as_csv, as_workbook, by_genre
from .uploads import THUMBNAIL, Upload, read_uploads, small_jpeg
from .wall.gallery import PAGE, Filters

router = APIRouter(prefix="/api")
_PICTURE = {"Cache-Control": "private, max-age=86400"}
Multipart: dict[str, Any] = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "poster": {"type": "string", "description": "JOB/ROW of a poster sent before, or an imdb_id"},
                        "title": {"type": "string"},
                        "year": {"type": "integer"},
                        "plot": {"type": "string"},
                        "keywords": {"type": "string", "description": "parted by commas"},
                    },
                }
            }
        }
    }
}


def state_of(request: Request) -> State:
    """What the server holds."""
    return request.app.state.serve


@router.get("/health")
def health(request: Request) -> dict[str, Any]:
    """Whether the server answers, how long its queue is, and what is still being prepared."""
    state = state_of(request)
    return {
        "status": "ok",
        "warm": state.answers.warm,
        "waiting": state.answers.waiting(),
        "vectors": None if state.vectors is None else state.vectors.state(),
    }


@router.get("/version")
def version(request: Request) -> dict[str, Any]:
    """Versions of genrelab and of the model."""
    return state_of(request).version()


@router.get("/model")
def model(request: Request) -> dict[str, Any]:
    """What the model reads and gives, how well it did, and what this server has beside it."""
    return state_of(request).about()


@asynccontextmanager
async def _received(request: Request) -> AsyncIterator[tuple[FormData, list[tuple[str | None, BinaryIO]]]]:
    """The form of a request and its files, which are removed at the block's end."""
    limits = state_of(request).limits
    form = await request.form(max_files=limits.files, max_fields=20, max_part_size=100_000)
    try:
        yield form, [(part.filename, part.file) for _, part in form.multi_items() if isinstance(part, UploadFile)]
    finally:
        await form.close()


async def _taken_in(request: Request, work: Callable[[], Any]) -> Any:
    """Unpack and write what came: two requests at a time, so that no crowd of zips fills the memory."""
    return await asyncio.get_running_loop().run_in_executor(state_of(request).intake, work)


async def _submitted(request: Request) -> Job:
    state = state_of(request)
    async with _received(request) as (form, files):
        title = typed_title(form)
        typed = bool(title.notna().any(axis=None))
        reference = str(form.get("poster") or "") if not files else ""
        if not files and not reference and not typed:
            raise RefusedError(422, "expected posters (files) or something typed (title, year, plot, keywords)")
        if files and not state.answers.model.reads_posters() and not typed:
            raise RefusedError(422, "this model reads no posters; type a title, a year, a plot or keywords")

        def submit() -> Job:
            uploads: Iterable[Upload] = read_uploads(files, state.limits)
            return state.answers.submit([poster_of(state, reference)] if reference else uploads, title)

        job = await _taken_in(request, submit)
    body_used(request.scope)
    return job


@router.post("/predict", openapi_extra=Multipart)
async def predict(request: Request) -> JSONResponse:
    """Genres of posters, or of what was typed: the JSON of `genrelab predict --format json`, when all are done."""
    state = state_of(request)
    job = await _submitted(request)
    try:
        pause = 0.01
        while not job.finished:
            await asyncio.sleep(pause)
            pause = min(0.25, pause * 1.2)
            if await request.is_disconnected():
                break
    finally:
        state.answers.forget(job.key)
    return JSONResponse({"genrelab predictions": state.quality(), "rows": job.answers()})


@router.post("/jobs", status_code=202, openapi_extra=Multipart)
async def start(request: Request) -> dict[str, Any]:
    """Queue posters; their answers come as events of the job."""
    job = await _submitted(request)
    posters = [{"row": row, "file": upload.name, "status": upload.status} for row, upload in enumerate(job.uploads)]
    return {"job": job.key, "posters": posters}


@router.get("/jobs/{key}/events")
async def events(request: Request, key: str) -> StreamingResponse:
    """Answers as server-sent events: `answer` for every poster, then `end`."""
    state = state_of(request)
    job = state.answers.job(key)
    last = request.headers.get("last-event-id", "0")

    async def stream(sent: int) -> AsyncIterator[str]:
        pause = 0.01
        while True:
            new = job.rows[sent:]
            for answer in new:
                sent += 1
                content = answer | {"about": state.beside(answer)}
                yield f"id: {sent}\nevent: answer\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
            if job.finished and sent >= len(job.rows):
                end = {"answered": sent, "of": len(job.uploads), "cancelled": job.cancelled}
                yield f"event: end\ndata: {json.dumps(end)}\n\n"
                return
            pause = 0.01 if new else min(0.2, pause * 1.3)
            await asyncio.sleep(pause)

    start_at = int(last) if last.isdecimal() and len(last) < 9 else 0
    return StreamingResponse(stream(start_at), media_type="text/event-stream")


@router.delete("/jobs/{key}")
def cancel(request: Request, key: str) -> dict[str, int]:
    """Cancel what still waits; answers that are there stay."""
    return {"cancelled": state_of(request).answers.cancel(key)}


@router.get("/jobs/{key}/{row}/thumb.jpg")
def job_thumbnail(request: Request, key: str, row: int) -> Response:
    """A small picture of a poster that was sent."""
    state = state_of(request)
    job = state.answers.job(key)
    path = job.poster(row) if 0 <= row < len(job.uploads) else None
    picture = small_jpeg(path, THUMBNAIL, state.limits)[0]
    if picture is None:
        raise RefusedError(404, "no picture")
    return Response(picture, media_type="image/jpeg", headers=_PICTURE)


async def _second_look(request: Request, work: Callable[[State, FormData, list[Upload]], dict[str, Any]]) -> Any:
    state = state_of(request)
    async with _received(request) as (form, files):
        first = await _taken_in(request, lambda: list(itertools.islice(read_uploads(files, state.limits), 1)))
    body_used(request.scope)
    if not state.second_looks.acquire(blocking=False):
        raise RefusedError(503, "busy: several explanations are being made; try again in a moment")
    try:
        return await run_in_threadpool(work, state, form, first)
    finally:
        state.second_looks.release()


@router.post("/explain", openapi_extra=Multipart)
async def why(request: Request) -> dict[str, Any]:
    """Where on the poster a genre is seen, what each block of features did, colours and brightness."""
    return await _second_look(request, explain)


@router.post("/similar", openapi_extra=Multipart)
async def alike(request: Request) -> dict[str, Any]:
    """The titles of the catalogue whose posters are nearest."""
    return await _second_look(request, similar)


@router.get("/facets")
def facets(request: Request) -> dict[str, Any]:
    """What the wall can be filtered by."""
    return state_of(request).wall().facets()


@router.get("/titles")
def titles(
    request: Request,
    genre: str | None = None,
    source: str | None = None,
    decade: int | None = None,
    kind: Literal["movie", "series"] | None = None,
    hue: Annotated[float | None, Query(ge=-1, le=360)] = None,
    outcome: str | None = None,
    truth: Annotated[tuple[str, ...], Query(max_length=4)] = (),
    predicted: Annotated[tuple[str, ...], Query(max_length=4)] = (),
    score_of: str | None = None,
    score_from: Annotated[float, Query(ge=0, le=1)] = 0.0,
    score_to: Annotated[float, Query(ge=0, le=1)] = 1.0,
    text: Annotated[str | None, Query(max_length=200)] = None,
    corrected: bool | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> dict[str, Any]:
    """One page of the catalogue's titles that pass all filters."""
    score = None if score_of is None else (score_of, score_from, score_to)
    filters = Filters(genre, source, decade, kind, hue, outcome, truth, predicted, score, text, corrected)
    return state_of(request).wall().page(filters, page, size)


class Chosen(BaseModel):
    """Titles chosen on the map."""

    ids: list[str] = Field(max_length=200_000)
    page: int = Field(1, ge=1)
    size: int = Field(PAGE, ge=1, le=200)


@router.post("/titles")
def chosen(request: Request, body: Chosen) -> dict[str, Any]:
    """One page of these titles."""
    return state_of(request).wall().page(Filters(ids=frozenset(body.ids)), body.page, body.size)


@router.get("/titles/{key}")
def title(request: Request, key: str) -> dict[str, Any]:
    """Everything known of one title."""
    return state_of(request).wall().title(key)


@router.get("/titles/{key}/thumb.jpg")
def thumbnail(request: Request, key: str) -> Response:
    """A small picture of a title's poster."""
    return Response(state_of(request).wall().thumbnail(key), media_type="image/jpeg", headers=_PICTURE)


@router.get("/titles/{key}/poster.jpg")
def large(request: Request, key: str) -> Response:
    """A title's poster, at most 720 x 1080 pixels."""
    return Response(state_of(request).wall().large(key), media_type="image/jpeg", headers=_PICTURE)


@router.get("/map")
def plane(request: Request) -> dict[str, Any]:
    """Every title as a point of the plane."""
    state = state_of(request)
    wall = state.wall()
    return wall.map() | {"vectors": wall.vectors.state()}


@router.get("/run")
def run(request: Request) -> dict[str, Any]:
    """The run that made the model: genres with the titles behind their numbers."""
    return state_of(request).run_facts()


@router.get("/queue")
def queue(request: Request, kind: Literal["suspicious", "unlabelled"] = "suspicious") -> dict[str, Any]:
    """Titles to look at next."""
    return state_of(request).queue(kind)


class Decision(BaseModel):
    """What a person says of one title: all its genres, or that they are right, or that it is to be skipped."""

    imdb_id: str = Field(max_length=20)
    kind: Literal["label", "confirm", "skip"] = "label"
    genres: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field(default_factory=list, max_length=40)
    queue: Annotated[str, Field(max_length=20)] = "gallery"


@router.get("/labels")
def decisions(request: Request) -> dict[str, Any]:
    """All decisions that stand, oldest first."""
    labels = state_of(request).wall().labels
    return {"file": labels.path.name, "decisions": labels.standing()}


@router.post("/labels")
def decide(request: Request, decision: Decision) -> dict[str, Any]:
    """Write one decision; it is on the disk when the answer comes."""
    wall = state_of(request).wall()
    before = wall.brief([wall.row(decision.imdb_id)])[0]["genres"]
    after = before if decision.kind != "label" else list(dict.fromkeys(decision.genres))
    return wall.labels.decide(decision.imdb_id, decision.kind, before, after, decision.queue)


@router.delete("/labels/last")
def undo(request: Request) -> dict[str, Any]:
    """Take back the last decision."""
    return {"undone": state_of(request).wall().labels.undo()}


class Wanted(BaseModel):
    """Rows as the page shows them, edits included."""

    format: Literal["csv", "xlsx", "json"] = "csv"
    rows: list[dict[str, Any]] = Field(max_length=100_000)


@router.post("/table")
def table(request: Request, wanted: Wanted) -> Response:
    """The table as a file."""
    state = state_of(request)
    labels = list(state.answers.model.labels)
    kinds = {
        "csv": ("text/csv; charset=utf-8", lambda: as_csv(wanted.rows, labels)),
        "xlsx": (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            lambda: as_workbook(wanted.rows, labels),
        ),
        "json": ("application/json", lambda: _as_json(state, wanted.rows)),
    }
    media, make = kinds[wanted.format]
    return _download(make(), f"posters.{wanted.format}", media)


def _as_json(state: State, rows: list[dict[str, Any]]) -> bytes:
    content = {"genrelab predictions": state.quality(), "rows": rows}
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "replace")


class Copy(BaseModel):
    """One poster and the folders it goes into."""

    job: str
    row: int
    name: str
    genres: list[str]


@router.post("/folders")
def folders(request: Request, copies: Annotated[list[Copy], Body(max_length=10_000)]) -> StreamingResponse:
    """Copies of posters in folders by genre, as a zip."""
    state = state_of(request)
    found = []
    for copy in copies:
        job = state.answers.job(copy.job)
        path = job.poster(copy.row) if 0 <= copy.row < len(job.uploads) else None
        if path is not None and path.exists():
            found.append((copy.name, copy.genres, path))
    if not found:
        raise RefusedError(404, "none of these posters is kept here any longer; drop them again")
    file = by_genre(found)
    headers = {"Content-Disposition": 'attachment; filename="posters-by-genre.zip"'}

    def parts():
        with file:
            while part := file.read(2**18):
                yield part

    return StreamingResponse(parts(), media_type="application/zip", headers=headers)


def _download(content: bytes, name: str, media: str) -> Response:
    headers: Mapping[str, str] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media, headers=headers)
