"""The answers on the first screen."""

from dataclasses import replace
from pathlib import Path

from genrelab.reports.evaluation.answers import answers, blocks, sentences
from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.runs.read import RunFolder, read_run


def _only(run: RunFolder, pattern: str) -> RunFolder:
    return replace(run, results=run.results[run.results["model"].str.contains(pattern)])


def test_a_strong_model_is_better_than_the_rule(multilabel_run: Path):
    run = read_run(multilabel_run)
    features, model, better = answers(run, leaderboard(run))
    assert features.short == "everything" and "next is" in features.detail
    assert model.short.startswith("rf") and "next is glm" in model.detail
    assert better.short == "Yes" and better.good is True and "all-positive" in better.detail


def test_noise_is_not_called_better(make_run):
    run = read_run(make_run(signal=0.0, titles=60, seed=8))
    *_, better = answers(run, leaderboard(run))
    assert better.short in ("No", "Not shown") and better.good is False


def test_one_of_each_and_no_rule(multilabel_run: Path):
    run = read_run(multilabel_run)
    one = run.results.query("feature_set == 'metadata' and model == 'rf' and balance == 'none'")
    features, model, better = answers(replace(run, results=one), leaderboard(replace(run, results=one)))
    assert features.detail.startswith("The only") and model.detail.startswith("The only")
    assert better.short == "Not measured" and better.good is None


def test_one_fold_shows_nothing(multilabel_run: Path):
    run = read_run(multilabel_run)
    one = replace(run, results=run.results.query("repeat == 0 and fold == 0"))
    *_, better = answers(one, leaderboard(one))
    assert better.short == "Not shown"


def test_rules_alone_have_no_answer(multilabel_run: Path):
    rules = _only(read_run(multilabel_run), "trivial")
    assert answers(rules, leaderboard(rules)) == [] and sentences(rules, leaderboard(rules)) == []


def test_sentences_leave_the_grid_out(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert "max_features" not in " ".join(sentences(run, leaderboard(run)))


def test_blocks_compare_everything_with_all_but_one(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = blocks(run, leaderboard(run))
    assert set(table["block"]) == {"keywords"} and len(table) == 4
    assert (table["with_block"] - table["without_block"]).round(9).tolist() == table["difference"].round(9).tolist()
    rest = replace(run, results=run.results[run.results["feature_set"] != "without keywords"])
    assert blocks(rest, leaderboard(rest)).empty
