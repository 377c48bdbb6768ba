"""Look for leaks in a catalogue, or in a finished run, and say what was seen."""

from pathlib import Path

import numpy as np
import pandas as pd

from ...features.families import build_frames, feature_specs_per_variant, parse_spec
from ...features.store import FeatureStore
from ...reports.runs.format import Check
from ..catalog.genres import title_genres
from ..catalog.groups import make_groups
from ..catalog.table import Catalog
from ..catalog.targets import make_target
from ..experiments.folds.splits import make_splits
from ..experiments.run import Run
from .checks import (
    FAILED,
    NOT_RUN,
    check_after_release,
    check_ceiling,
    check_franchises,
    check_genre_words,
    check_near_posters,
    check_posters,
    check_rows,
)
from .people import NAME, check_people
from .refit import REFITTED, refit_checks
from .splits import run_splits

AFTER_RELEASE = "after_release"
GENRE_NAMES = "genre_names"
_OF_A_RUN = ("features known only after release", "poster-only score below the plausible ceiling", NAME, *REFITTED)


def audit(
    catalog: Catalog,
    run_dir: Path | None = None,
    *,
    store: FeatureStore | None = None,
    refit: bool = True,
    allow: tuple[str, ...] = (),
    n_jobs: int | None = None,
    experiment: str | None = None,
    weights: str | None = None,
    vectors: Path | None = None,
) -> list[Check]:
    """Check a catalogue as the default folds would split it, or the folds, features and scores of a run.

    Parameters
    ----------
    catalog : Catalog
        The run's, if there is one.
    run_dir : Path, optional
        Folder of a finished run.
    store : FeatureStore, optional
        Cache of poster features.
    refit : bool
        Fit the run's best system again on its first fold, once as it is and once with shuffled labels.
    allow : tuple of str
        `after_release`: features known only after the release are meant to be used. A run may say so itself, by
        `allow` in its experiment.
    n_jobs : int, optional
    experiment, weights, vectors
        Where the run's experiment, network weights and word vectors are, if not where the run says.

    Returns
    -------
    list of Check
        Always the same checks in the same order; what cannot be checked is `not run`, with the reason.

    Raises
    ------
    RunError
        When the folder holds no finished run, or one of other titles.

    Examples
    --------
    >>> from ..catalog.schema import check_titles
    >>> rows = {"imdb_id": [f"tt{i:07d}" for i in range(80)], "title": [f"film no. {i} of all" for i in range(80)],
    ...         "genres_imdb": [["Drama"], ["Comedy"]] * 40}
    >>> checks = audit(Catalog(check_titles(pd.DataFrame(rows)), Path(".")))
    >>> [check.status for check in checks if check.name == "row overlap"]
    ['passed']
    """
    run, whole = run_dir if run_dir is None or isinstance(run_dir, Run) else Run.open(run_dir), catalog
    if run is not None:
        catalog = run.titles_of(catalog)
    titles = catalog.titles
    posters = build_frames(titles, catalog.poster_paths(), ["posters"], store=store, n_jobs=n_jobs)["posters"]
    sha256, phash = posters["posters_sha256"], posters["posters_phash"]
    groups = make_groups(titles, phash=phash, sha256=sha256)
    splits = run_splits(run) if run is not None else make_splits("kfold", _genre_matrix(titles), groups)
    sets = {} if run is None else run.measured_sets
    used = ["keywords", "overview"] if run is None else [spec for specs in sets.values() for spec in specs]
    texts = [spec for spec in feature_specs_per_variant(used) if parse_spec(spec)[0] in ("keywords", "overview")]
    permitted = {*allow, *(run.info.get("allow", []) if run is not None else [])}
    on_purpose = [s for s in texts if GENRE_NAMES in permitted and "unmasked" in parse_spec(s)[1]]
    source = "imdb" if run is None else run.info["target"]["source"]
    ids = titles["imdb_id"].tolist()
    checks = [
        check_rows(splits, titles),
        check_posters(splits, sha256.tolist(), ids),
        check_near_posters(splits, phash.tolist(), ids),
        check_franchises(splits, groups, titles),
        check_genre_words(
            build_frames(titles, [None] * len(ids), [s for s in texts if s not in on_purpose]),
            title_genres(titles, source)[0],
            on_purpose,
        ),
    ]
    if run is None:
        missing = "There is no run to look at; give one with --run."
        return checks + [Check(name, NOT_RUN, missing) for name in _OF_A_RUN]
    checks += [
        check_after_release(sets, AFTER_RELEASE in permitted),
        check_ceiling(run.results, sets, run.info["kind"]),
        check_people(run, splits, titles),
    ]
    if not refit:
        return checks + [Check(name, NOT_RUN, "Fitting again was not asked for.") for name in REFITTED]
    return checks + refit_checks(run, whole, store, n_jobs, experiment=experiment, weights=weights, vectors=vectors)


def passed(checks: list[Check]) -> bool:
    """Whether no check failed.

    Examples
    --------
    >>> passed([Check("row overlap", "passed", ""), Check("label-shuffle test", "not run", "")])
    True
    """
    return all(check.status != FAILED for check in checks)


def _genre_matrix(titles: pd.DataFrame) -> np.ndarray:
    try:
        target = make_target(titles)
    except ValueError:
        # Too few titles of any genre to hold shares of: folds of equal size will do.
        return np.zeros((len(titles), 1), dtype=np.uint8)
    y = np.zeros((len(titles), len(target.labels)), dtype=np.uint8)
    y[target.rows] = target.indicator()
    return y
