"""Components from blocks of rows are those of scikit-learn's PCA on the whole matrix."""

import tracemalloc

import numpy as np
import pytest
from sklearn.decomposition import PCA

from genrelab.models.encode import row_blocks
from genrelab.models.encode.components import PixelComponents
from genrelab.models.encode.row_blocks import RowBlocks, principal_components


def matrix(rows: int, width: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    falling = rng.normal(size=(rows, 12)) * 0.7 ** np.arange(12)
    values = falling @ rng.normal(size=(12, width)) + 0.05 * rng.normal(size=(rows, width)) + 2
    return values.astype(np.float32)


@pytest.mark.parametrize("shape", [(90, 300), (300, 90), (120, 120)])
@pytest.mark.parametrize("count", [1, 8, 20])
def test_blocks_give_what_the_whole_matrix_gives(shape, count, monkeypatch):
    monkeypatch.setattr(row_blocks, "BLOCK_BYTES", 4 * shape[1] * 17)  # 17 rows: the last block is shorter
    values = matrix(*shape)
    found = principal_components(RowBlocks(np.arange(shape[0]), shape[1], lambda rows: values[rows]), count)
    whole = PCA(count, svd_solver="randomized", random_state=0).fit(values)
    np.testing.assert_allclose(found.mean, whole.mean_, atol=1e-5)
    np.testing.assert_allclose(found.variance, whole.explained_variance_, rtol=1e-4)
    np.testing.assert_allclose(found.ratio, whole.explained_variance_ratio_, rtol=1e-4)
    strong = min(count, 8)  # weaker ones are noise, whose directions are not determined
    np.testing.assert_allclose(found.directions[:strong], whole.components_[:strong], atol=1e-4)


def test_only_the_rows_asked_for_count():
    values = matrix(60, 40)
    rows = np.arange(0, 60, 2)
    some = principal_components(RowBlocks(rows, 40, lambda places: values[places]), 3)
    alone = principal_components(RowBlocks(np.arange(30), 40, lambda places: values[rows][places]), 3)
    np.testing.assert_array_equal(some.directions, alone.directions)


def test_pixels_are_never_held_in_single_precision_together(monkeypatch):
    monkeypatch.setattr(row_blocks, "BLOCK_BYTES", 2**20)
    pixels = np.random.default_rng(0).integers(1, 256, (1500, 3000), dtype=np.uint8)  # 18 MB in float32
    tracemalloc.start()
    encoder = PixelComponents(4).fit(pixels)
    encoder.transform(pixels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10e6
