"""One `[[grid]]` of an experiment: the cells that it asks for, their parameters and searches, every word checked."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from ...features.plugins import did_you_mean
from ...models.recipes import RECIPES
from ...reports.runs.format import Cell
from . import schema
from .schema import File


def cells_of(
    file: File, number: int, grid: Any, expanded: Mapping[str, list[str]], fewer: Mapping[str, Sequence[Any]]
) -> list[Cell]:
    """The cells of a grid, feature sets first; `fewer` replaces the values of parameters in a shorter run."""
    file.check("grid", grid, schema.GRID, number)
    chosen = grid.get("feature_sets", list(expanded))
    for label in chosen:
        if label not in expanded:
            raise file.error(
                ["grid", number, "feature_sets"],
                f"expected a feature set among {', '.join(expanded)}, got {label!r}"
                f"{did_you_mean(label, list(expanded))}",
            )
    models = grid.get("models", [])
    if not models:
        raise file.error(["grid", number], "expected a list of models")
    for model in models:
        try:
            RECIPES.find(model)
        except ValueError as fault:
            raise file.error(["grid", number, "models"], str(fault)) from None
    swept = {key: fewer.get(key, values) for key, values in grid.get("parameters", {}).items()}
    settings = [tuple(zip(swept, values, strict=True)) for values in product(*swept.values())]
    sets = [own for label in chosen for own in expanded[label]]
    searches = {model: _search(file, number, model, grid, fewer) for model in models}
    return [
        Cell(name, model, balance, parameters, searches[model])
        for name in sets
        for model in models
        for balance in grid.get("balance", ["none"])
        for parameters in settings
    ]


def check_parameters(file: File, number: int, grid: Mapping[str, Any], target: str) -> None:
    """Refuse a parameter that a model does not have, before anything is computed."""
    kind = "multilabel" if target in ("multilabel", "top_k") else "single"
    for key in ("parameters", "search"):
        named = grid.get(key, {})
        if not isinstance(named, dict):
            continue
        for model, (name, values) in product(grid["models"], named.items()):
            try:
                RECIPES.find(model).check(kind, **{name: values[0]})
            except ValueError as fault:
                raise file.error(["grid", number, key, name], str(fault)) from None


def _search(
    file: File, number: int, model: str, grid: Mapping[str, Any], fewer: Mapping[str, Sequence[Any]]
) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """What every fold chooses among for a model; nothing where no search was asked for."""
    wanted = grid.get("search", False)
    if wanted is False:
        return ()
    place = ["grid", number, "search"]
    space = RECIPES.find(model).grid if wanted is True else wanted
    if not space:
        raise file.error(place, f"{model} has no grid of its own: expected a table such as {{ C = [0.1, 1.0] }}")
    twice = sorted(set(space) & set(grid.get("parameters", {})))
    if twice:
        raise file.error(place, f"expected parameters that are not in the grid's parameters, got {', '.join(twice)}")
    return tuple((name, tuple(fewer.get(name, values))) for name, values in space.items())
