"""The pages about the catalogue and about sources say what is true."""

import re
from types import SimpleNamespace

from genrelab.pipeline.catalog.schema import BOOLEAN, COLUMNS, INTEGER, NAMES, REAL, STRING, check_titles

TYPES = {STRING: "text", INTEGER: "whole number", REAL: "number", NAMES: "list of text", BOOLEAN: "true or false"}


def test_every_column_is_described_in_order_with_its_type(repository):
    page = (repository / "docs" / "catalogue.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|,]+)", page, re.MULTILINE)
    assert [(name, kind.strip()) for name, kind in rows] == [(name, TYPES[kind]) for name, kind in COLUMNS.items()]


def test_the_example_source_runs(repository, tmp_path):
    page = (repository / "docs" / "adding-a-source.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code is not None
    names: dict = {}
    exec(compile(code[1], "adding-a-source.md", "exec"), names)
    (tmp_path / "letters.txt").write_text("tt0113277\tHeat\nnobody\tNothing\n")
    fetched = names["LETTERS"].build(SimpleNamespace(path=tmp_path / "letters.txt"), None)
    assert check_titles(fetched.titles)["title"].tolist() == ["Heat"]
    assert fetched.report.lines(1)[1] == "  left out, broken id: 1" and len(fetched.report.left_out) == 1
