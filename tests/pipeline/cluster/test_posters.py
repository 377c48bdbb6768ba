"""Workers decode and embed posters and write the rows themselves: the same bytes as here, and a kill costs nothing."""

import ast
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from genrelab.features.families import build_frames
from genrelab.features.frozen.backbones import Backbone, resolve_backbone
from genrelab.features.frozen.network import load_network
from genrelab.features.frozen.weights import locate
from genrelab.features.store import FeatureStore
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.cluster import posters
from genrelab.pipeline.cluster.connect import ClusterError, use_cluster
from genrelab.pipeline.cluster.posters import spread_frames

SPECS = ["posters", "brightness", "pixels"]


def rows(root: Path) -> dict[tuple[str, str], bytes]:
    """What a feature cache holds: identity and content hash to the row's bytes; the oldest row of a key counts."""
    found: dict[tuple[str, str], bytes] = {}
    for part in sorted(root.rglob("*.parquet")):
        table = pq.read_table(part, partitioning=None)
        values = table.drop_columns("sha256").to_pylist()
        for key, row in zip(table.column("sha256").to_pylist(), values, strict=True):
            found.setdefault((part.parent.name, key), repr(row).encode())
    return found


def depends_on_its_batch(backbone: Backbone) -> bool:
    """Whether a picture's last bits depend on its place in a batch, as they do on some processors without AVX-512."""
    network = load_network(locate(backbone))
    pictures = np.random.default_rng(0).integers(0, 256, (37, *backbone.input_size, 3)).astype(np.uint8)
    first, later = network.start(pictures[:32], 32)(), network.start(pictures[5:], 32)()
    return not np.array_equal(first[5:], later[:27])


def test_without_a_cluster_this_machine_computes(demo_catalog, tmp_path):
    catalog = load_catalog(demo_catalog)
    paths = catalog.poster_paths()[:5]
    here = spread_frames(catalog.titles[:5], paths, SPECS, store=FeatureStore(tmp_path))
    for spec, frame in build_frames(catalog.titles[:5], paths, SPECS).items():
        pd.testing.assert_frame_equal(here[spec], frame, check_exact=True)


@pytest.mark.cluster
def test_features_of_three_workers_are_the_bytes_of_one_machine(
    demo_catalog, tmp_path, monkeypatch, start_workers, capsys
):
    monkeypatch.setattr(posters, "LEAST", 32)  # several pieces for each worker
    monkeypatch.chdir(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = ["features", "brightness", "pixels", "embedding:mobilenet_v2", "--weights", "random", "--quiet"]
    of = ["--catalog", str(demo_catalog)]
    assert main([*command, *of, "--features", "alone"]) == 0
    said = capsys.readouterr().out
    with start_workers(3, elsewhere) as (address, _):
        assert main([*command, *of, "--features", "spread", "--cluster", address]) == 0
        assert capsys.readouterr().out == said
    alone, spread = rows(tmp_path / "alone"), rows(tmp_path / "spread")
    assert len({identity for identity, _ in alone}) == 4  # posters, colours, pixels, embedding
    if depends_on_its_batch(resolve_backbone("mobilenet_v2", "random")):  # no two ways to batches are equal then
        assert spread.keys() == alone.keys()
        for key in [key for key in alone if key[0].startswith("embedding")]:
            there, here = (
                np.frombuffer(next(iter(ast.literal_eval(row.pop(key).decode()).values())), np.float32)
                for row in (spread, alone)
            )
            np.testing.assert_allclose(there, here, rtol=1e-4, atol=1e-5)
    assert spread == alone
    assert not list(elsewhere.rglob("*.parquet"))


@pytest.mark.cluster
def test_a_worker_killed_in_the_middle_costs_nothing(demo_catalog, tmp_path, monkeypatch, start_workers):
    monkeypatch.setattr(posters, "LEAST", 8)
    monkeypatch.setattr(posters, "ROUNDS", 8)
    catalog = load_catalog(demo_catalog)
    paths, killed = catalog.poster_paths(), []
    store = FeatureStore(tmp_path / "store")
    with start_workers(3) as (address, processes):

        def begin(name: str, total: int):
            def finished(count: int) -> None:
                if count and name.endswith("workers") and not killed and store.root.exists():
                    processes[0].kill()  # -9, while all three have work in hand
                    killed.append(processes[0].wait(30))

            return finished

        with use_cluster(address, [store.root]):
            spread = spread_frames(catalog.titles, paths, SPECS, store=store, progress=begin)
    assert killed == [-9]
    alone = build_frames(catalog.titles, paths, SPECS)
    for spec in SPECS:
        pd.testing.assert_frame_equal(spread[spec], alone[spec], check_exact=True)
    there = {key for (identity, key) in rows(store.root) if identity.startswith("pixels")}
    assert there == set(alone["posters"]["posters_sha256"].dropna())
    assert not list(store.root.rglob("*.tmp*"))


@pytest.mark.cluster
def test_a_worker_that_sees_no_poster_is_named_with_the_path(demo_catalog, tmp_path, start_workers):
    catalog = load_catalog(demo_catalog)
    poster = next(path for path in catalog.poster_paths() if isinstance(path, Path) and path.is_file())
    blind = tmp_path / "mounted only here" / poster.name
    with start_workers(3) as (address, _):
        said = rf"the worker tcp://[0-9.:]+ cannot take part: it cannot read {re.escape(str(blind))}"
        with pytest.raises(ClusterError, match=said), use_cluster(address, [tmp_path / "store"], [poster, blind]):
            pass
    assert not list((tmp_path / "store").iterdir())


def test_pieces_are_whole_batches_and_small_enough_for_every_worker():
    class Client:
        def scheduler_info(self, n_workers: int) -> dict:
            return {"workers": {str(number): {} for number in range(3)}}

    taken: list[int] = []

    def noted(client, work, blocks, ahead):
        taken.extend(len(block) for block in blocks)
        yield from ()

    original, posters.by_workers = posters.by_workers, noted
    try:
        for count in (10, 5048, 100_000):
            taken.clear()
            paths = [Path(f"/posters/{number}.jpg") for number in range(count)]
            posters.fill_store(Client(), [None, *paths], ["posters"], FeatureStore("unused"), "random")
            assert sum(taken) == count
            assert all(size % 128 == 0 and size <= 1536 for size in taken[:-1])
            assert count < 1000 or len(taken) >= 9
    finally:
        posters.by_workers = original
