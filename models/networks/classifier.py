"""One classifier around every network, with scikit-learn's contract."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from ...features.frozen.keras import auto_precision, keras_settings, load_keras
from ..multilabel.out_of_fold import thresholds_from
from ..multilabel.per_label import check_indicator
from ..multilabel.search import Searched, inner_score
from .architecture import Network, Training
from .inputs.readers import make_reader
from .normalisation import frozen_norms, shorten_memory
from .pretrained import describe_start
from .saved import averaged, empty, from_bytes, renewed, seeded, to_bytes
from .settings import find_network, identity, plan_options, plan_training
from .training.forward import forward, predict
from .training.holdout import set_apart
from .training.loop import Task, train
from .training.losses import check_balance, entry_weights

__all__ = ["NetworkClassifier"]


class NetworkClassifier(ClassifierMixin, BaseEstimator):
    """A network, trained on a feature table as its study trained it.

    Part of the training rows, split off like the folds outside, chooses the best epoch and the thresholds. Titles
    without what the network reads are left out of the training and predicted as its frequencies.

    Parameters
    ----------
    network : str or Network
        A name of `genrelab.models.networks.registry.NETWORKS`, or one's own.
    specs : sequence of str, optional
        Feature families in the table; needed by networks that read features.
    epochs : int, optional
        In place of the epochs of every stage of the study.
    batch_size : int, optional
        In place of the study's.
    learning_rate : float, optional
        In place of every stage's.
    shrink : float
        Ratio of the posters' sides to the study's.
    balance : str
        A weighing of `genrelab.models.balance.STRATEGIES`; with a label matrix each label is weighed by itself.
    validation : float in (0, 0.5], optional
        Share of the training rows that choose, in place of the study's.
    members : int, optional
        Networks whose outputs are averaged, in place of the study's.
    patience : int, optional
        In place of the study's.
    threshold : "study", float or None
        For label matrices: the study's where it has one; one for all; None chooses for each label.
    output : {"own", "softmax"}
        Of a label matrix: a sigmoid for each label with binary cross-entropy, or one softmax over all with categorical
        cross-entropy on rows that may hold several ones, as Bodur and Ozis (2022) trained. Under a softmax the
        probabilities of a row sum to 1, and a threshold is chosen for each label.
    options : dict, optional
        Of the network's builder, in place of `Network.options`.
    weights : str
        Of a pretrained start: `imagenet`, `random`, or the path of a weights.json.
    checkpoint : path, optional
        Folder where the training's state is kept after every epoch, and read if it is the same training's.
    workers : int
        Threads that decode posters.
    random_state : int
        Seed of weights, order, dropout and augmentation.

    Attributes
    ----------
    classes_ : ndarray
        Sorted values of `y`, or the label positions.
    thresholds_ : ndarray of float64, shape (L,)
        For label matrices.
    frequencies_ : ndarray of float64, shape (L,)
        Of the labels in the training rows.
    history_ : list of dict
        One entry an epoch: stage, epoch, loss, validation_loss, validation_accuracy, monitor, learning_rate, seconds.
    notes_ : list of str
        What a reader of the scores should know.
    validation_score_ : float
        Macro F1 of the rows set apart, at the kept epoch; 0 for a network that was not trained.
    search_ : Searched
        Where `search.best_network` chose it among others.

    Examples
    --------
    >>> model = NetworkClassifier("mini_vgg", learning_rate=1e-4, shrink=0.5)
    >>> model.get_params()["shrink"]
    0.5
    """

    search_: Searched

    def __init__(
        self,
        network: str | Network = "mini_vgg",
        *,
        specs: Sequence[str] | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        shrink: float = 1.0,
        balance: str = "none",
        validation: float | None = None,
        members: int | None = None,
        patience: int | None = None,
        threshold: float | str | None = "study",
        output: str = "own",
        options: dict[str, Any] | None = None,
        weights: str = "imagenet",
        checkpoint: str | Path | None = None,
        workers: int = 2,
        random_state: int = 0,
    ):
        self.network = network
        self.specs = specs
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.shrink = shrink
        self.balance = balance
        self.validation = validation
        self.members = members
        self.patience = patience
        self.threshold = threshold
        self.output = output
        self.options = options
        self.weights = weights
        self.checkpoint = checkpoint
        self.workers = workers
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: np.ndarray, groups: np.ndarray | None = None) -> "NetworkClassifier":
        """Train.

        Parameters
        ----------
        X : DataFrame of n rows
            Feature table; posters are read from the paths in `image_path`, texts from `overview_text`.
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        groups : ndarray of shape (n,), optional
            Rows of one group fall on one side of the validation split.

        Raises
        ------
        ValueError
            When a parameter is out of range, or the table lacks a column that the network reads.
        TypeError
            When `X` is no table.
        """
        network = find_network(self.network)
        training = plan_training(
            network.training,
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            patience=self.patience,
        )
        self._check(X, y)
        targets = self._targets(np.asarray(y))
        options = plan_options(network, self.options, self.weights)
        reader = make_reader(network, options, self.specs, self.shrink)
        rows = np.flatnonzero(reader.known(X))
        share = training.validation if self.validation is None else self.validation
        members = training.members if self.members is None else self.members
        seed = self.random_state
        parts = set_apart(targets, rows, share, members=members, groups=groups, random_state=seed)
        self.frequencies_, self.validation_score_ = targets.mean(axis=0, dtype=np.float64), 0.0
        self.history_, self.model_, self._run, self.trained_ = [], None, None, False
        self.batch_size_, self.n_features_in_, self.reader_ = training.batch_size, X.shape[1], reader
        if self.multilabel_:
            self.thresholds_ = np.full(targets.shape[1], 0.5)
        lost = len(X) - len(rows)
        if parts and (self.multilabel_ or len(self.classes_) > 1):
            reader.fit(X.iloc[parts[0][0] if len(parts) == 1 else rows])
            source, models, watched = reader.source(X), [], []
            for number, part in enumerate(parts):
                task = self._task(network, training, source, targets, part, number)
                model = self._build(network, reader, targets.shape[1], options, number)
                state = train(model, training, task)
                lost += len(state.lost) if number == 0 else 0
                self.history_ += state.history
                if state.best:
                    models.append(renewed(model))
                    watched += predict(forward(models[-1]), source, part[1], self.batch_size_, self.workers)
                else:
                    empty(model.variables)
            self.trained_ = bool(models)
            if watched:
                seen, outputs = (np.concatenate(part) for part in zip(*watched, strict=True))
                self.validation_score_ = self._validated(targets[seen], outputs, self._fixed(training.threshold))
            self.model_ = averaged(models) if models else None
            if self.trained_ and self.multilabel_:
                self.thresholds_ = self._thresholds(training.threshold, targets, watched)
        self.notes_ = [*self._notes(network, lost, len(X)), *reader.notes]
        return self

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Probabilities, batch by batch.

        Parameters
        ----------
        X : DataFrame of n rows

        Returns
        -------
        ndarray of float64, shape (n, L)
            Independent for labels; of classes, in the order of `classes_`, rows that sum to 1.
        """
        check_is_fitted(self, "frequencies_")
        found = np.tile(self.frequencies_, (len(X), 1))
        if self.trained_ and len(X):
            run, source = self._forward(), self.reader_.source(X)
            for rows, output in predict(run, source, np.arange(len(X)), self.batch_size_, self.workers):
                found[rows] = output
        return found if self.multilabel_ else found / found.sum(axis=1, keepdims=True)

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Labels that reach their threshold, uint8 of shape (n, L), or the most probable class (n,)."""
        found = self.predict_proba(X)
        if self.multilabel_:
            return (found >= self.thresholds_).astype(np.uint8)
        return self.classes_[found.argmax(axis=1)]

    def branch_use(self, X: pd.DataFrame) -> pd.DataFrame | None:
        """What a network with gates used of each branch for each title.

        Parameters
        ----------
        X : DataFrame of n rows

        Returns
        -------
        DataFrame of n rows, or None
            One column a branch; rows sum to 1, a branch that a title lacks is 0. None for a network without gates.
        """
        check_is_fitted(self, "frequencies_")
        blocks = getattr(self.reader_, "blocks", None)
        if not (self.trained_ and blocks):
            return None
        from .studies.multimodal import branch_use

        found = np.zeros((len(X), len(blocks)), dtype=np.float32)
        for rows, inputs in self.reader_.source(X).batches(np.arange(len(X)), max(1, len(X)), self.workers):
            found[rows] = branch_use(self._loaded(), inputs)
        return pd.DataFrame(found, index=X.index, columns=list(blocks))

    def detach(self) -> Any:
        """Take the Keras model out, to be stored in a file of its own; None if nothing could be trained."""
        check_is_fitted(self, "frequencies_")
        model = self._loaded() if self.trained_ else None
        self.model_ = self._run = None
        return model

    def release(self) -> None:
        """Give the memory of a network back that is not used any more."""
        if self.model_ is not None and not isinstance(self.model_, bytes):
            empty(self.model_.variables)
        self.model_, self._run, self.trained_ = None, None, False

    def attach(self, model: Any) -> "NetworkClassifier":
        """Put the Keras model back that `detach` took out."""
        check_is_fitted(self, "frequencies_")
        self.model_, self._run = model, None
        return self

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())  # pyright: ignore[reportCallIssue, reportArgumentType, reportAssignmentType]
        if "_run" in state:
            state["_run"] = None
        if state.get("model_") is not None and not isinstance(state["model_"], bytes):
            state["model_"] = to_bytes(state["model_"])
        return state

    def _loaded(self) -> Any:
        if self.model_ is None:
            raise ValueError("the network was detached; expected attach(model) before its use")
        if isinstance(self.model_, bytes):  # from a pickle: Keras is loaded when first needed
            self.model_ = from_bytes(self.model_)
        return self.model_

    def _forward(self) -> Any:
        if self._run is None:
            self._run = forward(self._loaded())
        return self._run

    def _check(self, X: Any, y: Any) -> None:
        if not isinstance(X, pd.DataFrame):
            raise TypeError(f"X: expected a feature table (DataFrame), found {type(X).__name__}")
        if len(X) != len(y) or not len(X):
            raise ValueError(f"expected as many rows of X as of y and at least one, found {len(X)} and {len(y)}")
        check_balance(self.balance)
        if self.validation is not None and not 0 < self.validation <= 0.5:
            raise ValueError(f"validation: expected a number above 0 and up to 0.5, found {self.validation}")
        if self.members is not None and self.members < 1:
            raise ValueError(f"members: expected None or at least 1, found {self.members}")
        if not self.shrink > 0:
            raise ValueError(f"shrink: expected a number above 0, found {self.shrink}")
        if self.output not in ("own", "softmax"):
            raise ValueError(f"output: expected 'own' or 'softmax', found {self.output!r}")
        if not (self.threshold in ("study", None) or isinstance(self.threshold, (int, float))):
            raise ValueError(f"threshold: expected 'study', a number or None, found {self.threshold!r}")

    @property
    def _independent(self) -> bool:
        """Whether every label has a yes and a no of its own."""
        return self.multilabel_ and self.output != "softmax"

    def _targets(self, y: np.ndarray) -> np.ndarray:
        self.multilabel_ = y.ndim == 2
        if self.multilabel_:
            targets = check_indicator(y).astype(np.float32)
            self.classes_ = np.arange(targets.shape[1])
            return targets
        self.classes_, codes = np.unique(y, return_inverse=True)
        return np.eye(len(self.classes_), dtype=np.float32)[codes]

    def _task(
        self, network: Network, training: Training, source: Any, targets: np.ndarray, parts: tuple, number: int
    ) -> Task:
        weights = entry_weights(
            targets, parts[0], multilabel=self._independent, balance=self.balance, labels=training.label_weights
        )
        key = ""
        if self.checkpoint is not None:
            keras = load_keras()
            settings = {
                "options": plan_options(network, self.options, self.weights),
                "seed": self.random_state + number,
                "precision": auto_precision(),
                "keras": [keras.__version__, keras.backend.backend()],
                "multilabel": self._independent,
            }
            key = identity(network, training, settings, targets, weights, *parts, *source.content())
        return Task(
            network.name,
            source,
            targets,
            weights,
            train=parts[0],
            watch=parts[1],
            multilabel=self._independent,
            random_state=self.random_state + number,
            workers=self.workers,
            folder=Path(self.checkpoint) / f"member{number}" if self.checkpoint is not None else None,
            identity=key,
            threshold=(self._fixed(training.threshold) or 0.5) if self.multilabel_ else None,
        )

    def _fixed(self, study: float | None) -> float | None:
        """The threshold of every label that is settled before the training; None where they are chosen after it."""
        chosen = study if self.threshold == "study" else self.threshold
        return None if chosen is None else float(chosen)

    def _build(self, network: Network, reader: Any, labels: int, options: dict[str, Any], number: int) -> Any:
        activation = "sigmoid" if self._independent else "softmax"
        with keras_settings(auto_precision()), seeded(self.random_state + number):
            model = network.build(reader.shape, labels, activation, **options, **reader.build_options())
        shorten_memory(model)
        self.folded_ = len(frozen_norms(model))
        return model

    def _thresholds(self, study: float | None, targets: np.ndarray, watched: list) -> np.ndarray:
        fixed = self._fixed(study)
        if fixed is not None:
            return np.full(targets.shape[1], fixed)
        if not watched:
            return np.full(targets.shape[1], 0.5)
        rows, outputs = (np.concatenate(parts) for parts in zip(*watched, strict=True))
        return thresholds_from(targets[rows].astype(np.uint8), outputs)

    def _validated(self, targets: np.ndarray, outputs: np.ndarray, fixed: float | None) -> float:
        if not self.multilabel_:
            return inner_score(targets.argmax(axis=1), outputs)
        if fixed is None:
            return inner_score(targets.astype(np.uint8), outputs)
        return inner_score(targets.astype(np.uint8), outputs - fixed + 0.5, None)

    def _notes(self, network: Network, lost: int, rows: int) -> list[str]:
        notes = []
        if lost:
            notes.append(
                f"{lost} of {rows} titles without {self.reader_.what} were left out of the training; "
                "such titles are predicted as its frequencies"
            )
        if not self.trained_:
            why = "its loss was never finite" if self.history_ else "too few titles or one class only"
            notes.append(f"{network.name} was not trained ({why}): every title is predicted as the frequencies")
        if network.start is not None and self.trained_:
            options = plan_options(network, self.options, self.weights)
            notes.append(f"starts from {describe_start(network.start, options['weights'])}")
            if self.folded_:
                notes.append(
                    f"its weights have {self.folded_} layers of batch normalisation folded into the convolutions: "
                    "these layers stay as they are, while the convolutions are trained"
                )
        if network.size is not None and self.shrink != 1:
            height, width = self.reader_.size
            notes.append(f"posters at {self.shrink:g} of the study's sides: {height} × {width} pixels")
        return notes
