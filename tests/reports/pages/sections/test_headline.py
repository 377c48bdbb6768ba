"""The first screen."""

from dataclasses import replace

from genrelab.reports.evaluation.significance import comparisons
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.headline import headline
from genrelab.reports.runs.format import WITHOUT
from genrelab.reports.runs.read import read_run


def test_winner_lead_and_rule_are_the_runs_one_family_of_tests(multilabel_report: Report):
    winner, rival, rule = headline(multilabel_report).claims
    tests = comparisons(multilabel_report.run)
    assert winner.short == "everything · rf" and f"{tests.score(tests.leader):.3f}" in winner.detail
    test = tests.between(tests.leader, tests.others[0])
    assert f"{test.difference:.3f}" in rival.short and (rival.good is True) == (test.verdict == "better")
    assert rule.good is True and "all-positive" in rule.detail


def test_what_could_not_be_used_is_said_and_much_of_it_is_a_warning(make_run):
    run = read_run(make_run(titles=40, repeats=1))
    little = replace(run, info=run.info | {"notes": ["1 of 120 titles have no label of this target", "Scale none"]})
    data = headline(Report(little))
    assert data.unused == ["1 of 120 titles have no label of this target"] and not data.much
    assert "Not used: 1 of 120 titles" in data.html()
    lacking = f"table: nothing is known of keywords in this catalogue{WITHOUT}"
    told = headline(Report(replace(run, info=run.info | {"notes": [lacking, "ties were drawn"]})))
    assert told.unused == [lacking] and not told.much
    much = replace(run, info=run.info | {"notes": ["97 of 120 titles have no label of this target"]})
    assert headline(Report(much)).much and "Much of the catalogue was not used" in headline(Report(much)).html()


def test_a_failed_audit_is_said_first(make_run):
    audit = [{"check": "same poster", "status": "failed", "evidence": "12 <pairs>"}]
    data = headline(Report(read_run(make_run(titles=30, seed=13, info={"audit": audit}))))
    assert data.html().index("Not evidence.") < data.html().index("Which features")
    assert data.markdown().startswith("**Not evidence.**")


def test_a_sample_is_said_before_anything_is_claimed(make_run):
    run = read_run(make_run(titles=40, repeats=1))
    counts = {"catalogue": 5048, "sample": 500, "measured": 500, "without_label": 0, "posters": {}}
    data = headline(Report(replace(run, info=run.info | {"counts": counts})))
    assert data.scale == "Measured on a random sample of 500 of the catalogue's 5,048 titles."
    assert data.html().index(data.scale.split("'")[0]) < data.html().index("Which features")
    whole = replace(run, info=run.info | {"counts": counts | {"sample": 5048}})
    assert headline(Report(whole)).scale == ""
    small = replace(run, info=run.info | {"counts": counts, "notes": ["Scale 'small', not the full one: 500 titles."]})
    assert headline(Report(small)).scale.startswith("Scale 'small'")
