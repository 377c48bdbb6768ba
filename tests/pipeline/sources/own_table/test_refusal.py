"""A table that is refused is answered with the options that would read it."""

import pytest

from genrelab.pipeline.sources.account import SourceReport
from genrelab.pipeline.sources.own_table.options import TableOptions
from genrelab.pipeline.sources.own_table.user_table import read_user_table
from genrelab.pipeline.sources.tables.dialect import TableError


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Title\nHeat\nSpeed\n", "--column title='Title' --column genres=Genre"),
        ("A,B\nZed,x\nPog,War\n", "--column title=Film --column genres=Genre"),
        ("A,B\nheat.jpg,War\nspeed.jpg,War\n", "--column title=Film --column poster='A' --column genres='B'"),
        ("Heat,1995,Crime,heat.jpg\nSpeed,1994,War,speed.jpg\n", "'column 2' --column poster='column 4' --column"),
        ("1,Toy (1995),War|Drama\n2,Zed (2001),War\n", "--column title='column 2' --column genres='column 3'"),
        ("Title,Zed,Pog\nYear,1995,1994\nGenre,Crime,War\n", "transpose"),
    ],
)
def test_the_options_that_would_help(tmp_path, text, options):
    path = tmp_path / "films.csv"
    path.write_text(text)
    images = {"heat.jpg", "heat", "speed.jpg", "speed"}
    with pytest.raises(TableError) as refused:
        read_user_table(path, TableOptions(), SourceReport("folder"), images)
    assert "films.csv: expected a table with columns such as" in str(refused.value)
    assert options in str(refused.value)
