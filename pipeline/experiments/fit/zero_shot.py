"""Zero-shot genres as a rule of the table: a picture encoder with a text side is asked for each genre in words."""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

from ....features.families import EMBEDDING, parse_spec
from ....features.frozen.encoders import PictureEncoder, TextSide
from ....features.frozen.style import resolve_network
from ....features.text.prompts import genre_similarities
from ....reports.runs.format import TRIVIAL, ZERO_SHOT, Cell
from ..plan import Experiment

CLASSES = "custom"  # the target whose classes are no words


class ZeroShot(ClassifierMixin, BaseEstimator):
    """Genres by the angle between a poster's vector and the vectors of prompts; `fit` learns nothing.

    Parameters
    ----------
    side : TextSide
    labels : sequence of L names
    kind : {"multilabel", "single"}
        With several genres a title, one is given where its prompt is nearer than the same words without a genre, and
        its probability is a logistic function of the difference. With one, the nearest is given, and probabilities
        add up to 1. A title without a poster gets no genre; with one class a title, all alike.

    Attributes
    ----------
    decides : bool
        True: `predict` follows from no threshold that was learnt.
    """

    decides = True

    def __init__(self, side: TextSide, labels: Sequence[str] = (), kind: str = "multilabel"):
        self.side = side
        self.labels = labels
        self.kind = kind

    def fit(self, X, y=None):
        """Learn nothing; a label is a word."""
        self.classes_ = np.arange(len(self.labels))
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Probabilities (n, L)."""
        nearer = genre_similarities(np.asarray(X, dtype=np.float64), self.side, self.labels)
        if self.kind == "multilabel":
            with np.errstate(over="ignore"):
                return np.nan_to_num(1 / (1 + np.exp(-nearer)), nan=0.0)
        nearer = np.nan_to_num(nearer, nan=0.0)
        odds = np.exp(nearer - nearer.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True)

    def predict(self, X) -> np.ndarray:
        """Genres (n, L) of 0 and 1, or classes (n,)."""
        scores = self.predict_proba(X)
        return (scores > 0.5).astype(np.uint8) if self.kind == "multilabel" else scores.argmax(axis=1)


def zero_shot_cells(experiment: Experiment, weights: str) -> list[Cell]:
    """A rule for every feature set that is one picture encoder with a text side, and nothing else.

    Parameters
    ----------
    experiment : Experiment
    weights : str
        As in `genrelab.features.frozen.hub.split_weights`.
    """
    if experiment.target["name"] == CLASSES:
        return []
    sides = {name: side_of(specs, weights) for name, specs in experiment.feature_sets.items()}
    return [Cell(name, ZERO_SHOT + side[0], "none") for name, side in sides.items() if side is not None]


def side_of(specs: Sequence[str], weights: str) -> tuple[str, TextSide] | None:
    """The name and the text side of the one encoder of a feature set; None where it has another or none."""
    parsed = [parse_spec(spec) for spec in specs]
    if len(parsed) != 1 or parsed[0][0] != EMBEDDING:
        return None
    encoder = resolve_network(parsed[0][1][0], weights)
    if not isinstance(encoder, PictureEncoder) or encoder.text is None:
        return None
    return encoder.name, encoder.text


def is_zero_shot(cell: Cell) -> bool:
    """Whether a cell is such a rule."""
    return cell.model.startswith(ZERO_SHOT)


def zero_shot_notes(cells: Sequence[Cell]) -> list[str]:
    """What a reader must know of such rules."""
    return [
        f"{cell.model.removeprefix(TRIVIAL).replace('_', '-')} asks an encoder of pictures and captions for each genre "
        "in words; no label of this catalogue is learnt. Title text on the poster is among what it may read"
        for cell in cells
        if is_zero_shot(cell)
    ]
