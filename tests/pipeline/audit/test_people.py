"""People across folds: a planted series of films by one team is caught, a catalogue of strangers passes."""

import json

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.audit.audit import audit
from genrelab.pipeline.audit.people import check_people, team_links
from genrelab.pipeline.audit.splits import run_splits
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.experiments.runner import compare
from genrelab.reports.runs.format import Split

TOML = """
title = "People"
allow = ["after_release"]
[target]
name = "multilabel"
source = "own"
min_support = 10
[split]
folds = 3
[thresholds]
inner_folds = 2
[feature_sets]
facts = ["metadata"]
names = ["metadata", "people"]
[[grid]]
feature_sets = [{sets}]
models = ["glm"]
"""
GENRES = ["Horror", "Comedy", "Western", "Drama"]


def frame(**columns):
    return pd.DataFrame({f"people_{role}": values for role, values in columns.items()})


def test_a_team_is_two_makers_or_three_names():
    names = frame(
        director=["Ann", "Ann", "Ann", "Eve", "Ann|Bo", None],
        writer=["Bo", "Bo", "Ann", "Flo", None, None],
        cast=["Cy|Di|Al", "Xi", "Xo", "Cy|Di|Al", "Cy|Di", None],
    )
    train, test = np.array([0]), np.array([1, 2, 3, 4, 5])
    links = team_links([Split(0, 0, train, test)], names)
    # 1: two makers; 2: one person in two roles; 3: three of the cast; 4: the same makers, and two of the cast.
    assert links.known[0, 0].tolist() == [True, False, True, True, False]
    assert links.nearest == [(1, 0), (3, 0), (4, 0)] and links.share == pytest.approx(3 / 5)


def test_the_training_title_with_most_names_in_common_is_the_nearest():
    names = frame(director=["Ann", "Ann", "Ann"], writer=["Bo", "Bo|Cy", "Bo|Cy"], cast=[None, "Di", "Di"])
    assert team_links([Split(0, 0, np.array([0, 1]), np.array([2]))], names).nearest == [(2, 1)]


def catalogue(folder, *, leak: bool):
    """Genres by year, weakly; with a leak three of five titles are by one of twenty teams, each true to one genre."""
    rng = np.random.default_rng(3)
    rows = []
    for k in range(300):
        team = k * 7 % 20 if leak and k % 5 < 3 else None
        genre = int(rng.integers(4)) if team is None else team % 4
        rows.append(
            {
                "imdb_id": f"tt{k:07d}",
                "title": f"{''.join(rng.choice(list('bcdfglmnprst'), 8))} {k * 7919 % 1009}",
                "year": int(1960 + 10 * genre + rng.integers(0, 25)),
                "genres_own": [GENRES[genre]],
                "directors": [f"Director {k}" if team is None else f"Director of team {team}"],
                "writers": [f"Writer {k}" if team is None else f"Writer of team {team}"],
                "cast": [f"Actor {rng.integers(400)}", f"Actor {rng.integers(400)}"],
            }
        )
    pd.DataFrame(rows).to_parquet(folder / "catalog.parquet")
    return load_catalog(folder / "catalog.parquet")


def made(folder, *, leak, sets=("facts", "names")):
    catalog = catalogue(folder, leak=leak)
    toml = folder / "people.toml"
    toml.write_text(TOML.format(sets=json.dumps(list(sets))[1:-1]), "utf-8")
    return catalog, compare(str(toml), catalog, folder / "run", features=None, jobs=1)


@pytest.fixture(scope="module")
def leaking(tmp_path_factory):
    return made(tmp_path_factory.mktemp("leak"), leak=True)


def test_a_team_that_carries_its_genres_across_folds_is_caught(leaking):
    catalog, run = leaking
    check = check_people(run, run_splits(run), run.titles_of(catalog).titles)
    assert check.status == "failed", check.evidence
    assert "people carry franchises across folds" in check.evidence and "leave `people` out" in check.evidence
    assert "without names" in check.evidence
    checks = audit(catalog, run.path, refit=False, n_jobs=1)
    assert {one.name: one.status for one in checks}["people across folds"] == "failed"
    assert {one.name: one.status for one in checks}["franchises across folds"] == "passed", "no other check sees it"


def test_the_figures_are_those_of_the_predictions(leaking):
    catalog, run = leaking
    splits = run_splits(run)
    names = run.titles_of(catalog).titles
    links = {
        (split.fold, names["imdb_id"].iloc[row]): any(
            names["directors"].iloc[row][0] == names["directors"].iloc[other][0] for other in split.train
        )
        for split in splits
        for row in split.test
    }
    frame = pd.read_parquet(run.path / "predictions.parquet").astype({"feature_set": str, "label": str})
    frame = frame[frame["feature_set"] == "names"]
    scores: dict[bool, list[float]] = {True: [], False: []}
    for (fold, title), part in frame.groupby(["fold", "imdb_id"]):
        hits = (part["truth"] & part["predicted"]).sum()
        scores[links[fold, title]].append(2 * hits / max(1, part["truth"].sum() + part["predicted"].sum()))
    evidence = check_people(run, splits, names).evidence
    assert f"F1 of {np.mean(scores[True]):.3f} on them and {np.mean(scores[False]):.3f} on titles of new" in evidence
    assert f"{np.mean(list(links.values())):.1%} of the tested titles" in evidence


def test_strangers_pass(tmp_path):
    catalog, run = made(tmp_path, leak=False)
    check = check_people(run, run_splits(run), run.titles_of(catalog).titles)
    assert check.status == "passed" and "people carry no franchise" in check.evidence


def test_it_is_not_run_where_no_system_reads_names(tmp_path, small_run, demo_catalog):
    checks = audit(load_catalog(demo_catalog), small_run, refit=False, n_jobs=1)
    check = next(one for one in checks if one.name == "people across folds")
    assert check.status == "not run" and check.evidence == "No feature set reads names of people."
