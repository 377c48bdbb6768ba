"""Which cell of which experiment stands for which system of the studies."""

from pathlib import Path

from ..reports.replication import Rerun

EXPERIMENTS = ("feature_table", "pixels_pca", "resnet_two_genres", "resnet_genres", "decades")
# The first study oversamples part of the way and adds log-scaled weights.
_AS_IN_S1 = "oversample+log"
# The second prints scikit-learn's old "avg / total": the mean over genres weighted by support.
_SYSTEMS = (
    ("S1-GLM", "feature_table", "table", "glm", _AS_IN_S1, "accuracy", "all"),
    ("S1-RF", "feature_table", "table", "rf", _AS_IN_S1, "accuracy", "all"),
    ("S1-GBM", "feature_table", "table", "gbm", _AS_IN_S1, "accuracy", "all"),
    ("S1-SVM-RAD", "feature_table", "table", "svm_rbf", _AS_IN_S1, "accuracy", "all"),
    ("S1-SVM-LIN", "feature_table", "table", "svm_linear", _AS_IN_S1, "accuracy", "all"),
    ("S2-PCA-KNN", "pixels_pca", "grey pixels", "knn", "none", "accuracy", "all"),
    ("S2-PCA-GLM", "pixels_pca", "grey pixels", "glm", "none", "accuracy", "all"),
    ("S2-PCA-RF", "pixels_pca", "grey pixels", "rf", "none", "accuracy", "all"),
    ("S2-ResNet-SVM2", "resnet_two_genres", "resnet50*", "svm_rbf", "none", "accuracy", "all"),
    ("S2-OvR-SVM", "resnet_genres", "resnet50*", "ovr_svm", "none", "f1_weighted", "all"),
    ("S2-OvR-SVM-balanced", "resnet_genres", "resnet50*", "ovr_svm", "balanced", "f1_weighted", "all"),
    ("S2-FC", "resnet_genres", "resnet50*", "mlp", "none", "f1_weighted", "all"),
    ("S2-decades", "decades", "resnet50*", "ovr_svm", "balanced", "f1_weighted", "other decade"),
)


def reruns(runs: Path) -> list[Rerun]:
    """The reruns whose experiments are finished under a folder of runs.

    Parameters
    ----------
    runs : Path
        Such as artifacts/runs.

    Returns
    -------
    list of Rerun

    Examples
    --------
    >>> reruns(Path("no-such-folder"))
    []
    """
    return [
        Rerun(system, runs / experiment, *rest)
        for system, experiment, *rest in _SYSTEMS
        if (runs / experiment / "results.parquet").exists()
    ]
