import numpy as np
from sklearn.metrics import check_scoring

from genrelab.models.kernel.fold import KernelFold, search_results
from genrelab.models.kernel.gram import squared_distances
from genrelab.models.kernel.svc import SharedKernelSVC


def test_a_fold_scores_as_separate_models_do():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(90, 4)), rng.random((90, 3)) < 0.4
    template = SharedKernelSVC().fit(X, Y)
    train, test = np.arange(60), np.arange(60, 90)
    fold = KernelFold(template, squared_distances(X), X, Y, Y.astype(int), None, train, test)
    candidates = [{"C": 1.0}, {"C": 9.0, "class_weight": "log"}]
    scorer = check_scoring(template, scoring="f1_macro")
    outcomes, decisions, notes = fold.score(candidates, scorer, train_score=True)
    for candidate, outcome, block in zip(candidates, outcomes, decisions, strict=True):
        assert scorer is not None
        model = SharedKernelSVC(**candidate).fit(X[train], Y[train])
        assert np.allclose(block, model.decision_function(X[test]), rtol=1e-10)
        assert outcome["test_score"] == scorer(model, X[test], Y[test])
        assert outcome["train_score"] == scorer(model, X[train], Y[train])
    assert notes == []


def test_ranks_share_places_and_put_undefined_last():
    scores = [0.5, 0.9, 0.9, np.nan]
    outcomes = [[{"fit_time": 1.0, "score_time": 1.0, "test_score": score}] for score in scores]
    results = search_results([{"C": k} for k in range(4)], outcomes)
    assert results["rank_test_score"].tolist() == [3, 1, 1, 4]
