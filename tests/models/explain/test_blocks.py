from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline

from genrelab.models.explain.blocks import Explanation, block_contributions, explain_title, merge_blocks
from genrelab.models.genre_model import GenreModel

BLOCKS = {
    "metadata": np.array([0]),
    "keywords": np.array([1, 2]),
    "overview": np.array([3]),
    "poster": np.array([4, 5]),
}
LABELS = ["War", "Crime"]


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 6))
    y = np.column_stack([X[:, 1] + X[:, 4] > 0, X[:, 0] * X[:, 3] > 0]).astype(int)
    return X, y, RandomForestClassifier(20, random_state=0).fit(X, y)


def forest_score(forest):
    return lambda X: np.column_stack([p[:, 1] for p in forest.predict_proba(X)])


def test_equals_the_mean_gain_over_all_orders(data):
    X, _, forest = data
    score, background = forest_score(forest), X[20:30]
    found = block_contributions(score, X[:1], background, BLOCKS, LABELS)

    def value(chosen):
        rows = background.copy()
        for name in chosen:
            rows[:, BLOCKS[name]] = X[0, BLOCKS[name]]
        return score(rows).mean(axis=0)

    expected = {name: np.zeros(2) for name in BLOCKS}
    orders = list(permutations(BLOCKS))
    for order in orders:
        for place, name in enumerate(order):
            expected[name] += (value(order[: place + 1]) - value(order[:place])) / len(orders)
    for name in BLOCKS:
        assert found.contributions.loc[name].to_numpy() == pytest.approx(expected[name])


def test_contributions_add_up_to_the_score(data):
    X, _, forest = data
    found = block_contributions(forest_score(forest), X[3:4], X[20:60], BLOCKS, LABELS)
    assert found.score.to_numpy() == pytest.approx(forest_score(forest)(X[3:4])[0])
    assert found.base.to_numpy() == pytest.approx(forest_score(forest)(X[20:60]).mean(axis=0))
    assert (found.contributions.sum() + found.base).to_numpy() == pytest.approx(found.score.to_numpy())
    assert "Shapley" in found.method


def test_of_a_linear_score_it_is_weight_times_distance(data):
    X, _, _ = data
    weights = np.random.default_rng(1).normal(size=(6, 2))
    found = block_contributions(lambda rows: rows @ weights, X[:1], X[10:40], BLOCKS, LABELS)
    for name, columns in BLOCKS.items():
        expected = (X[0, columns] - X[10:40, columns].mean(axis=0)) @ weights[columns]
        assert found.contributions.loc[name].to_numpy() == pytest.approx(expected)


def test_sparse_rows_stay_sparse_and_agree(data):
    X, y, _ = data
    model = OneVsRestClassifier(LogisticRegression()).fit(X, y)
    kinds = set()

    def score(rows):
        kinds.add(type(rows))
        return model.predict_proba(rows)

    dense = block_contributions(model.predict_proba, X[:1], X[5:25], BLOCKS, LABELS)
    sparse = block_contributions(score, csr_array(X[:1]), csr_array(X[5:25]), BLOCKS, LABELS)
    assert kinds == {csr_array}
    pd.testing.assert_frame_equal(dense.contributions, sparse.contributions)


def test_shares_and_words():
    parts = pd.DataFrame({"War": [0.31, 0.115, -0.075], "Crime": 0.0}, index=["keywords", "poster", "metadata"])
    base, score = pd.Series({"War": 0.1, "Crime": 0.2}), pd.Series({"War": 0.45, "Crime": 0.2})
    found = Explanation(base, score, parts)
    assert found.shares("War").to_dict() == pytest.approx({"keywords": 0.62, "poster": 0.23, "metadata": 0.15})
    assert found.in_words("War") == ("War 0.45 (background 0.10): keywords 62 % up, poster 23 % up, metadata 15 % down")
    assert found.shares("Crime").sum() == 0


def test_too_many_blocks_or_no_background(data):
    X, _, forest = data
    with pytest.raises(ValueError, match="expected 1 to 12, found 13; merge some"):
        block_contributions(forest_score(forest), X[:1], X[1:], {str(i): [0] for i in range(13)}, LABELS)
    with pytest.raises(ValueError, match=r"found shapes \(2, 6\)"):
        block_contributions(forest_score(forest), X[:2], X[1:], BLOCKS, LABELS)


def test_pictures_are_one_block():
    merged = merge_blocks({"pixels:grey": [0], "palette": [1], "overview": [2], "embedding:a": [3], "keywords": [4]})
    assert {k: v.tolist() for k, v in merged.items()} == {"poster": [0, 1, 3], "overview": [2], "keywords": [4]}


@pytest.mark.parametrize("kind", ["multilabel", "single"])
def test_a_genre_model_is_explained_by_its_families(kind):
    from genrelab.models.encode.encoder import make_encoder
    from genrelab.models.recipes import RECIPES

    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "metadata_year": rng.integers(1980, 2015, 90).astype(np.float32),
            "keywords_words": rng.choice(["heist bank", "ghost house", "love garden"], 90),
            "keywords_phrases": "",
        }
    )
    ghost = table["keywords_words"].str.contains("ghost").to_numpy()
    specs = ["metadata", "keywords"]
    encoder = make_encoder(specs, list(table.columns), keyword_count=6)
    encoded = encoder.fit_transform(table)
    y = np.column_stack([ghost, rng.random(90) < 0.5]).astype(np.uint8) if kind == "multilabel" else ghost.astype(int)
    classifier = RECIPES["glm"].build(kind, C=10.0).fit(encoded, y)
    labels = ["Horror", "Drama"] if kind == "multilabel" else ["Other", "Horror"]
    model = GenreModel(
        Pipeline([("encode", encoder), ("classify", classifier)]), specs, list(table.columns), labels, kind
    )
    title = table[ghost].iloc[:1]
    found = explain_title(model, title, table.iloc[:40])
    assert found.score["Horror"] == pytest.approx(model.predict_proba(title)[0, labels.index("Horror")])
    assert found.shares("Horror").index[0] == "keywords"
    assert found.shares("Horror")["keywords"] > 0.9
    assert found.contributions.loc["keywords", "Horror"] > 0
