"""Plot texts as sequences of word numbers, with the words' vectors looked up before stemming."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ....features.text.words import STOP_WORDS, stemmer
from ...encode.top_words import cell_texts
from .vectors import read_glove

PADDING, UNKNOWN = 0, 1
_FEW = 20  # texts of which no share is to be trusted
# Descriptions that begin "Directed by"; the "by" and "with" that follow are stop words.
_ALWAYS_OUT = STOP_WORDS | {"directed"}


class WordSequences(TransformerMixin, BaseEstimator):
    """Number the stems of the training texts, the most frequent first, and give their vectors.

    A file of word vectors holds words, not stems: "robbery" and "robberies" are in it, "robberi" is not. The vector
    of a stem is therefore the mean of the vectors of the training words that have it, weighted by how often each
    occurs. Rows of stems without any vector, and of unknown words, are the mean of the others; padding is zero.

    Parameters
    ----------
    vocabulary : int
        Most numbers there may be, padding and unknown included, at least 3.
    length : int
        Words of a sequence, at least 1. Longer texts lose their first words, shorter ones begin with padding.
    stem : bool
        Number stems rather than words.
    vectors : path, optional
        File of word vectors, see `genrelab.models.networks.inputs.vectors`.
    common : float in (0, 1]
        A word of more than this share of the training texts is left out, like a stop word; of fewer than 20 texts
        none is.

    Attributes
    ----------
    numbers_ : dict of str to int
        Of stems, 2 and up. Ties of frequency are broken by the alphabet.
    vocabulary_size_ : int
        Numbers there are, padding and unknown included.
    left_out_ : list of str
        Words left out because they are common.
    vectors_ : float32 ndarray of shape (vocabulary_size_, width) or None
        None without a file.
    share_found_ : float in [0, 1] or None
        Share of the words of the training texts, every occurrence counted, that have a vector in the file.
    note_ : str
        Where the vectors come from, one sentence.

    Examples
    --------
    >>> texts = ["robbery bank robberies", "bank heist", None]
    >>> words = WordSequences(length=4).fit(texts)
    >>> words.numbers_
    {'bank': 2, 'robberi': 3, 'heist': 4}
    >>> words.transform(["heist casino bank", None]).tolist()
    [[0, 4, 1, 2], [0, 0, 0, 0]]
    """

    def __init__(
        self,
        vocabulary: int = 120_000,
        length: int = 76,
        stem: bool = True,
        vectors: str | Path | None = None,
        common: float = 0.5,
    ):
        self.vocabulary = vocabulary
        self.length = length
        self.stem = stem
        self.vectors = vectors
        self.common = common

    def fit(self, X, y=None):
        """Learn the numbers from training texts, and read their vectors.

        Parameters
        ----------
        X : sequence of n str, or array-like of shape (n, p)
            Cleaned words with blanks between, as in the column `overview_text`; None or NaN where there is no text.
        y : ignored

        Raises
        ------
        FileNotFoundError
            If there is no file of vectors.
        ValueError
            When no row has any word, no word is in the file, or a parameter is out of its range.
        """
        for name, least in (("vocabulary", 3), ("length", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: expected at least {least}, found {getattr(self, name)}")
        if not 0 < self.common <= 1:
            raise ValueError(f"common: expected a share above 0 and at most 1, found {self.common}")
        rows = [text.split() for text in _texts(X)]
        occurrences = Counter(word for row in rows for word in row if word not in _ALWAYS_OUT)
        titles = Counter(word for row in rows for word in set(row))
        number = sum(map(bool, rows))
        most = self.common * number if number >= _FEW else number
        self.left_out_ = sorted(word for word in occurrences if titles[word] > most)
        for word in self.left_out_:
            del occurrences[word]
        if not occurrences:
            raise ValueError(f"overview_text: expected words in at least one of {len(rows)} titles, found none")
        cut = self._stemmer()
        stem_of = {word: cut(word) for word in occurrences}
        frequency: Counter[str] = Counter()
        for word, count in occurrences.items():
            frequency[stem_of[word]] += count
        kept = sorted(frequency, key=lambda stem: (-frequency[stem], stem))[: self.vocabulary - 2]
        self.numbers_ = {stem: number for number, stem in enumerate(kept, UNKNOWN + 1)}
        self.vocabulary_size_ = len(kept) + 2
        self._find_vectors(occurrences, stem_of)
        return self

    def transform(self, X) -> np.ndarray:
        """Number the words: an int32 array of shape (n, length).

        Parameters
        ----------
        X : sequence of n str, or array-like of shape (n, p)
            As for `fit`. A title without text is all padding.
        """
        check_is_fitted(self)
        cut, out = self._stemmer(), _ALWAYS_OUT.union(self.left_out_)
        texts = _texts(X)
        sequences = np.full((len(texts), self.length), PADDING, dtype=np.int32)
        for row, text in enumerate(texts):
            found = [self.numbers_.get(cut(word), UNKNOWN) for word in text.split() if word not in out]
            if found := found[-self.length :]:
                sequences[row, -len(found) :] = found
        return sequences

    def _stemmer(self):
        return stemmer() if self.stem else str

    def _find_vectors(self, occurrences: Counter[str], stem_of: dict[str, str]) -> None:
        self.vectors_ = self.share_found_ = None
        self.note_ = "the embedding is learnt: no file of word vectors was given"
        if self.vectors is None:
            return
        found = read_glove(self.vectors, occurrences.keys())
        if not found.words:
            raise ValueError(
                f"{self.vectors}: expected vectors of words of the training texts, found none of {len(occurrences)}"
            )
        total = sum(occurrences.values())
        self.share_found_ = sum(occurrences[word] for word in found.words) / total
        pairs = [
            (self.numbers_[stem_of[word]], column, occurrences[word])
            for column, word in enumerate(found.words)
            if stem_of[word] in self.numbers_
        ]
        number, column, weight = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
        shape = (self.vocabulary_size_, len(found.words))
        weighted = sp.csr_matrix((weight.astype(np.float32), (number, column)), shape=shape)
        sums = np.bincount(number, weights=weight, minlength=self.vocabulary_size_)
        known = sums > 0
        self.vectors_ = np.asarray(weighted @ found.matrix, dtype=np.float32)
        self.vectors_[known] /= sums[known, None].astype(np.float32)
        if known.any():
            self.vectors_[~known] = self.vectors_[known].mean(axis=0)
        self.vectors_[PADDING] = 0
        self.note_ = (
            f"word vectors of {found.matrix.shape[1]} numbers from {Path(self.vectors).name}: found for "
            f"{self.share_found_:.1%} of the words of the training texts, before stemming"
        )
        if found.broken:
            self.note_ += f"; {found.broken} of its {found.lines} lines are broken ({found.first_broken})"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _texts(X) -> list[str]:
    cells = X.to_numpy(dtype=object) if isinstance(X, pd.DataFrame | pd.Series) else np.asarray(X, dtype=object)
    return cell_texts(cells if cells.ndim == 2 else cells[:, None])
