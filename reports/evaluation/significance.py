"""One family of tests: every sentence about a difference, on every page, is read from one `Comparisons` object."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..runs.metric_names import LOWER_IS_BETTER, metric_name
from ..runs.once import once_per_run
from ..runs.read import Configuration, RunFolder
from .bootstrap.draws import METRICS, split_draws
from .bootstrap.title_test import TitleTest
from .bootstrap.units import DRAWS, units_of
from .fold_test import FoldTest, PairedTest, corrected_t_test, default_ratio, split_scores
from .intervals import score_interval

ALPHA = 0.05
ROPE = 0.01
# With fewer groups than this a bootstrap promises more than it keeps; the folds are tested instead.
LEAST_UNITS = 20
UNBOUNDED = frozenset({"log_loss"})
Verdict = Literal["better", "worse", "practically the same", "not shown"]


@dataclass(frozen=True)
class Comparison:
    """Two configurations of a run on the same titles.

    Parameters
    ----------
    first, second : Configuration
    difference : float
        Score of the first minus score of the second, mean over the splits that both have; positive is better for
        the first, also where a metric counts losses.
    low, high : float
        Its interval, which holds for all pairs of the run together with a confidence of 95 %.
    p, adjusted : float
        Two-sided, alone and as one of all pairs of the run.
    verdict : str
        `practically the same`: the interval lies within the region of practical equivalence; else `better` or `worse`:
        it does not hold zero; else `not shown`.
    ahead, splits : int
        On how many splits the first scored higher, of how many.
    folds : PairedTest
        The corrected resampled t-test of this pair alone, from the scores of folds. No verdict uses it
        unless the run kept no predictions.
    """

    first: Configuration
    second: Configuration
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    verdict: Verdict
    ahead: int
    splits: int
    folds: PairedTest


class Comparisons:
    """All pairs of a run's configurations, tested as one family.

    The family holds every pair of configurations and every pair of a configuration and a trivial rule. The leader
    and the best rule are picked by their scores, so all pairs have to count, whichever the sentences name. Points of
    a sweep take no part: they are picked on the titles they are scored on.

    By titles: a bootstrap of whole groups of titles, the same draws for all configurations, widened by what other
    training titles would change (`TitleTest`). By folds, where no predictions were kept: the corrected resampled
    t-test, Bonferroni over all pairs (`FoldTest`). The interval and the adjusted p-value always agree.

    Parameters
    ----------
    run : RunFolder
    metric : str, optional
        The run's headline by default.
    rope : float
        Half the width of the region of practical equivalence, in units of the metric.
    alpha : float
        The chance that any verdict of the family is wrong where no difference exists.
    splits : collection of (repeat, fold), optional
        Those that count; all by default.
    draws, seed : int

    Attributes
    ----------
    systems : list of Configuration
        Best first; trivial rules among them, points of sweeps not.
    scores : DataFrame
        Splits by systems; losses count as negative.

    Raises
    ------
    ValueError
        When the results do not hold the metric; the message names those they hold.
    """

    def __init__(
        self,
        run: RunFolder,
        metric: str | None = None,
        *,
        rope: float = ROPE,
        alpha: float = ALPHA,
        splits: Collection[tuple[int, int]] | None = None,
        draws: int = DRAWS,
        seed: int = 0,
    ):
        self.metric, self.rope, self.alpha = metric or run.headline, rope, alpha
        self.scores = split_scores(run, self.metric, splits)
        self.systems = [Configuration(str(a), str(b), str(c)) for a, b, c in self.scores.columns]
        self._place = {system: k for k, system in enumerate(self.systems)}
        self._values = self.scores.to_numpy(dtype=np.float64).T
        self._ratio = default_ratio(self.scores.index)
        trivial = np.array([system.trivial for system in self.systems], dtype=bool)
        learnt = int((~trivial).sum())
        self.pairs = learnt * (learnt - 1) // 2 + learnt * int(trivial.sum())
        drawn = self._resample(run, draws, seed)
        self._test: TitleTest | FoldTest
        if drawn is None:
            self._test = FoldTest(self._values, self._ratio, self.pairs, alpha)
        else:
            repeats = self.scores.index.get_level_values("repeat").to_numpy()
            self._test = TitleTest(drawn, self._values, repeats, self._ratio, trivial, alpha)

    @property
    def method(self) -> Literal["titles", "folds"]:
        """What the verdicts come from: titles drawn again, or the spread over folds."""
        return "titles" if isinstance(self._test, TitleTest) else "folds"

    @property
    def leader(self) -> Configuration | None:
        """The best configuration that is no trivial rule; None where there is none."""
        return next((system for system in self.systems if not system.trivial), None)

    @property
    def rule(self) -> Configuration | None:
        """The best trivial rule."""
        return next((system for system in self.systems if system.trivial), None)

    @property
    def others(self) -> list[Configuration]:
        """Every configuration but the leader and the trivial rules, best first."""
        return [system for system in self.systems if not system.trivial and system != self.leader]

    @property
    def words(self) -> str:
        """What the intervals of a page are and which test its verdicts come from, in two sentences."""
        one = f"the {metric_name(self.metric)} of one configuration"
        if isinstance(self._test, TitleTest):
            return (
                f"Intervals hold, with 95 % confidence, {one} with other titles of the same kind: a bootstrap of whole "
                f"groups of titles, {self._test.count:,} draws, widened by what other training titles would change. "
                f"Verdicts come from the same draws and hold for all {self.pairs} pairs of this run together."
            )
        return (
            f"This run kept no predictions to draw titles from, so 95 % intervals of {one} and verdicts come from "
            "the spread over folds: the corrected resampled t-test (Nadeau and Bengio 2003). Verdicts are adjusted "
            f"for all {self.pairs} pairs of this run (Bonferroni)."
        )

    def score(self, system: Configuration) -> float:
        """Mean over the splits, in the metric's own units."""
        mean = float(np.nanmean(self._values[self._at(system)]))
        return -mean if self.metric in LOWER_IS_BETTER else mean

    def interval(self, system: Configuration) -> tuple[float, float]:
        """The 95 % interval of one configuration's score, for it alone; NaN where one split is all there is."""
        error, quantile = self._test.error(self._at(system))
        return score_interval(self.score(system), error, quantile, bounded=self.metric not in UNBOUNDED)

    def between(self, first: Configuration, second: Configuration) -> Comparison:
        """Compare two configurations.

        Raises
        ------
        ValueError
            When one of them was not measured by the metric or is a point of a sweep.
        """
        one, other = self._at(first), self._at(second)
        differences = self._values[one] - self._values[other]
        shared = ~np.isnan(differences)
        differences = differences[shared]
        folds = corrected_t_test(differences.tolist(), self._ratio, self.alpha)
        difference = float(differences.mean()) if len(differences) else float("nan")
        low, high, p, adjusted = self._test.test(one, other, difference)
        verdict = verdict_of(low, high, self.rope)
        ahead = int((differences > 0).sum())
        return Comparison(first, second, difference, low, high, p, adjusted, verdict, ahead, len(differences), folds)

    def same_as_leader(self, system: Configuration) -> bool:
        """Whether the leader is not shown to be better than a configuration; of the leader itself, True."""
        leader = self.leader
        return leader is not None and (system == leader or self.between(leader, system).verdict != "better")

    def _at(self, system: Configuration) -> int:
        place = self._place.get(system)
        if place is None:
            raise ValueError(f"{system}: expected a configuration with {self.metric} that is no point of a sweep")
        return place

    def _resample(self, run: RunFolder, draws: int, seed: int) -> np.ndarray | None:
        """Scores of systems by splits by draws; None where titles cannot be drawn for every system."""
        units = units_of(run, draws, seed) if self.metric in METRICS else None
        if units is None or units.count < LEAST_UNITS:
            return None
        found = []
        for place, system in enumerate(self.systems):
            drawn = split_draws(run, system, self.metric, units)
            measured = ~np.isnan(self._values[place])
            if not drawn or any(split not in drawn for split in self.scores.index[measured]):
                return None
            empty = np.full(len(next(iter(drawn.values()))), np.nan)
            rows = zip(self.scores.index, measured, strict=True)
            found.append(np.stack([drawn[split] if there else empty for split, there in rows]))
        values = np.stack(found)
        return -values if self.metric in LOWER_IS_BETTER else values


def verdict_of(low: float, high: float, rope: float = ROPE) -> Verdict:
    """The verdict that an interval of a difference gives.

    Examples
    --------
    >>> verdict_of(0.02, 0.08), verdict_of(0.001, 0.009), verdict_of(-0.01, 0.05)
    ('better', 'practically the same', 'not shown')
    """
    if -rope <= low and high <= rope:
        return "practically the same"
    return "better" if low > 0 else "worse" if high < 0 else "not shown"


@once_per_run
def comparisons(run: RunFolder) -> Comparisons:
    """The comparisons of a run by its headline metric, made once for all that ask while the run is in memory."""
    return Comparisons(run)
