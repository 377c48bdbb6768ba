"""A network of ONNX Runtime: opened once, on a graphics card where there is one, and its vectors pooled.

The runtime is imported on first use. Threads are those that the process may use, so a worker that was given one core
keeps to it.
"""

import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from ..onnx_file import keeps_weights_elsewhere
from .encoders import Encoder, PictureEncoder

__all__ = ["OnnxNetwork", "OnnxPictures", "load_pictures", "open_network", "pooled"]

PROVIDERS = ("CUDAExecutionProvider", "ROCMExecutionProvider", "CoreMLExecutionProvider", "CPUExecutionProvider")


class OnnxNetwork:
    """An opened ONNX file.

    Parameters
    ----------
    encoder : Encoder
        Its file's hash is checked first.
    threads : int, optional
        Cores that one step uses; by default those the process may run on.

    Attributes
    ----------
    inputs : tuple of str
    provider : str
        Where it runs, as in `CPUExecutionProvider`.
    """

    def __init__(self, encoder: Encoder, threads: int | None = None):
        runtime = _runtime()
        path = Path(encoder.file)
        _check(encoder, path)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads or _cores()
        options.log_severity_level = 4  # what goes wrong is said by an exception
        there = set(runtime.get_available_providers())
        try:
            self.session = runtime.InferenceSession(str(path), options, providers=[p for p in PROVIDERS if p in there])
        except Exception as error:  # the runtime's exceptions have no common class
            raise ValueError(f"encoder {encoder.name!r}: {path} is no network of ONNX ({_reason(error)})") from None
        self.encoder = encoder
        self.inputs = tuple(value.name for value in self.session.get_inputs())
        outputs = [value.name for value in self.session.get_outputs()]
        self.output = encoder.output or outputs[0]
        if self.output not in outputs:
            raise ValueError(
                f"encoder {encoder.name!r}: {path}: expected an output among {', '.join(outputs)}, found "
                f"{encoder.output!r}"
            )
        self.provider = self.session.get_providers()[0]

    def run(self, feeds: dict[str, np.ndarray]) -> np.ndarray:
        """What the chosen output says for one batch.

        Parameters
        ----------
        feeds : dict of str to ndarray
            An array of n rows for each input.

        Returns
        -------
        ndarray of n rows

        Raises
        ------
        ValueError
            If the network cannot run on what its description promises, or gives no row of numbers for each row.
        """
        about = f"encoder {self.encoder.name!r}: {self.encoder.file}"
        rows = len(next(iter(feeds.values())))
        try:
            values = np.asarray(self.session.run([self.output], feeds)[0])
        except Exception as error:  # the runtime's exceptions have no common class
            raise ValueError(f"{about} cannot run on the input that is described ({_reason(error)})") from None
        if values.dtype.kind not in "fiu" or values.ndim < 2 or len(values) != rows:
            raise ValueError(
                f"{about}: expected numbers, a row for each of {rows} inputs, from {self.output!r}; found "
                f"{values.dtype} of shape {values.shape}"
            )
        return values


@lru_cache(maxsize=4)
def open_network(encoder: Encoder, threads: int | None = None) -> OnnxNetwork:
    """Open an encoder's network; the last four stay open.

    Raises
    ------
    ImportError
        Without ONNX Runtime; the sentence says what to install.
    ValueError
        If the file is not the one described, no network, or keeps weights in other files.
    """
    return OnnxNetwork(encoder, threads)


class OnnxPictures:
    """A picture encoder as `embeddings.embed` drives it: batches of bytes in, rows of float32 out.

    Parameters
    ----------
    encoder : PictureEncoder
    """

    def __init__(self, encoder: PictureEncoder):
        self.encoder = encoder
        self.network = open_network(encoder)
        if len(self.network.inputs) != 1:
            raise ValueError(
                f"encoder {encoder.name!r}: {encoder.file}: expected a network with one input, the pictures, found "
                f"{', '.join(self.network.inputs)}"
            )
        self.width: int = encoder.width or self.start(np.zeros((1, *encoder.input_size, 3), np.uint8), 1)().shape[1]

    def start(self, images: np.ndarray, batch_size: int):
        """Begin one batch and return the function that gives its vectors, as `network.Network.start`."""
        order, divisor, mean, deviation = self.encoder.preprocessing
        scale = 1.0 / (np.float32(divisor) * np.asarray(deviation, np.float32))
        offset = np.asarray(mean, np.float32) / np.asarray(deviation, np.float32)
        pixels = images[..., list(order)] if order != (0, 1, 2) else images
        prepared = pixels * scale - offset
        if self.encoder.layout == "NCHW":
            prepared = np.ascontiguousarray(prepared.transpose(0, 3, 1, 2))
        values = self.network.run({self.network.inputs[0]: prepared.astype(np.float32, copy=False)})
        rows = _one_vector(values, self.encoder)
        return lambda: rows


@lru_cache(maxsize=4)
def load_pictures(encoder: PictureEncoder) -> OnnxPictures:
    """Open a picture encoder; the last four stay open."""
    return OnnxPictures(encoder)


def _one_vector(values: np.ndarray, encoder: PictureEncoder) -> np.ndarray:
    """(n, d) from (n, d), (n, tokens, d), (n, C, H, W) or, laid out NHWC, (n, H, W, C)."""
    if values.ndim == 4:
        places = values.reshape(*values.shape[:2], -1).transpose(0, 2, 1)
        values = places if encoder.layout == "NCHW" else values.reshape(len(values), -1, values.shape[-1])
    if values.ndim == 3:
        return pooled(values, np.ones(values.shape[:2], np.float32), encoder)
    return _scaled(values.reshape(len(values), -1), encoder)


def pooled(values: np.ndarray, mask: np.ndarray, encoder: Encoder) -> np.ndarray:
    """One vector for each row of tokens.

    Parameters
    ----------
    values : ndarray of shape (n, tokens, d), or (n, d) where the network pools itself
    mask : ndarray of shape (n, tokens)
        1 for a token of the text, 0 for padding.
    encoder : Encoder
        Says how.

    Returns
    -------
    ndarray of float32, shape (n, d)

    Raises
    ------
    ValueError
        When the network gives a vector for each token and the description says `none`.

    Examples
    --------
    >>> tokens, mask = np.array([[[1.0, 0.0], [3.0, 4.0], [9.0, 9.0]]]), np.array([[1, 1, 0]])
    >>> [pooled(tokens, mask, Encoder("e", "", "", how)).tolist() for how in ("mean", "cls", "max")]
    [[[2.0, 2.0]], [[1.0, 0.0]], [[3.0, 4.0]]]
    """
    if values.ndim == 2:
        return _scaled(values, encoder)
    if values.ndim != 3 or encoder.pooling == "none":
        raise ValueError(
            f"encoder {encoder.name!r}: {encoder.file}: its output {encoder.output or 'by default'} has the shape "
            f"{values.shape}; expected one vector a row for pooling 'none', or tokens for 'mean', 'cls' or 'max'"
        )
    weight = np.asarray(mask, np.float32)[..., np.newaxis]
    if encoder.pooling == "cls":
        rows = values[:, 0]
    elif encoder.pooling == "max":
        rows = np.where(weight > 0, values, -np.inf).max(axis=1)
    else:
        rows = (values * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
    return _scaled(rows, encoder)


def _scaled(rows: np.ndarray, encoder: Encoder) -> np.ndarray:
    rows = np.asarray(rows, dtype=np.float32)
    if encoder.width not in (None, rows.shape[1]):
        raise ValueError(
            f"encoder {encoder.name!r}: {encoder.file}: expected {encoder.width} values a row, as its description "
            f"says, found {rows.shape[1]}"
        )
    if not encoder.normalise:
        return rows
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ImportError("encoders need ONNX Runtime: pip install 'genrelab[onnx]'") from error
    return onnxruntime


def _cores() -> int:
    """Cores that this process is granted, `OMP_NUM_THREADS` at most."""
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(joblib.cpu_count(), int(asked) if asked.isdigit() and int(asked) else sys.maxsize)


def _check(encoder: Encoder, path: Path) -> None:
    from .encoders import _sha256

    try:
        found = _sha256(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise ValueError(f"encoder {encoder.name!r}: {path} cannot be read ({error.strerror})") from None
    if found != encoder.sha256:
        raise ValueError(
            f"encoder {encoder.name!r}: {path} is not the file described: expected sha256 {encoder.sha256}, "
            f"found {found}"
        )
    try:
        elsewhere = keeps_weights_elsewhere(path)
    except ValueError as error:
        raise ValueError(f"encoder {encoder.name!r}: {path} is no network of ONNX ({error})") from None
    if elsewhere:
        raise ValueError(
            f"encoder {encoder.name!r}: {path} keeps weights in other files, which its hash does not cover; save it as "
            "one file: onnx.save(onnx.load(PATH), ONE_FILE)"
        )


def _reason(error: Exception) -> str:
    """The runtime's own words, on one line and without its codes and the path."""
    said = " ".join((str(error) or type(error).__name__).split())
    return re.sub(r"^\[ONNXRuntimeError\] : \d+ : \w+ : (Load model from .*? failed:)?", "", said)[:200]
