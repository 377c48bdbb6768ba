"""What more than one section of a report reads of a run, computed once and when it is first asked for."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ..evaluation.details.catalogue import popularity
from ..evaluation.leaderboard import best_per, choose_best, leaderboard
from ..evaluation.verdicts import configuration
from ..runs.format import Check
from ..runs.metric_names import metric_name
from ..runs.read import KEYS, Configuration, RunFolder

# From a picture file's path and the box it shall fit into (width, height in pixels) to the bytes of a JPEG.
PictureReader = Callable[[str, int, int], bytes | None]


@dataclass(frozen=True)
class Report:
    """A run and what its sections share.

    Parameters
    ----------
    run : RunFolder
    picture : function of (path, width, height), optional
        Gives the bytes of a small JPEG, or None for a file that cannot be read; reports open no picture themselves.
        Without it there are no posters in the page.
    """

    run: RunFolder
    picture: PictureReader | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The leaderboard, best first."""
        return leaderboard(self.run)

    @cached_property
    def best(self) -> Configuration | None:
        """The leader; None where nothing but trivial rules and points of sweeps ran."""
        row = choose_best(self.table)
        return None if row is None else configuration(row)

    def collapsed(self, which: Configuration) -> bool:
        """Whether a configuration gave every title of some fold the same labels: it has learnt nothing there."""
        rows = self.table[(self.table[KEYS] == list(which)).all(axis=1)]
        return bool((rows["collapsed_folds"] > 0).any())

    @cached_property
    def per_set(self) -> pd.DataFrame:
        """The best row of the leaderboard for each feature set."""
        return best_per(self.table, "feature_set")

    @cached_property
    def predictions(self) -> pd.DataFrame:
        """Out-of-fold predictions of the leader; no rows where none are kept."""
        return pd.DataFrame() if self.best is None else self.run.predictions(self.best)

    @cached_property
    def labels(self) -> list[str]:
        """The target's genres or classes, most frequent first."""
        rows = self.run.results[(self.run.results["metric"] == "support") & self.run.results["label"].notna()]
        if rows.empty:
            counts = popularity(self.run).set_index("label")["titles"]
        else:
            counts = rows.groupby("label")["value"].mean()
        return sorted(map(str, counts.index), key=lambda name: (-float(counts[name]), name))

    @cached_property
    def weights(self) -> dict[str, str]:
        """Feature set to the words for the network weights it uses."""
        contents, names = self.run.info.get("feature_sets"), self.run.info.get("weights")
        if not isinstance(contents, dict) or not isinstance(names, dict):
            return {}
        words = {}
        for feature_set, specs in contents.items():
            used = [str(s).removeprefix("embedding:") for s in specs if str(s).startswith(("embedding:", "style:"))]
            told = dict.fromkeys(str(names[name]) for name in used if name in names)
            if told:
                words[str(feature_set)] = "; ".join(told)
        return words

    @cached_property
    def checks(self) -> list[Check]:
        """The audit, if there was one."""
        return self.run.checks()

    @property
    def failed(self) -> list[str]:
        """Checks of the audit that failed: then the run is no evidence."""
        return [check.name for check in self.checks if check.failed]

    @property
    def metric(self) -> str:
        """The words for the metric that the leaderboard is sorted by."""
        return metric_name(self.run.headline)

    def thumbnail(self, path: object, width: int = 132, height: int = 198) -> str | None:
        """A picture as a data URI; None where there is none or pictures are left out."""
        if self.picture is None or not isinstance(path, str) or not path:
            return None
        content = self.picture(path, width, height)
        return None if content is None else f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
