"""An experiment: a short TOML file that says target, feature sets, models, balancing, splits and seed."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from itertools import product
from pathlib import Path
from typing import Any

from ...features.families import EMBEDDING, NETWORKS, SENTENCES, feature_specs, parse_spec
from ...models.recipes import RECIPES
from ...reports.runs.format import Cell

SHIPPED = resources.files(__package__) / "shipped"
EACH = {f"{family}:each": family for family in NETWORKS}
TOGETHER = {f"{family}:together": family for family in NETWORKS}
_TARGET = {"name", "source", "min_support", "top", "labels", "exclusive"}
_SPLIT = {"kind", "folds", "repeats", "train_decades", "test_decades", "test_size", "equal_train"}
_GRID = {"feature_sets", "models", "balance", "parameters"}
_THRESHOLDS = {"objective", "inner_folds"}
_SCALE = {"titles", "folds", "epochs", "batch_size", "shrink", "parameters"}
FULL = "full"
# What an audit would call a leak and an experiment may use on purpose.
ALLOWED = ("after_release", "genre_names")
_TOP = {"title", "question", "study", "target", "split", "seed", "thresholds", "feature_sets", "grid", "allow", "scale"}


class ExperimentError(ValueError):
    """An experiment file that cannot be run; the message says where and what was expected."""


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
    scale: Mapping[str, Any] = field(default_factory=dict)
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
        if not path.exists():
            raise ExperimentError(f"expected an experiment at {path}, found nothing")
        text, name = path.read_text("utf-8"), path.stem
    else:
        known = shipped_experiments()
        if name_or_path not in known:
            raise ExperimentError(
                f"experiment {name_or_path!r}: expected one of {', '.join(known)}, or the path of a .toml file"
            )
        text, name = (SHIPPED / f"{name_or_path}.toml").read_text("utf-8"), name_or_path
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ExperimentError(f"{name_or_path}: expected TOML, found {fault}") from None
    return replace(_experiment(name, content, list(embeddings), scale), toml=text)


def _experiment(name: str, content: Mapping[str, Any], embeddings: list[str], scale: str) -> Experiment:
    _only(name, "the file", content, _TOP)
    for key in ("title", "target", "feature_sets", "grid"):
        if key not in content:
            raise ExperimentError(f"{name}: expected a {key!r}, found {', '.join(content) or 'an empty file'}")
    for word in content.get("allow", ()):
        if word not in ALLOWED:
            raise ExperimentError(f"{name}: allow: expected some of {', '.join(ALLOWED)}, found {word!r}")
    split = {"kind": "kfold", "folds": 5, "repeats": 1} | content.get("split", {})
    thresholds = {"objective": "f1", "inner_folds": 3} | content.get("thresholds", {})
    _only(name, "[target]", content["target"], _TARGET)
    _only(name, "[split]", split, _SPLIT)
    _only(name, "[thresholds]", thresholds, _THRESHOLDS)
    smaller = _scale(name, content.get("scale", {}), scale)
    split |= {"folds": smaller["folds"]} if "folds" in smaller else {}
    sets: dict[str, tuple[str, ...]] = {}
    expanded: dict[str, list[str]] = {}
    left_out: list[str] = []
    for label, specs in content["feature_sets"].items():
        expanded[label] = []
        specs, gone = _without_sentences(label, specs, embeddings)
        left_out += gone
        for own, own_specs in _expand(name, label, specs, embeddings).items() if specs else ():
            try:
                for spec in own_specs:
                    parse_spec(spec)
                feature_specs(own_specs)
            except ValueError as fault:
                raise ExperimentError(f"{name}: feature set {label!r}: {fault}") from None
            sets[own] = own_specs
            expanded[label].append(own)
    cells = []
    for number, grid in enumerate(content["grid"], start=1):
        cells += _cells(f"{name}: [[grid]] {number}", grid, expanded, smaller.get("parameters", {}))
    return Experiment(
        name=name,
        title=content["title"],
        question=content.get("question", ""),
        study=content.get("study"),
        target={"name": "multilabel", "source": "imdb"} | content["target"],
        split=split,
        seed=int(content.get("seed", 0)),
        thresholds=thresholds,
        feature_sets=sets,
        cells=tuple(dict.fromkeys(cells)),
        allow=tuple(content.get("allow", ())),
        scale=smaller,
        left_out=tuple(left_out),
    )


def _without_sentences(label: str, specs: list[str], names: list[str]) -> tuple[list[str], list[str]]:
    """A feature set without `sentences:` of what is at hand, where nothing is, and a sentence that says so."""
    asked = {f"{SENTENCES}:each", f"{SENTENCES}:together"} & set(specs)
    if not asked or any(name.startswith(f"{SENTENCES}:") for name in names):
        return specs, []
    rest = [spec for spec in specs if spec not in asked]
    what = "measured without" if rest else "not measured"
    say = "say --encoders minilm, which downloads one, or name your own"
    return rest, [f"{label}: no text encoder is at hand for {', '.join(sorted(asked))}, {what}; {say}"]


def _scale(name: str, tables: Mapping[str, Mapping[str, Any]], wanted: str) -> dict[str, Any]:
    """The chosen scale with its name; nothing for the full one."""
    for label, table in tables.items():
        _only(name, f"[scale.{label}]", table, _SCALE)
        for key, value in table.items():
            if key == "parameters":
                continue
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or value <= 0 or (key == "shrink" and value > 1):
                raise ExperimentError(f"{name}: [scale.{label}] {key}: expected a number above 0, found {value!r}")
    if wanted == FULL:
        return {}
    if wanted not in tables:
        known = ", ".join([FULL, *tables])
        raise ExperimentError(f"{name}: expected a scale among {known}, found {wanted!r}")
    return {"name": wanted} | dict(tables[wanted])


def _expand(name: str, label: str, specs: list[str], names: list[str]) -> dict[str, tuple[str, ...]]:
    """Feature sets that a set with `FAMILY:each` and `FAMILY:together` becomes, by label."""
    if not {*EACH, *TOGETHER} & set(specs):
        return {label: tuple(specs)}
    texts = [one.removeprefix(f"{SENTENCES}:") for one in names if one.startswith(f"{SENTENCES}:")]
    networks = [one for one in names if not one.startswith(f"{SENTENCES}:")]
    there = {family: texts if family == SENTENCES else networks for family in NETWORKS}
    asked = {(EACH | TOGETHER)[spec] for spec in specs if spec in EACH | TOGETHER}
    if any(not there[family] for family in asked):
        raise ExperimentError(
            f"{name}: feature set {label!r} needs an embedding; say --weights imagenet, random or a weights.json"
        )
    wide: list[str] = []
    for spec in specs:
        family = TOGETHER.get(spec)
        wide += [spec] if family is None else [f"{family}:{one}" for one in there[family]]
    each = {EACH[spec] for spec in wide if spec in EACH}
    if not each:
        return {label: tuple(wide)}
    if len({tuple(there[family]) for family in each}) > 1:
        raise ExperimentError(
            f"{name}: feature set {label!r}: expected `each` of networks or of sentences, found both; make two sets"
        )
    found = {}
    for one in there[next(iter(each))]:
        own = one if specs == [f"{EMBEDDING}:each"] else f"{label} {one}" if len(specs) == 1 else f"{label}+{one}"
        found[own] = tuple(f"{EACH[spec]}:{one}" if spec in EACH else spec for spec in wide)
    return found


def _cells(
    where: str, grid: Mapping[str, Any], expanded: Mapping[str, list[str]], fewer: Mapping[str, Sequence[Any]]
) -> list[Cell]:
    _only(where, "this table", grid, _GRID)
    chosen = grid.get("feature_sets", list(expanded))
    for label in chosen:
        if label not in expanded:
            raise ExperimentError(f"{where}: expected a feature set among {', '.join(expanded)}, found {label!r}")
    models = grid.get("models", [])
    for model in models:
        if model not in RECIPES:
            raise ExperimentError(f"{where}: expected a model among {', '.join(RECIPES)}, found {model!r}")
    from ...models.balance.strategies import STRATEGIES

    balances = grid.get("balance", ["none"])
    for balance in balances:
        if balance not in STRATEGIES:
            raise ExperimentError(f"{where}: expected a balancing among {', '.join(STRATEGIES)}, found {balance!r}")
    swept = {key: fewer.get(key, values) for key, values in grid.get("parameters", {}).items()}
    settings = [tuple(zip(swept, values, strict=True)) for values in product(*swept.values())]
    sets = [own for label in chosen for own in expanded[label]]
    return [Cell(*key) for key in product(sets, models, balances, settings)]


def _only(name: str, where: str, found: Mapping[str, Any], known: set[str]) -> None:
    for key in found:
        if key not in known:
            raise ExperimentError(f"{name}: {where} has an unknown key {key!r}; known are {', '.join(sorted(known))}")
