"""The exact one-vs-rest RBF SVM on any multi-label data: one Gram matrix for all labels, scikit-learn's answers.

python docs/examples/kernel_svm_on_your_data.py
"""

import time

import numpy as np
from sklearn.datasets import make_multilabel_classification
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrelab import SharedKernelSVC  # pyright: ignore[reportAttributeAccessIssue]


def main(rows: int = 600, labels: int = 12) -> None:
    X, Y = make_multilabel_classification(rows, 40, n_classes=labels, random_state=0)  # pyright: ignore[reportAssignmentType]
    X = StandardScaler().fit_transform(X)
    started = time.perf_counter()
    shared = SharedKernelSVC(C=1.0, gamma="scale").fit(X, Y)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    peer = OneVsRestClassifier(SVC(C=1.0, gamma="scale")).fit(X, Y)
    theirs = time.perf_counter() - started
    difference = np.abs(shared.decision_function(X) - peer.decision_function(X)).max()
    print(f"{rows} rows, {labels} labels: SharedKernelSVC {ours:.2f} s, OneVsRestClassifier(SVC) {theirs:.2f} s")
    print(f"largest difference between their decision values: {difference:.1e}")


if __name__ == "__main__":
    main()
