"""The pass: order, duplicates, failures, store, progress."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.features import compiled
from genrelab.features.poster import single_pass as poster_pass
from genrelab.features.poster.single_pass import FAMILIES, poster_features
from genrelab.features.store import FeatureStore


@pytest.fixture
def paths(tmp_path):
    """Forty posters: every fifth a copy, one broken, one empty, one absent, one None."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(40):
        path = tmp_path / f"{number}.jpg"
        if number % 5 == 4:
            path.write_bytes(made[number - 3].read_bytes())
        else:
            values = rng.integers(0, 256, (6, 4, 3), dtype=np.uint8)
            Image.fromarray(values).resize((150, 220)).save(path)
        made.append(path)
    made[10].write_bytes(made[10].read_bytes()[:300])
    made[11].write_bytes(b"")
    made[12].unlink()
    return [*made, None]


@pytest.fixture
def computed(monkeypatch):
    """How many posters were decoded."""
    seen = []
    compute = poster_pass.compute

    def counting(sources, blocks, known, *, compiled):
        seen.extend(sources)
        return compute(sources, blocks, known, compiled=compiled)

    monkeypatch.setattr(poster_pass, "compute", counting)
    return seen


def same(first, second):
    assert first.keys() == second.keys()
    for family, frame in first.items():
        if family.startswith("pixels"):  # too wide for pandas to compare column by column
            assert frame.columns.equals(second[family].columns)
            np.testing.assert_array_equal(frame.to_numpy(), second[family].to_numpy())
        else:
            pd.testing.assert_frame_equal(frame, second[family])


def test_rows_follow_the_paths(paths):
    frames = poster_features(paths, n_jobs=2)
    assert list(frames) == list(FAMILIES)
    assert {len(frame) for frame in frames.values()} == {41}
    status = frames["posters"]["posters_status"]
    assert status[[10, 11, 12, 40]].tolist() == ["truncated", "empty", "missing", "missing"]
    assert (status.drop([10, 11, 12, 40]) == "ok").all()
    for row in (0, 17, 39):
        alone = {family: frame.iloc[[row]].reset_index(drop=True) for family, frame in frames.items()}
        same(poster_features([paths[row]], n_jobs=1), alone)


def test_workers_and_chunks_change_nothing(paths, monkeypatch):
    expected = poster_features(paths, n_jobs=1)
    monkeypatch.setattr(poster_pass, "_CHUNK", 7)
    monkeypatch.setattr(poster_pass, "_BATCH", 2)
    monkeypatch.setattr(poster_pass, "_KEEP", 1000)
    same(poster_features(paths, n_jobs=2), expected)


def test_compiling_changes_nothing(paths, monkeypatch):
    pytest.importorskip("numba")
    expected = poster_features(paths, compiled=False)
    same(poster_features(paths, compiled=True), expected)
    asked = []
    compute = poster_pass.compute
    monkeypatch.setattr(poster_pass, "compute", lambda *a, compiled: asked.append(compiled) or compute(*a))
    poster_features(paths)
    monkeypatch.setattr(poster_pass, "_COMPILED_FROM", len(paths))
    poster_features(paths)
    assert asked == [False] * 3 + [True] * 3


def test_without_numba(paths, monkeypatch):
    monkeypatch.setattr(compiled.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(poster_pass, "_COMPILED_FROM", 1)
    assert len(poster_features(paths[:3], ["posters"])["posters"]) == 3
    with pytest.raises(ImportError, match="compiled=True needs the package numba"):
        poster_features(paths, compiled=True)


def test_copies_are_decoded_once(paths, computed):
    poster_features(paths, ["posters"], n_jobs=1)
    assert len(computed) == 40 - 7  # of the eight copies, one is of a file that was emptied since


def test_a_second_run_computes_nothing(paths, computed, tmp_path):
    store = FeatureStore(tmp_path / "store")
    first = poster_features(paths, store=store, n_jobs=2)
    del computed[:]
    same(poster_features(paths, store=FeatureStore(tmp_path / "store"), n_jobs=2), first)
    assert computed == [paths[12]]  # an absent file is looked for again
    same(first, poster_features(paths, n_jobs=1))


def test_a_new_family_is_added_to_what_is_stored(paths, tmp_path):
    store = FeatureStore(tmp_path / "store")
    poster_features(paths, ["posters"], store=store, n_jobs=1)
    both = poster_features(paths, ["posters", "palette"], store=store, n_jobs=1)
    same(both, poster_features(paths, ["posters", "palette"], n_jobs=1))


def test_the_store_goes_by_content_not_by_name(paths, tmp_path):
    store = FeatureStore(tmp_path / "store")
    poster_features(paths[:2], ["brightness"], store=store)
    sink = io.BytesIO()
    Image.new("RGB", (150, 220), "red").save(sink, "PNG")
    paths[0].write_bytes(sink.getvalue())
    assert poster_features(paths[:1], ["brightness"], store=store)["brightness"].loc[0, "brightness_red"] > 240


def test_progress_adds_up(paths, tmp_path):
    store = FeatureStore(tmp_path / "store")
    for _ in range(2):
        told = []
        poster_features(paths, ["posters"], store=store, n_jobs=2, progress=told.append)
        assert sum(told) == len(paths)


def test_no_posters_and_unknown_families():
    assert poster_features([], ["posters"])["posters"].empty
    with pytest.raises(ValueError, match=r"expected families among posters, .*, found histogram"):
        poster_features([], ["histogram"])
