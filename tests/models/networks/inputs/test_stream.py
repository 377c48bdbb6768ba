import threading
import time

import numpy as np
import pytest
from PIL import Image

from genrelab.features.frozen.embeddings import decode_poster
from genrelab.models.networks.inputs import stream as posters
from genrelab.models.networks.inputs.stream import AHEAD, stream_posters


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder, found = tmp_path_factory.mktemp("posters"), []
    rng = np.random.default_rng(0)
    for number in range(23):
        path = folder / f"{number}.jpg"
        Image.fromarray(rng.integers(0, 255, (90, 60, 3), dtype=np.uint8)).save(path)
        found.append(str(path))
    (folder / "text.jpg").write_text("no picture")
    found[5], found[6] = str(folder / "text.jpg"), str(folder / "absent.jpg")
    return found


@pytest.mark.parametrize("workers", [1, 4])
def test_posters_come_in_order_as_embeddings_see_them(paths, workers):
    batches = list(stream_posters(paths, (48, 32), 4, workers=workers))
    assert [len(rows) for rows, _ in batches] == [4, 4, 4, 4, 4, 1]  # filled up past the two that cannot be read
    assert np.concatenate([rows for rows, _ in batches]).tolist() == [row for row in range(23) if row not in (5, 6)]
    for rows, images in batches:
        assert images.shape == (len(rows), 48, 32, 3) and images.dtype == np.uint8
        for row, image in zip(rows, images, strict=True):
            assert np.array_equal(image, decode_poster(posters.Path(paths[row]), (48, 32))[1])


def test_never_more_than_a_few_batches_are_in_flight(monkeypatch):
    made, lock = [0], threading.Lock()

    def picture(path, size, compiled):
        with lock:
            made[0] += 1
        return np.zeros((*size, 3), np.uint8)

    monkeypatch.setattr(posters, "_picture", picture)
    taken = 0
    for rows, _ in stream_posters(["x"] * 500, (2, 2), 10, workers=3):
        taken += len(rows)
        time.sleep(0.002)
        assert made[0] - taken <= AHEAD * 10
    assert taken == made[0] == 500


def test_leaving_early_stops_the_workers(paths):
    stream = stream_posters(paths, (8, 8), 2)
    next(stream)
    stream.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("posters")]


def test_bad_numbers():
    with pytest.raises(ValueError, match="at least 1"):
        stream_posters([], (8, 8), 0)
    with pytest.raises(ValueError, match="at least 1"):
        stream_posters([], (8, 8), 1, workers=0)
