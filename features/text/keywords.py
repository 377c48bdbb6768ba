"""Keywords of a title as words and as phrases, without the words that give the genre away."""

from collections.abc import Iterable

import pandas as pd

from .genre_words import mask_genre_words
from .words import stemmer, words

__all__ = ["PHRASE_SEPARATOR", "keywords"]

PHRASE_SEPARATOR = "|"


def keywords(titles: pd.DataFrame, *, stem: bool = False, masked: bool = True) -> pd.DataFrame:
    """Words and phrases of the keywords of each title.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows; `keywords` holds lists of phrases or null. Absent, it counts as null for every title.
    stem : bool
        Cut words to their Snowball stems.
    masked : bool
        Take out words that name a genre (see `genrelab.features.text.genre_words`). Without this a model reads the
        label from keywords such as "romantic comedy".

    Returns
    -------
    DataFrame of n rows, object
        `keywords_words`: distinct lower-case words joined by blanks, stop words out, in the order of the list.
        `keywords_phrases`: distinct phrases joined by `|`, of the same words. None where a title has no list;
        "" where it has one and nothing of it remains.

    Raises
    ------
    ValueError
        When a title's keywords are no list; the message names the title.

    Examples
    --------
    >>> titles = pd.DataFrame({"keywords": [["Bank robbery", "robbery of a train", "crime"], None]})
    >>> frame = keywords(titles)
    >>> frame["keywords_words"].tolist()
    ['bank robbery train', None]
    >>> frame["keywords_phrases"].tolist()
    ['bank robbery|robbery train', None]
    >>> keywords(titles, masked=False).loc[0, "keywords_phrases"]
    'bank robbery|robbery train|crime'
    """
    cut = stemmer() if stem else None
    # A catalogue repeats its phrases: each is worked on once.
    known: dict[str, str] = {}

    def cleaned(phrase: str) -> str:
        if phrase not in known:
            found = words(phrase, stop_words=frozenset()) if masked else words(phrase)
            if masked:
                # Before stop words go, so that "made for tv" is seen as it is.
                found = words(mask_genre_words(" ".join(found)))
            known[phrase] = " ".join(map(cut, found) if cut else found)
        return known[phrase]

    all_words: list[str | None] = []
    all_phrases: list[str | None] = []
    for row, listed in enumerate(_column(titles, "keywords")):
        if listed is None or listed is pd.NA or (isinstance(listed, float) and listed != listed):
            all_words.append(None)
            all_phrases.append(None)
            continue
        if isinstance(listed, str) or not isinstance(listed, Iterable):
            name = titles["imdb_id"].iloc[row] if "imdb_id" in titles else "no id"
            raise ValueError(
                f"row {row} ({name}), column 'keywords': expected a list of phrases or null, found {listed!r}"
            )
        phrases = dict.fromkeys(filter(None, (cleaned(phrase) for phrase in listed if phrase is not None)))
        all_phrases.append(PHRASE_SEPARATOR.join(phrases))
        all_words.append(" ".join(dict.fromkeys(" ".join(phrases).split())))
    return pd.DataFrame(
        {"keywords_words": all_words, "keywords_phrases": all_phrases}, index=titles.index, dtype=object
    )


def _column(titles: pd.DataFrame, name: str) -> list:
    return titles[name].tolist() if name in titles else [None] * len(titles)
