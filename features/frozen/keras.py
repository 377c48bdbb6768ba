"""Keras, imported late and quietly, on whatever backend the user has."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["auto_precision", "backend_installed", "has_card", "keras_settings", "load_keras", "to_numpy"]

BACKENDS = ("tensorflow", "jax", "torch")


def auto_precision() -> str:
    """Choose bfloat16 on a graphics card and float32 without one; Keras is imported only where there may be one.

    Returns
    -------
    str
        `bfloat16` or `float32`.

    Examples
    --------
    >>> auto_precision() in ("bfloat16", "float32")
    True
    """
    return "bfloat16" if has_card() else "float32"


def _may_have_card() -> bool:
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    return not hidden and any(Path(node).exists() for node in ("/dev/nvidia0", "/dev/kfd", "/dev/dxg"))


def has_card() -> bool:
    """Whether Keras sees a graphics card; Keras is imported only where there may be one.

    Examples
    --------
    >>> has_card() in (True, False)
    True
    """
    if not _may_have_card():
        return False
    keras = load_keras()
    if keras.backend.backend() == "torch":
        import torch  # pyright: ignore[reportMissingImports]

        return torch.cuda.is_available()
    try:
        return bool(keras.distribution.list_devices("gpu"))
    except RuntimeError:  # JAX has no such platform
        return False


def backend_installed() -> bool:
    """Whether Keras and one of its backends are installed; nothing is imported to see it.

    Examples
    --------
    >>> backend_installed() in (True, False)
    True
    """
    return find_spec("keras") is not None and any(find_spec(name) is not None for name in BACKENDS)


def load_keras() -> Any:
    """Import Keras, quietly; the first call takes seconds.

    Returns
    -------
    module
        `keras`, on whichever backend is configured.

    Raises
    ------
    ImportError
        If no Keras backend is installed; the message says what to install.
    """
    # Without a card TensorFlow reports at the level of an error that it finds none.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2" if _may_have_card() else "3")
    # Leave the card's memory to others, too: TensorFlow takes all of it, JAX three quarters.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    try:
        with _without_start_messages():
            import keras
    except ImportError as error:
        raise ImportError(
            "networks need Keras with TensorFlow, JAX or PyTorch: pip install 'genrelab[embeddings]'"
        ) from error
    return keras


def to_numpy(values: Any) -> np.ndarray:
    """A tensor of any backend, on a card or not, with gradients or not, as an array that nothing else writes to.

    Examples
    --------
    >>> to_numpy(load_keras().ops.ones(2)).tolist()
    [1.0, 1.0]
    """
    return np.array(load_keras().ops.convert_to_numpy(values))


@contextmanager
def _without_start_messages() -> Iterator[None]:
    """Hold back what TensorFlow's C++ writes to stderr before its own log level applies; the rest passes."""
    if "keras" in sys.modules:
        yield
        return
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            # A progress bar may stand on the same line, before the message.
            os.write(2, re.sub(rb"(?:WARNING: All log messages before absl|I0000 )[^\n]*\n", b"", held.read()))


@contextmanager
def keras_settings(precision: str) -> Iterator[None]:
    """Build under our data format and precision, whatever the user's keras.json says, and put theirs back."""
    keras = load_keras()
    layout, policy = keras.config.image_data_format(), keras.config.dtype_policy()
    keras.config.set_image_data_format("channels_last")
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_image_data_format(layout)
        keras.config.set_dtype_policy(policy)
