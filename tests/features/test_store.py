import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from genrelab.features.store import FeatureStore

WRITER = """
import sys, numpy as np
from genrelab.features.store import FeatureStore
store = FeatureStore(sys.argv[1])
first = int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for start in range(first, first + 60, 5):
    numbers = np.arange(start, start + 5)
    values = (numbers[:, None] * np.ones(300)).astype("float32")
    store.put("family;v1", [f"{number:064x}" for number in numbers], values)
"""


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path / "store")


def matrix(*values):
    return np.array(values, dtype=np.float32)[:, None]


def test_making_a_store_makes_no_folder_and_an_unknown_identity_finds_nothing(store):
    found, rows = store.get("family;v1", ["a", "b"])
    assert found.tolist() == [False, False]
    assert len(rows) == 0
    assert not store.root.exists()


def test_rows_come_back_in_the_order_asked_with_repeats_and_across_parts(store):
    store.put("family;v1", ["a", "b"], matrix(1, 2))
    store.put("family;v1", ["c"], matrix(3))
    found, rows = store.get("family;v1", ["c", "x", "a", "c", "b"])
    assert found.tolist() == [True, False, True, True, True]
    np.testing.assert_array_equal(rows, matrix(3, 1, 3, 2))
    assert rows.dtype == np.float32


def test_a_known_identity_without_the_key_gives_no_rows_of_the_right_width(store):
    store.put("family;v1", ["a"], np.zeros((1, 7), dtype=np.uint8))
    found, rows = store.get("family;v1", ["z"])
    assert not found.any()
    assert rows.shape == (0, 7)
    assert rows.dtype == np.uint8


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "int64", "bool"])
def test_numeric_frames_keep_type_and_names(store, dtype):
    frame = pd.DataFrame(np.arange(6).reshape(3, 2), columns=["x_0", "x_1"]).astype(dtype)
    store.put("family;v1", ["a", "b", "c"], frame)
    _, rows = store.get("family;v1", ["a", "b", "c"])
    pd.testing.assert_frame_equal(rows, frame)


def test_frames_of_several_types_keep_types_and_missing_values(store):
    frame = pd.DataFrame(
        {
            "level": ["High", None, "Low"],
            "luma": np.array([1.5, np.nan, 3.0], dtype=np.float32),
            "grey": [True, False, True],
            "width": np.array([1, 2, 3], dtype=np.int32),
        }
    )
    store.put("family;v1", ["a", "b"], frame.iloc[:2])
    store.put("family;v1", ["c"], frame.iloc[2:])
    _, rows = store.get("family;v1", ["a", "b", "c"])
    pd.testing.assert_frame_equal(rows, frame)


def test_nan_rows_are_kept_to_the_bit(store):
    values = np.array([[np.nan, -0.0, np.inf]], dtype=np.float32)
    store.put("family;v1", ["a"], values)
    assert store.get("family;v1", ["a"])[1].tobytes() == values.tobytes()


def test_identities_do_not_mix(store):
    store.put("family;v1", ["a"], matrix(1))
    store.put("family;v2", ["a"], matrix(2))
    assert store.get("family;v1", ["a"])[1].item() == 1
    assert store.get("family;v2", ["a"])[1].item() == 2
    described = json.loads((store.folder("family;v2") / "identity.json").read_text())
    assert described["identity"] == "family;v2"


def test_the_oldest_row_of_a_key_stays(store):
    store.put("family;v1", ["a"], matrix(1))
    store.put("family;v1", ["a"], matrix(2))
    assert store.get("family;v1", ["a"])[1].item() == 1


def test_other_columns_under_the_same_identity_are_refused(store):
    store.put("family;v1", ["a"], matrix(1))
    with pytest.raises(ValueError, match=r"'family;v1' holds 1 array columns of <f4, but 2 array columns"):
        store.put("family;v1", ["b"], np.zeros((1, 2), dtype=np.float32))


def test_keys_and_rows_must_agree(store):
    with pytest.raises(ValueError, match="found 2 keys for 1 rows"):
        store.put("family;v1", ["a", "b"], matrix(1))
    with pytest.raises(ValueError, match="2-D numeric array"):
        store.put("family;v1", ["a"], np.array(["text"]))
    store.put("family;v1", [], matrix(1)[:0])
    assert not store.root.exists()


def test_a_broken_part_is_named(store):
    store.put("family;v1", ["a"], matrix(1))
    part = next(store.folder("family;v1").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(ValueError, match=rf"{part.name} cannot be read.*delete it"):
        FeatureStore(store.root).get("family;v1", ["a"])


def test_a_second_reader_sees_what_the_first_wrote_since(store):
    reader = FeatureStore(store.root)
    store.put("family;v1", ["a"], matrix(1))
    assert reader.get("family;v1", ["a", "b"])[0].tolist() == [True, False]
    store.put("family;v1", ["b"], matrix(2))
    assert reader.get("family;v1", ["a", "b"])[0].all()


def writer(root, first):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), str(first)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def test_two_processes_write_at_once_while_a_third_reads_and_a_fourth_is_killed(store):
    processes = [writer(store.root, 0), writer(store.root, 30), writer(store.root, 1000)]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    keys = [f"{number:064x}" for number in range(90)]
    for _ in range(20):
        found, rows = FeatureStore(store.root).get("family;v1", keys)
        expected = np.flatnonzero(found)[:, None] * np.ones(300)
        assert len(rows) == found.sum()
        if len(rows):
            np.testing.assert_array_equal(rows, expected)
    processes[2].kill()
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes[:2]] == [0, 0]
    found, rows = store.get("family;v1", keys)
    assert found.all()
    np.testing.assert_array_equal(rows, np.arange(90)[:, None] * np.ones(300))
