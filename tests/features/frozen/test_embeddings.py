import dataclasses
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.features.frozen import embeddings
from genrelab.features.frozen.backbones import resolve_backbone
from genrelab.features.frozen.embeddings import embed
from genrelab.features.frozen.network import Network, load_network
from genrelab.features.store import FeatureStore

SMALL = dataclasses.replace(resolve_backbone("mobilenet_v2", "random"), input_size=(96, 96))


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def no_card(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")


@pytest.fixture(scope="module")
def posters(tmp_path_factory):
    """Eleven distinct posters of several sizes, a copy of the first, and what cannot be read."""
    folder = tmp_path_factory.mktemp("posters")
    random = np.random.default_rng(0)
    paths = []
    for number in range(11):
        coarse = Image.fromarray(random.integers(0, 256, (6, 4, 3), dtype=np.uint8))
        paths.append(folder / f"{number}.jpg")
        coarse.resize((120 + 20 * number, 200), Image.Resampling.BICUBIC).save(paths[-1], quality=90)
    (folder / "copy.jpg").write_bytes(paths[0].read_bytes())
    (folder / "cut.jpg").write_bytes(paths[1].read_bytes()[:600])
    (folder / "text.jpg").write_text("not a picture")
    return [*paths, folder / "copy.jpg", None, folder / "cut.jpg", folder / "absent.jpg", folder / "text.jpg"]


@pytest.fixture
def counted(monkeypatch):
    """How many posters each step of the network got."""
    batches = []
    start = Network.start

    def counting(self, images, batch_size):
        batches.append(len(images))
        return start(self, images, batch_size)

    monkeypatch.setattr(Network, "start", counting)
    return batches


def close(found, expected):
    found, expected = np.asarray(found), np.asarray(expected)
    return np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def test_one_named_row_per_title_and_nan_where_there_is_no_picture(posters):
    frame = embed(posters, SMALL, batch_size=4)
    assert frame.shape == (16, 1280)
    assert list(frame.columns[:2]) == ["mobilenet_v2_0000", "mobilenet_v2_0001"]
    assert frame.columns[-1] == "mobilenet_v2_1279"
    assert (frame.dtypes == np.float32).all()
    assert frame.isna().all(axis=1).tolist() == [False] * 12 + [True] * 4
    assert not frame.iloc[:12].isna().any(axis=None)


def test_a_row_is_what_keras_gives_for_the_stretched_poster(posters, keras, by_keras):
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    ours = next(layer for layer in load_network(SMALL).model.layers if isinstance(layer, keras.Model))
    base.set_weights(ours.get_weights())
    with Image.open(posters[2]) as image:
        picture = np.asarray(image.convert("RGB").resize((96, 96), Image.Resampling.BILINEAR))
    prepared = keras.applications.mobilenet_v2.preprocess_input(picture[None].astype("float32"))
    expected = by_keras(base, prepared).mean(axis=(1, 2))
    assert close(embed([posters[2]], SMALL), expected)


def test_a_poster_alone_and_in_a_batch_gives_the_same_row(posters):
    together = embed(posters[:11], SMALL, batch_size=11)
    for row in (0, 5, 10):
        assert close(embed([posters[row]], SMALL), together.iloc[[row]])
    assert close(embed(posters[:11], SMALL, batch_size=3, n_jobs=1), together)


def test_duplicates_are_embedded_once_and_progress_counts_every_title(posters, counted):
    told = []
    frame = embed([*posters, posters[3]], SMALL, batch_size=4, progress=told.append)
    assert sum(counted) == 11
    assert sum(told) == 17
    np.testing.assert_array_equal(frame.iloc[0], frame.iloc[11])
    np.testing.assert_array_equal(frame.iloc[3], frame.iloc[16])


def test_a_second_run_computes_nothing_and_needs_no_tensorflow(posters, counted, tmp_path):
    store = FeatureStore(tmp_path)
    first = embed(posters, SMALL, store=store)
    counted.clear()
    again = embed(posters, SMALL, store=FeatureStore(tmp_path))
    pd.testing.assert_frame_equal(again, first)
    assert counted == []
    code = """
import dataclasses, json, sys
from genrelab.features.frozen.backbones import resolve_backbone
from genrelab.features.frozen.embeddings import embed
from genrelab.features.store import FeatureStore
backbone = dataclasses.replace(resolve_backbone("mobilenet_v2", "random"), input_size=(96, 96))
frame = embed(json.loads(sys.argv[2]), backbone, store=FeatureStore(sys.argv[1]), precision="float32")
heavy = {"tensorflow", "keras", "jax", "torch"} & set(sys.modules)
print(json.dumps([sorted(heavy), frame.to_numpy().astype(float).tolist()]))
"""
    paths = json.dumps([None if path is None else str(path) for path in posters[:4]])
    output = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), paths], capture_output=True, text=True, check=True
    )
    heavy, values = json.loads(output.stdout)
    assert heavy == []
    np.testing.assert_array_equal(np.array(values, np.float32), first.iloc[:4])


def test_the_store_serves_another_name_for_the_same_network(posters, counted, tmp_path):
    store = FeatureStore(tmp_path)
    embed(posters[:2], SMALL, store=store)
    counted.clear()
    renamed = embed(posters[:2], dataclasses.replace(SMALL, name="mine"), store=store)
    assert counted == []
    assert renamed.columns[0] == "mine_0000"


def test_a_stopped_run_keeps_what_it_had_and_goes_on(posters, tmp_path, monkeypatch, counted):
    store = FeatureStore(tmp_path)
    monkeypatch.setattr(embeddings, "PUT_ROWS", 4)

    def stop(count, done=[]):  # noqa: B006
        done.append(count)
        if sum(done) > 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed(posters[:11], SMALL, store=store, batch_size=2, progress=stop)
    kept = sum(store.get(SMALL.identity(), store_keys(store))[0])
    assert 8 <= kept < 11
    counted.clear()
    resumed = embed(posters[:11], SMALL, store=store, batch_size=2)
    assert sum(counted) == 11 - kept
    assert close(resumed, embed(posters[:11], SMALL))


def store_keys(store):
    parts = store.folder(SMALL.identity()).glob("*.parquet")
    return [key for part in parts for key in pd.read_parquet(part)["sha256"]]


def test_an_unreadable_poster_is_not_read_again(posters, tmp_path, monkeypatch):
    store = FeatureStore(tmp_path)
    embed(posters[-3:], SMALL, store=store)
    monkeypatch.setattr(embeddings, "reading", lambda *args, **options: pytest.fail("read again"))
    assert embed(posters[-3:], SMALL, store=store).isna().all(axis=None)


def test_no_poster_at_all_needs_neither_weights_nor_a_network():
    frame = embed([None, None], resolve_backbone("resnet50", "imagenet"))
    assert frame.shape == (2, 2048)
    assert frame.isna().all(axis=None)
    assert embed([], resolve_backbone("resnet50", "imagenet")).shape == (0, 2048)


def test_a_cut_whose_width_is_not_known_before(posters):
    cut = dataclasses.replace(SMALL, name="cut", layer="block_1_expand_relu", width=None)
    frame = embed([None, posters[0]], cut)
    assert frame.shape == (2, 96)
    assert frame.isna().all(axis=1).tolist() == [True, False]
    assert embed([None], cut).shape == (1, 96)


def test_large_jpegs_are_decoded_smaller_with_nearly_the_same_row(tmp_path):
    random = np.random.default_rng(2)
    coarse = Image.fromarray(random.integers(0, 256, (9, 6, 3), dtype=np.uint8))
    large = coarse.resize((1200, 1800), Image.Resampling.BICUBIC)
    large.save(tmp_path / "large.jpg", quality=95)
    large.save(tmp_path / "large.png")
    frame = embed([tmp_path / "large.jpg", tmp_path / "large.png"], SMALL).to_numpy()
    assert np.abs(frame[0] - frame[1]).max() < 0.05 * np.abs(frame).max()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"batch_size": 0}, "batch_size: expected at least 1, found 0"),
        ({"precision": "float16"}, "precision: expected float32 or bfloat16, found 'float16'"),
    ],
)
def test_options_out_of_range_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        embed([None], SMALL, **options)


def test_processes_that_decode_for_a_card_change_no_row(posters, monkeypatch):
    by_threads = embed(posters, SMALL, batch_size=4)
    monkeypatch.setattr(embeddings, "has_card", lambda: True)
    monkeypatch.setattr(embeddings, "PROCESSES_FROM", 1)
    monkeypatch.setattr(embeddings, "CHUNK", 3)
    pd.testing.assert_frame_equal(embed(posters, SMALL, batch_size=4, n_jobs=2), by_threads)
