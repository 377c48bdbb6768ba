"""What the five studies printed, as data: claims to set beside our own numbers, never targets."""

from dataclasses import dataclass

from ..evaluation.intervals import FiveNumbers

STUDIES = {
    "S1": "Garg et al. 2017",
    "S2": "Angappan, Bend, Smadja 2017, Fifty Layers of Colors",
    "S3": "Tecimer 2020, multi-label ResNet-50",
    "S4": "Bodur, Ozis 2022, TV series",
    "S5": "Vogiatzis, Prasinos, Zourou 2020, Judge a Movie by its Cover",
}


@dataclass(frozen=True)
class StudySystem:
    """One system of a study.

    Attributes
    ----------
    name : str
        Study, then system: `S1-RF`.
    description : str
    metric : str or None
        As in results.parquet; None where the study names no averaging.
    printed : float or None
        The one number to set beside ours; None where the study printed none.
    spread : FiveNumbers or None
        Over the study's folds.
    others : dict
        Further printed numbers by name.
    note : str
        What re-deriving the study's own tables showed.
    """

    name: str
    description: str
    metric: str | None
    printed: float | None
    spread: FiveNumbers | None = None
    others: dict[str, float] | None = None
    note: str = ""

    @property
    def study(self) -> str:
        """The study's key in `STUDIES`."""
        return self.name.partition("-")[0]


_FOLDS = "five folds of 675 rows"
_MAJORITY = "equals the majority class"
_GUESSING = "predicting every genre scores 0.519"
_S3_GENRES = {"Action": 0.29, "Comedy": 0.43, "Drama": 0.60, "Romance": 0.23, "Crime": 0.20, "Thriller": 0.25}

_ALL = (
    StudySystem(
        "S1-GLM",
        "multinomial logistic regression on the feature table",
        "accuracy",
        0.3644,
        FiveNumbers(0.3541, 0.36, 0.3644, 0.3644, 0.3719, 0.3719),
        note=_FOLDS,
    ),
    StudySystem(
        "S1-RF",
        "random forest, grid search, on the feature table",
        "accuracy",
        0.4240,
        FiveNumbers(0.4089, 0.4148, 0.4222, 0.4240, 0.4341, 0.4400),
        note="not significantly better than S1-GBM",
    ),
    StudySystem(
        "S1-GBM",
        "gradient boosting on the feature table",
        "accuracy",
        0.4083,
        FiveNumbers(0.3881, 0.4074, 0.4089, 0.4083, 0.4178, 0.4193),
        note=_FOLDS,
    ),
    StudySystem(
        "S1-SVM-RAD",
        "SVM with a radial kernel on the feature table",
        "accuracy",
        0.3887,
        FiveNumbers(0.3748, 0.3837, 0.3867, 0.3887, 0.3911, 0.4074),
        note=_FOLDS,
    ),
    StudySystem(
        "S1-SVM-LIN",
        "linear SVM on the feature table",
        "accuracy",
        0.3867,
        FiveNumbers(0.3778, 0.3807, 0.3896, 0.3867, 0.3911, 0.3941),
        note=_FOLDS,
    ),
    StudySystem("S1-CNN", "two convolutions, two dense layers", "accuracy", 0.44, note=f"all one class; {_MAJORITY}"),
    StudySystem(
        "S1-CNN-deeper",
        "dense 1024 three times, batch norm, class weights",
        "accuracy",
        0.40,
        others={"log_loss": 3.74},
        note="below majority",
    ),
    StudySystem(
        "S1-Inception",
        "InceptionV3, top two blocks retrained",
        "accuracy",
        0.44,
        others={"training accuracy": 0.98, "log_loss": 2.08},
        note=_MAJORITY,
    ),
    StudySystem("S1-CNN-augmented", "CNN with augmented posters", "accuracy", 0.42, note="below majority"),
    StudySystem(
        "S2-colour",
        "dominant colour and top five colours of posters, action, comedy and drama",
        "balanced_accuracy",
        None,
        note="the study printed pictures; ours are under Dominant colours in the report of poster_colours",
    ),
    StudySystem(
        "S2-PCA-KNN", "20 components of grey pixels, KNN, three genres", "accuracy", 0.33, note="1/3 is chance"
    ),
    StudySystem("S2-PCA-GLM", "20 components, logistic regression", "accuracy", 0.37, note="1/3 is chance"),
    StudySystem("S2-PCA-RF", "20 components, random forest", "accuracy", 0.34, note="1/3 is chance"),
    StudySystem("S2-CNN", "three convolutions, two genres", "accuracy", 0.53, note="coin toss"),
    StudySystem("S2-ResNet-SVM2", "frozen ResNet50, RBF SVM, action against drama", "accuracy", 0.834),
    StudySystem(
        "S2-OvR-SVM",
        "frozen ResNet50, one-vs-rest RBF SVM, 19 genres, 2010s",
        None,
        0.51,
        others={"precision": 0.61, "recall": 0.47, "tested on the 1970s": 0.37},
        note="rare genres all zero",
    ),
    StudySystem(
        "S2-OvR-SVM-balanced",
        "the same with balanced class weights",
        None,
        0.74,
        others={"precision": 0.67, "recall": 0.87},
        note="has the pattern of scoring training rows; expect 0.45 to 0.62 honestly",
    ),
    StudySystem(
        "S2-FC",
        "four dense layers on the embedding",
        None,
        0.57,
        others={"precision": 0.66, "recall": 0.53, "tested on the 1970s": 0.40},
    ),
    StudySystem("S2-decades", "train on one decade, test on another", None, 0.37, others={"same decade": 0.51}),
    StudySystem(
        "S3-ResNet-R",
        "ResNet-50 from a random start, all layers",
        "f1_weighted",
        0.52,
        others={"epoch 10": 0.52} | _S3_GENRES | {"Others": 0.69},
        note=_GUESSING,
    ),
    StudySystem(
        "S3-ResNet-Img",
        "ResNet-50 from ImageNet, all layers",
        "f1_weighted",
        0.52,
        others={"epoch 10": 0.50},
        note=_GUESSING,
    ),
    StudySystem(
        "S3-ResNet-TL",
        "ResNet-50 from ImageNet, last 40 layers",
        "f1_weighted",
        0.49,
        others={"epoch 10": 0.45},
        note=_GUESSING,
    ),
    StudySystem("S4-miniVGG", "four convolutions, four genres of series", None, None, note="no results printed"),
    StudySystem("S4-grid", "learning rates and shrink ratios", None, None, note="no results printed"),
    StudySystem("S4-transfer", "trained on films, tested on series", None, None, note="no results printed"),
    StudySystem(
        "S5-CNN",
        "four convolutions, 20 genres",
        None,
        0.14,
        others={"accuracy": 0.25, "precision": 0.60, "recall": 0.26},
        note="mixed averages",
    ),
    StudySystem(
        "S5-CNN-LSTM",
        "stemmed descriptions, GloVe, CNN and LSTM",
        None,
        0.25,
        others={"accuracy": 0.25, "precision": 0.34, "recall": 0.26},
        note="stemming before a GloVe look-up loses vectors",
    ),
    StudySystem("S5-multimodal", "poster and text joined", None, None, note="never finished"),
)
SYSTEMS = {system.name: system for system in _ALL}
S1_BY_MODEL = {
    "glm": "S1-GLM",
    "rf": "S1-RF",
    "gbm": "S1-GBM",
    "svm_rbf": "S1-SVM-RAD",
    "svm_linear": "S1-SVM-LIN",
}
