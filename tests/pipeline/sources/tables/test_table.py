"""Any table, whatever it is written in, gives the same rows; what is no table is refused with its name."""

import bz2
import gzip
import io
import json
import lzma
import zipfile

import pandas as pd
import pytest

from genrelab.pipeline.sources.tables.dialect import TableError
from genrelab.pipeline.sources.tables.table import open_table

ROWS = [
    ["Title", "Year", "Genre"],
    ["Amélie", "2001", "Comédie"],
    ["Heat", "1995", "Crime"],
    ["Le Père Noël", "1982", "Comédie"],
]
LATIN2 = [
    ["Tytuł", "Rok", "Gatunek"],
    ["Życie jako śmiertelna choroba", "2000", "dramat"],
    ["Zimna wojna, część pierwsza", "2018", "źródło łez"],
    ["Miłość na żądanie, gorąca jak ogień", "1999", "komedia"],
]
CYRILLIC = [
    ["Title", "Year", "Genre"],
    ["Броненосец Потёмкин", "1925", "драма"],
    ["Сталкер", "1979", "фантастика"],
    ["Москва слезам не верит", "1980", "мелодрама"],
]


def written(rows, mark=",", end="\n"):
    import csv

    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=end).writerows(rows)
    return out.getvalue()


def read(path, **options):
    table = open_table(path, **options)
    return [table.headers, *(list(map(str, cells)) for _, cells in table.rows())]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_every_delimiter_in_every_encoding(tmp_path, mark, encoding):
    path = tmp_path / "films.csv"
    path.write_bytes(written(ROWS, mark, "\r\n").encode(encoding))
    assert read(path) == ROWS


@pytest.mark.parametrize(("rows", "encoding"), [(LATIN2, "cp1250"), (CYRILLIC, "cp1251"), (CYRILLIC, "koi8_r")])
def test_code_pages_are_told_by_their_words(tmp_path, rows, encoding):
    path = tmp_path / "films.csv"
    path.write_bytes(written(rows * 4, ";").encode(encoding))
    assert read(path)[1:4] == rows[1:]
    assert read(path, encoding=encoding)[1:4] == rows[1:]


@pytest.mark.parametrize(("encoding", "end"), [("mac_roman", "\n"), ("mac_roman", "\r"), ("cp850", "\r\n")])
def test_code_pages_of_old_machines(tmp_path, encoding, end):
    path = tmp_path / "films.csv"
    path.write_bytes(
        written([*ROWS, ["Die Brücke", "1959", "Krieg"], ["Señorita", "1990", "Comédie"]], ";", end).encode(encoding)
    )
    assert read(path)[:4] == ROWS
    assert read(path)[4:] == [["Die Brücke", "1959", "Krieg"], ["Señorita", "1990", "Comédie"]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sep=;\nTitle;Year\nHeat;1995\n", [["Title", "Year"], ["Heat", "1995"]]),
        ('"sep=|"\r\nTitle|Year\r\nHeat|1995\r\n', [["Title", "Year"], ["Heat", "1995"]]),
        ("Title,Year\nHeat,1995,\nSpeed,1994,\n", [["Title", "Year"], ["Heat", "1995"], ["Speed", "1994"]]),
        ("Title,Year,\nHeat,1995,\nSpeed,1994,\n", [["Title", "Year"], ["Heat", "1995"], ["Speed", "1994"]]),
        (
            'Title,Plot\nHeat,"one\ntwo, three"\nSpeed,"a ""bus"""\n',
            [["Title", "Plot"], ["Heat", "one\ntwo, three"], ["Speed", 'a "bus"']],
        ),
        ("My films\n\nTitle;Year\nHeat;1995\n", [["Title", "Year"], ["Heat", "1995"]]),
        ("Title,Year\n\nHeat,1995\n,\n\nSpeed,1994\n", [["Title", "Year"], ["Heat", "1995"], ["Speed", "1994"]]),
        ('Title,Plot\nHeat,"a \\"big\\" heist"\n', [["Title", "Plot"], ["Heat", 'a "big" heist']]),
        (
            'Title\tYear\n"Crocodile" Dundee\t1986\nHeat\t1995\n',
            [["Title", "Year"], ['"Crocodile" Dundee', "1986"], ["Heat", "1995"]],
        ),
        (
            "Title;Genre\nHeat;Crime, Drama\nSpeed;Action, Thriller\n",
            [["Title", "Genre"], ["Heat", "Crime, Drama"], ["Speed", "Action, Thriller"]],
        ),
        ("Title, Year\nHeat, 1995\n", [["Title", "Year"], ["Heat", "1995"]]),
        ("Title^Genre\nHeat^Crime, Drama\n", [["Title", "Genre"], ["Heat", "Crime, Drama"]]),
        (
            "'Title','Plot'\n'Heat','one, two'\n'Ocean''s Eleven','three'\n",
            [["Title", "Plot"], ["Heat", "one, two"], ["Ocean's Eleven", "three"]],
        ),
        (
            "Title,Year\nOcean's Eleven,2001\n'71,2014\n",
            [["Title", "Year"], ["Ocean's Eleven", "2001"], ["'71", "2014"]],
        ),
        ("Title,Year\rHeat,1995\rSpeed,1994\r", [["Title", "Year"], ["Heat", "1995"], ["Speed", "1994"]]),
    ],
)
def test_dialects(tmp_path, text, rows):
    (tmp_path / "films.csv").write_bytes(text.encode())
    assert read(tmp_path / "films.csv") == rows


RECORDS = [{"Title": "Heat", "Year": 1995}, {"Title": "Speed", "Year": 1994}]
EXPECTED = [["Title", "Year"], ["Heat", "1995"], ["Speed", "1994"]]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps({"Title": ["Heat", "Speed"], "Year": [1995, 1994]}),
        json.dumps({"Title": {"0": "Heat", "1": "Speed"}, "Year": {"0": 1995, "1": 1994}}),
        json.dumps({"0": RECORDS[0], "1": RECORDS[1]}),
        json.dumps({"columns": ["Title", "Year"], "index": [0, 1], "data": [["Heat", 1995], ["Speed", 1994]]}),
        json.dumps({"page": 1, "results": RECORDS}),
        "\ufeff" + json.dumps(RECORDS),
    ],
)
def test_json_in_its_usual_shapes(tmp_path, text):
    (tmp_path / "films.txt").write_text(text, encoding="utf-8")
    assert read(tmp_path / "films.txt") == EXPECTED


def test_the_keys_of_records_are_kept(tmp_path):
    (tmp_path / "films.json").write_text(json.dumps({"heat.jpg": {"Title": "Heat"}, "speed.jpg": {"Title": "Speed"}}))
    assert read(tmp_path / "films.json") == [["file", "Title"], ["heat.jpg", "Heat"], ["speed.jpg", "Speed"]]
    (tmp_path / "films.json").write_text(json.dumps({"tt0113277": {"Title": "Heat"}, "tt0111257": {"Title": "Speed"}}))
    assert read(tmp_path / "films.json")[1] == ["tt0113277", "Heat"]


def test_an_arrow_file(tmp_path):
    pd.DataFrame(RECORDS).to_feather(tmp_path / "films.feather")
    assert read(tmp_path / "films.feather") == EXPECTED


def test_packed_tables_and_parquet(tmp_path):
    text = b"Title,Year\nHeat,1995\nSpeed,1994\n"
    (tmp_path / "a.gz").write_bytes(gzip.compress(text))
    (tmp_path / "b.bz2").write_bytes(bz2.compress(text))
    (tmp_path / "c.xz").write_bytes(lzma.compress(text))
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr("films.csv", text)
        archive.writestr("__MACOSX/._films.csv", b"x")
    pd.DataFrame(RECORDS).to_parquet(tmp_path / "e.parquet")
    for name in ("a.gz", "b.bz2", "c.xz", "d.zip", "e.parquet"):
        assert read(tmp_path / name) == EXPECTED, name
        assert read(tmp_path / name) == EXPECTED, name


def test_workbooks(tmp_path):
    pytest.importorskip("python_calamine")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "About"
    book.active.append(["my list of films"])
    sheet = book.create_sheet("Films")
    for row in (["Films I own"], [], ["Title", "Year"], ["Heat", 1995], ["Speed", 1994]):
        sheet.append(row)
    book.save(tmp_path / "films.xlsx")
    table = open_table(tmp_path / "films.xlsx")
    assert table.headers == ["Title", "Year"]
    assert [(where, cells) for where, cells in table.rows()] == [
        ("row 4", ["Heat", 1995.0]),
        ("row 5", ["Speed", 1994.0]),
    ]
    assert "'Films'" in table.kind and any("'About'" in note for note in table.notes)
    with pytest.raises(TableError, match=r"films\.xlsx: no sheet 'x'; the workbook has About, Films"):
        open_table(tmp_path / "films.xlsx", sheet="x")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\n\n  \n", "the file is empty"),
        (b"PK\x03\x04 and nothing", "damaged zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged or protected"),
        (b"PAR1 and nothing", "damaged one"),
        (b"\x1f\x8b\x08" + bytes(20), "cut off or damaged"),
        (bytes(range(256)) * 40, "binary data"),
        (b"SQLite format 3\0" + bytes(100) + b"films\x81\x8d", "an SQLite database; export the table as CSV"),
        (b"%PDF-1.4\n1 0 obj", "a PDF document"),
        (b"{\\rtf1\\ansi film}", "a text document"),
        (b"\x80\x04\x95" + bytes(40), "a Python pickle, which is never opened"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "a picture; a folder of posters is given before --csv"),
        (b"ARROW1 and nothing", "damaged one"),
        (b"<table><tr><th>Title</th></tr></table>", "web page"),
        (b"<!DOCTYPE html><html><table></table></html>", "web page"),
        (b'{"a": [1, 2', "fault in it"),
        (b"[1, 2, 3]", "list of records"),
    ],
)
def test_what_is_no_table_is_refused_by_name(tmp_path, content, why):
    path = tmp_path / "films.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=rf"films\.csv: .*(?:{why})"):
        read(path)


def test_rows_that_do_not_fit_are_named_and_left_out(tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("Title,Year,Genre\nHeat,1995,Crime\nSpeed, the film,1994,Action\nAlien,1979\n")
    table = open_table(path)
    assert [cells for _, cells in table.rows()] == [["Heat", "1995", "Crime"], ["Alien", "1979", None]]
    assert table.faults[0][0] == "line 3" and "4 cells, the header has 3" in table.faults[0][1]
    assert any("shorter" in note for note in table.notes)


def test_headers_are_each_named_once(tmp_path):
    (tmp_path / "films.csv").write_text("Title,,Title,Year\nHeat,x,Heat,1995\n")
    assert open_table(tmp_path / "films.csv").headers == ["Title", "column 2", "Title (2)", "Year"]


def test_a_quotation_mark_that_never_closes_is_told(tmp_path):
    path = tmp_path / "films.csv"
    rows = "".join(f'Film {n},1995,"a, b"\n' for n in range(600))
    path.write_text(f'Title,Year,Plot\n{rows}Heat,1995,"a, b\nSpeed,1994,x\n')
    with pytest.raises(TableError, match=r"films\.csv: line 602: a quotation mark is opened here and never closed"):
        list(open_table(path).rows())
    path.write_text('Title,Year,Plot\nHeat,1995,"a, b\nSpeed,1994,x\n')
    table = open_table(path)
    assert [cells[0] for _, cells in table.rows()] == ["Speed"] and table.faults[0][0] == "line 2"


HEAT = [["Title", "Year", "Genre"], ["Heat", "1995", "Crime, Drama"], ["Jaws", "1975", "Thriller"]]


@pytest.mark.parametrize(
    "text",
    [
        # a table about the table above it, as Letterboxd writes lists
        'My list\nName,Tags,Description\nOld,,good\n\nTitle,Year,Genre\nHeat,1995,"Crime, Drama"\nJaws,1975,Thriller\n',
        # a header of merged cells above the header
        'Film,Film,Film\nTitle,Year,Genre\nHeat,1995,"Crime, Drama"\nJaws,1975,Thriller\n',
        # the header again, and lines drawn with signs
        'Title,Year,Genre\n-----,----,-----\nHeat,1995,"Crime, Drama"\nTitle,Year,Genre\nJaws,1975,Thriller\n\x1a\0\0',
        # whole rows in quotes, and other marks after them: a spreadsheet saved what it took for one column
        'Title,Year,Genre\n"Heat,1995,""Crime, Drama"""\nJaws,1975,Thriller\n',
        '"Title,Year,Genre"\n"Heat,1995,""Crime, Drama"""\n"Jaws,1975,Thriller"\n',
        'Title,Year,Genre;;;\n"Heat,1995,""Crime, Drama""";;;\nJaws,1975,Thriller;;;\n',
        # a sep= line that is wrong
        'sep=;\nTitle,Year,Genre\nHeat,1995,"Crime, Drama"\nJaws,1975,Thriller\n',
        # a word processor's quotation marks
        "“Title”,“Year”,“Genre”\n“Heat”,“1995”,“Crime, Drama”\n„Jaws“,„1975“,„Thriller“\n",
    ],
)
def test_what_programs_put_around_a_table(tmp_path, text):
    (tmp_path / "films.csv").write_text(text, "utf-8")
    assert read(tmp_path / "films.csv") == HEAT


def test_row_names_without_a_header(tmp_path):
    (tmp_path / "films.csv").write_text('Title,Year\n"1","Heat",1995\n"2","Jaws",1975\n', "utf-8")
    assert read(tmp_path / "films.csv") == [["column 1", "Title", "Year"], ["1", "Heat", "1995"], ["2", "Jaws", "1975"]]


def test_two_tables_of_one_header_are_read_both(tmp_path):
    (tmp_path / "films.csv").write_text("Title,Year\nHeat,1995\n\nTitle,Year\nJaws,1975\n", "utf-8")
    table = open_table(tmp_path / "films.csv")
    assert [cells for _, cells in table.rows()] == [["Heat", "1995"], ["Jaws", "1975"]]
    assert "rows that are the header again, left out: 1" in table.notes


def test_a_zip_file_with_a_table_and_other_files(tmp_path):
    with zipfile.ZipFile(tmp_path / "films.zip", "w") as archive:
        archive.writestr("films.csv", written(ROWS))
        archive.writestr("README.txt", "hello")
    assert read(tmp_path / "films.zip") == ROWS
    with zipfile.ZipFile(tmp_path / "films.csv", "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(TableError, match=r"films\.csv: expected a table, found a Word document; open it"):
        open_table(tmp_path / "films.csv")


def test_sheets_and_merged_cells(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["Title", "Year", "Genre", "Old"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("now")
    for row in (["Genre", "Title"], ["Crime", "Heat"], [None, "Speed"], ["War", "1917"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(tmp_path / "films.xlsx")
    rows = [["Genre", "Title"], ["Crime", "Heat"], ["Crime", "Speed"], ["War", "1917"]]
    assert read(tmp_path / "films.xlsx") == rows
    with zipfile.ZipFile(tmp_path / "films.zip", "w") as archive:
        archive.write(tmp_path / "films.xlsx", "films.xlsx")
    assert read(tmp_path / "films.zip") == rows
    with pytest.raises(TableError, match=r"no sheet 'Now' \(did you mean 'now'\?\); the workbook has"):
        open_table(tmp_path / "films.xlsx", sheet="Now")


def test_a_line_from_elsewhere_does_not_spoil_utf8(tmp_path):
    lines = [row.encode() for row in written(ROWS * 3).splitlines(keepends=True)]
    (tmp_path / "films.csv").write_bytes(b"".join(lines) + "Être,1999,Drame\n".encode("cp1252"))
    table = open_table(tmp_path / "films.csv")
    titles = [cells[0] for _, cells in table.rows()]
    assert titles.count("Amélie") == 3 and titles[-1] == "\ufffdtre"
    assert any("some signs are not utf-8" in note for note in table.notes)
