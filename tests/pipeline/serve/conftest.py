"""A real server on loopback over the small run's model, and a browser where there is one."""

import io
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from genrelab.pipeline.cli import main

pytest.importorskip("fastapi", reason="genrelab serve needs fastapi: pip install 'genrelab[serve]'")
httpx = pytest.importorskip("httpx", reason="the tests of genrelab serve ask it by httpx")


@dataclass
class Served:
    """A running server.

    Attributes
    ----------
    url : str
    app : FastAPI
    catalog : Path
        The folder with catalog.parquet.
    """

    url: str
    app: Any
    catalog: Path

    @property
    def state(self):
        """What the server holds."""
        return self.app.state.serve

    def client(self, **options):
        """A client of this server alone."""
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False, **options)


def running(app, catalog):
    """Serve an application on a free port in a thread; the generator ends it."""
    from genrelab.pipeline.serve.connections import listening as open_socket
    from genrelab.pipeline.serve.connections import server as server_of

    server, listening = server_of(app), open_socket("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until
        time.sleep(0.02)
    try:
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", app, catalog)
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()


@pytest.fixture(scope="session")
def serve_model(small_run, demo_catalog, small_experiment, tmp_path_factory) -> Path:
    """A model that reads metadata, keywords and brightness."""
    out = tmp_path_factory.mktemp("serve") / "model.joblib"
    words = ["export", small_run, "--feature-set", "both", "--model", "glm", "--balance", "balanced", "--out", out]
    words += ["--experiment", small_experiment, "--catalog", demo_catalog, "--features", out.parent / "features"]
    assert main(list(map(str, words))) == 0
    return out


@pytest.fixture(scope="session")
def serve_catalog(demo_catalog, tmp_path_factory) -> Path:
    """A copy of the demo's catalogue, so that labels are written beside it and nowhere else."""
    folder = tmp_path_factory.mktemp("served") / "catalog"
    source = demo_catalog if demo_catalog.is_dir() else demo_catalog.parent
    shutil.copytree(source, folder)
    return folder


@pytest.fixture(scope="session")
def served(serve_model, small_run, serve_catalog, tmp_path_factory):
    """The whole server: model, run and catalogue."""
    from genrelab.pipeline.serve.app import create_app
    from genrelab.pipeline.serve.state import Settings

    settings = Settings(features=tmp_path_factory.mktemp("features"), threads=2, who="tester")
    app = create_app(serve_model, small_run, serve_catalog, settings)
    yield from running(app, serve_catalog)


@pytest.fixture(scope="session")
def ready(served):
    """The server when it has looked at all posters."""
    until = time.monotonic() + 120
    while not served.state.vectors.state()["ready"]:
        assert time.monotonic() < until and not served.state.vectors.fault
        time.sleep(0.05)
    return served


def jpeg(seed: int = 0, size: tuple[int, int] = (120, 180)) -> bytes:
    """A small JPEG that no other seed has."""
    values = np.random.default_rng(seed).integers(0, 255, (6, 4, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(values).resize(size).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def make_jpeg():
    """`jpeg` for the tests."""
    return jpeg


@pytest.fixture(scope="session")
def run_server():
    """`running` for the tests."""
    return running


@pytest.fixture(scope="module")
def browser():
    """A real Chromium; tests of the page are skipped where there is none.

    It ends with its module: its event loop would seem to run in the tests that this process goes on to.
    """
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright drives the browser: pip install playwright"
    )
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()
