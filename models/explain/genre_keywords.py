"""The keywords that mark each genre."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import CountVectorizer


def top_keywords(
    texts: Sequence[str | None],
    y: np.ndarray,
    labels: Sequence[str],
    *,
    count: int = 10,
    separator: str | None = None,
    prior: float = 0.01,
    min_titles: int = 5,
) -> pd.DataFrame:
    """The words that mark each genre most.

    Words are ranked by the z-score of the log odds ratio of a word between titles with and without the genre, with
    a Dirichlet prior of `prior` times the word's count in all titles: common words of small difference and rare words
    of chance both rank low (Monroe, Colaresi, Quinn 2008, "Fightin' words").

    Parameters
    ----------
    texts : sequence of n strings or None
        Such as the column `keywords_words`; a title without text is left out.
    y : ndarray of shape (n, L), 0/1
    labels : L names
    count : int
        Words per genre.
    separator : str, optional
        `|` for the column `keywords_phrases`; blanks by default.
    prior : float
        Above 0.
    min_titles : int
        Titles a word needs.

    Returns
    -------
    DataFrame
        label, word, titles (with the word and the genre), share_with, share_without (of titles with, without the
        genre that have the word), z; best first per genre. Only words that speak for the genre (z > 0).

    Examples
    --------
    >>> texts = ["robot love", "robot war", "love", "love garden"] * 5
    >>> table = top_keywords(texts, np.array([[1], [1], [0], [0]] * 5), ["Science Fiction"], count=1)
    >>> table[["word", "titles", "share_with"]].values.tolist()
    [['robot', 10, 1.0]]
    """
    known = np.array([isinstance(text, str) and bool(text.strip()) for text in texts], dtype=bool)
    columns = ["label", "word", "titles", "share_with", "share_without", "z"]
    if not known.any():
        return pd.DataFrame(columns=columns)
    vectorizer = CountVectorizer(
        tokenizer=lambda text: text.split(separator),
        token_pattern=None,  # pyright: ignore[reportArgumentType]
        lowercase=False,
        binary=True,
    )
    has = csr_array(vectorizer.fit_transform([text for text, own in zip(texts, known, strict=True) if own]))
    words = vectorizer.get_feature_names_out()
    y = np.asarray(y)[known].astype(np.float64)
    total = np.asarray(has.sum(axis=0), dtype=np.float64).ravel()
    often = total >= min_titles
    parts = []
    for k, label in enumerate(labels):
        size = y[:, k].sum()
        inside = np.asarray(has.T @ y[:, k]).ravel()
        outside = total - inside
        alpha = prior * total
        a, b = inside + alpha, outside + alpha
        difference = np.log(a / (a.sum() - a)) - np.log(b / (b.sum() - b)) if 0 < size < len(y) else np.zeros(len(a))
        z = difference / np.sqrt(1 / a + 1 / b)
        order = np.lexsort((words, -z))
        order = order[(z[order] > 0) & often[order]][:count]
        parts.append(
            pd.DataFrame(
                {
                    "label": label,
                    "word": words[order],
                    "titles": inside[order].astype(int),
                    "share_with": inside[order] / max(size, 1),
                    "share_without": outside[order] / max(len(y) - size, 1),
                    "z": z[order],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[columns]
