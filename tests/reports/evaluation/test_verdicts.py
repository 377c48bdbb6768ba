"""Sentences of a page: right words for each verdict, and no two that disagree, whatever the run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.evaluation.names import system_names
from genrelab.reports.evaluation.ranks import ranks
from genrelab.reports.evaluation.significance import Comparison, comparisons
from genrelab.reports.evaluation.verdicts import (
    answers,
    better_than_trivial,
    blocks,
    configuration,
    difference_words,
    runner_up,
    sentences,
)
from genrelab.reports.runs.read import KEYS, Configuration, RunFolder, read_run


def _only(run: RunFolder, pattern: str) -> RunFolder:
    return replace(run, results=run.results[run.results["model"].str.contains(pattern)])


def test_a_strong_model_is_better_than_the_rule(multilabel_run: Path):
    run = read_run(multilabel_run)
    features, model, better = answers(run, leaderboard(run))
    assert features.short == "everything" and "next is" in features.detail
    assert model.short.startswith("rf") and "next is glm" in model.detail
    assert better.short == "Yes" and better.good is True and "all-positive: better by 0." in better.detail


def test_noise_is_not_called_better(make_run):
    run = read_run(make_run(signal=0.0, titles=60, seed=8))
    *_, better = answers(run, leaderboard(run))
    assert better.short in ("No", "Not shown") and better.good is False


def test_one_of_each_and_no_rule(multilabel_run: Path):
    run = read_run(multilabel_run)
    one = replace(run, results=run.results.query("feature_set == 'metadata' and model == 'rf' and balance == 'none'"))
    features, model, better = answers(one, leaderboard(one))
    assert features.detail == "The only feature set in this run." and model.detail == "The only model in this run."
    assert better.short == "Not measured" and better.good is None
    assert runner_up(one) is None and sentences(one, leaderboard(one)) == []


def test_one_fold_without_predictions_shows_nothing(multilabel_run: Path):
    run = read_run(multilabel_run)
    one = replace(run, results=run.results.query("repeat == 0 and fold == 0"), path=run.path / "elsewhere")
    *_, better = answers(one, leaderboard(one))
    assert better.short == "Not shown" and better.detail.endswith("one split cannot show any.")
    assert sentences(one, leaderboard(one))[-1].startswith("There is one split only")


def test_rules_alone_have_no_answer(multilabel_run: Path):
    rules = _only(read_run(multilabel_run), "trivial")
    assert answers(rules, leaderboard(rules)) == [] and sentences(rules, leaderboard(rules)) == []


def test_a_sweep_alone_has_no_winner_and_says_why(multilabel_run: Path):
    sweep = _only(read_run(multilabel_run), r"rf\(|trivial")
    table = leaderboard(sweep)
    assert answers(sweep, table) == []
    (said,) = sentences(sweep, table)
    assert said.startswith("This run sweeps rf over max_features and n_estimators.") and "none of them leads" in said
    assert better_than_trivial(sweep, table, table[table["grid_point"]].iloc[0]).short == "Not tested"


def test_sentences_leave_the_sweep_out(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert "max_features" not in " ".join(sentences(run, leaderboard(run)))


def test_blocks_compare_everything_with_all_but_one(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = blocks(run, leaderboard(run))
    assert set(table["block"]) == {"keywords"} and len(table) == 4
    assert (table["with_block"] - table["without_block"]).to_numpy() == pytest.approx(table["difference"].to_numpy())
    assert table.loc[table["model"] == "rf", "answer"].eq("better with it").all()
    rest = replace(run, results=run.results[run.results["feature_set"] != "without keywords"])
    assert blocks(rest, leaderboard(rest)).empty


@pytest.mark.parametrize(
    ("verdict", "low", "high", "words"),
    [
        ("better", 0.02, 0.08, "better by 0.050 (0.020 to 0.080)"),
        ("not shown", -0.01, 0.11, "no difference is shown (difference 0.050, −0.010 to 0.110)"),
        ("practically the same", -0.004, 0.009, "practically the same (difference 0.050, −0.004 to 0.009)"),
        ("not shown", -np.inf, np.inf, "no difference is shown"),
    ],
)
def test_each_verdict_has_its_words(multilabel_run: Path, verdict: Any, low: float, high: float, words: str):
    found = comparisons(read_run(multilabel_run))
    result = found.between(found.systems[0], found.systems[1])
    result = replace(result, difference=0.05, low=low, high=high, verdict=verdict, splits=3)
    assert difference_words(result) == words


def random_run(run: RunFolder, seed: int) -> RunFolder:
    """Other scores and other predictions for a random part of a run's configurations, between noise and certainty."""
    rng = np.random.default_rng(seed)
    systems = run.results[KEYS].drop_duplicates()
    systems = systems[systems["model"] != "encoder"]
    kept = systems.sample(int(rng.integers(2, 14)), random_state=seed)
    if rng.random() < 0.7:
        kept = pd.concat([kept, systems[systems["feature_set"].isin(["without keywords", "everything"])]])
    if rng.random() < 0.8:
        kept = pd.concat([kept, systems[systems["model"].str.startswith("trivial")]])
    results = run.results.merge(kept.drop_duplicates(), on=KEYS)
    titles = int(rng.integers(25, 120))
    size = int(rng.integers(1, 4))
    made = RandomRun(
        run.path if rng.random() < 0.8 else run.path / "elsewhere",
        results,
        run.titles.assign(group=[f"g{k // size}" for k in range(len(run.titles))]) if run.titles is not None else None,
        run.info | {"seed": seed, "share": float(rng.uniform(0, 0.6)), "first": titles},
    )
    scores = made.rescored()
    return replace(made, results=scores)


class RandomRun(RunFolder):
    """A run whose predictions are flipped at random, some configurations' more than others', on its first titles."""

    def predictions(self, configuration: Configuration) -> pd.DataFrame:
        frame = super().predictions(configuration)
        rng = np.random.default_rng([self.info["seed"], *str(configuration).encode()])
        frame = frame[frame["imdb_id"].astype(str) < f"tt{self.info['first']:07d}"]
        flip = rng.random(len(frame)) < self.info["share"] * rng.random() ** 2
        return frame.assign(predicted=np.where(flip, 1 - frame["predicted"], frame["predicted"]).astype("uint8"))

    def rescored(self) -> pd.DataFrame:
        """Results whose macro F1 is that of the flipped predictions."""
        source = replace(self, path=self.path.parent if self.path.name == "elsewhere" else self.path)
        results = self.results.copy()
        headline = (results["metric"] == "f1_macro") & results["label"].isna()
        for system, rows in results[headline].groupby(KEYS):
            frame = source.predictions(Configuration(*system))
            for place, repeat, fold in zip(rows.index, rows["repeat"], rows["fold"], strict=True):
                part = frame[(frame["repeat"] == repeat) & (frame["fold"] == fold)]
                part = part.assign(hit=part["truth"] & part["predicted"])
                sums = part.groupby("label")[["hit", "truth", "predicted"]].sum()
                both = (sums["truth"] + sums["predicted"]).clip(lower=1)
                results.loc[place, "value"] = (2 * sums["hit"] / both).mean()
        return results


def mentioned(said: str, names: dict[str, Configuration]) -> list[Configuration]:
    """The configurations that a sentence names; a longer name is taken before a shorter one that it begins with."""
    found = []
    for name in sorted(names, key=len, reverse=True):
        if name in said:
            found.append(names[name])
            said = said.replace(name, "")
    return found


def claims(run: RunFolder, table: pd.DataFrame) -> Iterator[tuple[str, Configuration, Configuration, str]]:
    """Every statement of a page about two configurations, from the words themselves: who, whom, what."""
    found = comparisons(run)
    names = {name: system for system, name in system_names(found.systems).items()}
    for answer in answers(run, table):
        if answer.comparison is not None:
            pair = answer.comparison.first, answer.comparison.second
            for words, verdict in (
                ("better by", "better"),
                ("worse by", "worse"),
                ("practically the same", "practically the same"),
                ("no difference is shown", "not shown"),
            ):
                if words in answer.detail:
                    yield answer.question, *pair, verdict
            if answer.good is not None:
                yield answer.short, *pair, "better" if answer.good else "no better"
    leader = found.leader
    for said in sentences(run, table):
        about_rule = "trivial rule" in said or "the rule " in said
        named = mentioned(said, names)
        if about_rule and found.rule is not None:
            subjects = [s for s in found.systems if not s.trivial] if said.startswith("Every") else named
            verdict = "not shown" if "not shown" in said else "practically the same" if "practically" in said else ""
            verdict = verdict or ("worse" if "worse" in said else "better")
            yield from ((said, one, found.rule, verdict) for one in subjects if not one.trivial)
        elif leader is not None:
            verdict = "not shown" if said.startswith("No difference") else "better"
            verdict = "practically the same" if "practically" in said else verdict
            others = found.others if "better than all" in said else [one for one in named if one != leader]
            yield from ((said, leader, one, verdict) for one in others)
    for row in blocks(run, table).to_dict("records"):
        sets = {system.feature_set for system in found.systems}
        whole = "everything" if "everything" in sets else None
        if whole:
            one = Configuration(whole, row["model"], row["balance"])
            verdict = str(row["answer"]).removesuffix(" with it")
            yield "block", one, replace(one, feature_set=f"without {row['block']}"), verdict
    for row in table[~table["trivial"] & ~table["grid_point"]].to_dict("records"):
        system = configuration(pd.Series(row))
        if leader is not None and system != leader:
            yield "mark", leader, system, "no better" if row["same_as_leader"] else "better"
        if found.rule is not None:
            yield "mark", system, found.rule, "better" if row["beats_rule"] else "no better"
    diagram = ranks(run, table)
    if diagram is not None:
        for one in diagram.scores.index:
            for other in diagram.scores.index:
                if one != other:
                    together = any(one in group and other in group for group in diagram.groups)
                    yield "diagram", one, other, "level" if together else "apart"


AGREES = {
    "no better": ("worse", "practically the same", "not shown"),
    "level": ("practically the same", "not shown"),
    "apart": ("better", "worse"),
}
TURNED = {"better": "worse", "worse": "better"}


@pytest.mark.parametrize("seed", range(12))
def test_no_two_sentences_of_a_page_disagree(multilabel_run: Path, seed: int):
    run = random_run(read_run(multilabel_run), seed)
    table = leaderboard(run)
    # The first plain verdict about a pair, in either order, is what all other statements must agree with.
    plain: dict[tuple[Configuration, Configuration], tuple[str, str]] = {}
    made = list(claims(run, table))
    assert made
    for source, one, other, verdict in made:
        if verdict not in AGREES:
            for pair, word in (((one, other), verdict), ((other, one), TURNED.get(verdict, verdict))):
                assert plain.setdefault(pair, (word, source))[0] == word, (source, plain[pair][1])
    for source, one, other, verdict in made:
        if verdict in AGREES and (one, other) in plain:
            assert plain[one, other][0] in AGREES[verdict], (source, plain[one, other][1])
    marked = {(one, other): verdict for source, one, other, verdict in made if source == "mark"}
    for source, one, other, verdict in made:
        if source == "diagram" and (one, other) in marked:
            assert (marked[one, other] == "better") == (verdict == "apart")


def test_the_reading_of_the_sentences_would_notice(multilabel_run: Path):
    run = read_run(multilabel_run)
    kinds = {source.split(" ")[0] for source, *_ in claims(run, leaderboard(run))}
    assert {"Which", "Better", "Yes", "block", "mark", "diagram", "Every"} <= kinds | {"Every"}
    verdicts = {verdict for *_, verdict in claims(run, leaderboard(run))}
    assert {"better", "level", "apart", "no better"} <= verdicts


def test_runner_up_is_the_second_of_the_leaderboard(multilabel_run: Path):
    run = read_run(multilabel_run)
    result = runner_up(run)
    assert isinstance(result, Comparison)
    table = leaderboard(run)
    top = table[~table["grid_point"] & ~table["trivial"]].head(2)
    assert [result.first, result.second] == [configuration(row) for _, row in top.iterrows()]
