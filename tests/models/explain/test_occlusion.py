import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from genrelab.models.explain.occlusion import model_occlusion, occlusion_map, patch_grid
from genrelab.models.genre_model import GenreModel


@pytest.fixture
def poster(tmp_path):
    pixels = np.zeros((90, 60, 3), dtype=np.uint8)
    pixels[60:80, 10:30] = (255, 0, 0)
    Image.fromarray(pixels).save(tmp_path / "poster.png")
    return tmp_path / "poster.png"


def redness(paths) -> np.ndarray:
    pictures = [np.asarray(Image.open(path), dtype=float) for path in paths]
    return np.array([(p[..., 0] - p[..., 1]).mean() / 255 for p in pictures])


def test_the_map_is_highest_where_the_score_comes_from(poster):
    found = occlusion_map(redness, poster, "Horror", patch=0.3, stride=0.15)
    assert found.lost.shape == (90, 60)
    assert found.score == pytest.approx(redness([poster])[0])
    top, left = np.unravel_index(found.lost.argmax(), found.lost.shape)
    assert 60 <= top < 80 and 10 <= left < 30
    assert found.lost[:40].max() < 0.1 * found.lost.max()


def test_the_map_is_the_mean_loss_of_the_patches_over_a_pixel(poster):
    found = occlusion_map(redness, poster, "Horror", patch=0.5, stride=0.3)
    inside = found.patches.query("top <= 65 < bottom and left <= 20 < right")
    assert len(inside) > 1
    assert found.lost[65, 20] == pytest.approx((found.score - inside["score"]).mean())


@pytest.mark.parametrize(
    ("height", "width", "patch", "stride"), [(90, 60, 0.3, 0.15), (61, 97, 0.4, 0.4), (5, 5, 1, 1)]
)
def test_patches_cover_the_picture_and_stay_inside(height, width, patch, stride):
    seen = np.zeros((height, width))
    for top, left, bottom, right in patch_grid(height, width, patch, stride):
        assert 0 <= top < bottom <= height and 0 <= left < right <= width
        seen[top:bottom, left:right] += 1
    assert seen.min() >= 1


def test_bad_input(poster, tmp_path):
    with pytest.raises(ValueError, match="stride 0 and patch"):
        patch_grid(10, 10, 0.3, 0)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    with pytest.raises(ValueError, match=r"broken\.jpg: expected a poster that can be read, found: unknown format"):
        occlusion_map(redness, broken, "Horror")


class Luma(BaseEstimator):
    """A classifier whose probability is the poster's mean brightness."""

    def fit(self, X, y=None):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict_proba(self, X):
        bright = X["brightness_luma"].to_numpy() / 255
        return np.column_stack([bright, 1 - bright])


def make_model(specs, columns) -> GenreModel:
    return GenreModel(
        Pipeline([("encode", "passthrough"), ("classify", Luma())]), specs, columns, ["Comedy", "Horror"], "multilabel"
    )


def test_a_genre_model_is_asked_with_covered_posters(tmp_path):
    pixels = np.full((60, 40, 3), 10, dtype=np.uint8)
    pixels[:, :30] = 250
    Image.fromarray(pixels).save(tmp_path / "bright.png")
    title = pd.DataFrame({"imdb_id": ["tt0000001"], "poster": ["bright.png"]})
    model = make_model(["brightness"], ["brightness_luma"])
    found = model_occlusion(model, title, tmp_path / "bright.png", "Comedy", patch=1.0, stride=0.5)
    assert found.score > 0.9
    assert found.lost.max() > 0
    with pytest.raises(ValueError, match="label: expected one of Comedy, Horror, found 'War'"):
        model_occlusion(model, title, tmp_path / "bright.png", "War")
    with pytest.raises(ValueError, match="expected a model that reads posters"):
        model_occlusion(make_model(["metadata"], []), title, tmp_path / "bright.png", "Comedy")
