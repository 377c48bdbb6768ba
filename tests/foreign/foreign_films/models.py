"""A model of another package."""

from sklearn.naive_bayes import GaussianNB

from genrelab.models import Recipe


def naive_bayes(seed, n_jobs, **params):
    """A classifier of a single-label problem; genrelab makes one per genre of it."""
    return GaussianNB(**params)


NAIVE_BAYES = Recipe(
    "naive_bayes",
    "naive Bayes",
    "Gaussian naive Bayes from another package",
    naive_bayes,
    grid={"var_smoothing": (1e-9, 1e-3)},
)
