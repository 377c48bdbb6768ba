"""A training in stages, epoch by epoch, that ends with the best epoch's weights and can be killed at any time."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....features.frozen.keras import load_keras, to_numpy
from ..architecture import Stage, Training
from ..normalisation import frozen_norms
from ..saved import empty
from .checkpoint import State, read_state, write_state
from .forward import forward, predict
from .losses import hit_rate, label_f1, make_hits, make_loss, mean_loss, pack
from .schedule import best_epoch, is_over, learning_rate

LOG = logging.getLogger("genrelab.networks")


@dataclass(frozen=True)
class Task:
    """What is trained on what.

    Parameters
    ----------
    name : str
        For messages.
    source : PosterSource or MatrixSource
    targets, weights : ndarray of float32, shape (n, L)
    train, watch : ndarray of int
        Rows to learn from, and rows that choose the best epoch.
    multilabel : bool
    random_state : int
    workers : int
        Threads that decode.
    folder : path or None
        Where the state is kept after every epoch.
    identity : str
        Of the training; a state of another one is not read.
    threshold : float or None
        From which output on a label is given where the history tells F1; None gives the most probable one alone.
    """

    name: str
    source: Any
    targets: np.ndarray
    weights: np.ndarray
    train: np.ndarray
    watch: np.ndarray
    multilabel: bool
    random_state: int = 0
    workers: int = 2
    folder: Any = None
    identity: str = ""
    threshold: float | None = None


def train(model: Any, training: Training, task: Task) -> State:
    """Train a model in place and leave the best epoch's weights in it.

    Rows are shuffled, dropout drawn and pictures augmented by seeds that follow from `random_state`, stage and
    epoch alone, and rate, stop and best epoch from the history, so a training that goes on from the state in `folder`
    ends with the very weights of one that was never killed.

    Parameters
    ----------
    model : keras.Model
        It is never compiled itself, so it saves without an optimizer.
    training : Training
    task : Task

    Returns
    -------
    State
        Finished, with its history: `stage` and `epoch` from 1 on, `loss`, `accuracy`, `validation_loss`,
        `validation_accuracy`, `validation_f1` (of each label), `monitor` (what was watched), `learning_rate`,
        `seconds`. Without any finite loss the weights are those of the start.
    """
    state = read_state(task.folder, task.identity) if task.folder is not None else None
    state = state or State()
    resumed = bool(state.model)
    if not state.finished:
        run, folded = forward(model), frozen_norms(model)
        for number, stage in enumerate(training.stages):
            if stage.freeze is not None:  # in order also when resuming: one may build on the one before
                stage.freeze(model)
                for layer in folded:
                    layer.trainable = False
            own = [entry for entry in state.history if entry["stage"] == number + 1]
            if is_over(stage, training, own):
                continue
            trainer = _compiled(model, stage, training, task)
            if resumed:
                _assign(model.variables, state.model)
                if own:
                    _assign(trainer.optimizer.variables, state.optimizer)
                resumed = False
            while not is_over(stage, training, own):
                _seed(model, task.random_state, number, len(own))
                trainer.optimizer.learning_rate = learning_rate(stage, training, own)
                entry = _epoch(trainer, run, (number, len(own)), training, task, state)
                own.append(entry)
                state.history.append(entry)
                _keep(model, trainer, training, task, state)
            empty(trainer.optimizer.variables)
        state = State(state.history, state.lost, best=state.best, finished=True)
        if task.folder is not None:
            write_state(task.folder, task.identity, state)
    if state.best:
        _assign(model.variables, state.best)
    _seed(model, task.random_state, 0, 0)
    return state


def batch_length(rows: int, batch_size: int) -> int:
    """Rows of each batch when the last is not to be a small rest.

    Examples
    --------
    >>> batch_length(33, 32), batch_length(5, 32)
    (17, 5)
    """
    return -(-rows // max(1, -(-rows // batch_size)))


def _compiled(model: Any, stage: Stage, training: Training, task: Task) -> Any:
    keras = load_keras()
    if training.optimizer == "sgd":
        kind, extra = keras.optimizers.SGD, {"momentum": training.momentum}
    elif training.optimizer == "adam":
        kind, extra = keras.optimizers.Adam, {}
    else:
        raise ValueError(f"optimizer: expected adam or sgd, found {training.optimizer!r}")
    trainer = keras.Model(model.inputs[0], model.outputs[0])  # every network reads one input
    optimizer = kind(learning_rate=stage.learning_rate, global_clipnorm=training.clip_norm, **extra)
    labels = task.targets.shape[1]
    loss, hits = (make(labels, multilabel=task.multilabel) for make in (make_loss, make_hits))
    trainer.compile(optimizer, loss=loss, metrics=[hits])
    optimizer.build(trainer.trainable_variables)
    return trainer


def _epoch(
    trainer: Any, run: Callable, place: tuple[int, int], training: Training, task: Task, state: State
) -> dict[str, Any]:
    """Train one epoch and judge it on the rows that watch."""
    started = time.perf_counter()
    order = np.random.default_rng([task.random_state, *place]).permutation(task.train)
    length = batch_length(len(order), training.batch_size)
    sums, seen = np.zeros(2), [np.empty(0, dtype=np.int64)]
    for rows, inputs in task.source.batches(order, length, task.workers):
        trainer.reset_metrics()  # some releases of Keras answer with the mean since the last reset
        means = trainer.train_on_batch(inputs, pack(task.targets[rows], task.weights[rows]))
        sums += len(rows) * np.array([float(value) for value in means])
        seen.append(rows)
    loss, accuracy = (sums / (sum(map(len, seen)) or np.nan)).tolist()
    outputs = [np.empty((0, task.targets.shape[1]))]
    watched = [np.empty(0, dtype=np.int64)]
    for rows, output in predict(run, task.source, task.watch, length, task.workers):
        watched.append(rows)
        outputs.append(output)
    rows, output = np.concatenate(watched), np.concatenate(outputs)
    state.lost = np.setdiff1d(np.concatenate([task.train, task.watch]), np.concatenate([*seen, rows])).tolist()
    targets, weights = task.targets[rows], task.weights[rows]
    watched_loss = mean_loss(targets, weights, output, multilabel=task.multilabel) if len(rows) else loss
    hits = hit_rate(targets, output, multilabel=task.multilabel, monitor=training.monitor) if len(rows) else 0.0
    right = hit_rate(targets, output, multilabel=task.multilabel)
    return {
        "stage": place[0] + 1,
        "epoch": len(state.history) + 1,
        "loss": loss,
        "accuracy": accuracy,
        "validation_loss": watched_loss,
        "validation_accuracy": right,
        "validation_f1": label_f1(targets, output, task.threshold),
        "monitor": watched_loss if training.monitor == "loss" else hits,
        "learning_rate": float(trainer.optimizer.learning_rate),
        "seconds": time.perf_counter() - started,
    }


def _keep(model: Any, trainer: Any, training: Training, task: Task, state: State) -> None:
    """Keep the weights of the best epoch, the state on disk, and the user informed."""
    improved = best_epoch(state.history, training.monitor) == len(state.history) - 1
    if improved or task.folder is not None:
        values = _values(model.variables)
        state.best = values if improved else state.best
        if task.folder is not None:
            state.model, state.optimizer = values, _values(trainer.optimizer.variables)
            write_state(task.folder, task.identity, state)
    entry, total = state.history[-1], sum(stage.epochs for stage in training.stages)
    left = (total - entry["epoch"]) * float(np.mean([one["seconds"] for one in state.history]))
    LOG.info(
        "%s: epoch %d of %d, loss %.3g, validation %.3g, %s, about %s left",
        task.name,
        entry["epoch"],
        total,
        entry["loss"],
        entry["validation_loss"],
        _duration(entry["seconds"]),
        _duration(left),
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _seed(model: Any, random_state: int, stage: int, epoch: int) -> None:
    """Set every source of chance in the model by its place, the stage and the epoch."""
    for place, variable in enumerate(model.variables):
        if variable.name == "seed_generator_state":
            seed = np.random.SeedSequence([random_state, stage, epoch, place]).generate_state(1)[0] % 10**9
            variable.assign(np.array([seed, 0], dtype=np.uint32))


def _values(variables: Any) -> list[np.ndarray]:
    return [to_numpy(variable) for variable in variables]


def _assign(variables: Any, values: list[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
