"""Hash and grey flag on pictures whose likeness is known."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy.fft import dctn

from genrelab.features.poster.fingerprint import SMALL, hamming_distance, is_grey, perceptual_hash
from genrelab.features.poster.raster import shrink


def drawn(seed, size=(300, 444)):
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(rng.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(15):
        left, top, reach = rng.integers(0, 250), rng.integers(0, 400), rng.integers(20, 150)
        draw.ellipse((left, top, left + reach, top + reach), fill=tuple(rng.integers(0, 256, 3).tolist()))
    return image


def hashes(*images):
    return perceptual_hash(np.stack([shrink(image, SMALL) for image in images]))


def test_alike_pictures_have_near_hashes_and_others_far_ones():
    image = drawn(0)
    first, larger, darker, other = hashes(
        image, image.resize((500, 740)), image.point(lambda value: value * 0.8), drawn(1)
    )
    assert len(first) == 16
    assert hamming_distance(first, larger) <= 4
    assert hamming_distance(first, darker) <= 4
    assert hamming_distance(first, other) >= 16


def test_a_row_does_not_depend_on_the_others():
    images = [drawn(seed) for seed in range(5)]
    assert hashes(*images) == [hashes(image)[0] for image in images]


def test_hash_against_scipy():
    small = shrink(drawn(3), SMALL)
    luma = small[::2, ::2].astype(float) @ (np.array([54, 183, 19]))
    waves = dctn(luma, type=2)[:8, :8].ravel()
    expected = waves > np.median(waves)
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(perceptual_hash(small[None])[0]), dtype=np.uint8))
    assert (bits != expected).sum() <= 2  # the two about the median may change places by rounding


def test_a_flat_picture_has_one_bit():
    for colour in ("black", "white", (90, 130, 17)):
        assert hashes(Image.new("RGB", (300, 444), colour))[0] in {"8000000000000000", "0000000000000000"}


@pytest.mark.parametrize(
    ("colour", "grey"), [((0, 0, 0), True), ((100, 112, 124), True), ((100, 112, 125), False), ((255, 0, 0), False)]
)
def test_grey_is_a_small_spread(colour, grey):
    assert is_grey(shrink(Image.new("RGB", (200, 300), colour), SMALL)[None])[0] == grey


def test_a_spot_of_colour_is_no_longer_grey():
    image = drawn(4).convert("L").convert("RGB")
    spotted = image.copy()
    spotted.paste("red", (100, 100, 160, 160))
    assert is_grey(np.stack([shrink(image, SMALL), shrink(spotted, SMALL)])).tolist() == [True, False]


def test_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"expected pictures of shape \(n, 192, 128, 3\), found \(1, 2, 2, 3\)"):
        perceptual_hash(np.zeros((1, 2, 2, 3), dtype=np.uint8))


@pytest.mark.parametrize(("spread", "grey"), [(24, True), (25, False)])
def test_grey_means_one_thing_for_posters_downloads_and_reports(spread, grey):
    from genrelab.pipeline.sources.download import is_grey as of_download
    from genrelab.reports.evaluation.details.colours import is_grey as of_report

    colour = np.array([100, 100, 100 + spread], dtype=np.uint8)
    picture = np.broadcast_to(colour, (SMALL[1], SMALL[0], 3)).copy()
    assert (
        bool(is_grey(picture[None])[0]) == of_download(picture) == bool(of_report(colour[None].astype(int))[0]) == grey
    )
