import numpy as np
import pytest
from PIL import Image

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.networks.inputs.augmentation import augmentation_layers, augmented_grid

SIDE, TRIALS = 65, 300
ROTATE, MOVE, SHEAR, ZOOM, FLIP = range(5)


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


def changed(layer, picture):
    """The picture changed TRIALS times."""
    pictures = np.repeat(picture[np.newaxis, :, :, np.newaxis].astype(np.float32), TRIALS, axis=0)
    return to_numpy(augmentation_layers(3)[layer](pictures, training=True))[..., 0]


def spots(*places, side=SIDE):
    """A black picture with a small bright blur at each (row, column)."""
    rows, columns = np.mgrid[:side, :side]
    return sum(np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 4) for row, column in places)


def centres(pictures):
    """Where the brightness of each picture lies: rows, columns."""
    weight = pictures / pictures.sum(axis=(1, 2), keepdims=True)
    rows, columns = np.mgrid[: pictures.shape[1], : pictures.shape[2]]
    return (weight * rows).sum(axis=(1, 2)), (weight * columns).sum(axis=(1, 2))


def fills(values, low, high):
    """All within the range, and both its outer twentieths reached."""
    margin = (high - low) / 20
    return low - 0.02 * margin <= values.min() < low + margin and high - margin < values.max() <= high + 0.02 * margin


def test_a_spot_beside_the_middle_turns_by_up_to_40_degrees():
    middle, away = (SIDE - 1) / 2, 20
    rows, columns = centres(changed(ROTATE, spots((middle, middle + away))))
    angles = np.degrees(np.arctan2(rows - middle, columns - middle))
    assert fills(angles, -40.5, 40.5)
    np.testing.assert_allclose(np.hypot(rows - middle, columns - middle), away, atol=0.5)


def test_a_spot_in_the_middle_moves_by_up_to_a_fifth_of_each_side():
    middle = (SIDE - 1) / 2
    rows, columns = centres(changed(MOVE, spots((middle, middle))))
    for place in (rows, columns):
        assert fills((place - middle) / SIDE, -0.2, 0.2)
    assert abs(np.corrcoef(rows, columns)[0, 1]) < 0.2


def test_shear_moves_rows_along_the_columns_by_up_to_the_sine_of_a_fifth_of_a_radian():
    near, far = (centres(changed(SHEAR, spots((32, column)))) for column in (12, 52))
    slope = (far[0] - near[0]) / 40
    assert fills(slope, -np.sin(0.2), np.sin(0.2))
    np.testing.assert_allclose(near[1], 12, atol=0.1)
    np.testing.assert_allclose(far[1], 52, atol=0.1)


def test_zoom_stretches_each_side_on_its_own_by_0_8_to_1_2():
    middle = (SIDE - 1) / 2
    rows, columns = centres(changed(ZOOM, spots((middle + 15, middle - 15))))
    down, across = 15 / (rows - middle), 15 / (middle - columns)  # the generator's factor reads from the source
    assert fills(down, 0.79, 1.21)
    assert fills(across, 0.79, 1.21)
    assert abs(np.corrcoef(down, across)[0, 1]) < 0.2


def test_every_second_picture_is_mirrored_left_to_right():
    picture = np.random.default_rng(0).random((SIDE, SIDE)).astype(np.float32)
    found = changed(FLIP, picture)
    mirrored = (found == picture[:, ::-1]).all(axis=(1, 2))
    assert ((found == picture).all(axis=(1, 2)) | mirrored).all()
    assert 0.4 < mirrored.mean() < 0.6


def test_the_edge_goes_on_where_a_picture_ends():
    for layer in range(5):
        np.testing.assert_allclose(changed(layer, np.full((SIDE, SIDE), 0.7)), 0.7, atol=1e-5)


def test_nothing_changes_outside_training_and_layers_compute_in_float32(keras):
    picture = np.random.default_rng(0).random((2, 9, 7, 3)).astype(np.float32)
    for layer in augmentation_layers():
        np.testing.assert_array_equal(to_numpy(layer(picture, training=False)), picture)
        assert layer.compute_dtype == "float32"


def test_the_grid_shows_one_poster_twenty_ways_and_always_the_same(tmp_path):
    path = tmp_path / "poster.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 40, 3), dtype=np.uint8)).save(path)
    grid = augmented_grid(path, size=(24, 16), seed=1)
    assert grid.shape == (4 * 24, 5 * 16, 3)
    assert grid.dtype == np.uint8
    cells = grid.reshape(4, 24, 5, 16, 3).swapaxes(1, 2).reshape(20, -1)
    assert len(np.unique(cells, axis=0)) == 20
    np.testing.assert_array_equal(augmented_grid(path, size=(24, 16), seed=1), grid)
    assert (augmented_grid(path, size=(24, 16), seed=2) != grid).any()


def test_a_row_that_is_not_full_ends_in_white_and_few_make_a_narrow_grid(tmp_path):
    path = tmp_path / "poster.png"
    Image.new("RGB", (40, 60), (200, 30, 10)).save(path)
    grid = augmented_grid(path, size=(24, 16), number=7)
    assert grid.shape == (48, 80, 3)
    assert (grid[24:, 32:] == 255).all()
    assert (grid[24:, :32] == (200, 30, 10)).all()
    assert augmented_grid(path, size=(24, 16), number=2).shape == (24, 32, 3)


def test_an_unreadable_poster_and_no_pictures_are_refused(tmp_path):
    path = tmp_path / "poster.png"
    path.write_bytes(b"not a picture")
    with pytest.raises(ValueError, match=r"status 'unknown format': .*poster\.png"):
        augmented_grid(path)
    with pytest.raises(ValueError, match="at least 1 picture, found 0"):
        augmented_grid(path, number=0)
