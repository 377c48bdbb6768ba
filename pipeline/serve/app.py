"""The server: routes, pages and the gate before them, as one ASGI application."""

import html
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles

from .limits import RefusedError
from .routes import router, state_of
from .safety import REPORT_POLICY, Gate, error
from .state import Settings, State

HERE = Path(__file__).parent


def create_app(
    model: Path | str,
    run: Path | str | None = None,
    catalog: Path | str | None = None,
    settings: Settings | None = None,
) -> FastAPI:
    """Make the application that `genrelab serve` runs.

    Parameters
    ----------
    model : path
        A model.joblib with its model.json beside it.
    run : path, optional
        The run folder it was exported from: calibration, lists with a promise, outcomes and the report come from it.
    catalog : path, optional
        Gives look-alikes, gallery, map and labelling.
    settings : Settings, optional

    Returns
    -------
    FastAPI
        Its threads begin with the server and end with it.

    Raises
    ------
    ModelFileError, RunFolderError, CatalogError
        When a file cannot be used.
    ValueError
        For a host that other machines reach without a token.
    """
    settings = settings or Settings()
    # Refused before the model is loaded.
    Gate(None, settings.host, settings.token, settings.limits)
    state = State(Path(model), None if run is None else Path(run), None if catalog is None else Path(catalog), settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state.start()
        try:
            yield
        finally:
            state.stop()

    app = FastAPI(
        title="genrelab",
        version=version("genrelab"),
        description="Genres of posters, and the catalogue and run behind them. Nothing leaves this machine.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    app.state.serve = state
    app.include_router(router)
    app.add_middleware(Gate, host=settings.host, token=settings.token, limits=settings.limits)
    app.mount("/static", StaticFiles(directory=HERE / "static"), "static")
    _add_pages(app)
    _add_errors(app)
    return app


def _add_pages(app: FastAPI) -> None:
    page = (HERE / "templates" / "page.html").read_text("utf-8")

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def index() -> str:
        return page.replace("{{ version }}", html.escape(version("genrelab")))

    @app.get("/api", response_class=HTMLResponse, include_in_schema=False)
    def api() -> str:
        return _api_page(app.openapi())

    @app.get("/report/{name}", include_in_schema=False)
    def report(request: Request, name: str) -> Response:
        first = state_of(request).report()
        if first is None:
            raise RefusedError(404, "no report: start genrelab serve with --run RUN")
        pages = {path.name: path for path in first.parent.glob("*.html")}
        wanted = first if name == "first" else pages.get(name)
        if wanted is None:
            raise RefusedError(404, "the report has no such page")
        return HTMLResponse(wanted.read_text("utf-8"), headers={"Content-Security-Policy": REPORT_POLICY})


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(RefusedError)
    def refused(request: Request, fault: RefusedError) -> JSONResponse:
        return error(fault.status, fault.detail)

    @app.exception_handler(HTTPException)
    def http(request: Request, fault: HTTPException) -> JSONResponse:
        return error(fault.status_code, "there is no such page" if fault.status_code == 404 else str(fault.detail))

    @app.exception_handler(ClientDisconnect)
    def gone(request: Request, fault: ClientDisconnect) -> JSONResponse:
        return error(400, "the request ended before it was whole")

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, fault: RequestValidationError) -> JSONResponse:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the request"
        return error(422, f"{where}: {first['msg']}")

    @app.exception_handler(Exception)
    def failed(request: Request, fault: Exception) -> JSONResponse:
        return error(500, f"this request failed ({type(fault).__name__}); the server goes on")


def _code(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _api_page(schema: dict[str, Any]) -> str:
    """The API for people: one section a path, made of the OpenAPI description."""
    parts = []
    for path, methods in schema["paths"].items():
        for method, about in methods.items():
            rows = [(one["name"], one["in"], one.get("description", "")) for one in about.get("parameters", [])]
            content = about.get("requestBody", {}).get("content", {})
            for media, body in content.items():
                shape = body["schema"]
                name = str(shape.get("$ref", "")).rpartition("/")[2]
                shape = schema.get("components", {}).get("schemas", {}).get(name, shape)
                fields = shape.get("properties", {})
                rows += [(field, media, str(facts.get("description", ""))) for field, facts in fields.items()]
            cells = "".join(
                f"<tr><td><code>{html.escape(a)}</code></td><td>{html.escape(b)}</td><td>{html.escape(c)}</td></tr>"
                for a, b, c in rows
            )
            table = f"<table><tr><th>name</th><th>where</th><th>meaning</th></tr>{cells}</table>" if rows else ""
            parts.append(
                f"<section class=panel><h2><code>{method.upper()} {html.escape(path)}</code></h2>"
                f"<p>{_code(about.get('description', ''))}</p>{table}</section>"
            )
    example = html.escape(
        'curl -F files=@poster.jpg http://127.0.0.1:8765/api/predict   # with a token: -H "Authorization: Bearer TOKEN"'
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>genrelab: API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/static/style.css"></head><body><main class="api"><h1>API</h1>'
        f'<p>{html.escape(schema["info"]["description"])} The same as <a href="/api/openapi.json">OpenAPI '
        f'{html.escape(json.dumps(schema["openapi"]))}</a>. Errors are <code>{{"detail": "a sentence"}}</code>. '
        f'<a href="/">Back to the page</a></p><pre>{example}</pre>{"".join(parts)}</main></body></html>'
    )
