"""What a network is before Keras is loaded: what it reads, how it is built, how its study trained it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

POSTER, TEXT, FEATURES = "poster", "text", "features"


@dataclass(frozen=True)
class Stage:
    """One step of a training.

    Parameters
    ----------
    epochs : int
        At most.
    learning_rate : float
        Of the stage's first epoch.
    freeze : callable or None
        `freeze(model)` sets `trainable` of layers before the stage; None leaves them as the builder made them.
    """

    epochs: int
    learning_rate: float
    freeze: Callable[[Any], None] | None = None


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Parameters
    ----------
    stages : tuple of Stage
        One after the other, each from where the one before stopped.
    batch_size : int
    optimizer : {"adam", "sgd"}
    momentum : float in [0, 1)
        For `sgd`.
    halve_every : int
        Epochs after which the learning rate is halved; 0 never does.
    plateau : int
        Epochs without gain on the monitor after which the learning rate is divided by ten; 0 never does.
    patience : int
        Epochs without gain on the monitor after which a stage stops; 0 never does.
    monitor : {"loss", "accuracy", "recall"}
        Of the validation rows; the best epoch's weights are kept.
    label_weights : {"none", "balanced", "largest"}
        Factor on each label's part of the loss, for label matrices: n / (L n_i), or n_max / n_i.
    clip_norm : float or None
        Longest gradient.
    threshold : float or None
        The study's, for label matrices; None chooses one per label on the validation rows.
    validation : float in (0, 0.5]
        Share of the training rows that choose the best epoch.
    members : int
        Networks whose outputs are averaged. Each is watched by a part of the training rows of its own, so that every
        row helps to choose thresholds; `validation` counts for one member only.
    """

    stages: tuple[Stage, ...]
    batch_size: int = 32
    optimizer: str = "adam"
    momentum: float = 0.0
    halve_every: int = 0
    plateau: int = 0
    patience: int = 0
    monitor: str = "loss"
    label_weights: str = "none"
    clip_norm: float | None = None
    threshold: float | None = None
    validation: float = 0.15
    members: int = 1


@dataclass(frozen=True)
class Network:
    """One architecture with its training, under the name of its recipe.

    Parameters
    ----------
    name : str
        Of the recipe.
    summary : str
        One sentence for tables and help.
    reads : {"poster", "text", "features"}
        Posters as uint8 RGB, sequences of word numbers, or encoded feature columns.
    build : callable
        `build(shape, labels, activation, **options)` gives the Keras model for inputs of that shape, that many labels
        and that activation of the last layer.
    training : Training
    size : (int, int) or None
        Height and width in pixels of the study's posters.
    options : mapping
        Options of `build` with their defaults; each is a parameter of the recipe.
    start : str or None
        Architecture in keras.applications whose weights the network starts from.
    """

    name: str
    summary: str
    reads: str
    build: Callable[..., Any]
    training: Training
    size: tuple[int, int] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    start: str | None = None
