"""An experiment: a short TOML file that says target, feature sets, models, balancing, splits and seed."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

from ...features.families import feature_specs, parse_spec
from ...features.plugins import did_you_mean
from ...reports.runs.format import Cell
from ..catalog.rows import check_where
from . import schema
from .feature_sets import expand, left_out, without_sentences
from .grid import cells_of, check_parameters
from .schema import ExperimentError, File

__all__ = ["Cell", "Experiment", "ExperimentError", "load_experiment", "shipped_experiments", "shipped_scales"]

SHIPPED = resources.files(__package__ or "") / "shipped"
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
        kept[label] = without_sentences(specs, embeddings)
        for own, own_specs in expand(file, label, kept[label], embeddings).items() if kept[label] else ():
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
        cells += cells_of(file, number, grid, expanded, smaller.get("parameters", {}))
        check_parameters(file, number, grid, target["name"])
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
        left_out=left_out(content["feature_sets"], kept),
        titles=content.get("titles", {}),
    )


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
