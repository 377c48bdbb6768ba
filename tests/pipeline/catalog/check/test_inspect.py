"""`genrelab catalog check`: what it counts, on a catalogue whose faults are known."""

import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.catalog.check.inspect import describe, inspect
from genrelab.pipeline.catalog.folders import HOW_TO_ALLOW
from genrelab.pipeline.catalog.table import iter_catalog, load_catalog, save_catalog
from genrelab.pipeline.cli import main, whole_parser


@pytest.fixture
def catalog(tmp_path):
    (tmp_path / "posters").mkdir()
    Image.new("RGB", (30, 44), (200, 30, 40)).save(tmp_path / "posters" / "a.jpg")
    (tmp_path / "posters" / "b.jpg").write_bytes((tmp_path / "posters" / "a.jpg").read_bytes())
    Image.new("L", (30, 44), 90).save(tmp_path / "posters" / "grey.png")
    (tmp_path / "posters" / "broken.jpg").write_text("no picture")
    titles = pd.DataFrame(
        {
            "imdb_id": [f"tt000000{number}" for number in range(1, 7)],
            "title": ["A", "A", "B", "C", "D", "E"],
            "year": [1984, 1984, 1999, 2001, 2003, None],
            "kind": ["movie"] * 5 + ["series"],
            "genres_imdb": [["Drama"], ["Drama", "War"], ["Telenovela"], None, None, None],
            "poster": [f"posters/{name}" for name in ("a.jpg", "b.jpg", "grey.png", "broken.jpg", "absent.jpg")]
            + [None],
        }
    )
    return save_catalog(titles, tmp_path / "catalog.parquet")


def test_counts(catalog):
    found = inspect(load_catalog(catalog))
    assert found.titles == 6
    assert found.kinds == {"movie": 5, "series": 1}
    assert found.decades == {"1980s": 2, "1990s": 1, "2000s": 2}
    assert found.genres["imdb"] == {"Drama": 2, "War": 1}
    assert found.unknown_genres == {"Telenovela": 1}
    assert found.filled["year"] == 5
    assert found.same_title_and_year == [("tt0000001", "tt0000002")]
    assert found.same_poster == [("tt0000001", "tt0000002")]
    assert found.posters["ok"] == 3
    assert sum(found.posters.values()) == 6
    assert {imdb_id for imdb_id, _ in found.poster_faults} == {"tt0000004", "tt0000005", "tt0000006"}
    assert found.grey_posters == 1


def test_pieces_are_counted_like_the_whole(catalog):
    assert inspect(iter_catalog(catalog, rows=1)) == inspect(load_catalog(catalog))


def test_the_command_prints_what_was_found(catalog, capsys):
    assert main(["catalog", "check", str(catalog)]) == 0
    told = capsys.readouterr().out
    assert told.strip() == describe(inspect(load_catalog(catalog)))
    for words in ("6 titles (5 × movie, 1 × series)", "Telenovela", "tt0000001 = tt0000002", "grey only: 1"):
        assert words in told


def test_posters_outside_the_folder_are_told_and_read_where_that_is_allowed(catalog, tmp_path, capsys):
    titles = load_catalog(catalog).titles
    titles["poster"] = [None if pd.isna(name) else str(tmp_path / name) for name in titles["poster"]]
    moved = save_catalog(titles, tmp_path / "moved" / "catalog.parquet")
    assert main(["catalog", "check", str(moved)]) == 0
    told = f"  outside the catalogue's folder: {HOW_TO_ALLOW}"
    assert told in capsys.readouterr().out.splitlines()
    assert main(["catalog", "check", str(moved), "--allow-outside"]) == 0
    said = capsys.readouterr().out
    assert "outside" not in said and "  grey only: 1" in said.splitlines()
    out = tmp_path / "posters.npz"
    assert main(["catalog", "npz", str(moved), "--out", str(out), "--allow-outside"]) == 0
    assert "kept" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    "compare,export,predict,features,explain,evaluate,audit,serve,replicate,quantise,catalog check,catalog npz".split(
        ","
    ),
)
def test_every_command_that_reads_a_catalogues_posters_may_be_allowed_to_read_others(command, capsys):
    with pytest.raises(SystemExit):
        whole_parser().parse_args([*command.split(), "--help"])
    assert "--allow-outside" in capsys.readouterr().out


def test_posters_become_arrays_and_nothing_is_overwritten(catalog, tmp_path, capsys):
    out = tmp_path / "posters.npz"
    assert main(["catalog", "npz", str(catalog), "--out", str(out), "--keep-grey"]) == 0
    assert out.exists()
    before = out.read_bytes()
    assert main(["catalog", "npz", str(catalog), "--out", str(out)]) == 2
    assert "exists; choose another --out" in capsys.readouterr().err
    assert out.read_bytes() == before


def test_every_fault_of_a_file_is_counted_piece_by_piece(tmp_path, capsys):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from genrelab.pipeline.cli import main

    count = 70_000
    ids = [f"tt{n:07d}" for n in range(count)]
    ids[-1] = ids[0]
    years = [3000 if n in (3, 68_000) else 1999 for n in range(count)]
    pq.write_table(pa.table({"imdb_id": ids, "year": years}), tmp_path / "bad.parquet")
    assert main(["catalog", "check", str(tmp_path / "bad.parquet")]) == 1
    said = capsys.readouterr().out
    assert "3 faults in 70,000 titles" in said and "year: expected a number from 1870 to 2200: 2" in said
    assert "row 3 (tt0000003)" in said and "row 68000 (tt0068000)" in said
    assert "row 69999 (tt0000000), column 'imdb_id': expected an id that no other row has" in said
    pq.write_table(pa.table([ids, years, years], names=["imdb_id", "year", "year"]), tmp_path / "twice.parquet")
    assert main(["catalog", "check", str(tmp_path / "twice.parquet")]) == 2
    assert "expected every column once, found 'year'" in capsys.readouterr().err
