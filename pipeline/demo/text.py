"""Names, keywords and plots of the demo's titles."""

from collections.abc import Sequence

import numpy as np

from .words import COMMON_KEYWORDS, COMMON_PLOTS, GENRE_NAMED, WORDS

__all__ = ["keyword_list", "plot", "title_name"]

# How often a word comes from one of the title's genres; else from any genre.
TELLS = 0.72
_FIRST = (
    "Red Silver Last Hidden Broken Golden Seventh Quiet Burning Crooked Distant Paper Blue Lucky Wild Second "
    "Frozen Little Iron Forgotten"
)
_MIDDLE = ("", "", "", "Night of the ", "Return to ", "Beyond the ", "The ")


def _source(genres: Sequence[str], rng: np.random.Generator) -> str:
    return str(rng.choice(genres if rng.random() < TELLS else list(WORDS)))


def title_name(genres: Sequence[str], rng: np.random.Generator) -> str:
    """A name that says it is synthetic.

    Examples
    --------
    >>> title_name(["Western"], np.random.default_rng(0)).startswith("Synthetic ")
    True
    """
    noun = str(rng.choice(WORDS[_source(genres, rng)].names))
    return f"Synthetic {rng.choice(_MIDDLE)}{rng.choice(_FIRST.split())} {noun}"


def keyword_list(genres: Sequence[str], rng: np.random.Generator) -> list[str] | None:
    """Keywords: some of the title's genres, some of others, some that any title may have.

    Parameters
    ----------
    genres : sequence of str
    rng : Generator

    Returns
    -------
    list of str, or None for about a fifth of the titles

    Examples
    --------
    >>> len(keyword_list(["Western"], np.random.default_rng(5))) > 0
    True
    """
    if rng.random() < 0.2:
        return None
    found: dict[str, None] = {}
    for _ in range(int(rng.integers(2, 11))):
        pool = COMMON_KEYWORDS if rng.random() < 0.35 else WORDS[_source(genres, rng)].keywords
        # The front of a pool is used most, as a few keywords are in real lists.
        found[pool[int(len(pool) * rng.random() ** 2)]] = None
    named = [name for genre in genres for name in GENRE_NAMED.get(genre, ())]
    if named and rng.random() < 0.06:
        found[str(rng.choice(named))] = None
    return list(found)


def plot(title: str, genres: Sequence[str], rng: np.random.Generator) -> str | None:
    """A plot of two to four sentences that says it is synthetic.

    Parameters
    ----------
    title : str
    genres : sequence of str
    rng : Generator

    Returns
    -------
    str, or None for about an eighth of the titles

    Examples
    --------
    >>> plot("Synthetic Dust", ["Western"], np.random.default_rng(1)).startswith("Synthetic plot: ")
    True
    """
    if rng.random() < 0.12:
        return None
    person = str(rng.choice(WORDS[_source(genres, rng)].people))
    sentences = [f"{person[0].upper()}{person[1:]} {rng.choice(WORDS[_source(genres, rng)].deeds)}."]
    if rng.random() < 0.6:
        other = WORDS[_source(genres, rng)]
        sentences.append(f"Then {rng.choice(other.people)} {rng.choice(WORDS[_source(genres, rng)].deeds)}.")
    sentences += [str(rng.choice(COMMON_PLOTS)) for _ in range(int(rng.integers(1, 3)))]
    return "Synthetic plot: " + " ".join(sentences)
