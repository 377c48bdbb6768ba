"""An experiment without a family of features that this machine cannot compute."""

from dataclasses import replace

from ...features.families import family_of
from .plan import Experiment


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
