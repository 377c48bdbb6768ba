"""The polite client by itself: HTTP/2, spacing, Retry-After, order and errors of bounded work."""

import asyncio
import itertools
import logging
import time
from email.utils import formatdate

import h2.config
import h2.connection
import h2.events
import pytest

from genrelab.pipeline.sources.http import PoliteClient, gather_bounded, retry_after, run_to_the_end


class HttpTwoServer:
    """Speaks HTTP/2 from the first byte; answers each stream after a moment, so that streams overlap."""

    def __init__(self):
        self.connections = self.open_streams = self.most_streams = 0
        self.paths = []
        self.handlers = []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await asyncio.gather(*self.handlers)

    async def serve(self, reader, writer):
        self.connections += 1
        self.handlers.append(asyncio.current_task())
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        writer.write(state.data_to_send())
        tasks = []

        async def answer(stream):
            self.open_streams += 1
            self.most_streams = max(self.most_streams, self.open_streams)
            await asyncio.sleep(0.05)
            state.send_headers(stream, [(":status", "200"), ("content-type", "text/plain")])
            state.send_data(stream, b"yes", end_stream=True)
            writer.write(state.data_to_send())
            self.open_streams -= 1

        while data := await reader.read(65536):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    self.paths.append(dict(event.headers)[b":path"].decode())
                    tasks.append(asyncio.create_task(answer(event.stream_id)))
            writer.write(state.data_to_send())
        await asyncio.gather(*tasks)
        writer.close()
        await writer.wait_closed()


def test_http_two_on_one_kept_connection_with_bounded_streams(caplog):
    caplog.set_level(logging.DEBUG)

    async def main():
        async with (
            HttpTwoServer() as server,
            PoliteClient(rate=500, concurrency=3, headers={"authorization": "Bearer hush"}, http1=False) as client,
        ):
            versions = await gather_bounded(
                range(12), lambda n: client.get(f"{server.url}/{n}", None, lambda a: (a.http_version, a.text)), 6
            )
        return server, versions

    server, versions = asyncio.run(main())
    assert versions == [("HTTP/2", "yes")] * 12
    assert server.connections == 1
    assert server.most_streams == 3
    assert sorted(server.paths, key=lambda path: int(path[1:])) == [f"/{n}" for n in range(12)]
    assert "hush" not in caplog.text


def test_requests_are_spaced_without_a_burst():
    async def main():
        client = PoliteClient(rate=50)
        times = []
        for _ in range(6):
            await client._turn()
            times.append(time.monotonic())
        await client.__aexit__()
        return [b - a for a, b in itertools.pairwise(times)]

    assert min(asyncio.run(main())) > 0.015


def test_retry_after_as_number_date_or_nonsense():
    assert retry_after({"retry-after": "2.5"}) == 2.5
    assert 8 < retry_after({"retry-after": formatdate(time.time() + 10, usegmt=True)}) < 11
    assert retry_after({"retry-after": formatdate(0, usegmt=True)}) == 0
    assert retry_after({"retry-after": "later"}) is None


def test_bounded_work_keeps_order_and_raises_the_first_error():
    async def slow(number):
        await asyncio.sleep(0.01 * (5 - number))
        return number * 2

    async def broken(number):
        if number == 2:
            raise KeyError("two")
        await asyncio.sleep(0.001)

    assert asyncio.run(gather_bounded(range(5), slow, 3)) == [0, 2, 4, 6, 8]
    with pytest.raises(KeyError, match="two"):
        asyncio.run(gather_bounded(range(5), broken, 2))


def test_work_runs_where_an_event_loop_runs_already_as_in_a_notebook():
    async def answer():
        await asyncio.sleep(0.001)
        return 42

    async def notebook():
        return run_to_the_end(answer())

    assert run_to_the_end(answer()) == 42
    assert asyncio.run(notebook()) == 42


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"concurrency": 0}, {"attempts": 0}])
def test_impossible_manners_are_refused(wrong):
    with pytest.raises(ValueError, match="must be positive"):
        PoliteClient(**wrong)
