"""Which operators a fitted classifier becomes, by the name of its class."""

from collections.abc import Callable
from typing import Any

from .boosted import boosted
from .calibration import margin_probabilities
from .graph import Graph, Rows
from .kernel import shared_kernel_labels
from .linear import dense_head, logistic
from .neighbours import neighbours
from .stack import joint_kernel, stack
from .trees import forest
from .wrappers import balanced, dummy, native, one_vs_rest, out_of_fold

OPERATORS: dict[str, Callable[[Graph, Any, Rows], str]] = {
    "Balanced": balanced,
    "DenseHead": dense_head,
    "DummyClassifier": dummy,
    "ExtraTreesClassifier": forest,
    "JointKernel": joint_kernel,
    "KNeighborsClassifier": neighbours,
    "LogisticRegression": logistic,
    "MarginProbabilities": margin_probabilities,
    "NativeLabels": native,
    "NearestNeighbours": neighbours,
    "NestedSearch": balanced,  # what it chose
    "OneVsRest": one_vs_rest,
    "OutOfFold": out_of_fold,
    "RandomForestClassifier": forest,
    "ScaledLogistic": logistic,
    "SharedKernelLabels": shared_kernel_labels,
    "StackedBlocks": stack,
    "XGBClassifier": boosted,
}
