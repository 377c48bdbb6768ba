"""How well an exported model did on titles that it was not trained on, as its manifest says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Quality"]

_HEADLINE = "f1_macro"


@dataclass(frozen=True)
class Quality:
    """The score that belongs beside every answer of a model.

    Attributes
    ----------
    score : float or None
        Mean macro F1 over folds, 0 to 1; None where the manifest says nothing.
    low, high : float or None
        Its 95 % interval.
    rule : str or None
        The best trivial rule.
    rule_score : float or None
        Its macro F1.
    better : bool or None
        Whether the model was shown to beat it; None where that was not tested.
    calibration : str or None
        What was done so that probabilities come true, and what it is worth; None where they are as they were.
    """

    score: float | None = None
    low: float | None = None
    high: float | None = None
    rule: str | None = None
    rule_score: float | None = None
    better: bool | None = None
    calibration: str | None = None

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Quality":
        """Read it from a manifest, whatever is missing there.

        Examples
        --------
        >>> rules = {"trivial:all_positive": {"f1_macro": {"mean": 0.3}}}
        >>> made = Quality.of({"scores": {"f1_macro": {"mean": 0.31}}, "trivial_scores": rules})
        >>> made.rule, made.better, made.not_shown
        ('all positive', None, True)
        """
        score = _mean(_part(manifest, "scores"))
        rules = {str(name): _mean(scores) for name, scores in _part(manifest, "trivial_scores").items()}
        known = {name: value for name, value in rules.items() if value is not None}
        best = max(known, key=lambda name: known[name]) if known else None
        verdict = _part(manifest, "verdict")
        interval = verdict.get("interval")
        low, high = map(_number, interval) if isinstance(interval, list) and len(interval) == 2 else (None, None)
        better = verdict.get("better_than_trivial")
        return cls(
            score,
            low,
            high,
            None if best is None else best.removeprefix("trivial:").replace("_", " "),
            None if best is None else known[best],
            better if isinstance(better, bool) else None,
            _text(_part(manifest, "calibration").get("detail")),
        )

    @property
    def not_shown(self) -> bool:
        """Whether answers need a warning: nothing shows that the model beats a rule that looks at no title."""
        return self.better is not True

    def in_words(self) -> str:
        """One sentence.

        Examples
        --------
        >>> Quality(0.4, 0.37, 0.43, "all positive", 0.3, True).in_words().partition(", ")[2]
        'the best trivial rule (all positive) 0.300: better than that rule'
        """
        if self.score is None:
            return "its file does not say how well it did"
        interval = "" if self.low is None or self.high is None else f" ({self.low:.3f} to {self.high:.3f})"
        text = f"macro F1 {self.score:.3f}{interval} on titles it had not seen"
        if self.rule_score is not None:
            text += f", the best trivial rule ({self.rule}) {self.rule_score:.3f}"
        if self.better is None:
            return text + ": not compared by a test"
        return text + (": better than that rule" if self.better else ": not shown to be better than that rule")

    def warning(self) -> str | None:
        """What stands above the answers of a model that was not shown to beat the trivial rule; None for others.

        Examples
        --------
        >>> Quality(0.4, better=True).warning() is None
        True
        """
        if not self.not_shown:
            return None
        return (
            "Warning: this model was not shown to be better than a rule that gives every title the same genres. "
            "Do not take its percentages as evidence."
        )

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        return {
            "warning": self.warning(),
            "summary": self.in_words(),
            "f1_macro": self.score,
            "interval": None if self.low is None else [self.low, self.high],
            "best_trivial_rule": self.rule,
            "best_trivial_f1_macro": self.rule_score,
            "better_than_trivial": self.better,
            "calibration": self.calibration,
        }


def _part(manifest: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = manifest.get(name)
    return part if isinstance(part, Mapping) else {}


def _mean(scores: Any) -> float | None:
    metric = scores.get(_HEADLINE) if isinstance(scores, Mapping) else None
    return _number(metric.get("mean")) if isinstance(metric, Mapping) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
