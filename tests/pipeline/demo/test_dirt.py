import numpy as np

from genrelab.pipeline.demo.dirt import DIRT, encode_poster, plan_dirt
from genrelab.pipeline.demo.posters import render_poster


def test_dirt_is_planned_in_its_shares_and_absent_from_tiny_demos():
    plan = plan_dirt(10_000, np.random.default_rng(0))
    assert all(plan.count(kind) == round(share * 10_000) for kind, share in DIRT.items())
    assert set(plan_dirt(60, np.random.default_rng(0))) == {*DIRT, "clean"}
    assert set(plan_dirt(5, np.random.default_rng(0))) == {"clean"}


def test_bytes_of_dirty_posters():
    image = render_poster("Synthetic Red Moon", ["Drama"], 1990, np.random.default_rng(0))
    clean = encode_poster(image, "clean")
    assert encode_poster(image, "absent file") == clean
    assert clean.startswith(encode_poster(image, "truncated"))
    assert encode_poster(image, "png named jpg").startswith(b"\x89PNG")
    assert len(encode_poster(image, "recoded twin")) < len(clean)
