"""`genrelab serve`: a page in the browser, on the user's own machine, over one model file."""

import argparse
import contextlib
import logging
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .options import FEATURES, add_jobs, add_networks, add_outside, path_or_address, whole_number

if TYPE_CHECKING:
    from ..serve.state import Settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("model", type=Path, help="a model file (.joblib or .skops) with its .json beside it")
    parser.add_argument(
        "--run", dest="run_folder", type=Path, metavar="RUN", help="the run folder that the model was exported from"
    )
    parser.add_argument(
        "--catalog",
        type=path_or_address,
        metavar="PATH",
        help="titles for look-alikes, the gallery, the map and labelling",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on; any but the default needs --token (default: 127.0.0.1)",
    )
    parser.add_argument(
        "--port", type=whole_number(0, 65_535), default=8765, help="port; 0 picks a free one (default: 8765)"
    )
    parser.add_argument(
        "--token",
        help="asked of every request; better in the variable GENRELAB_TOKEN, which other users of this machine "
        "cannot see",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    add_networks(parser)
    parser.add_argument("--features", type=Path, default=FEATURES, metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument("--who", metavar="NAME", help="whose labels are written (default: the user's name)")
    add_jobs(parser, "threads that read posters")
    add_outside(parser)
    parser.epilog = (
        "Posters that are dropped stay on this machine and are removed when the server ends. Labels go into "
        "labels.sqlite beside the catalogue.\n\n"
        "example:\n  genrelab serve model.joblib --run artifacts/runs/demo --catalog artifacts/catalog/demo --open"
    )


def run(arguments: argparse.Namespace) -> int:
    """Load everything, say where the page is, and serve until Ctrl-C."""
    try:
        import fastapi
        import python_multipart
        import uvicorn
    except ImportError as fault:
        raise ValueError(
            f"genrelab serve needs {fault.name}, which is not installed; pip install 'genrelab[serve]'"
        ) from fault
    del fastapi, python_multipart, uvicorn
    from ..serve.connections import listening
    from ..serve.safety import is_loopback
    from ..serve.state import Settings

    token = arguments.token or os.environ.get("GENRELAB_TOKEN") or None
    if token is None and not is_loopback(arguments.host):
        raise ValueError(f"--host {arguments.host}: other machines can reach it, so --token is needed")
    if token is not None and len(token) < 16:
        raise ValueError(f"--token: expected at least 16 characters, got {len(token)}")
    settings = Settings(
        arguments.host,
        arguments.port,
        token,
        arguments.features,
        arguments.weights,
        arguments.jobs,
        arguments.allow_outside,
        arguments.who,
    )
    # Who asks while the model is loaded waits, and is not refused; a port that is taken is told before.
    with listening(arguments.host, arguments.port) as open_socket:
        return _serve(arguments, settings, open_socket)


def _serve(arguments: argparse.Namespace, settings: "Settings", open_socket: socket.socket) -> int:
    from ..serve.app import create_app
    from ..serve.connections import server

    # Warnings while it serves are about what clients send, and of no use on the terminal.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    app = create_app(arguments.model, arguments.run_folder, arguments.catalog, settings)
    shown = "127.0.0.1" if arguments.host in ("0.0.0.0", "::") else arguments.host
    shown = f"[{shown}]" if ":" in shown else shown
    link = f"http://{shown}:{open_socket.getsockname()[1]}/"
    full = link if settings.token is None else f"{link}?token={settings.token}"
    print(f"genrelab is at {full} (Ctrl-C ends it)", file=sys.stderr, flush=True)
    if arguments.open:
        import threading
        import webbrowser

        threading.Timer(0.5, webbrowser.open, [full]).start()
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C and SIGTERM are how a server ends
        server(app).run(sockets=[open_socket])
    return 0
