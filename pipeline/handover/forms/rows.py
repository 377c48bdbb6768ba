"""A catalogue as the rows that a model's ONNX form reads."""

import pandas as pd

from ....models.file import ModelFileError
from ....models.genre_model import GenreModel
from ...catalog.table import Catalog
from .build import onnx_inputs


def onnx_table(model: GenreModel, catalog: Catalog) -> pd.DataFrame:
    """Compute what the ONNX form of a model reads of the titles of a catalogue.

    Parameters
    ----------
    model : GenreModel
        As `load_model` gives it, of a file that has an ONNX form.
    catalog : Catalog

    Returns
    -------
    DataFrame
        One row for each title, in order: `imdb_id`, then the columns of every input as the manifest lists them under
        `forms.onnx.inputs`, float64 or float32 as the input is. A gap is NaN where the input may have gaps.

    Raises
    ------
    ModelFileError
        When the model has no manifest, or no ONNX form.

    Examples
    --------
    >>> onnx_table(GenreModel(None, [], [], ["War"], "multilabel"), None)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    genrelab...ModelFileError: expected a model with an ONNX form; run `genrelab convert MODEL --to onnx`...
    """
    forms = (model.manifest or {}).get("forms", {})
    if "onnx" not in forms:
        raise ModelFileError(
            "expected a model with an ONNX form; run `genrelab convert MODEL --to onnx`, then load it again"
        )
    listed = forms["onnx"]["inputs"]
    inputs = onnx_inputs(model, model.features(catalog.titles, catalog.poster_paths()), listed)
    parts = [pd.DataFrame(inputs[one["name"]], columns=one["columns"]) for one in listed]
    return pd.concat([catalog.titles["imdb_id"].reset_index(drop=True), *parts], axis=1)
