"""Which shipped experiments rerun the systems of the studies, and which of them are done."""

from collections.abc import Collection
from pathlib import Path

from .read import systems

# Networks that are trained on posters or texts; the frozen ones are only read. They run at a scale, or not at all.
TRAINED = frozenset(
    {
        "poster_networks",
        "two_genre_network",
        "resnet_multilabel",
        "mini_vgg",
        "mini_vgg_series",
        "film_to_series",
        "cover_and_text",
        "multimodal",
    }
)


def experiments() -> list[str]:
    """The shipped experiments that stand for systems of the studies, in the studies' order.

    Examples
    --------
    >>> experiments()[:3]
    ['feature_table', 'poster_networks', 'poster_colours']
    """
    return list(dict.fromkeys(rerun.experiment for system in systems().values() for rerun in system.reruns))


def finished(runs: Path, names: Collection[str] | None = None) -> dict[str, Path]:
    """The folders of finished runs of those experiments.

    Parameters
    ----------
    runs : Path
        A folder of runs, such as artifacts/runs.
    names : collection of str, optional
        Only these experiments.

    Returns
    -------
    dict of experiment to Path

    Examples
    --------
    >>> finished(Path("no-such-folder"))
    {}
    """
    wanted = experiments() if names is None else [name for name in experiments() if name in names]
    return {name: runs / name for name in wanted if (runs / name / "results.parquet").exists()}


def systems_of(experiment: str) -> list[str]:
    """Names of the systems that an experiment stands for.

    Examples
    --------
    >>> systems_of("two_genre_network")
    ['S2-CNN']
    """
    return [name for name, system in systems().items() if any(r.experiment == experiment for r in system.reruns)]
