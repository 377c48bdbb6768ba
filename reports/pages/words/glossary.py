"""What the words of a report mean, for a reader who is new to them."""

import pandas as pd

from ...runs.format import TRIVIAL, ZERO_SHOT
from ...runs.metric_names import metric_name

_METRICS = {
    "f1_macro": "F1 of every genre, averaged over genres: a rare genre counts as much as a frequent one",
    "f1_micro": "F1 of all pairs of title and genre together: frequent genres count most",
    "f1_weighted": "F1 of every genre, averaged with the genre's number of titles as its weight",
    "average_precision_macro": (
        "AP, the precision averaged over all thresholds, of every genre, averaged over genres: how well scores rank "
        "titles, whatever the threshold; guessing scores the genre's share"
    ),
    "balanced_accuracy": "the share of titles put right in every class, averaged over classes",
    "accuracy": "the share of titles put right; always saying the largest class can score high",
    "log_loss": "how far the probabilities are from the truth; smaller is better",
}
_MODELS = {
    "glm": "logistic regression",
    "rf": "random forest",
    "gbm": "gradient-boosted trees",
    "svm_linear": "linear support vector machine",
    "svm_rbf": "support vector machine with an RBF kernel",
    "ovr_svm": "one support vector machine with an RBF kernel for every genre",
    "knn": "nearest neighbours",
    "mlp": "a small network of dense layers",
    "stack": "a model for every block of features, and a logistic regression that weighs what they say",
    "naive_cnn": "a network of two convolutions and two dense layers, on posters",
    "deep_cnn": "a network of two convolutions and three dense layers of 1024, on posters",
    "augmented_cnn": "that deeper network, on posters turned, shifted, sheared, zoomed and mirrored",
    "inception_tuned": "InceptionV3 on posters, a new head first, then its top two blocks trained at a low rate",
    "two_genre_cnn": "a network of three convolutions, on posters",
    "fc_head": "dense layers of 500, 250, 250 and 100 with dropout, on features",
    "resnet_random": "ResNet-50 on posters, every layer trained from a random start",
    "resnet_imagenet": "ResNet-50 on posters, every layer trained from what it learnt on photographs",
    "resnet_transfer": "ResNet-50 on posters, its last 40 layers trained from what they learnt on photographs",
    "mini_vgg": "a network of four small convolutions and two dense layers, on posters",
    "poster_cnn": "a network of four convolutions and two dense layers, on posters",
    "cnn_lstm": "a network of word vectors, a convolution and a bidirectional LSTM, on plot texts",
    "multimodal": "a network with a branch for every kind of input, such as poster and plot, joined before the end",
}
_BALANCES = {
    "balanced": "rare genres weigh more in training, inversely to their frequency",
    "inverse": "rare genres weigh more in training: the most frequent one's number of titles over their own",
    "log": "rare classes weigh more in training, by the logarithm of their share",
    "oversample": "titles of rare genres are repeated in training",
    "smote": "titles of rare genres are made up in training, between real ones",
}
_RULES = {
    "all_positive": "gives every genre to every title",
    "all_negative": "gives no genre to any title",
    "prior_random": "draws genres at random, as often as they occur",
    "majority": "always says the most frequent genre or class",
    "most_frequent_set": "always says the most frequent combination of genres",
    "uniform": "draws a class at random",
}
_ASKED = (
    "asks an encoder of pictures and captions for each genre in words, as in 'a poster of a horror film'; it learnt no "
    "label of this catalogue, and may read the title on the poster"
)
F1 = "precision (how many of the titles given a genre have it) and recall (how many that have it were given it) in one"


def glossary(leaderboard: pd.DataFrame) -> list[tuple[str, str]]:
    """The words of a leaderboard with their meanings; words it does not use are left out.

    Parameters
    ----------
    leaderboard : DataFrame
        As `leaderboard.leaderboard` returns it.

    Returns
    -------
    list of (word, meaning)

    Examples
    --------
    >>> rows = {"model": ["rf(max_features=4)", "trivial:majority"], "balance": ["none", "none"], "accuracy": [1, 0]}
    >>> [word for word, _ in glossary(pd.DataFrame(rows))]
    ['accuracy', 'rf', 'trivial rule: majority']
    """
    found = [(metric_name(name), text) for name, text in _METRICS.items() if name in leaderboard]
    if any("F1" in word for word, _ in found):
        found.insert(0, ("F1", F1))
    models = {str(model).partition("(")[0] for model in leaderboard["model"]}
    balances = {part for balance in leaderboard["balance"] for part in str(balance).split("+")}
    found += [(name, text) for name, text in _MODELS.items() if name in models]
    found += [(name, text) for name, text in _BALANCES.items() if name in balances]
    found += [
        (f"trivial rule: {name.replace('_', '-')}", text)
        for name, text in _RULES.items()
        if f"trivial:{name}" in models
    ]
    asked = sorted(name for name in models if name.startswith(ZERO_SHOT))
    return found + [(f"trivial rule: {name.removeprefix(TRIVIAL).replace('_', '-')}", _ASKED) for name in asked]
