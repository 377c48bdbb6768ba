"""The first screen: who won, by how much, whether it beats a trivial rule, and what could not be used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escape_html

import pandas as pd

from ...evaluation.leaderboard import choose_best, first_configurations
from ...evaluation.significance import compare_systems
from ...runs.read import KEYS, Configuration
from ..notes import remarks
from ..parts import Part, escape_markdown
from ..report import Report, configuration
from ..section import Section
from ..words import formats

MUCH = 0.1  # share of the titles or posters; above it, what could not be used is a warning
_COUNTED = re.compile(r"^(\d[\d,]*)(?: of (\d[\d,]*))? (?:titles|posters)\b")


@dataclass(frozen=True)
class Claim:
    """One question of the first screen with its answer.

    Attributes
    ----------
    question, short, detail : str
    good : bool or None
        True for a difference that was shown, False for one that was not, None where it is no matter of yes or no.
    """

    question: str
    short: str
    detail: str
    good: bool | None = None


@dataclass(frozen=True)
class Headline:
    """What the first screen says.

    Attributes
    ----------
    scale : str
        What a shorter run left out.
    failed : list of str
        Checks of the audit that failed.
    claims : list of Claim
    unused : list of str
        What could not be used, one sentence each.
    much : bool
        Whether that is a large part of the catalogue.
    """

    scale: str
    failed: list[str]
    claims: list[Claim]
    unused: list[str]
    much: bool

    def html(self) -> str:
        """Banners, the claims as cards, then what was left out."""
        parts = [f"<p>{escape_html(self.scale)}</p>"] if self.scale else []
        if self.failed:
            names = escape_html(", ".join(self.failed))
            parts.append(
                f'<div class="banner" role="alert"><strong>Not evidence.</strong> The audit of this run failed: '
                f'{names}. See <a href="#audit">the audit</a>.</div>'
            )
        unused = escape_html("; ".join(self.unused))
        if self.unused and self.much:
            parts.append(f'<div class="banner"><strong>Much of the catalogue was not used.</strong> {unused}.</div>')
        if self.claims:
            parts.append(f'<div class="answers">{"".join(map(_card, self.claims))}</div>')
        if self.unused and not self.much:
            parts.append(f'<p class="quiet">Not used: {unused}.</p>')
        return "\n".join(parts)

    def markdown(self) -> str:
        """The same, line by line."""
        parts = [escape_markdown(self.scale)] if self.scale else []
        if self.failed:
            parts.append(
                f"**Not evidence.** The audit of this run failed: {', '.join(map(escape_markdown, self.failed))}."
            )
        lines = [
            f"- **{escape_markdown(c.question)}** {escape_markdown(f'{c.short}. {c.detail}')}" for c in self.claims
        ]
        if self.unused:
            lines.append(f"- **Not used:** {escape_markdown('; '.join(self.unused))}.")
        return "\n\n".join([*parts, "\n".join(lines)])


def headline(report: Report) -> Headline:
    """The first screen of a run."""
    notes = remarks(report.run, "notes")
    unused = [note.rstrip(".") for note in notes if _COUNTED.match(note)]
    return Headline(
        scale=next((note for note in notes if note.startswith("Scale ")), ""),
        failed=report.failed,
        claims=claims(report),
        unused=unused,
        much=any(_share(note, report.run.info.get("titles")) > MUCH for note in unused),
    )


def claims(report: Report) -> list[Claim]:
    """Winner, lead over the runner-up, lead over the best trivial rule; none where only trivial rules ran."""
    best, table, metric = choose_best(report.table), report.table, report.run.headline
    if best is None or metric not in table:
        return []
    lead = configuration(best)
    interval = formats.spread(best[f"{metric}_low"], best[f"{metric}_high"])
    balance = "" if lead.balance == "none" else f", balancing: {lead.balance}"
    if best["collapsed_folds"]:
        balance += "; it gives every title of a fold the same labels, so it has learnt nothing"
    detail = f"{report.metric} {formats.score(best[metric])} (95 % interval {interval}){balance}."
    answers = [Claim("Which features and model won?", f"{lead.feature_set} · {lead.model}", detail)]
    others = [configuration(row) for _, row in table[first_configurations(table)].iloc[1:].iterrows()]
    return [*answers, _over_others(report, lead, others), over_rule(report, lead)]


def _over_others(report: Report, lead: Configuration, others: Sequence[Configuration]) -> Claim:
    question = "By how much over the runner-up?"
    if not others:
        return Claim(question, "No rival", "It is the only configuration of this run.")
    tests = _tests(report, [(lead, other) for other in others])
    second = _row(report, others[0])
    name = f"{others[0]}, {formats.score(second)}"
    return _claim(question, tests.iloc[0], f"The runner-up is {name}.", "a real difference")


def over_rule(report: Report, which: Configuration) -> Claim:
    """Whether a configuration beats the best trivial rule, tested with all others in one family."""
    question, table = "Better than the best trivial rule?", report.table
    rules = [configuration(row) for _, row in table[table["trivial"]].head(1).iterrows()]
    if not rules:
        return Claim(question, "Not measured", "This run has no trivial rule to compare with.")
    others = [configuration(row) for _, row in table[first_configurations(table)].iterrows()]
    systems = [which, *(other for other in others if other != which)]
    tests = _tests(report, [(system, rules[0]) for system in systems])
    name = rules[0].model.partition(":")[2].replace("_", "-")
    rule = f"{formats.score(_row(report, which))} against {formats.score(_row(report, rules[0]))} for the rule {name}."
    return _claim(question, tests.iloc[0], rule, "yes")


def _claim(question: str, test: pd.Series, told: str, better: str) -> Claim:
    verdicts = {"better": better, "same": "practically the same", "worse": "no, it is worse"}
    verdict = verdicts.get(str(test["verdict"]), "not shown")
    gain = float(test["difference"])
    short = f"{'+' if gain > 0 else ''}{formats.score(gain)}, {verdict}"
    interval = "" if pd.isna(test["low"]) else f" 95 % interval of the difference {_between(test)}."
    tail = " These folds do not tell it from chance." if verdict == "not shown" else ""
    return Claim(question, short, f"{told}{interval}{tail}", test["verdict"] == "better")


def _between(test: pd.Series) -> str:
    return formats.spread(test["low"], test["high"])


def _tests(report: Report, pairs: Sequence[tuple[Configuration, Configuration]]) -> pd.DataFrame:
    """One family of comparisons, adjusted together: the same ones that the sentences below the leaderboard use."""
    return compare_systems(report.run.results, report.run.headline, pairs=list(pairs))


def _row(report: Report, which: Configuration) -> float:
    rows = report.table[(report.table[KEYS] == list(which)).all(axis=1)]
    return float(rows.iloc[0][report.run.headline])


def _share(note: str, titles: object) -> float:
    match = _COUNTED.match(note)
    if match is None:
        return 0.0
    whole = match[2] or str(titles or 0)
    total = int(whole.replace(",", "")) if whole.replace(",", "").isdigit() else 0
    return int(match[1].replace(",", "")) / total if total else 0.0


def _card(claim: Claim) -> str:
    kind = {True: " yes", False: " no"}.get(claim.good, "") if claim.good is not None else ""
    return (
        f'<section class="answer"><h2>{escape_html(claim.question)}</h2>'
        f'<p class="short{kind}">{escape_html(claim.short)}</p><p>{escape_html(claim.detail)}</p></section>'
    )


def _parts(_: Report, data: Headline) -> list[Part]:
    return [data]


HEADLINE = Section("first", "First screen", headline, _parts)
