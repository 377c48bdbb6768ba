"""Models of every classical recipe, fitted on one small table in seconds."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.pipeline import Pipeline

from genrelab.models.encode.encoder import make_encoder
from genrelab.models.file import save_model
from genrelab.models.genre_model import GenreModel
from genrelab.models.multilabel.out_of_fold import OutOfFold
from genrelab.models.recipes import RECIPES
from genrelab.pipeline.experiments.fit.encoding import nothing_known

QUICK = {
    "rf": {"n_estimators": 20},
    "gbm": {"n_estimators": 20},
    "mlp": {"hidden": (30, 10), "max_epochs": 6},
    "knn": {"n_neighbors": 9},
}
TRAIN = 120
WORDS = "heist bank love ghost space film night war king dog sea car".split()


def feature_table(n: int = 200) -> pd.DataFrame:
    """Numbers with gaps, words and a plot text."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"metadata_year": rng.integers(1950, 2020, n).astype(float), "metadata_runtime": rng.normal(100, 20, n)}
    )
    table.loc[::7, "metadata_runtime"] = np.nan
    table.loc[TRAIN + 5 :: 9, ["metadata_year", "metadata_runtime"]] = np.nan  # nothing is known but words
    words = [" ".join(rng.choice(WORDS, rng.integers(0, 4), replace=False)) or None for _ in range(n)]
    table["keywords_words"] = table["keywords_phrases"] = pd.Series(words, dtype="string")
    table["overview_text"] = [" ".join(rng.choice(WORDS, 5)) for _ in range(n)]
    return table


def targets(table: pd.DataFrame, kind: str) -> np.ndarray:
    """Three labels that the table tells, or a class of three."""
    rng = np.random.default_rng(1)
    long = table["metadata_runtime"].fillna(90) + rng.normal(0, 20, len(table)) > 110
    love = table["overview_text"].str.contains("love")
    Y = np.column_stack([table["metadata_year"] > 1985, love, long]).astype(np.uint8)
    return Y if kind == "multilabel" else np.where(Y[:, 0] == 1, 0, np.where(Y[:, 1] == 1, 1, 2))


@cache
def fitted_model(recipe: str, kind: str, balance: str = "none", specs=("metadata", "keywords:tfidf")) -> GenreModel:
    """A genre model of the first rows, as an export fits one."""
    table = feature_table()
    y, encoder = targets(table, kind), make_encoder(specs, list(table.columns))
    X = encoder.fit_transform(table.iloc[:TRAIN])
    blocks = dict(encoder.output_indices_)
    estimator = RECIPES[recipe].build(kind, balance, seed=0, blocks=blocks, **QUICK.get(recipe, {}))
    if "empty" in estimator.get_params():
        estimator.set_params(empty=sp.csr_matrix(encoder.transform(nothing_known(table))).toarray()[0])
    if kind == "multilabel":
        estimator = OutOfFold(estimator, cv=2)
    estimator.fit(X, y[:TRAIN])
    pipeline = Pipeline([("encode", encoder), ("classify", estimator)])
    return GenreModel(pipeline, specs, list(table.columns), ["Drama", "Comédie", "War"], kind)


@pytest.fixture(scope="session")
def made() -> SimpleNamespace:
    """`model(recipe, kind, balance, specs)`, and the rows of the table that no model was trained on."""
    return SimpleNamespace(model=fitted_model, rows=feature_table().iloc[TRAIN:])


@pytest.fixture(scope="session")
def saved(tmp_path_factory) -> Path:
    """A multi-label model file on numbers alone."""
    return save_model(
        fitted_model("gbm", "multilabel", specs=("metadata",)), tmp_path_factory.mktemp("saved") / "model.joblib", {}
    )
