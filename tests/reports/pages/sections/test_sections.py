"""The list of sections: each has what it needs, and every one is seen in one of two runs."""

import dataclasses

import pandas as pd
import pytest

from genrelab.reports.pages.contents import SECTIONS
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.section import shown
from genrelab.reports.pages.sections.catalogue import CATALOGUE, WORDS
from genrelab.reports.pages.sections.errors import TITLES
from genrelab.reports.pages.sections.genres import BY_SYSTEM, systems
from genrelab.reports.pages.sections.notes import AUDIT, NOTES
from genrelab.reports.pages.sections.what_helps import balancing


@pytest.fixture(scope="module")
def both(multilabel_report: Report, single_report: Report):
    return {name: shown(SECTIONS, report) for name, report in (("m", multilabel_report), ("s", single_report))}


def test_anchors_are_once_and_every_section_is_data_to_text(both):
    anchors = [section.anchor for section in SECTIONS]
    assert len(anchors) == len(set(anchors))
    for ready in both.values():
        for section in ready:
            for part in section.parts:
                assert isinstance(part.html(), str) and isinstance(part.markdown(), str)
    seen = {section.anchor for ready in both.values() for section in ready}
    # These need what the two runs lack: named splits, a trained network, conformal sets, kept words, an audit, labels
    # of several sources, a person's corrections, a search, a learning curve.
    assert set(anchors) - seen == {
        "decades",
        "training",
        "sets",
        "words",
        "audit",
        "labels",
        "corrected-labels",
        "tuned",
        "learning",
    }


def test_tables_have_one_name_each_and_no_index(both):
    for ready in both.values():
        names = [name for section in ready for name in section.tables]
        assert len(names) == len(set(names))
        assert {"leaderboard", "five_numbers", "genres", "popularity", "calibration", "grid", "balancing"} <= set(names)
    assert "error_map" in {name for section in both["m"] for name in section.tables}
    assert "confusion_matrix" in {name for section in both["s"] for name in section.tables}


def test_balancing_pairs_each_model_with_itself(multilabel_report: Report):
    table = balancing(multilabel_report)
    assert table is not None
    counts = table.groupby(["feature_set", "model"])["balance"].agg(set)
    assert (counts == {"none", "balanced"}).all() and table["rare_f1"].notna().all()


def test_two_classification_reports_are_of_one_model_under_two_balances(multilabel_report: Report):
    data = systems(multilabel_report)
    assert data is not None and len(data.reports) == 2
    assert all(name.startswith("everything · rf") for name in data.reports)
    assert "Two classification reports side by side" in "".join(
        part.html() for part in BY_SYSTEM.parts(multilabel_report, data)
    )


def test_pictures_pass_over_titles_whose_poster_cannot_be_read(multilabel_report: Report):
    best, worst = TITLES.data(multilabel_report)
    assert len(best.cards) == len(worst.cards) == 8
    assert all(picture for _, picture in (*best.cards, *worst.cards))
    without, _ = TITLES.data(dataclasses.replace(multilabel_report, picture=None))
    assert len(without.cards) == 8 and not any(picture for _, picture in without.cards)


def test_chosen_words_are_shown_where_the_run_kept_them(multilabel_report: Report):
    assert WORDS.data(multilabel_report) is None
    rows = [
        {"feature_set": name, "repeat": 0, "fold": fold, "label": word, "value": share}
        for name in ("keywords", "table")
        for fold, words in enumerate(({"love": 0.4, "war": 0.2}, {"love": 0.5, "heist": 0.1}))
        for word, share in words.items()
    ]
    kept = pd.DataFrame(rows).assign(experiment="e", model="encoder", balance="none", metric="top_word")
    run = multilabel_report.run
    report = Report(dataclasses.replace(run, results=pd.concat([run.results, kept])))
    data = WORDS.data(report)
    assert data[["word", "folds"]].to_numpy().tolist() == [["love", 2], ["war", 1], ["heist", 1]]
    html = "".join(part.html() for part in WORDS.parts(report, data))
    assert "keywords, table (3 words)" in html, "the same words are told once"
    assert "love 45.0 %, war 20.0 % (1 of 2 folds), heist 10.0 % (1 of 2 folds)" in html
    assert list(WORDS.tables(data)) == ["top_words"]


def test_classes_are_shown_beside_the_genres_they_were_made_of(single_report: Report):
    run = single_report.run
    assert run.titles is not None
    lists = [["Drama", "Romance"] if k % 2 else ["Drama"] for k in range(len(run.titles))]
    known = Report(dataclasses.replace(run, titles=run.titles.assign(genres_imdb=lists)))
    html = "".join(part.html() for part in CATALOGUE.parts(known, CATALOGUE.data(known)))
    assert "before genres were made into classes" in html and "Which genres go together" in html


def test_an_audit_and_failed_fits_are_named(make_run, multilabel_report: Report):
    run = multilabel_report.run
    audit = [{"check": "shuffle", "status": "failed", "evidence": "scores stay"}]
    report = Report(dataclasses.replace(run, info=run.info | {"audit": audit}))
    html = "".join(part.html() for part in AUDIT.parts(report, AUDIT.data(report)))
    assert '<span class="flag">failed</span>' in html and "scores stay" in html
    failures = run.failures.reindex(range(1)).assign(
        feature_set="all", model="knn", balance="none", repeat=0, fold=0, reason="too few rows"
    )
    broken = Report(dataclasses.replace(run, failures=failures))
    assert "too few rows" in "".join(part.html() for part in NOTES.parts(broken, NOTES.data(broken)))
