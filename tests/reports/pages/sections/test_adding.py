"""What docs/adding-a-report-section.md shows runs, and its section is in the page, the Markdown and the CSV files."""

import re
from pathlib import Path

from genrelab.reports.pages.contents import SECTIONS
from genrelab.reports.pages.page import html_page, markdown_page
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.section import shown
from genrelab.reports.runs.read import read_run

PAGE = Path(__file__).parents[4] / "docs" / "adding-a-report-section.md"


def test_the_complete_example_is_a_section(make_run):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    names: dict = {}
    exec(compile(code, "speed.py", "exec"), names)
    report = Report(read_run(make_run(titles=40, repeats=1)))
    (ready,) = shown([names["SPEED"]], report)
    assert ready.tables["speed"]["predict_seconds"].is_monotonic_increasing and len(ready.tables["speed"]) == 4
    assert 'id="speed"' in html_page("t", "", [], [ready])
    assert "## Speed of prediction" in markdown_page("t", "", [], [ready])
    assert all(section.anchor != "speed" for section in SECTIONS)


def test_a_run_without_what_it_needs_has_no_such_section(make_run):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    names: dict = {}
    exec(compile(code, "speed.py", "exec"), names)
    report = Report(read_run(make_run("single", titles=40, repeats=1)))
    report.table["predict_seconds"] = float("nan")
    assert shown([names["SPEED"]], report) == []
