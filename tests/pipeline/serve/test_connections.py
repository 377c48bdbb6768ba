"""Clients that are slow, idle, many or gone: each is let go, and others are served."""

import socket
import time

import pytest

from genrelab.pipeline.serve import connections, limits
from genrelab.pipeline.serve.app import create_app
from genrelab.pipeline.serve.limits import Limits
from genrelab.pipeline.serve.state import Settings


@pytest.fixture
def hurried(serve_model, tmp_path, run_server, monkeypatch):
    """A server that waits for nobody and has few places."""
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.5)
    monkeypatch.setattr(connections, "READ_SECONDS", 0.5)
    monkeypatch.setattr(connections, "CONNECTIONS", 8)
    monkeypatch.setattr(limits, "START_SECONDS", 0.5)
    bounds = Limits(json_bytes=20_000, arriving_bytes=700_000)
    yield from run_server(create_app(serve_model, settings=Settings(limits=bounds, features=tmp_path)), None)


KIND = "multipart/form-data; boundary=x"


def alive(served):
    with served.client() as client:
        assert client.get("/api/health").status_code == 200


def port_of(served):
    return int(served.url.rpartition(":")[2])


def ends(line, seconds=10.0):
    """Whether the other side ends the connection, however much it is sent meanwhile."""
    until = time.monotonic() + seconds
    line.settimeout(0.05)
    while time.monotonic() < until:
        try:
            line.sendall(b"a")
            if line.recv(65_536) == b"":
                return True
        except TimeoutError:
            pass
        except ConnectionError:
            return True
    return False


POST = b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        POST + b"Content-Length: 99999\r\n\r\n--x\r\n",
        POST + b"Origin: http://evil.example\r\nContent-Length: 99999\r\n\r\n--x\r\n",
    ],
    ids=["nothing", "endless head", "slow body", "body after its refusal"],
)
def test_a_byte_now_and_then_keeps_no_connection(hurried, start):
    with socket.create_connection(("127.0.0.1", port_of(hurried))) as line:
        line.sendall(start)
        assert ends(line)


def test_who_never_reads_an_answer_is_let_go(hurried):
    with socket.create_connection(("127.0.0.1", port_of(hurried))) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises((ConnectionError, TimeoutError)):
            line.settimeout(10)
            for _ in range(100_000):
                line.sendall(b"GET /static/poster.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
    alive(hurried)


def test_idle_connections_make_room_for_others(hurried, monkeypatch):
    monkeypatch.setattr(connections, "HEADER_SECONDS", 60.0)
    idle = [socket.create_connection(("127.0.0.1", port_of(hurried))) for _ in range(100)]
    for _ in range(5):
        alive(hurried)
    for line in idle:
        line.close()


def test_what_is_no_form_of_posters_is_small(hurried):
    rows = {"format": "csv", "rows": [{"file": "x"}] * 5000}
    with hurried.client() as client:
        answer = client.post("/api/table", json=rows)
        assert answer.status_code == 413 and "expected at most 0.0191 MiB" in answer.json()["detail"]
        head = {"Content-Type": "application/json"}
        assert client.post("/api/table", content=iter([b"[" * 15_000] * 2), headers=head).status_code in (413, 503)
    alive(hurried)


def test_bodies_together_are_no_more_than_may_arrive_and_the_sender_hears_it(hurried, make_jpeg):
    files = [("files", ("a.jpg", make_jpeg() + bytes(900_000)))]
    with hurried.client() as client:
        answer = client.post("/api/jobs", files=files)
        assert answer.status_code == 503 and answer.json()["detail"].startswith("busy")
        assert client.post("/api/jobs", files=[("files", ("a.jpg", make_jpeg()))]).status_code == 202


def test_a_sender_that_leaves_writes_nothing_to_the_terminal(hurried, caplog, make_jpeg):
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port_of(hurried))) as line:
            line.sendall(POST + b"Content-Length: 99999\r\n\r\n--x\r\n")
    with hurried.client() as client:
        client.post(
            "/api/jobs", content=b"--x\r\n\xff: 1\r\n\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
    with socket.create_connection(("127.0.0.1", port_of(hurried))) as line:
        line.sendall(b"\x16\x03\x01\r\n\r\n")
        assert line.recv(100).split()[1] == b"400"
    time.sleep(0.2)
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


def test_a_port_that_is_taken_is_told_in_a_sentence():
    with (
        connections.listening("127.0.0.1", 0) as first,
        pytest.raises(ValueError, match=r"--port \d+: cannot listen there .*--port 0 picks a free port"),
    ):
        connections.listening("127.0.0.1", first.getsockname()[1])
