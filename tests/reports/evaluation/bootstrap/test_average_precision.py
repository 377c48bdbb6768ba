"""Average precision under weights, against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from genrelab.reports.evaluation.bootstrap import average_precision
from genrelab.reports.evaluation.bootstrap.average_precision import weighted_average_precision


@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("values", [1, 1 << 22])
def test_every_draw_is_scikit_learns(ties: bool, values: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(average_precision, "_VALUES", values)
    rng = np.random.default_rng(0)
    truth = (rng.random(500) < 0.2).astype(np.uint8)
    score = (rng.random(500) + 0.3 * truth).astype(np.float32)
    score = score.round(1) if ties else score
    unit = rng.integers(0, 60, 500)
    weights = rng.multinomial(60, np.full(60, 1 / 60), size=20).astype(np.float32)
    found = weighted_average_precision(truth, score, weights, unit)
    expected = [average_precision_score(truth, score, sample_weight=drawn[unit]) for drawn in weights]
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_draw_without_a_true_title_has_none():
    weights = np.array([[1, 1], [0, 1]], dtype=np.float32)
    found = weighted_average_precision(np.array([1, 0]), np.array([0.2, 0.9]), weights, np.array([0, 1]))
    assert found[0] == 0.5 and np.isnan(found[1])
    assert np.isnan(weighted_average_precision(np.zeros(2), np.array([0.2, 0.9]), weights, np.array([0, 1]))).all()
