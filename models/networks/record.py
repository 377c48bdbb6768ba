"""A network as a recipe of a comparison, beside the classical ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .architecture import Network


@dataclass(frozen=True)
class NetworkRecipe:
    """How to build one network for either kind of target; see `genrelab.models.recipes.Recipe`.

    A network reads the feature table itself (poster paths, texts, columns to encode), not an encoded matrix, and
    chooses its thresholds on the validation rows that stop its training.

    Parameters
    ----------
    network : Network
    """

    network: Network
    grid: Mapping[str, Sequence[Any]] = field(default_factory=lambda: {"learning_rate": (1e-2, 1e-3, 1e-4)})
    takes_table: bool = True

    @property
    def name(self) -> str:
        """Of the recipe."""
        return self.network.name

    @property
    def summary(self) -> str:
        """One sentence for tables and help."""
        return self.network.summary

    def build(
        self,
        kind: str,
        balance: str = "none",
        *,
        seed: int = 0,
        n_jobs: int = 1,
        specs: Sequence[str] = (),
        weights: str = "imagenet",
        checkpoint: str | Path | None = None,
        **params: Any,
    ) -> Any:
        """An unfitted classifier for a feature table.

        Parameters
        ----------
        kind : {"multilabel", "single"}
        balance : str
            A weighing of `genrelab.models.balance.strategies.STRATEGIES`.
        seed : int
        n_jobs : int
            Threads that read posters.
        specs : sequence of str
            The feature set, as the table was built from.
        weights : str
            Of a pretrained start: `imagenet`, `random` or the path of a weights.json.
        checkpoint : path, optional
            Folder in which a killed training leaves what it needs to go on.
        **params
            Parameters of `NetworkClassifier`, and options of the network.

        Returns
        -------
        NetworkClassifier
        """
        from .classifier import NetworkClassifier

        if kind not in ("multilabel", "single"):
            raise ValueError(f"kind: expected multilabel or single, found {kind!r}")
        options = {key: params.pop(key) for key in list(params) if key in self.network.options}
        return NetworkClassifier(
            self.name,
            balance=balance,
            specs=tuple(specs),
            weights=weights,
            checkpoint=None if checkpoint is None else str(checkpoint),
            options=options,
            workers=max(1, n_jobs),
            random_state=seed,
            **params,
        )
