"""The report as Markdown."""

import re

from genrelab.reports.pages.markdown import escape, leaderboard_table, render_markdown
from genrelab.reports.pages.summary import Summary, summarize


def test_tables_have_one_width(multilabel_summary: Summary):
    text = render_markdown(multilabel_summary)
    for block in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1
    assert "trivial:all\\_positive" in text and "Which features?" in text


def test_titles_are_escaped(multilabel_summary: Summary, nasty: str):
    text = render_markdown(multilabel_summary)
    assert "<script" not in text
    assert escape(nasty) in text


def test_printed_numbers_and_audit(make_run, single_summary: Summary):
    assert "S1-RF" in render_markdown(single_summary)
    audit = [{"check": "same poster", "status": "failed", "evidence": "12 pairs"}]
    text = render_markdown(summarize(make_run(titles=30, seed=11, info={"audit": audit})))
    assert "**Not evidence.**" in text.split("## Leaderboard")[0] and "12 pairs" in text


def test_leaderboard_table_keeps_the_rules(multilabel_summary: Summary):
    names, rows = leaderboard_table(multilabel_summary, most=2)
    assert len(rows) == 4 and {len(row) for row in rows} == {len(names)}
    assert any("all_positive" in row[2] for row in rows)
