"""Every registered source keeps the contract; the shape they share."""

import argparse

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.catalog.schema import COLUMNS, check_titles
from genrelab.pipeline.sources.frame import SourceReport, catalogue_frame, imdb_ids, is_stand_in, stand_in_id
from genrelab.pipeline.sources.registry import SOURCES


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_tells_its_terms_and_its_example_parses(name):
    source = SOURCES[name]
    assert source.name == name and source.description and source.licence and callable(source.build)
    assert source.attribution or name in ("folder", "table")
    parser = argparse.ArgumentParser(exit_on_error=False)
    source.add_arguments(parser)
    parser.add_argument("--out")
    parser.add_argument("--download-posters", action="store_true")
    assert parser.parse_args(source.example.split()).out.endswith(".parquet")
    assert parser.format_help()


def test_no_option_takes_a_token():
    parser = argparse.ArgumentParser()
    SOURCES["tmdb"].add_arguments(parser)
    assert not [one for one in parser._option_string_actions if "token" in one and one != "--token-file"]


def test_frame_takes_impossible_values_as_missing():
    frame = catalogue_frame(
        {
            "imdb_id": ["tt0000001", "tt0000002"],
            "year": [1, 1999],
            "imdb_rating": [0, 7],
            "release_date": ["soon", "1999-01-02"],
            "original_language": ["104.0", "fr"],
            "genres_imdb": [np.array(["Drama"]), []],
            "overview": ["  ", "Text"],
            "runtime": [float("inf"), "90"],
        }
    )
    assert list(frame) == list(COLUMNS)
    assert frame.loc[0].drop(["imdb_id", "genres_imdb"]).isna().all()
    assert frame.loc[0, "genres_imdb"] == ["Drama"] and frame.loc[1, "genres_imdb"] is None
    assert frame.loc[1, ["year", "runtime", "original_language"]].tolist() == [1999, 90.0, "fr"]
    pd.testing.assert_frame_equal(check_titles(frame), check_titles(check_titles(frame)))


def test_frame_refuses_a_column_of_another_schema():
    with pytest.raises(ValueError, match="'plot'"):
        catalogue_frame({"plot": [1]})
    assert len(catalogue_frame({}, count=3)) == 3 and len(catalogue_frame({"imdb_id": []})) == 0


def test_ids():
    assert imdb_ids([5, "tt00000012", "12.0", "tt", "-3", ""]).tolist()[:3] == ["tt0000005", "tt0000012", "tt0000012"]
    assert imdb_ids(["tt", "-3", "", "nm0000001"]).isna().all()
    made = [stand_in_id(f"tmdb:movie:{n}") for n in range(2000)]
    assert len(set(made)) == 2000 and all(is_stand_in(one) for one in made)
    check_titles(pd.DataFrame({"imdb_id": made}))


def test_report_lines():
    report = SourceReport("x")
    report.drop("nothing", 0)
    report.drop("odd", 1)
    report.drop("odd", 2)
    report.notes.append("well")
    assert report.lines(1234) == ["x: 1,234 titles kept", "  left out, odd: 3", "  note: well"]
