"""The first screen: who won, by how much, whether it beats a trivial rule, and what could not be used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any

from ...evaluation.names import joined, rule_name
from ...evaluation.significance import Comparison, Comparisons, comparisons
from ...runs.format import WITHOUT
from ...runs.metric_names import metric_name
from ...runs.read import KEYS, Configuration
from ..notes import remarks
from ..parts import Part, escape_markdown
from ..report import Report
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
        What a shorter run, or one on a sample, left out.
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
    unused = [note.rstrip(".") for note in notes if _COUNTED.match(note) or note.endswith(WITHOUT)]
    failed = report.run.failures
    if len(failed):
        names = sorted({str(Configuration(*key)) for key in failed[KEYS].itertuples(index=False, name=None)})
        unused.append(f"{len(failed)} fits failed and are left out: {joined(names)}; the notes say why")
    return Headline(
        scale=next((note for note in notes if note.startswith("Scale ")), _sample(report.run.info)),
        failed=report.failed,
        claims=claims(report),
        unused=unused,
        much=any(_share(note, report.run.info.get("titles")) > MUCH for note in unused),
    )


def _sample(info: Mapping[str, Any]) -> str:
    counts = info.get("counts", {})
    sample, every = counts.get("sample", 0), counts.get("catalogue", 0)
    return f"Measured on a random sample of {sample:,} of the catalogue's {every:,} titles." if sample < every else ""


def claims(report: Report) -> list[Claim]:
    """Winner, lead over the runner-up, lead over the best trivial rule; none where only trivial rules ran."""
    lead = report.best
    if lead is None or report.run.headline not in report.table:
        return []
    tests = comparisons(report.run)
    interval = formats.spread(*tests.interval(lead))
    balance = "" if lead.balance == "none" else f", balancing: {lead.balance}"
    if report.collapsed(lead):
        balance += "; but it gives every title of a fold the same labels, so it has learnt nothing"
    detail = f"{metric_name(tests.metric, start=True)} {formats.score(tests.score(lead))}"
    detail += f" (95 % interval {interval}){balance}." if interval != formats.DASH else f"{balance}."
    answers = [Claim("Which features and model won?", f"{lead.feature_set} · {lead.model}", detail)]
    return [*answers, _over_others(tests, lead), over_rule(report, lead)]


def _over_others(tests: Comparisons, lead: Configuration) -> Claim:
    question = "By how much over the runner-up?"
    if not tests.others:
        return Claim(question, "No rival", "It is the only configuration of this run.")
    second = tests.others[0]
    told = f"The runner-up among configurations is {second} with {formats.score(tests.score(second))}."
    return _claim(question, tests.between(lead, second), told)


def over_rule(report: Report, which: Configuration) -> Claim:
    """Whether a configuration beats the best trivial rule, as the run's one family of tests says."""
    question = "Better than the best trivial rule?"
    tests = comparisons(report.run)
    if tests.rule is None:
        return Claim(question, "Not measured", "This run has no trivial rule to compare with.")
    if which not in tests.systems:
        return Claim(question, "Not tested", "It is a point of a sweep, picked on the folds it is scored on.")
    told = f"The rule {rule_name(tests.rule)} scores {formats.score(tests.score(tests.rule))}."
    return _claim(question, tests.between(which, tests.rule), told)


def _claim(question: str, test: Comparison, told: str) -> Claim:
    said = {"better": "a real difference", "worse": "it is worse", "not shown": "not shown to be real"}
    verdict = said.get(test.verdict, test.verdict)
    plus = "+" if test.difference > 0 else ""
    known = abs(test.low) != float("inf") and test.low == test.low
    interval = f" 95 % interval of the difference: {formats.spread(test.low, test.high)}."
    tail = " One split alone cannot show a difference." if test.splits < 2 and not known else ""
    short = f"{plus}{formats.score(test.difference)}: {verdict}"
    return Claim(question, short, f"{told}{interval if known else ''}{tail}", test.verdict == "better")


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
