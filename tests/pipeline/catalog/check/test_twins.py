"""Rows that say the same, and values that came before, are found over pieces as over the whole."""

import numpy as np
import pandas as pd

from genrelab.pipeline.catalog.check.twins import Before, Twins


def test_pieces_give_the_groups_of_the_whole():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"title": rng.choice(list("abcdefgh"), 200), "year": rng.integers(1990, 2030, 200)})
    frame["year"] = frame["year"].astype("Int64")
    frame.index = pd.Index([f"tt{row:07d}" for row in range(200)])
    twins = Twins()
    for first in range(0, 200, 33):
        twins.add(frame.index[first : first + 33], frame.iloc[first : first + 33])
    ids = frame.reset_index(names="id").groupby(["title", "year"])["id"].agg(tuple)
    assert sorted(twins.groups()) == sorted(group for group in ids if len(group) > 1)
    firsts = [group[0] for group in twins.groups()]
    assert firsts == sorted(firsts)


def test_nothing_has_no_twins():
    twins = Twins()
    assert twins.groups() == []
    twins.add([], pd.DataFrame({"title": pd.array([], "string")}))
    assert twins.groups() == []
    twins.add(["a", "b"], pd.DataFrame({"title": pd.array(["x", "y"], "string")}))
    assert twins.groups() == []


def test_values_of_earlier_pieces_are_met_again_and_missing_ones_never():
    rng = np.random.default_rng(0)
    values = pd.Series([f"tt{number:07d}" for number in rng.integers(0, 3000, 2000)], dtype="string")
    values[rng.random(2000) < 0.1] = pd.NA
    before, seen = Before(), set()
    for first in range(0, 2000, 77):
        piece = values[first : first + 77]
        assert before.add(piece).tolist() == [value in seen for value in piece.fillna("")]
        seen.update(piece.dropna())
    assert not before.add(pd.Series([], dtype="string")).size
