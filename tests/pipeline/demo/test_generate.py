import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from genrelab.features.poster.read import read_poster
from genrelab.pipeline.catalog.genres import title_genres
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.demo.generate import generate_demo

COUNT = 90


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    finished = []
    assert generate_demo(folder, COUNT, seed=3, n_jobs=1, progress=finished.append) == folder / "catalog.parquet"
    assert sum(finished) == COUNT
    return folder


@pytest.fixture(scope="module")
def catalog(demo):
    return load_catalog(demo)


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_workers(demo, tmp_path):
    generate_demo(tmp_path / "more", COUNT + 40, seed=3, n_jobs=2)
    generate_demo(tmp_path / "again", COUNT, seed=3, n_jobs=1)
    assert hashes(tmp_path / "again") == hashes(demo)
    generate_demo(tmp_path / "alone", COUNT + 40, seed=3, n_jobs=1)
    assert hashes(tmp_path / "alone") == hashes(tmp_path / "more")


def test_another_seed_gives_other_titles(demo, tmp_path):
    generate_demo(tmp_path, 5, seed=4, n_jobs=1)
    assert not set(hashes(tmp_path).values()) & set(hashes(demo).values())


def test_everything_says_synthetic(demo, catalog):
    titles = catalog.titles
    assert titles["imdb_id"].str.fullmatch(r"tt99\d{6}").all()
    assert titles["title"].str.startswith("Synthetic ").all()
    assert titles["overview"].dropna().str.startswith("Synthetic plot: ").all()
    metadata = pq.read_schema(demo / "catalog.parquet").metadata
    assert "Synthetic" in json.loads(metadata[b"genrelab.attribution"])[0]
    for path in (demo / "posters").iterdir():
        assert b"Synthetic poster" in path.read_bytes()


def test_posters_are_dirty_on_purpose(catalog):
    names = catalog.titles["poster"]
    paths = catalog.poster_paths()
    statuses, formats, modes, prints = [], set(), set(), []
    for path in paths:
        if path is None:
            continue
        poster = read_poster(path)
        statuses.append(poster.status)
        prints.append(poster.sha256)
        if poster.status == "ok":
            formats.add(poster.format)
            with Image.open(path) as image:
                modes.add(image.mode)
            assert poster.width == 300 and 400 <= poster.height <= 450
    assert {"ok", "missing", "truncated"} == set(statuses)
    assert statuses.count("ok") >= COUNT - 10
    assert names.isna().any()
    assert formats == {"jpeg", "png"}
    assert modes == {"RGB", "L", "CMYK"}
    known = [value for value in prints if value]
    assert len(known) > len(set(known))


def test_a_recoded_twin_is_the_same_picture_in_another_file(catalog):
    titles = catalog.titles
    twins = titles[titles["title"].str.endswith("(Restored)")]
    assert len(twins) == 2
    for _, twin in twins.iterrows():
        name = twin["title"].removesuffix(" (Restored)")
        other = titles[(titles["title"] == name) & (titles["year"] == twin["year"])].iloc[0]
        assert other["genres_imdb"] == twin["genres_imdb"]
        pictures = [read_poster(catalog.root / row["poster"]).image for row in (twin, other)]
        far = np.abs(np.subtract(*(np.asarray(picture, dtype=int) for picture in pictures)))
        assert far.mean() < 12


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    from genrelab.pipeline.catalog.schema import check_titles
    from genrelab.pipeline.demo.titles import make_titles

    titles, _ = make_titles(1000, np.random.default_rng(0))
    return check_titles(titles)


def test_genres_are_as_uneven_as_real_ones(large):
    genres, unknown = title_genres(large, "imdb")
    assert not unknown
    share = {name: sum(name in own for own in genres) / len(genres) for name in {n for own in genres for n in own}}
    assert len(share) >= 15
    assert 0.38 < share["Drama"] < 0.52 and 0.27 < share["Comedy"] < 0.42
    assert share["Western"] < 0.05
    assert max(map(len, genres)) == 3


def test_the_three_sources_disagree_like_real_ones(large):
    told = {source: title_genres(large, source)[0] for source in ("imdb", "tmdb", "movielens")}
    assert not any(title_genres(large, source)[1] for source in told)
    both = [(set(a), set(b)) for a, b in zip(told["imdb"], told["tmdb"], strict=True) if a and b]
    same = sum(a == b for a, b in both) / len(both)
    assert 0.3 < same < 0.8
    assert "Biography" not in {name for own in told["movielens"] for name in own}


def test_gaps_years_and_franchises_are_realistic(large):
    gaps = large.isna().mean()
    assert 0.12 < gaps["keywords"] < 0.3 and 0.05 < gaps["overview"] < 0.3
    assert gaps["budget"] > gaps["revenue"] > gaps["runtime"] > 0
    rich, poor = large["imdb_votes"] > 50_000, large["imdb_votes"] < 1_000
    assert large["revenue"][poor.fillna(False)].isna().mean() > large["revenue"][rich.fillna(False)].isna().mean()
    assert set(large["year"] // 10 * 10) == set(range(1960, 2030, 10))
    sizes = large["collection_id"].value_counts()
    assert len(sizes) > 20 and sizes.between(2, 4).mean() > 0.9
    assert (large["kind"] == "series").any()


def test_some_keywords_name_the_genre(large):
    from genrelab.features.text.genre_words import names_a_genre

    phrases = large["keywords"].explode().dropna()
    named = phrases[phrases.map(names_a_genre)]
    assert 10 < len(named) < 120
    assert any(re.fullmatch("romantic comedy|western|biography|comedy", phrase) for phrase in named)


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (1_000_000, 0), (3, -1)])
def test_bad_numbers_are_refused_before_anything_is_written(tmp_path, count, seed):
    with pytest.raises(ValueError, match="expected"):
        generate_demo(tmp_path / "out", count, seed)
    assert not (tmp_path / "out").exists()


def test_one_title_is_enough(tmp_path):
    assert len(load_catalog(generate_demo(tmp_path, 1, n_jobs=1))) == 1
