"""Keras models as bytes for pickles, and their first weights from a seed without touching the user's generators."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...features.keras_backend import load_keras


def to_bytes(model: Any) -> bytes:
    """A Keras model as the bytes of a `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def from_bytes(content: bytes) -> Any:
    """A Keras model from the bytes of a `.keras` file; no code that the file may hold is run."""
    keras = load_keras()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        return keras.saving.load_model(path, compile=False, safe_mode=True)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Keras, and put Python's and numpy's generators back afterwards."""
    keras = load_keras()
    python, legacy = random.getstate(), np.random.get_state()
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)
