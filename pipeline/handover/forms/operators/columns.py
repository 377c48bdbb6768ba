"""From a feature table to the encoded matrix, as far as operators reach: one input for each feature family.

Families of numbers enter as they stand in the feature table, gaps as NaN. Families whose encoding needs texts, words
or components enter encoded, as float32 from the model's own encoder.
"""

from typing import Any

import numpy as np

from .graph import Graph, Rows


def encoded(graph: Graph, encoder: Any, specs: Any) -> tuple[Rows, list[dict[str, Any]]]:
    """The encoded matrix of a fitted encoder, and the inputs it is made of.

    Parameters
    ----------
    graph : Graph
    encoder : ColumnTransformer
        Of `make_encoder`, fitted.
    specs : sequence of str

    Returns
    -------
    Rows
    list of dict
        `name` of the tensor, `stage` (`table`: numbers of the feature table, `encoded`: columns of the encoder),
        `type` and `columns`.
    """
    names = encoder.get_feature_names_out()
    inputs, parts, width = [], [], 0
    for spec, step, columns in encoder.transformers_:
        place = encoder.output_indices_.get(spec)
        if spec == "remainder" or place is None or place.stop == place.start:
            continue
        width += place.stop - place.start
        if type(step).__name__ == "ImputedScaler":
            known = encoder.feature_names_in_[columns] if isinstance(columns, slice) else columns
            inputs.append({"name": spec, "stage": "table", "type": "double", "columns": list(map(str, known))})
            parts.append(_scaled(graph, step, spec))
        else:
            inputs.append({"name": spec, "stage": "encoded", "type": "float", "columns": list(map(str, names[place]))})
            parts.append(spec)
    if not width:
        raise ValueError(f"the model reads none of {', '.join(specs)}: no feature was known of its training titles")
    return Rows(graph.side_by_side(parts), width, bool(encoder.sparse_output_)), inputs


def _scaled(graph: Graph, step: Any, tensor: str) -> str:
    """What `ImputedScaler.transform` does: float32."""
    values = tensor
    if step.root:
        values = graph.node("Mul", graph.node("Sign", values), graph.node("Sqrt", graph.node("Abs", values)))
    gaps = graph.node("IsNaN", tensor)
    # The mean itself where the fill is the mean: such a gap becomes exactly 0.
    fill = step.mean_ if step.fill == "mean" else step.fill_
    filled = graph.node("Where", gaps, graph.constant(fill[np.newaxis]), values)
    centred = graph.node("Sub", filled, graph.constant(step.mean_[np.newaxis]))
    scaled = graph.cast(graph.node("Div", centred, graph.constant(step.scale_[np.newaxis])), np.float32)
    if not len(step.missing_):
        return scaled
    return graph.side_by_side([scaled, graph.cast(graph.columns(gaps, step.missing_), np.float32)])
