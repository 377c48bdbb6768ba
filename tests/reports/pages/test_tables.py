"""Tables and heat maps on the page, in Markdown and as CSV."""

import io

import pandas as pd

from genrelab.reports.pages.tables import Cell, Heat, Table, as_csv


def test_a_wide_matrix_has_two_decimals_and_a_narrow_one_three():
    for columns, told in ((3, "0.123"), (12, "0.12")):
        names = [f"resnet_{k}" for k in range(columns)]
        matrix = pd.DataFrame([[0.1234] * columns], index=names[1:2], columns=names)
        html = Heat(matrix, "down", "across", decimals=True, diagonal=True).html()
        assert html.count(f">{told}</td>") == columns and html.count('class="same"') == 1
        assert "resnet_<wbr>0" in html and "down<br>across" in html


def test_colours_span_from_zero_or_from_the_least():
    matrix = pd.DataFrame({"a": [0.4, float("nan")], "b": [0.5, 0.45]})
    assert "--v: 0.8" in Heat(matrix).html() and "--v: 0.0" in Heat(matrix).html()
    assert "--v: 0.5" in Heat(matrix, from_least=True).html()


def test_every_text_is_escaped(nasty: str):
    table = Table([nasty], [[Cell(nasty, nasty, nasty, nasty)], [nasty]])
    assert "<script" not in table.html() and table.html().count("&lt;script&gt;") == 6
    assert "<script" not in table.markdown() and len(table.markdown().splitlines()) == 4


def test_csv_round_trip_and_formulas():
    frame = pd.DataFrame({"title": ["=HYPERLINK(1)", "-", "a,b"], "f1": [0.123456789, None, 1.0]})
    read = pd.read_csv(io.StringIO(as_csv(frame)))
    assert read["title"].tolist() == ["'=HYPERLINK(1)", "-", "a,b"] and read["f1"].iloc[0] == 0.123457
