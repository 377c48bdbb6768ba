import math

import numpy as np
import pandas as pd
import pytest

from genrelab.features.text.metadata import AFTER_RELEASE, METADATA_COLUMNS, METADATA_UNITS, metadata

TITLES = pd.DataFrame(
    {
        "imdb_id": ["tt0000001", "tt0000002", "tt0000003"],
        "year": pd.array([1999, 2010, None], dtype="Int64"),
        "runtime": pd.array([136.0, None, 90.0], dtype="Float64"),
        "popularity": [41.0, None, 0.0],
        "vote_average": [8.1, 0.0, 6.0],
        "vote_count": [9000, 0, None],
        "revenue": [463_517_383.0, None, 1.0],
        "budget": [63_000_000.0, None, None],
        "imdb_rating": [8.7, 5.0, None],
        "imdb_votes": [1_400_000, 5, None],
    },
    index=[7, 3, 5],
)


def test_columns_are_named_float32_and_aligned():
    frame = metadata(TITLES)
    assert frame.columns.tolist() == [f"metadata_{name}" for name in METADATA_COLUMNS]
    assert set(frame.dtypes) == {np.dtype("float32")}
    assert frame.index.tolist() == [7, 3, 5]


def test_units_say_the_scale_of_every_column(repository):
    page = (repository / "docs" / "forms.md").read_text("utf-8")
    formulas = {"ln(1 + ": np.log1p, "log10(1 + ": lambda x: np.log10(1 + x)}
    assert list(METADATA_UNITS) == list(METADATA_COLUMNS)
    for name, unit in METADATA_UNITS.items():
        formula = next((formula for words, formula in formulas.items() if unit.startswith(words)), lambda x: x)
        np.testing.assert_allclose(
            METADATA_COLUMNS[name](np.array([0.0, 9.0, 1e6])), formula(np.array([0.0, 9.0, 1e6]))
        )
        assert any(f"`metadata_{name}`" in line and f"| {unit} |" in line for line in page.splitlines()), name


def test_scales_agree_with_the_formulas_written_out():
    row = metadata(TITLES).loc[7]
    expected = {
        "year": 1999,
        "runtime": 136,
        "popularity": math.log(42),
        "vote_average": 8.1,
        "vote_count": math.log(9001),
        "revenue": math.log10(463_517_384),
        "budget": math.log10(63_000_001),
        "imdb_rating": 8.7,
        "imdb_votes": math.log(1_400_001),
    }
    for name, value in expected.items():
        assert row[f"metadata_{name}"] == pytest.approx(value, rel=1e-6), name


def test_what_is_unknown_stays_unknown():
    frame = metadata(TITLES)
    assert frame.loc[3, ["metadata_runtime", "metadata_popularity", "metadata_revenue"]].isna().all()
    assert frame.loc[5, "metadata_popularity"] == 0.0
    assert math.isnan(frame.loc[3, "metadata_vote_average"])  # the mean of no votes
    assert frame.loc[5, "metadata_vote_average"] == 6.0  # the number of votes is unknown, not zero


def test_as_of_release_keeps_what_is_known_by_then():
    kept = metadata(TITLES, as_of_release=True)
    assert kept.columns.tolist() == ["metadata_year", "metadata_runtime", "metadata_budget"]
    assert set(AFTER_RELEASE) < set(METADATA_COLUMNS)
    pd.testing.assert_frame_equal(kept, metadata(TITLES)[kept.columns])


def test_a_row_depends_on_no_other_row():
    together = metadata(TITLES)
    for row in TITLES.index:
        pd.testing.assert_frame_equal(metadata(TITLES.loc[[row]]), together.loc[[row]])


def test_absent_columns_are_unknown():
    assert metadata(pd.DataFrame({"title": ["a"]})).isna().all(axis=None)
    assert metadata(TITLES.iloc[:0]).shape == (0, 9)


@pytest.mark.parametrize(("column", "value"), [("runtime", "long"), ("revenue", -1.0), ("budget", math.inf)])
def test_a_broken_number_is_told_with_its_title(column, value):
    broken = TITLES.astype(object)
    broken.loc[3, column] = value
    with pytest.raises(ValueError, match=rf"row 1 \(tt0000002\), column '{column}': expected a finite number"):
        metadata(broken)
