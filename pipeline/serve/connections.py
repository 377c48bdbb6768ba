"""Connections: clients that never end their headers, or never read their answer, are let go, so that others get in."""

import asyncio
import logging
import socket
from collections import OrderedDict
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
READ_SECONDS = 60.0
CONNECTIONS = 256


class Connection(H11Protocol):
    """A connection that must bring the whole head of a request in time, and take its answer in time.

    Where all places are taken, the connection that has waited longest for a head makes room.
    """

    heading: ClassVar[OrderedDict["Connection", None]] = OrderedDict()

    def __init__(self, *arguments: Any, **options: Any):
        super().__init__(*arguments, **options)
        self._head: asyncio.TimerHandle | None = None
        self._read: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begin to wait for a head."""
        super().connection_made(transport)
        if len(self.connections) >= CONNECTIONS and self.heading:
            next(iter(self.heading))._let_go()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes; the time for a head runs from its beginning to its end, however many bytes come."""
        super().data_received(data)
        self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next head."""
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        super().connection_lost(exc)
        self._ended()
        self.resume_writing()

    def pause_writing(self) -> None:
        """The client does not read: give it some time."""
        super().pause_writing()
        if self._read is None:
            self._read = self.loop.call_later(READ_SECONDS, self._let_go)

    def resume_writing(self) -> None:
        """The client reads."""
        super().resume_writing()
        if self._read is not None:
            self._read.cancel()
            self._read = None

    def _wait(self) -> None:
        # A body that goes on after its answer is waited for no longer than a head.
        if (self.cycle is not None and not self.cycle.response_complete) or self.transport.is_closing():
            self._ended()
        elif self._head is None:
            self._head = self.loop.call_later(HEADER_SECONDS, self._let_go)
            self.heading[self] = None

    def _ended(self) -> None:
        self.heading.pop(self, None)
        if self._head is not None:
            self._head.cancel()
            self._head = None

    def _let_go(self) -> None:
        self._ended()
        self.transport.abort()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises
    ------
    ValueError
        When the port is taken, or the address is none of this machine's.
    """
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=CONNECTIONS
        )
    except OSError as fault:
        raise ValueError(
            f"--host {host}, --port {port}: cannot listen there ({fault.strerror}); "
            "another genrelab serve may be running, and --port 0 picks a free port"
        ) from fault


def server(app: Any) -> uvicorn.Server:
    """The server of an application, with bounds on what a connection may take.

    What clients do wrong is answered to them and not written to the terminal.
    """
    for name in ("uvicorn.error", "python_multipart", "python_multipart.multipart"):
        logging.getLogger(name).setLevel(logging.ERROR)
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        log_level="error",
        limit_concurrency=CONNECTIONS + 64,  # for those that are about to go
        timeout_keep_alive=5,
        h11_max_incomplete_event_size=32_768,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)
