"""A Keras network in 8 bits, as an encoder of ONNX Runtime: several times faster on a processor that has VNNI.

Weights are 8-bit numbers with one scale a channel. The values between the layers are, too, by the range that they have
on some posters. What comes out is an encoder like any other, by a name of its own, and the feature cache knows its rows
by the file's hash: rows of 8 bits are never taken for rows of 32.

docs/scale.md says what it gains and what it costs.
"""

import tempfile
from pathlib import Path

import numpy as np

from ...files import replacing, write_json
from ..backbones import Backbone, file_sha256
from ..network import load_network
from ..weights import locate
from .keras_graph import write_graph

__all__ = ["quantise"]

BATCH = 4  # every layer of a batch is held at once: batches of 16 took about 8 GB


def quantise(backbone: Backbone, pictures: np.ndarray, folder: Path) -> Path:
    """Write a network in 8 bits, with the description that `--encoders` reads.

    Parameters
    ----------
    backbone : Backbone
        Of Keras, with or without a cut.
    pictures : uint8 ndarray of shape (n, height, width, 3)
        Posters at the network's input size, from which the ranges between layers are taken; n at least 1.
    folder : Path
        Gets `NAME_int8.onnx` and `encoders.json`; it is made.

    Returns
    -------
    Path
        Of encoders.json.

    Raises
    ------
    ImportError
        Without Keras, ONNX or ONNX Runtime.
    ValueError
        For a network with a layer that has no ONNX form, for a style, without a picture, or when the folder holds such
        files already.
    """
    name = f"{backbone.name}_int8"
    described, file = folder / "encoders.json", folder / f"{name}.onnx"
    if backbone.gram:
        raise ValueError(f"backbone {backbone.name!r}: expected an embedding; a style has no 8-bit form")
    if not len(pictures):
        raise ValueError("expected at least one poster that can be read, found none: ranges are taken from posters")
    for path in (described, file):
        if path.exists():
            raise ValueError(f"{path} exists; choose another folder")
    backbone = locate(backbone)
    network = load_network(backbone, "float32")
    layers = next(layer for layer in network.model.layers if hasattr(layer, "layers"))
    with tempfile.TemporaryDirectory() as temporary:
        whole = Path(temporary) / "whole.onnx"
        write_graph(layers, backbone, whole)
        with replacing(file) as unfinished:
            _quantise_file(whole, unfinished, pictures)
    height, width = backbone.input_size
    entry = {
        "name": name,
        "kind": "picture",
        "file": file.name,
        "sha256": file_sha256(file),
        "input_size": [height, width],
        "layout": "NHWC",
        "resize": "stretch",
        "order": "RGB",
        "divisor": 1.0,
        "width": network.width,
        "pooling": "none",
        "source": f"{backbone.label}, quantised to 8 bits on {len(pictures)} posters",
    }
    write_json(described, [entry])
    return described


def _quantise_file(whole: Path, out: Path, pictures: np.ndarray) -> None:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Posters(CalibrationDataReader):
        def __init__(self) -> None:
            self.starts = iter(range(0, len(pictures), BATCH))

        def get_next(self) -> dict[str, np.ndarray] | None:  # pyright: ignore[reportIncompatibleMethodOverride]
            start = next(self.starts, None)
            return None if start is None else {"pictures": pictures[start : start + BATCH].astype(np.float32)}

    ready = whole.with_name("ready.onnx")
    quant_pre_process(str(whole), str(ready), skip_symbolic_shape=True)
    quantize_static(
        str(ready),
        str(out),
        Posters(),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
