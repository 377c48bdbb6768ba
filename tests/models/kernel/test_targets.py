import numpy as np
import pytest
from scipy.sparse import csr_matrix

from genrelab.models.kernel.targets import binary_targets, check_weight, labels_of_scores


@pytest.mark.parametrize("wrap", [np.asarray, csr_matrix])
def test_indicator_targets(wrap):
    Y, classes, multilabel = binary_targets(wrap([[0, 1, 0], [1, 1, 0]]))
    assert Y.tolist() == [[False, True, False], [True, True, False]] and multilabel and classes.tolist() == [0, 1, 2]


def test_classes_go_there_and_back():
    for y in (["b", "a", "b"], ["c", "a", "b"], [3, 1, 7]):
        Y, classes, multilabel = binary_targets(y)
        scores = np.where(Y, 1.0, -1.0)
        scores = scores if scores.shape[1] > 1 else scores[:, 0]
        assert labels_of_scores(scores, classes, multilabel).tolist() == y


def test_of_equal_scores_the_last_wins():
    assert labels_of_scores(np.zeros((1, 3)), np.array(["a", "b", "c"]), False) == ["c"]


@pytest.mark.parametrize("y", [[0.5, 1.5], [[1, 2], [3, 4]]])
def test_other_targets_are_refused(y):
    with pytest.raises(ValueError, match="Unknown label type"):
        binary_targets(y)


def test_weights_must_leave_two_classes():
    Y = np.array([[True], [False], [False]])
    with pytest.raises(ValueError, match="found one class"):
        check_weight([0, 1, 1], Y, False)
    assert check_weight([0, 1, 1], Y, True).tolist() == [0, 1, 1]
    assert check_weight(None, Y, False) is None
