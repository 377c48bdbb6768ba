import numpy as np

from genrelab.models.kernel import gram as kernel_gram
from genrelab.models.kernel.distances import _kept, keep_distances
from genrelab.models.kernel.svc import SharedKernelSVC


def test_models_on_the_same_rows_share_distances_and_answers_stay_the_same_bits(monkeypatch):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(90, 4)), rng.random((90, 3)) < 0.4
    models = [SharedKernelSVC(class_weight=weight) for weight in (None, "balanced", "log")]
    apart = [model.fit(X, Y).decision_function(X) for model in models]
    calls = []
    compute = kernel_gram._square
    monkeypatch.setattr(kernel_gram, "_square", lambda *given: calls.append(1) or compute(*given))
    with keep_distances():
        together = [model.fit(X, Y).decision_function(X) for model in models]
        models[0].out_of_fold_decision(X, Y, [(np.arange(60), np.arange(60, 90))])
        assert len(calls) == 1
        SharedKernelSVC().fit(X[:50], Y[:50])
        assert len(calls) == 2 and len(_kept) == 1
    assert not _kept
    assert all(np.array_equal(a, b) for a, b in zip(apart, together, strict=True))
    models[0].fit(X, Y)
    assert not _kept
