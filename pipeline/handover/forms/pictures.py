"""From pixels to probabilities without genrelab: the picture encoders of a model that reads nothing but posters."""

import shutil
from pathlib import Path
from typing import Any

from ....features.families import EMBEDDING, parse_spec
from ....features.frozen.encoders import PictureEncoder
from ....features.frozen.hub import weights_here
from ....features.frozen.style import resolve_pictures
from ....models.genre_model import GenreModel


def picture_encoders(model: GenreModel, weights: str | None = None) -> dict[str, PictureEncoder]:
    """The encoders that turn a poster into all that a model reads.

    Parameters
    ----------
    model : GenreModel
    weights : str, optional
        Where the encoders lie here, if elsewhere than at training.

    Returns
    -------
    dict of spec to PictureEncoder
        Empty for a model that reads something else than embeddings, or whose networks are Keras's, which have no ONNX
        form here.

    Raises
    ------
    ValueError
        When an encoder is not at hand, or is not the one that the model was trained with.
    """
    if any(parse_spec(spec)[0] != EMBEDDING for spec in model.specs):
        return {}
    weights = weights_here(weights, model.weights)
    found = {spec: resolve_pictures(spec.partition(":")[2], weights) for spec in model.specs}
    encoders = {spec: encoder for spec, encoder in found.items() if isinstance(encoder, PictureEncoder)}
    if len(encoders) < len(found):
        return {}
    model.check_weights(weights)
    return encoders


def write_encoders(encoders: dict[str, PictureEncoder], folder: Path) -> list[dict[str, Any]]:
    """Copy encoders into the folder of a model's forms, and describe them for its manifest.

    Parameters
    ----------
    encoders : dict of spec to PictureEncoder
    folder : Path

    Returns
    -------
    list of dict
        `input` (of the model's graph), `file`, `sha256`, and everything about the way from a picture to a vector.
    """
    described = []
    for number, (spec, encoder) in enumerate(encoders.items()):
        file = f"encoder-{number}.onnx"
        shutil.copyfile(encoder.file, folder / file)
        order, divisor, mean, deviation = encoder.preprocessing
        described.append(
            {
                "input": spec,
                "file": file,
                "sha256": encoder.sha256,
                "output": encoder.output,
                "input_size": list(encoder.input_size),
                "layout": encoder.layout,
                "resize": encoder.resize,
                "order": list(order),
                "divisor": divisor,
                "mean": list(mean),
                "deviation": list(deviation),
                "pooling": encoder.pooling,
                "normalise": encoder.normalise,
                "licence": encoder.licence,
            }
        )
    return described
