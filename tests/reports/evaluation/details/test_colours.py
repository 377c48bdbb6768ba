"""Strips of colours: greys out, hues in order."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from genrelab.reports.evaluation.details.colours import (
    by_hue,
    colours_by_genre,
    colours_by_genre_and_period,
    colours_by_period,
    has_top_colours,
    is_grey,
)
from genrelab.reports.runs.read import read_run


def test_no_grey_is_in_a_strip(multilabel_run: Path):
    run = read_run(multilabel_run)
    strips = colours_by_genre(run, ["Drama", "No Such Genre"])
    assert strips is not None and run.titles is not None
    assert strips.groups == ["Drama"] and strips.strips.shape == (1, 160, 3)
    assert not is_grey(strips.strips[0].astype(float)).any()
    own = run.titles[[("Drama" in labels) for labels in run.titles["labels"]]].dropna(subset=["red"])
    assert strips.counts[0] + strips.greys[0] == len(own)
    assert strips.greys[0] > 0


def test_genres_and_decades_are_crossed_where_genres_are_few(multilabel_run: Path):
    run = read_run(multilabel_run)
    strips = colours_by_genre_and_period(run, ["Drama", "Comedy"])
    assert strips is not None and "Drama, 1990s" in strips.groups
    genres, decades = colours_by_genre(run, ["Drama"]), colours_by_period(run)
    assert genres is not None and decades is not None
    assert sum(n for g, n in zip(strips.groups, strips.counts, strict=True) if "Drama" in g) <= genres.counts[0]
    assert strips.groups == sorted(strips.groups, key=lambda name: (name.split(",")[0] != "Drama", name))
    assert colours_by_genre_and_period(run, ["a", "b", "c", "d", "e"]) is None
    assert run.titles is not None
    assert colours_by_genre_and_period(replace(run, titles=run.titles.assign(year=1990)), ["Drama", "Comedy"]) is None


def test_grey_posters_are_left_out_whatever_their_colour(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    assert colours_by_genre(replace(run, titles=run.titles.assign(grey=True)), ["Drama"]) is None


def test_decades_in_order(multilabel_run: Path):
    strips = colours_by_period(read_run(multilabel_run))
    assert strips is not None
    assert strips.groups == ["1960s", "1970s", "1980s", "1990s", "2000s", "2010s"]


def test_sorting_by_hue_keeps_the_colours():
    colours = np.random.default_rng(0).integers(0, 256, (50, 3)).astype(np.uint8)
    assert sorted(map(tuple, by_hue(colours))) == sorted(map(tuple, colours))


def test_without_colours_there_is_no_strip(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    assert colours_by_genre(replace(run, titles=None), ["Drama"]) is None
    assert colours_by_period(replace(run, titles=run.titles.drop(columns=["red"]))) is None
    assert colours_by_period(replace(run, titles=run.titles.assign(red=np.nan))) is None


def test_greys_are_in_where_they_are_asked_for_and_top_colours_where_they_were_kept(multilabel_run: Path):
    run = read_run(multilabel_run)
    without, with_greys = colours_by_genre(run, ["Drama"]), colours_by_genre(run, ["Drama"], greys=True)
    assert without is not None and with_greys is not None and run.titles is not None
    assert with_greys.counts[0] == without.counts[0] + without.greys[0] and with_greys.greys == [0]
    kept = replace(run, titles=run.titles.assign(colours=[[200.0, 30, 30, 30, 200, 30]] * len(run.titles)))
    top = colours_by_genre_and_period(kept, ["Drama", "Comedy"])
    one = colours_by_genre_and_period(run, ["Drama", "Comedy"])
    assert top is not None and one is not None
    group = one.groups[0]
    first, second = one.groups.index(group), top.groups.index(group)
    assert top.counts[second] + top.greys[second] == 2 * (one.counts[first] + one.greys[first])


def test_genres_and_decades_are_made_of_the_top_colours_where_the_run_kept_them(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None and not has_top_colours(run)
    assert not has_top_colours(replace(run, titles=run.titles.assign(colours=None))), "no poster could be read"
    palette = [250.0, 10.0, 10.0, 10.0, 10.0, 250.0, 90.0, 95.0, 100.0]  # red, blue, grey
    own = run.titles.assign(colours=[palette] * len(run.titles), grey=False)
    kept = replace(run, titles=own)
    strips = colours_by_genre_and_period(kept, ["Drama", "Comedy"])
    assert has_top_colours(kept) and strips is not None
    drama = own[[("Drama" in labels) for labels in own["labels"]]].dropna(subset=["red", "year"])
    nineties = (drama["year"] // 10 == 199).sum()
    place = strips.groups.index("Drama, 1990s")
    assert (strips.counts[place], strips.greys[place]) == (2 * nineties, nineties)
    assert set(map(tuple, strips.strips[place].tolist())) == {(250, 10, 10), (10, 10, 250)}
