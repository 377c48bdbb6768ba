"""The classifier of a cell, not fitted: the only place that makes one for a run, an export or an audit."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

from ....models.encode.encoder import categorical_columns
from ....models.kernel.classifier import SharedKernelLabels
from ....models.multilabel.out_of_fold import OutOfFold
from ....models.multilabel.search import NestedSearch
from ....models.networks.record import NetworkRecipe
from ....models.recipes import RECIPES
from ....models.trivial import BASELINES
from ....reports.runs.format import TRIVIAL, Cell
from .setting import Setting
from .zero_shot import ZeroShot, is_zero_shot, side_of

SEARCH_FOLDS = 3  # of a search where thresholds ask for no inner folds
SHARED = ("C", "gamma")  # what machines on a shared kernel search at once


def takes_table(cell: Cell) -> bool:
    """Whether a cell's model reads the feature table itself, not an encoded matrix: a network or a zero-shot rule."""
    recipe = RECIPES.get(cell.model)
    return is_zero_shot(cell) or (recipe is not None and recipe.takes_table)


def trivial_cells(kind: str) -> list[Cell]:
    """One cell for every trivial rule of a target kind."""
    return [Cell("-", TRIVIAL + name, "none") for name in BASELINES[kind]]


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
        return build_network(cell, setting, {}, seed=seed, threads=threads, checkpoint=checkpoint)
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


def build_network(
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
