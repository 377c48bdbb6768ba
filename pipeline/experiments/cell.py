"""Fit one cell: the only place where a run, an export and an audit make a classifier and train it."""

import hashlib
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.utils.validation import has_fit_parameter

from ...models.encode.encoder import categorical_columns, make_encoder
from ...models.encode.top_words import TopWords
from ...models.kernel.classifier import SharedKernelLabels
from ...models.multilabel.out_of_fold import OutOfFold
from ...models.multilabel.search import NestedSearch, Searched
from ...models.networks.record import NetworkRecipe
from ...models.recipes import RECIPES
from ...models.trivial import BASELINES
from ...reports.runs.format import TOP_WORD, TRIVIAL, Cell, Rows
from .zero_shot import ZeroShot, is_zero_shot, side_of

SEARCH_FOLDS = 3  # of a search where thresholds ask for no inner folds
SHARED = ("C", "gamma")  # what machines on a shared kernel search at once


@dataclass(frozen=True)
class Setting:
    """All that decides a fit beside the cell and its rows; a run folder keeps it.

    Parameters
    ----------
    kind : str
        `multilabel`, or the kind of a single-label target.
    labels : tuple of str
    seed : int
    objective : str
        What thresholds maximise on inner folds.
    inner_folds : int
        0 leaves thresholds at 0.5.
    weights : str
        `imagenet`, `random`, or the path of a weights.json.
    scale : mapping
        Of a shorter run: `epochs`, `batch_size`, `shrink` of networks.
    vectors, vectors_sha256 : str or None
        File of word vectors for networks that read texts, and its hash.
    feature_sets : mapping of name to specs
    """

    kind: str
    labels: tuple[str, ...]
    seed: int = 0
    objective: str = "f1"
    inner_folds: int = 3
    weights: str = "imagenet"
    scale: Mapping[str, Any] = field(default_factory=dict)
    vectors: str | None = None
    vectors_sha256: str | None = None
    feature_sets: Mapping[str, Sequence[str]] = field(default_factory=dict)


def takes_table(cell: Cell) -> bool:
    """Whether a cell's model reads the feature table itself, not an encoded matrix: a network or a zero-shot rule."""
    recipe = RECIPES.get(cell.model)
    return is_zero_shot(cell) or (recipe is not None and recipe.takes_table)


def trivial_cells(kind: str) -> list[Cell]:
    """One cell for every trivial rule of a target kind."""
    return [Cell("-", TRIVIAL + name, "none") for name in BASELINES[kind]]


def fold_seed(seed: int, train: np.ndarray) -> int:
    """The seed of everything fitted on these rows.

    It depends on the rows alone: no cell depends on which others ran before it, and models are compared on the same
    inner folds and the same synthetic rows.
    """
    rows = hashlib.sha256(np.asarray(train, dtype=np.int64).tobytes()).hexdigest()
    return int.from_bytes(hashlib.sha256(f"{seed}|{rows}".encode()).digest()[:4], "big") >> 1


@dataclass(frozen=True)
class Encoded:
    """Training rows and sets of test rows as the models of one feature set read them.

    Parameters
    ----------
    rows : ndarray of int64
        Positions of the training rows.
    train : matrix or DataFrame
    tests : list of matrix or DataFrame
    encoder : fitted transformer or None
        None for networks and trivial rules.
    notes : list of str
        What the encoding warned of.
    empty : ndarray or None
        What the encoder makes of a title of which nothing is known.
    """

    rows: np.ndarray
    train: Any
    tests: list[Any]
    encoder: Any = None
    notes: Sequence[str] = ()
    empty: np.ndarray | None = None

    def learnt(self) -> Rows:
        """What a reader may want to see of the encoding, as rows of the results.

        The share of variance that each component explains, and each chosen word with the share of titles that have it.
        """
        rows: Rows = []
        for name, part in {} if self.encoder is None else self.encoder.named_transformers_.items():
            if isinstance(part, TopWords):
                shares = part.titles_ / max(1, len(self.rows))
                rows += [(TOP_WORD, str(word), float(share)) for word, share in zip(part.words_, shares, strict=True)]
            ratios = getattr(part, "explained_variance_ratio_", None)
            for number, ratio in enumerate(() if ratios is None else ratios, start=1):
                rows.append(("explained_variance_ratio", f"{name}_{number:02d}", float(ratio)))
        return rows


def encode(
    cell: Cell, setting: Setting, X: pd.DataFrame | None, train: np.ndarray, tests: Sequence[np.ndarray]
) -> Encoded:
    """Encode the rows that a cell, and every cell like it on this feature set, learns from and is tested on.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    X : DataFrame of m rows or None
        The feature table of the cell's feature set; None for a trivial rule.
    train, tests : positions of rows
        The encoder learns from `train` alone.

    Returns
    -------
    Encoded
    """
    if X is None:
        return Encoded(train, np.zeros((len(train), 1)), [np.zeros((len(rows), 1)) for rows in tests])
    if takes_table(cell):
        return Encoded(train, X.iloc[train], [X.iloc[rows] for rows in tests])
    encoder = make_encoder(setting.feature_sets[cell.feature_set], list(X.columns))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encoded = [encoder.fit_transform(X.iloc[train]), *(encoder.transform(X.iloc[rows]) for rows in tests)]
        empty = sp.csr_matrix(encoder.transform(nothing_known(X))).toarray()[0]
    notes = sorted({f"encoding: {warning.message}" for warning in caught})
    if not encoded[0].shape[1]:
        name = cell.feature_set
        notes.append(f"{name}: no feature is known of these training titles; models learn frequencies only")
        encoded, empty = [np.zeros((len(rows), 1), np.float32) for rows in (train, *tests)], None
    return Encoded(train, encoded[0], encoded[1:], encoder, notes, empty)


def nothing_known(X: pd.DataFrame) -> pd.DataFrame:
    """One row with the columns of a feature table: all missing, and 0 where a type knows no missing value.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [1999.0], "words": ["heist"], "pixel": np.array([7], np.uint8)})
    >>> nothing_known(table).isna().to_numpy().tolist(), int(nothing_known(table)["pixel"].iloc[0])
    ([[True, True, False]], 0)
    """
    whole = X.select_dtypes(["integer", "bool"]).iloc[:1]  # by type and not by column: pixels have 73,728 of them
    gaps = X.iloc[:0].loc[:, ~X.columns.isin(whole.columns)].reindex([0])
    zeros = pd.DataFrame(np.zeros(whole.shape, np.uint8), columns=whole.columns)
    return pd.concat([gaps, zeros], axis=1)[X.columns]


def build_estimator(
    cell: Cell, setting: Setting, *, seed: int, threads: int = 1, encoder: Any = None, checkpoint: Path | None = None
) -> Any:
    """The classifier of a cell, not fitted; multi-label ones choose their thresholds on inner folds.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    seed : int
    threads : int
        For learners that can use several.
    encoder : fitted transformer, optional
        Whose columns it reads; networks and trivial rules need none.
    checkpoint : Path, optional
        Folder in which a network's training leaves what it needs to go on after a kill.
    """
    if is_zero_shot(cell):
        side = side_of(setting.feature_sets[cell.feature_set], setting.weights)
        if side is None:
            raise ValueError(f"{cell}: expected an encoder with a text side, found none; was its description changed?")
        return ZeroShot(side[1], setting.labels, "multilabel" if setting.kind == "multilabel" else "single")
    if cell.trivial:
        return BASELINES[setting.kind][cell.model.removeprefix(TRIVIAL)](random_state=seed)
    if takes_table(cell):
        return _build_network(cell, setting, {}, seed=seed, threads=threads, checkpoint=checkpoint)
    folds = setting.inner_folds
    if not cell.search:
        estimator = _build_classical(cell, setting, {}, seed=seed, threads=threads, encoder=encoder)
    else:
        built = [
            (chosen, _build_classical(cell, setting, chosen, seed=seed, threads=threads, encoder=encoder))
            for chosen in candidates_of(cell)
        ]
        settings = {"cv": folds or SEARCH_FOLDS, "objective": setting.objective if folds else None}
        first = built[0][1]
        if isinstance(first, SharedKernelLabels) and {name for name, _ in cell.search} <= set(SHARED):
            # All candidates from one distance matrix, and from one Gram matrix a fold and gamma.
            estimator = first.set_params(search={name: list(values) for name, values in cell.search}, **settings)
        else:
            estimator = NestedSearch(built, random_state=seed, **settings)
    if setting.kind == "multilabel" and folds:
        return OutOfFold(estimator, cv=folds, objective=setting.objective, random_state=seed)
    return estimator


def candidates_of(cell: Cell) -> list[dict[str, Any]]:
    """Every combination of the values that a cell's search tries.

    Examples
    --------
    >>> candidates_of(Cell("x", "ovr_svm", "none", search=(("C", (1, 10)), ("gamma", ("scale",)))))
    [{'C': 1, 'gamma': 'scale'}, {'C': 10, 'gamma': 'scale'}]
    """
    names = [name for name, _ in cell.search]
    return [dict(zip(names, values, strict=True)) for values in product(*(values for _, values in cell.search))]


def _build_network(
    cell: Cell, setting: Setting, chosen: Mapping[str, Any], *, seed: int, threads: int, checkpoint: Path | None
) -> Any:
    recipe, parameters, scale = RECIPES[cell.model], dict(cell.parameters) | dict(chosen), setting.scale
    specs = tuple(setting.feature_sets[cell.feature_set])
    about = {"specs": specs, "weights": setting.weights, "checkpoint": checkpoint}
    if isinstance(recipe, NetworkRecipe):
        network = recipe.network
        assert network is not None
        for key in {"epochs", "shrink"} & set(scale):
            parameters.setdefault(key, scale[key])
        if "batch_size" in scale:
            parameters.setdefault("batch_size", min(network.training.batch_size, scale["batch_size"]))
        if setting.vectors and "vectors" in network.options:
            parameters.setdefault("vectors", setting.vectors)
    return recipe.build(setting.kind, cell.balance, seed=seed, n_jobs=threads, **about, **parameters)


def _build_classical(
    cell: Cell, setting: Setting, chosen: Mapping[str, Any], *, seed: int, threads: int, encoder: Any
) -> Any:
    return RECIPES[cell.model].build(
        setting.kind,
        cell.balance,
        seed=seed,
        n_jobs=threads,
        categorical=categorical_columns(encoder),
        blocks=dict(encoder.output_indices_),
        **(dict(cell.parameters) | dict(chosen)),
    )


def fit_cell(
    cell: Cell,
    setting: Setting,
    encoded: Encoded,
    y: np.ndarray,
    groups: np.ndarray,
    *,
    threads: int = 1,
    checkpoint: Path | None = None,
) -> Any:
    """Fit one cell on encoded training rows.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    encoded : Encoded
    y : ndarray of m rows
        Labels of all rows, as in `Target`.
    groups : ndarray of shape (m,)
        Classifiers that split the training rows again keep groups whole.
    threads, checkpoint
        As in `build_estimator`.

    Returns
    -------
    fitted classifier
    """
    seed = fold_seed(setting.seed, encoded.rows)
    if cell.search and takes_table(cell):
        from ...models.networks.search import best_network

        built = [
            (
                chosen,
                _build_network(
                    cell,
                    setting,
                    chosen,
                    seed=seed,
                    threads=threads,
                    checkpoint=None if checkpoint is None else checkpoint / f"candidate{number}",
                ),
            )
            for number, chosen in enumerate(candidates_of(cell))
        ]
        return best_network(built, encoded.train, y[encoded.rows], groups[encoded.rows])
    estimator = build_estimator(
        cell, setting, seed=seed, threads=threads, encoder=encoded.encoder, checkpoint=checkpoint
    )
    if encoded.empty is not None:
        deep = estimator.get_params() if hasattr(estimator, "get_params") else {}
        estimator.set_params(**{name: encoded.empty for name in deep if name == "empty" or name.endswith("__empty")})
    more = {"groups": groups[encoded.rows]} if has_fit_parameter(estimator, "groups") else {}
    return estimator.fit(encoded.train, y[encoded.rows], **more)


def searched(estimator: Any) -> Searched | None:
    """What a fitted classifier chose inside its training rows; None without a search."""
    while estimator is not None:
        if hasattr(estimator, "search_"):
            return estimator.search_
        estimator = getattr(estimator, "estimator_", None)
    return None


def predict(estimator: Any, encoded: Any, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, L) in the order of the labels, and 0/1 predictions (n, L)."""
    probabilities = np.asarray(estimator.predict_proba(encoded))
    if setting.kind == "multilabel":
        if hasattr(estimator, "decides"):
            return probabilities, np.asarray(estimator.predict(encoded))
        thresholds = getattr(estimator, "thresholds_", 0.5)
        return probabilities, (probabilities >= thresholds).astype(np.uint8)
    scores = np.zeros((probabilities.shape[0], len(setting.labels)))
    scores[:, np.asarray(estimator.classes_, dtype=int)] = probabilities
    return scores, np.eye(len(setting.labels), dtype=np.uint8)[scores.argmax(axis=1)]


def training_notes(
    cell: Cell, setting: Setting, estimator: Any, caught: Sequence[warnings.WarningMessage]
) -> list[str]:
    """What a fit did otherwise than asked, each once and by the names of the labels.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    estimator : classifier
        Fitted.
    caught : sequence of warning
        Recorded while it was fitted.
    """

    def named(note: object) -> str:
        return re.sub(r"label number (\d+)", lambda found: setting.labels[int(found[1])], str(note))

    notes = [*sorted({str(warning.message) for warning in caught}), *getattr(estimator, "notes_", ())]
    return list(dict.fromkeys(f"{cell.name}: {named(note)}" for note in notes))
