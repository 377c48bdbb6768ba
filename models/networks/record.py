"""A network as a recipe of a comparison, beside the classical ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..recipes import KINDS, Recipe
from .architecture import Network
from .registry import NETWORKS

GRID = {"learning_rate": (1e-2, 1e-3, 1e-4)}


@dataclass(frozen=True)
class NetworkRecipe(Recipe):
    """The record of one network.

    A network reads the feature table itself (poster paths, texts, columns to encode), not an encoded matrix, and
    chooses its thresholds on the validation rows that stop its training.

    Parameters
    ----------
    network : Network
        What it reads, its layers, and how its study trained it.
    """

    network: Network | None = None

    @classmethod
    def of(cls, network: Network) -> "NetworkRecipe":
        """The record of a network: name and words are the network's.

        Examples
        --------
        >>> from genrelab.models.networks.studies.mini_vgg import NETWORK
        >>> NetworkRecipe.of(NETWORK).takes_table
        True
        """
        return cls(network.name, network.name, network.summary, grid=GRID, takes_table=True, network=network)

    def build(  # pyright: ignore[reportIncompatibleMethodOverride]
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

        assert self.network is not None
        if kind not in KINDS:
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


RECIPES = [NetworkRecipe.of(network) for network in NETWORKS.values()]
