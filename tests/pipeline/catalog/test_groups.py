from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.catalog.groups import connected_groups, make_groups, near_pairs, title_stem


@pytest.mark.parametrize(
    "titles",
    [
        ["Alien", "Alien³", "Alien: Resurrection"],
        ["The Godfather", "The Godfather: Part II", "The Godfather Part III"],
        ["Star Trek III: The Search for Spock", "Star Trek: Nemesis", "Star Trek"],
        ["The Karate Kid", "The Karate Kid, Part II", "The Karate Kid, Part III"],
        ["Kill Bill: Vol. 1", "Kill Bill Vol. 2", "Kill Bill"],
        ["Harry Potter and the Chamber of Secrets", "Harry Potter & the Goblet of Fire"],
        ["Ocean's Twelve", "Ocean’s Thirteen"],
        ["Amélie", "AMELIE (2001)"],
        ["Mission: Impossible II", "Mission: Impossible - Ghost Protocol"],
        ["The Animation Show", "The Animation Show 2005"],
    ],
)
def test_sequels_share_a_stem(titles):
    assert len({title_stem(title) for title in titles}) == 1


@pytest.mark.parametrize("title", ["1408", "300", "2012", "Se7en", "K-9", "Mr. X", "Nine", "V", "21", "!?", "A"])
def test_a_title_that_is_a_number_stays_whole(title):
    assert title_stem(title) == title.lower()


def test_different_films_keep_different_stems():
    titles = ["Catch-22", "Catch Me If You Can", "K-9", "K-19: The Widowmaker", "Beauty and the Beast", "Beauty"]
    assert len({title_stem(title) for title in titles}) == len(titles)


def test_collection_wins_over_the_stem():
    titles = pd.DataFrame(
        {
            "title": ["Alien", "Prometheus", "Alien 2", "Heat", "Heat 2"],
            "collection_id": pd.array([8091, 8091, 77, None, None], dtype="Int64"),
        }
    )
    assert make_groups(titles).tolist() == [0, 0, 1, 2, 2]


def test_one_chain_joins_franchise_file_and_picture():
    titles = pd.DataFrame({"title": ["Jaws", "Jaws 2", "Orca", "Piranha", "Heat"]}, index=list("vwxyz"))
    groups = make_groups(
        titles,
        sha256=["a", "b", "b", None, None],
        phash=["00000000000000f0", None, "ffff000000000000", "ffff000000000003", None],
        distance=2,
    )
    assert groups.dtype == np.int64
    assert groups.tolist() == [0, 0, 0, 0, 1]


def test_exact_duplicates_hold_even_without_franchises():
    titles = pd.DataFrame({"title": ["Rocky", "Rocky II", "Other"]})
    assert make_groups(titles, sha256=["a", "b", "a"], franchises=False).tolist() == [0, 1, 0]


def test_missing_hashes_join_nothing():
    titles = pd.DataFrame({"title": ["Heat", "Ronin", "Jaws"]})
    assert make_groups(titles, phash=[None] * 3, sha256=[None, float("nan"), None]).tolist() == [0, 1, 2]


@pytest.mark.parametrize("distance", [0, 1, 4, 8])
def test_near_pairs_connect_as_comparing_all_pairs_does(distance):
    rng = np.random.default_rng(distance)
    base = rng.integers(0, 2**64, size=40, dtype=np.uint64)
    flips = np.zeros(400, dtype=np.uint64)
    for row in range(400):
        for bit in rng.choice(64, size=rng.integers(0, 7), replace=False):
            flips[row] ^= np.uint64(1) << np.uint64(bit)
    hashes: list[int | None] = [int(v) for v in base[rng.integers(0, 40, 400)] ^ flips]
    hashes[7] = None
    pairs = near_pairs(hashes, distance)
    for i, j, bits in pairs:
        assert (hashes[i] ^ hashes[j]).bit_count() == bits <= distance
    brute = [
        (i, j)
        for i, j in combinations(range(400), 2)
        if i != 7 and j != 7 and (hashes[i] ^ hashes[j]).bit_count() <= distance
    ]
    expected = connected_groups(400, [np.array(brute, dtype=np.int64).reshape(-1, 2)])
    assert connected_groups(400, [pairs[:, :2]]).tolist() == expected.tolist()


def test_many_hashes_are_searched_by_several_bands():
    rng = np.random.default_rng(0)
    hashes = rng.integers(0, 2**64, size=21_000, dtype=np.uint64)
    for row, bits in enumerate((0x00FF, 0x0101010101010101, 0x8000000000000001, 0x1FF), start=20_000):
        hashes[row] = hashes[row - 10_000] ^ np.uint64(bits)
    found = near_pairs(hashes, 8)
    assert [tuple(pair) for pair in found] == [(10_000, 20_000, 8), (10_001, 20_001, 8), (10_002, 20_002, 2)]


def test_bad_hashes_are_named():
    titles = pd.DataFrame({"title": ["Heat", "Jaws"]})
    with pytest.raises(ValueError, match=r"row 1 \('Jaws'\): expected 16 hexadecimal digits, found 'xyz'"):
        make_groups(titles, phash=[None, "xyz"])
    with pytest.raises(ValueError, match="expected 2 values, one per title, found 1"):
        make_groups(titles, sha256=["a"])
    with pytest.raises(ValueError, match="0 to 16 bits, found 40"):
        make_groups(titles, distance=40)


def test_no_titles_have_no_groups():
    assert make_groups(pd.DataFrame({"title": []}), phash=[], sha256=[]).tolist() == []
