"""Genres asked for in words: how near a poster's vector lies to that of "a poster of a horror film".

Nothing is learnt from the titles at hand. The encoder learnt from pictures with their captions, so whatever is on the
poster counts, its lettering among it: a poster that says "Horror Night" answers for its title, not for its picture.
"""

from collections.abc import Sequence

import numpy as np

from ..frozen.encoders import GENRE, TextSide
from .sentences import encoded

__all__ = ["genre_similarities", "prompts_of"]


def prompts_of(side: TextSide, genre: str | None) -> list[str]:
    """What the encoder is asked about a genre; without one, the same words with no genre in them.

    Examples
    --------
    >>> from ..frozen.encoders import TextEncoder
    >>> side = TextSide(TextEncoder("text", "", "", "none"))
    >>> prompts_of(side, "Science Fiction"), prompts_of(side, None)
    (['a poster of a science fiction film'], ['a poster of a film'])
    """
    named = "" if genre is None else genre.lower()
    return [" ".join(prompt.replace(GENRE, named).split()) for prompt in side.prompts]


def genre_similarities(vectors: np.ndarray, side: TextSide, genres: Sequence[str]) -> np.ndarray:
    """How much nearer a poster lies to a genre's prompts than to the same prompts with no genre in them.

    Parameters
    ----------
    vectors : ndarray of shape (n, d)
        Of posters, by the picture encoder that `side` belongs to; NaN for a poster that could not be read.
    side : TextSide
    genres : sequence of L names

    Returns
    -------
    ndarray of shape (n, L), float64
        Differences of cosines times the scale: above 0 where the genre's words are nearer. NaN where the vector is.

    Raises
    ------
    ValueError
        If the vectors of texts and pictures have different widths.
    """
    asked = {genre: prompts_of(side, genre) for genre in (*genres, None)}
    texts = list(dict.fromkeys(text for prompts in asked.values() for text in prompts))
    known = {
        text: row for batch, rows in encoded(texts, side.encoder, 32) for text, row in zip(batch, rows, strict=True)
    }
    means = np.stack([np.mean([known[text] for text in prompts], axis=0) for prompts in asked.values()])
    if means.shape[1] != vectors.shape[1]:
        raise ValueError(
            f"expected texts and pictures in one space, found {means.shape[1]} values for a text and "
            f"{vectors.shape[1]} for a poster; name the outputs that were trained together"
        )
    cosines = _unit(np.asarray(vectors, np.float64)) @ _unit(means.astype(np.float64)).T
    return side.scale * (cosines[:, :-1] - cosines[:, -1:])


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
