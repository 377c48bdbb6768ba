"""An experiment without what cannot be measured: features no machine here computes or no title has, twins of models."""

from dataclasses import replace

import pandas as pd

from ...features.families import family_of, feature_spec
from ...models.recipes import RECIPES
from ...reports.runs.format import WITHOUT
from .plan import Cell, Experiment
from .schema import ExperimentError


def without_family(experiment: Experiment, family: str, why: str) -> Experiment:
    """Leave a family out of every feature set, and cells out that have nothing else or become another cell's twin.

    Parameters
    ----------
    experiment : Experiment
    family : str
        Such as `embedding`.
    why : str
        Half a sentence for the run's notes.

    Returns
    -------
    Experiment
        Its `left_out` says which feature sets are shorter or gone. The same object where none is touched.

    Examples
    --------
    >>> from genrelab.pipeline.experiments.plan import load_experiment
    >>> lighter = without_family(load_experiment("demo"), "embedding", "no network can be run")
    >>> "poster network" in lighter.feature_sets, lighter.feature_sets["everything"][-1]
    (False, 'pixels')
    """
    asked = experiment.feature_sets
    kept = {name: tuple(s for s in specs if family_of(s).name != family) for name, specs in asked.items()}
    shorter = [name for name in asked if 0 < len(kept[name]) < len(asked[name])]
    gone = [name for name in asked if not kept[name]]
    if not shorter and not gone:
        return experiment
    notes = [f"measured without {family}, since {why}: {', '.join(shorter)}"] if shorter else []
    notes += [f"not measured, since {why}: {', '.join(gone)}"] if gone else []
    # A set that is now the same as another would be measured twice under two names.
    taken, sets = {kept[name] for name in asked if kept[name] == asked[name]}, {}
    for name, specs in kept.items():
        if specs and (specs == asked[name] or specs not in taken):
            sets[name] = specs
            taken.add(specs)
    cells = tuple(cell for cell in experiment.cells if cell.feature_set in sets)
    return replace(experiment, feature_sets=sets, cells=cells, left_out=(*experiment.left_out, *notes))


def without_twins(experiment: Experiment, kind: str) -> tuple[Experiment, tuple[str, ...]]:
    """Measure models that are the same estimator for a target kind once.

    `svm_rbf` and `ovr_svm` differ for one class a title (one-vs-one against one-vs-rest). With a label matrix each is
    one machine per label on a shared kernel, so a second cell would test a thing against itself.

    Parameters
    ----------
    experiment : Experiment
    kind : {"multilabel", "single"}
        Of the target.

    Returns
    -------
    experiment : Experiment
        Without the cells that another cell stands for.
    notes : tuple of str
    """
    seen: dict[tuple, Cell] = {}
    cells, notes = [], []
    for cell in experiment.cells:
        recipe = RECIPES[cell.model]
        builder = cell.model if recipe.takes_table else recipe.builder(kind, cell.balance)
        first = seen.setdefault((cell.feature_set, cell.balance, cell.parameters, cell.search, builder), cell)
        if first.model == cell.model:
            cells.append(cell)
        else:
            notes.append(f"{cell.model} is the same estimator as {first.model} for this target and was measured once")
    return replace(experiment, cells=tuple(cells)), tuple(dict.fromkeys(notes))


def without_empty(experiment: Experiment, frames: dict[str, pd.DataFrame]) -> tuple[Experiment, tuple[str, ...]]:
    """Leave features out that hold nothing for any title: a catalogue without plots has no plot to learn from.

    Parameters
    ----------
    experiment : Experiment
    frames : dict of str to DataFrame

    Returns
    -------
    experiment : Experiment
        Feature sets without the empty features; sets with nothing left, and their cells, are gone.
    notes : tuple of str

    Raises
    ------
    ExperimentError
        When nothing is left.
    """
    empty = {spec for spec, frame in frames.items() if not _holds_anything(spec, frame)}
    sets = {
        name: tuple(spec for spec in specs if feature_spec(spec) not in empty)
        for name, specs in experiment.feature_sets.items()
    }
    notes = []
    for name, specs in sets.items():
        gone = [spec for spec in experiment.feature_sets[name] if spec not in specs]
        if gone and specs:
            notes.append(f"{name}: nothing is known of {', '.join(gone)} in this catalogue{WITHOUT}")
        elif gone:
            notes.append(f"{name}: nothing is known of {', '.join(gone)} in this catalogue; not measured")
    cells = tuple(cell for cell in experiment.cells if sets[cell.feature_set])
    if not cells:
        raise ExperimentError(
            f"{experiment.name}: expected some of {', '.join(experiment.specs())} to be known in this catalogue, "
            "found none; `genrelab catalog check` shows what it holds"
        )
    kept = {name: specs for name, specs in sets.items() if specs}
    return replace(experiment, feature_sets=kept, cells=cells), tuple(notes)


def _holds_anything(spec: str, frame: pd.DataFrame) -> bool:
    if family_of(spec).unreadable == "zero":
        return bool(frame.to_numpy().any())
    return bool(frame.notna().to_numpy().any())
