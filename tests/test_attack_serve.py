"""The attack on the page's server at a small size: what holds is told so, and what does not is a fault."""

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
if not FOLDER.is_dir():
    pytest.skip("the benchmarks are not part of an installed package", allow_module_level=True)
pytest.importorskip("fastapi", reason="genrelab serve needs fastapi: pip install 'genrelab[serve]'")
pytest.importorskip("httpx", reason="the attack asks the server by httpx")


@pytest.fixture(scope="module")
def attacks():
    """The modules of the attack, by name."""
    sys.path.insert(0, str(FOLDER))
    try:
        yield {name: importlib.import_module(f"serve_attacks.{name}") for name in ("server", "posters", "requests")}
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def server(attacks, hand_models, tmp_path_factory):
    """A real server on a small model."""
    started = attacks["server"].Server([str(hand_models["colour"])], tmp_path_factory.mktemp("attacked")).ready()
    yield started
    started.stop()


@pytest.mark.parametrize("group", ["requests.strangers", "requests.forms", "posters.names"])
def test_attacks_hold(attacks, server, group):
    module, name = group.split(".")
    rows = [attacks["server"].carry_out(server, attack) for attack in getattr(attacks[module], name)(server)]
    assert len(rows) >= 4 and [(row.attack, row.faults) for row in rows if row.faults] == []
    assert all(0 < row.memory < attacks["server"].MOST_MEMORY for row in rows)


def test_an_answer_that_was_not_expected_is_a_fault(attacks, server):
    attack = attacks["server"].Attack("a page", {"403"}, [lambda: server.raw(attacks["server"].head("GET /"))] * 2)
    row = attacks["server"].carry_out(server, attack)
    assert row.faults == ["200, 2 times"] and row.seen == {"200": 2}


def test_a_server_that_ended_is_a_fault(attacks, hand_models, tmp_path):
    other = attacks["server"].Server([str(hand_models["colour"])], tmp_path).ready()
    other.stop(kill=True)
    row = attacks["server"].carry_out(other, attacks["server"].Attack("nothing", {"x"}, [lambda: "x"]))
    assert row.faults == ["the server ended with -9"]
