"""Which cell of which experiment stands for which system of the studies."""

from pathlib import Path

from ...reports.pages.replication import Rerun

EXPERIMENTS = ("feature_table", "poster_colours", "pixels_pca", "resnet_two_genres", "resnet_genres", "decades")
# Networks are rerun at a scale: minutes on two cores, or the studies' own on a graphics card.
NETWORK_EXPERIMENTS = (
    "poster_networks",
    "two_genre_network",
    "resnet_multilabel",
    "mini_vgg",
    "film_to_series",
    "cover_and_text",
    "multimodal",
)
# The first study oversamples part of the way and adds log-scaled weights.
_AS_IN_S1 = "oversample+log"
# The second prints scikit-learn's old "avg / total": the mean over genres weighted by support.
_SYSTEMS = (
    ("S1-GLM", "feature_table", "table", "glm", _AS_IN_S1, "accuracy", "all"),
    ("S1-RF", "feature_table", "table", "rf", _AS_IN_S1, "accuracy", "all"),
    ("S1-GBM", "feature_table", "table", "gbm", _AS_IN_S1, "accuracy", "all"),
    ("S1-SVM-RAD", "feature_table", "table", "svm_rbf", _AS_IN_S1, "accuracy", "all"),
    ("S1-SVM-LIN", "feature_table", "table", "svm_linear", _AS_IN_S1, "accuracy", "all"),
    # It drew as many posters of each genre: chance is 1/3 there, and so it is for balanced accuracy.
    ("S2-colour", "poster_colours", "dominant colour", "rf", "balanced", "balanced_accuracy", "all"),
    ("S2-colour", "poster_colours", "top five colours", "rf", "balanced", "balanced_accuracy", "all"),
    ("S2-PCA-KNN", "pixels_pca", "grey pixels", "knn", "none", "accuracy", "all"),
    ("S2-PCA-GLM", "pixels_pca", "grey pixels", "glm", "none", "accuracy", "all"),
    ("S2-PCA-RF", "pixels_pca", "grey pixels", "rf", "none", "accuracy", "all"),
    ("S2-ResNet-SVM2", "resnet_two_genres", "resnet50*", "svm_rbf", "none", "accuracy", "all"),
    ("S2-OvR-SVM", "resnet_genres", "resnet50*", "ovr_svm", "none", "f1_weighted", "all"),
    ("S2-OvR-SVM-balanced", "resnet_genres", "resnet50*", "ovr_svm", "balanced", "f1_weighted", "all"),
    ("S2-FC", "resnet_genres", "resnet50*", "mlp", "none", "f1_weighted", "all"),
    ("S2-FC", "resnet_genres", "resnet50*", "fc_head", "none", "f1_weighted", "all"),
    ("S2-decades", "decades", "resnet50*", "ovr_svm", "balanced", "f1_weighted", "other decade"),
    # Log weights stand for the first study's log weights and oversampling: nothing resamples posters.
    ("S1-CNN", "poster_networks", "poster", "naive_cnn", "none", "accuracy", "all"),
    ("S1-CNN-deeper", "poster_networks", "poster", "deep_cnn", "log", "accuracy", "all"),
    ("S1-Inception", "poster_networks", "poster", "inception_tuned", "none", "accuracy", "all"),
    ("S1-CNN-augmented", "poster_networks", "poster", "augmented_cnn", "log", "accuracy", "all"),
    ("S2-CNN", "two_genre_network", "poster", "two_genre_cnn", "none", "accuracy", "all"),
    ("S3-ResNet-R", "resnet_multilabel", "poster", "resnet_random", "none", "f1_weighted", "all"),
    ("S3-ResNet-Img", "resnet_multilabel", "poster", "resnet_imagenet", "none", "f1_weighted", "all"),
    ("S3-ResNet-TL", "resnet_multilabel", "poster", "resnet_transfer", "none", "f1_weighted", "all"),
    ("S4-miniVGG", "mini_vgg", "poster", "mini_vgg", "none", "accuracy", "all"),
    ("S4-grid", "mini_vgg", "poster", "mini_vgg(*", "none", "accuracy", "all"),
    ("S4-transfer", "film_to_series", "poster", "mini_vgg", "none", "accuracy", "films to series"),
    # A precision of .60 and a recall of .26 give .14 only as a mean over genres.
    ("S5-CNN", "cover_and_text", "cover", "poster_cnn", "none", "f1_macro", "all"),
    ("S5-CNN-LSTM", "cover_and_text", "description", "cnn_lstm", "none", "f1_macro", "all"),
    ("S5-multimodal", "multimodal", "everything", "multimodal", "none", "f1_macro", "all"),
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


def systems_of(experiment: str) -> list[str]:
    """Names of the systems that an experiment stands for.

    Examples
    --------
    >>> systems_of("two_genre_network")
    ['S2-CNN']
    """
    return list(dict.fromkeys(system for system, own, *_ in _SYSTEMS if own == experiment))
