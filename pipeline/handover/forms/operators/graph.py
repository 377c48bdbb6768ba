"""An ONNX graph that grows operator by operator."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

OPSET, ML_OPSET, IR_VERSION = 17, 3, 8
ML = "ai.onnx.ml"


class Rows(NamedTuple):
    """A matrix in the graph, one row a title.

    Parameters
    ----------
    name : str
        Of the tensor, float32 of shape (n, width).
    width : int
    sparse : bool
        Whether the classifier sees it as a sparse matrix, in which boosted trees take 0 as missing.
    """

    name: str
    width: int
    sparse: bool = False


class Graph:
    """Nodes and constants, in the order in which they are computed.

    Everything is computed in double precision unless the estimator itself computes in single.

    Parameters
    ----------
    operators : mapping of class name to callable, optional
        `operator(graph, estimator, rows)` for each kind of classifier, as in `table.OPERATORS`.

    Examples
    --------
    >>> graph = Graph()
    >>> graph.node("Add", "x", graph.constant(np.ones(2)))
    't1'
    >>> [node.op_type for node in graph.nodes]
    ['Add']
    """

    def __init__(self, operators: "Mapping[str, Callable[[Graph, Any, Rows], str]] | None" = None) -> None:
        self.operators = operators or {}
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._wide: dict[str, str] = {}
        self._count = 0

    def probabilities(self, estimator: Any, rows: Rows) -> str:
        """What the estimator's `predict_proba` gives, as a tensor of doubles of shape (n, K).

        Raises
        ------
        ValueError
            For an estimator without an ONNX form.
        """
        name = type(estimator).__name__
        if name not in self.operators:
            raise ValueError(f"{name} has no ONNX form; those that have one: {', '.join(sorted(self.operators))}")
        return self.operators[name](self, estimator, rows)

    def constant(self, value: Any) -> str:
        """The name of a constant tensor, of the array's type."""
        from onnx import numpy_helper

        name = self._name()
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def number(self, value: float) -> str:
        """The name of one number in double precision."""
        return self.constant(np.array(value, dtype=np.float64).reshape(1))

    def node(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add an operator of one output; the name of that output."""
        from onnx import helper

        name = self._name()
        self.nodes.append(helper.make_node(operator, list(inputs), [name], domain=domain, **attributes))
        return name

    def named(self, tensor: str, name: str) -> None:
        """Give a tensor the name of an output of the model."""
        from onnx import helper

        self.nodes.append(helper.make_node("Identity", [tensor], [name]))

    def wide(self, rows: Rows) -> str:
        """The matrix in double precision."""
        if rows.name not in self._wide:
            self._wide[rows.name] = self.double(rows.name)
        return self._wide[rows.name]

    def double(self, tensor: str) -> str:
        """A tensor in double precision."""
        return self.cast(tensor, np.float64)

    def cast(self, tensor: str, dtype: Any) -> str:
        """A tensor in another type."""
        from onnx import helper

        return self.node("Cast", tensor, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def columns(self, tensor: str, positions: Any) -> str:
        """Some columns of a matrix, in the order of their positions."""
        return self.node("Gather", tensor, self.constant(np.asarray(positions, dtype=np.int64)), axis=1)

    def total(self, tensor: str, axis: int) -> str:
        """Sums along an axis, which stays with length 1."""
        return self.node("ReduceSum", tensor, self.constant(np.array([axis], dtype=np.int64)), keepdims=1)

    def side_by_side(self, tensors: list[str]) -> str:
        """Matrices joined column-wise."""
        return tensors[0] if len(tensors) == 1 else self.node("Concat", *tensors, axis=1)

    def repeated(self, values: Any, rows: Rows) -> str:
        """The same values in every row: double of shape (n, K)."""
        values = np.asarray(values, dtype=np.float64).reshape(1, -1)
        count = self.node(
            "Slice", self.node("Shape", rows.name), *(self.constant(np.array([k], dtype=np.int64)) for k in (0, 1))
        )
        shape = self.node("Concat", count, self.constant(np.array([values.shape[1]], dtype=np.int64)), axis=0)
        return self.node("Expand", self.constant(values), shape)

    def complement(self, probability: str) -> str:
        """1 - p."""
        return self.node("Sub", self.number(1.0), probability)

    def both(self, positive: str) -> str:
        """Probabilities of classes 0 and 1 from that of class 1, shape (n, 1): shape (n, 2)."""
        return self.side_by_side([self.complement(positive), positive])

    def shares(self, tensor: str, width: int) -> str:
        """Rows divided by their sums; a row of zeros becomes even shares."""
        total = self.total(tensor, 1)
        empty = self.node("Equal", total, self.number(0.0))
        safe = self.node("Where", empty, self.number(1.0), total)
        return self.node("Where", empty, self.number(1 / width), self.node("Div", tensor, safe))

    def _name(self) -> str:
        self._count += 1
        return f"t{self._count - 1}"
