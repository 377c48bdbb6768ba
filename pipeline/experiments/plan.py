"""An experiment: a short TOML file that says target, feature sets, models, balancing, splits and seed."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any

from ...features.families import EMBEDDING, NETWORKS, SENTENCES, feature_specs, parse_spec
from ...features.plugins import did_you_mean
from ...models.recipes import RECIPES
from ...reports.runs.format import Cell
from ..catalog.rows import check_where
from . import schema
from .schema import ExperimentError, File

__all__ = ["Cell", "Experiment", "ExperimentError", "load_experiment", "shipped_experiments", "shipped_scales"]

SHIPPED = resources.files(__package__ or "") / "shipped"
EACH = {f"{family}:each": family for family in NETWORKS}
TOGETHER = {f"{family}:together": family for family in NETWORKS}
FULL = "full"


@dataclass(frozen=True)
class Experiment:
    """A checked experiment file; see `load_experiment`."""

    name: str
    title: str
    question: str
    study: str | None
    target: Mapping[str, Any]
    split: Mapping[str, Any]
    seed: int
    thresholds: Mapping[str, Any]
    feature_sets: Mapping[str, tuple[str, ...]]
    cells: tuple[Cell, ...]
    allow: tuple[str, ...] = ()
    learning_curve: bool = False
    scale: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, Any] = field(default_factory=dict)
    toml: str = field(default="", repr=False, compare=False)
    left_out: tuple[str, ...] = field(default=(), compare=False)  # what is not at hand, in sentences

    def specs(self) -> list[str]:
        """Every spec some feature set asks for, once, in order."""
        used = {cell.feature_set for cell in self.cells}
        return list(dict.fromkeys(s for name in self.feature_sets if name in used for s in self.feature_sets[name]))


def shipped_experiments() -> dict[str, str]:
    """Names and titles of the experiments that come with genrelab.

    Examples
    --------
    >>> "feature_table" in shipped_experiments()
    True
    """
    files = sorted(item.name for item in SHIPPED.iterdir() if item.name.endswith(".toml"))
    return {name[:-5]: tomllib.loads((SHIPPED / name).read_text("utf-8"))["title"] for name in files}


def shipped_scales(name: str) -> list[str]:
    """Names of the scales at which a shipped experiment can be run.

    Examples
    --------
    >>> shipped_scales("mini_vgg")
    ['full', 'small']
    """
    return [FULL, *tomllib.loads((SHIPPED / f"{name}.toml").read_text("utf-8")).get("scale", {})]


def load_experiment(name_or_path: str, embeddings: Iterable[str] = (), scale: str = FULL) -> Experiment:
    """Read an experiment by its shipped name or from a TOML file, and check every word of it.

    Parameters
    ----------
    name_or_path : str
        `demo`, `feature_table`, … or the path of a `.toml` file.
    embeddings : iterable of str
        Names of the networks at hand, as `genrelab.features.frozen.hub.at_hand` gives them. A feature set may say
        `embedding:each` (it becomes one feature set for each of them) or `embedding:together` (all side by side);
        `style:` and `sentences:` likewise. Without any text encoder `sentences:` is left out, and the run says so.
    scale : str
        `full`, or the name of one of the file's `[scale.NAME]` tables, which say how many titles, folds and epochs
        a shorter run takes by which ratio (`shrink`) posters are made smaller for networks, and which
        values replace those of a grid's `parameters`.

    Returns
    -------
    Experiment

    Raises
    ------
    ExperimentError
        When there is no such experiment, or a key, feature, model or balancing is unknown.

    Examples
    --------
    >>> load_experiment("feature_table").target["name"]
    'custom'
    """
    path = Path(name_or_path)
    if path.suffix == ".toml":
        try:
            text, name, shown = path.read_text("utf-8"), path.stem, str(name_or_path)
        except FileNotFoundError:
            raise ExperimentError(f"expected an experiment at {path}, got no such file") from None
        except (OSError, UnicodeDecodeError) as fault:
            raise ExperimentError(f"{path}: expected TOML in UTF-8, got {fault}") from None
    else:
        known = shipped_experiments()
        if name_or_path not in known:
            raise ExperimentError(
                f"experiment {name_or_path!r}: expected one of {', '.join(known)}, or the path of a .toml file"
                f"{did_you_mean(name_or_path, list(known))}"
            )
        text, name, shown = (SHIPPED / f"{name_or_path}.toml").read_text("utf-8"), name_or_path, name_or_path
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ExperimentError(f"{shown}: expected TOML, got {fault}") from None
    found = _experiment(File(shown, text), name, content, list(embeddings), scale)
    return replace(found, toml=text)


def _experiment(file: File, name: str, content: Mapping[str, Any], embeddings: list[str], scale: str) -> Experiment:
    file.check("", content, schema.TOP)
    for key in schema.NEEDED:
        if not content.get(key):
            found = ", ".join(content) or "an empty file"
            raise file.error([key] if key in content else [], f"expected a {key!r}, got {found}")
    file.check("target", content["target"], schema.TARGET)
    file.check("titles", content.get("titles", {}), schema.TITLES)
    file.check("split", content.get("split", {}), schema.SPLIT)
    file.check("thresholds", content.get("thresholds", {}), schema.THRESHOLDS)
    if "where" in content.get("titles", {}):
        try:
            check_where(content["titles"]["where"])
        except ValueError as fault:
            raise file.error(["titles", "where"], str(fault)) from None
    smaller = _scale(file, content.get("scale", {}), scale)
    split = {"kind": "kfold", "folds": 5, "repeats": 1} | content.get("split", {})
    split |= {"folds": smaller["folds"]} if "folds" in smaller else {}
    sets: dict[str, tuple[str, ...]] = {}
    expanded: dict[str, list[str]] = {}
    kept: dict[str, list[str]] = {}
    for label, specs in content["feature_sets"].items():
        place = ["feature_sets", label]
        if not schema.TEXTS.fits(specs):
            raise file.error(place, f"expected a list of one or more features, got {specs!r}")
        expanded[label] = []
        kept[label] = _without_sentences(specs, embeddings)
        for own, own_specs in _expand(file, label, kept[label], embeddings).items() if kept[label] else ():
            try:
                for spec in own_specs:
                    parse_spec(spec)
                feature_specs(own_specs)
            except ValueError as fault:
                raise file.error(place, str(fault)) from None
            sets[own] = own_specs
            expanded[label].append(own)
    target = {"name": "multilabel", "source": "imdb"} | content["target"]
    cells = []
    for number, grid in enumerate(content["grid"]):
        cells += _cells(file, number, grid, expanded, smaller.get("parameters", {}))
        _check_parameters(file, number, grid, target["name"])
    first: dict[Cell, Cell] = {}
    for cell in cells:
        if first.setdefault(cell, cell).search != cell.search:
            raise file.error(["grid"], f"expected one search for {cell}, got two with other values")
    return Experiment(
        name=name,
        title=content["title"],
        question=content.get("question", ""),
        study=content.get("study"),
        target=target,
        split=split,
        seed=content.get("seed", 0),
        thresholds={"objective": "f1", "inner_folds": 3} | content.get("thresholds", {}),
        feature_sets=sets,
        cells=tuple(dict.fromkeys(cells)),
        allow=tuple(content.get("allow", ())),
        learning_curve=content.get("learning_curve", False),
        scale=smaller,
        left_out=_left_out(content["feature_sets"], kept),
        titles=content.get("titles", {}),
    )


def _without_sentences(specs: list[str], names: list[str]) -> list[str]:
    """A feature set without `sentences:` of what is at hand, where nothing is."""
    if any(name.startswith(f"{SENTENCES}:") for name in names):
        return specs
    return [spec for spec in specs if spec not in (f"{SENTENCES}:each", f"{SENTENCES}:together")]


def _left_out(asked: Mapping[str, list[str]], kept: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Sentences on the feature sets that had to go without a text encoder."""
    shorter = [label for label in asked if 0 < len(kept[label]) < len(asked[label])]
    gone = [label for label in asked if not kept[label]]
    notes = []
    if shorter:
        notes.append(f"measured without sentences, since no text encoder is at hand: {', '.join(shorter)}")
    if gone:
        notes.append(f"not measured, since no text encoder is at hand: {', '.join(gone)}")
    return (*notes, "--encoders minilm fetches one; or name your own") if notes else ()


def _scale(file: File, tables: Mapping[str, Any], wanted: str) -> dict[str, Any]:
    """The chosen scale with its name; nothing for the full one."""
    for label, table in tables.items():
        file.check("scale", table, schema.SCALE, label)
    if wanted == FULL:
        return {}
    if wanted not in tables:
        known = [FULL, *tables]
        raise file.error([], f"expected a scale among {', '.join(known)}, got {wanted!r}{did_you_mean(wanted, known)}")
    return {"name": wanted} | dict(tables[wanted])


def _expand(file: File, label: str, specs: list[str], names: list[str]) -> dict[str, tuple[str, ...]]:
    """Feature sets that a set with `FAMILY:each` and `FAMILY:together` becomes, by label."""
    if not {*EACH, *TOGETHER} & set(specs):
        return {label: tuple(specs)}
    texts = [one.removeprefix(f"{SENTENCES}:") for one in names if one.startswith(f"{SENTENCES}:")]
    networks = [one for one in names if not one.startswith(f"{SENTENCES}:")]
    there = {family: texts if family == SENTENCES else networks for family in NETWORKS}
    asked = {(EACH | TOGETHER)[spec] for spec in specs if spec in EACH | TOGETHER}
    if any(not there[family] for family in asked):
        raise file.error(
            ["feature_sets", label], "this needs an embedding; say --weights imagenet, random or a weights.json"
        )
    wide: list[str] = []
    for spec in specs:
        family = TOGETHER.get(spec)
        wide += [spec] if family is None else [f"{family}:{one}" for one in there[family]]
    each = {EACH[spec] for spec in wide if spec in EACH}
    if not each:
        return {label: tuple(wide)}
    if len({tuple(there[family]) for family in each}) > 1:
        raise file.error(
            ["feature_sets", label], "expected `each` of networks or of sentences, got both; make two sets of them"
        )
    found = {}
    for one in there[next(iter(each))]:
        own = one if specs == [f"{EMBEDDING}:each"] else f"{label} {one}" if len(specs) == 1 else f"{label}+{one}"
        found[own] = tuple(f"{EACH[spec]}:{one}" if spec in EACH else spec for spec in wide)
    return found


def _cells(
    file: File, number: int, grid: Any, expanded: Mapping[str, list[str]], fewer: Mapping[str, Sequence[Any]]
) -> list[Cell]:
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


def _check_parameters(file: File, number: int, grid: Mapping[str, Any], target: str) -> None:
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
