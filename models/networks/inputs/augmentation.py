"""Random changes of posters with the ranges that Garg et al. (2017) print for Keras's ImageDataGenerator.

| printed | there | layer here |
|---|---|---|
| `rotation_range=40` | degrees, both ways | `RandomRotation(40 / 360)`: a factor is a share of the full turn |
| `width_shift_range=0.2`, `height_shift_range=0.2` | share of the side, both ways | `RandomTranslation(0.2, 0.2)` |
| `shear_range=0.2` | radians, both ways, rows moved along columns | `RandomShear(y_factor=(0, sin 0.2))`: both ways |
| `zoom_range=0.2` | each side by 0.8 to 1.2 on its own | `RandomZoom(0.2, 0.2)` |
| `horizontal_flip=True` | every second picture | `RandomFlip("horizontal")` |
| `fill_mode="nearest"` | the edge goes on | `fill_mode="nearest"` |

The shear is an angle, and its unit changed: radians in the Keras of the study's year, degrees in later ones, where 0.2
would be nearly nothing. The order of the steps is the generator's.

What differs: the generator does all in one step without interpolation, the layers one after the other, bilinearly; it
shears about the middle of the picture and the layer about its left edge, which moves the middle by up to 13 of 192
pixels more; and its shear also narrows the picture by up to 2 %.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

from ....features.frozen.keras import keras_settings, load_keras
from ....features.poster.raster import shrink
from ....features.poster.read import read_poster

__all__ = ["augmentation_layers", "augmented_grid"]

ROTATION, SHIFT, SHEAR, ZOOM = 40 / 360, 0.2, math.sin(0.2), 0.2


def augmentation_layers(seed: int | None = None) -> list[Any]:
    """Make the layers, in their order; they act in training only.

    Parameters
    ----------
    seed : int, optional
        Of the first layer, the next ones count on; without it Keras draws them (`keras.utils.set_random_seed`).

    Returns
    -------
    list of keras.Layer
        Each from pictures (n, height, width, 3) to the same shape, in float32 under any policy.

    Examples
    --------
    >>> [type(layer).__name__ for layer in augmentation_layers(0)]  # doctest: +SKIP
    ['RandomRotation', 'RandomTranslation', 'RandomShear', 'RandomZoom', 'RandomFlip']
    """
    layers = load_keras().layers
    seeds = [None] * 5 if seed is None else [seed + step for step in range(5)]
    common: list[dict[str, Any]] = [{"seed": one, "dtype": "float32"} for one in seeds]
    filled: list[dict[str, Any]] = [{"fill_mode": "nearest", **one} for one in common]
    return [
        layers.RandomRotation(ROTATION, **filled[0]),
        layers.RandomTranslation(SHIFT, SHIFT, **filled[1]),
        # A pair (0, f) means up to f either way; a single number could be saved but not loaded.
        layers.RandomShear(x_factor=(0.0, 0.0), y_factor=(0.0, SHEAR), **filled[2]),
        layers.RandomZoom(ZOOM, ZOOM, **filled[3]),
        layers.RandomFlip("horizontal", **common[4]),
    ]


def augmented_grid(
    path: str | Path, *, size: tuple[int, int] = (192, 128), number: int = 20, seed: int = 0
) -> np.ndarray:
    """Draw one poster augmented in many ways: figure 6 of the study.

    Parameters
    ----------
    path : path
        Of the poster's file.
    size : (int, int)
        Height and width in pixels of each picture.
    number : int
        Pictures, at least 1; five stand in a row.
    seed : int

    Returns
    -------
    ndarray, uint8, shape (rows * height, 5 * width, 3)
        White where the last row has no picture; fewer than five pictures make a narrower grid.

    Raises
    ------
    ValueError
        If the poster cannot be read, or `number` is less than 1.
    ImportError
        If no Keras backend is installed.

    Examples
    --------
    >>> augmented_grid("absent.jpg")
    Traceback (most recent call last):
    ValueError: expected a poster that can be read, found status 'missing': absent.jpg
    """
    if number < 1:
        raise ValueError(f"number: expected at least 1 picture, found {number}")
    height, width = size
    poster = read_poster(Path(path), draft=(2 * width, 2 * height))
    if poster.image is None:
        raise ValueError(f"expected a poster that can be read, found status {poster.status!r}: {path}")
    picture = shrink(poster.image, (width, height))
    keras = load_keras()
    with keras_settings("float32"):
        pictures = np.repeat(picture[np.newaxis].astype(np.float32), number, axis=0)
        for layer in augmentation_layers(seed):
            pictures = layer(pictures, training=True)
        augmented = keras.ops.convert_to_numpy(pictures)
    columns = min(5, number)
    rows = -(-number // columns)
    cells = np.full((rows * columns, height, width, 3), 255, dtype=np.uint8)
    cells[:number] = np.clip(np.rint(augmented), 0, 255)
    return cells.reshape(rows, columns, height, width, 3).swapaxes(1, 2).reshape(rows * height, columns * width, 3)
