"""One film under two ids."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.catalog.duplicates import POSTER_ONLY, SAME, difference_hash, find_duplicates, plain_title


def scene(seed):
    blocks = np.random.default_rng(seed).integers(0, 255, (6, 4, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((200, 300), Image.Resampling.BICUBIC)


@pytest.fixture
def root(tmp_path):
    scene(1).save(tmp_path / "a.jpg", quality=95)
    scene(1).resize((120, 180)).save(tmp_path / "a_small.jpg", quality=60)
    scene(2).save(tmp_path / "b.jpg")
    (tmp_path / "b_copy.jpg").write_bytes((tmp_path / "b.jpg").read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    return tmp_path


def catalogue(*rows):
    names = ["imdb_id", "title", "kind", "year", "imdb_votes", "poster"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({"year": "Int64", "imdb_votes": "Float64", "title": "string", "poster": "string"})


def test_same_film_in_another_size_keeps_the_one_with_more_votes(root):
    titles = catalogue(
        ("tt0000001", "Amélie", "movie", 2001, 5, "a.jpg"),
        ("tt0000002", "AMELIE!", "movie", 2002, 500, "a_small.jpg"),
        ("tt0000003", "Amélie", "movie", 1960, 5, "a.jpg"),
        ("tt0000004", "Amélie", "movie", 2001, 5, "b.jpg"),
        ("tt0000005", "Amélie", "movie", 2001, 5, "broken.jpg"),
        ("tt0000006", "Amélie", "movie", 2001, 5, "absent.jpg"),
        ("tt0000007", "Amélie", "movie", 2001, 5, None),
        ("tt0000008", "Amélie", "series", 2001, 5, "a_small.jpg"),
    )
    found = find_duplicates(titles, root)
    pairs = found[found["reason"] == SAME][["imdb_id", "other_id"]].values.tolist()
    assert pairs == [["tt0000002", "tt0000001"]]


def test_equal_bytes_under_another_title_are_told_apart(root):
    titles = catalogue(
        ("tt0000001", "Part One", "movie", 2001, 5, "b.jpg"),
        ("tt0000002", "Part Two", "movie", 2004, 9, "b_copy.jpg"),
    )
    assert find_duplicates(titles, root).values.tolist() == [
        ["tt0000002", "Part Two", 2004, "tt0000001", "Part One", 2001, POSTER_ONLY]
    ]


def test_hash_survives_size_and_compression_only(root):
    one, small, other = (difference_hash(root / name) for name in ("a.jpg", "a_small.jpg", "b.jpg"))
    assert (one ^ small).bit_count() <= 3 < 12 < (one ^ other).bit_count()
    assert difference_hash(root / "broken.jpg") is None


def test_plain_titles():
    assert plain_title("WALL·E") == "wall e" and plain_title("L'Été") == "l ete" and plain_title("…") == ""
