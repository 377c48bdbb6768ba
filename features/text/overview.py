"""The plot text of a title, cleaned for counting words.

Genre names stay in by default, unlike in keywords. An overview is prose about a story: there "war", "family",
"crime" and "music" are mostly events and people, and masking them takes the plot away. Some overviews do name
their genre ("this documentary follows ..."), so part of what a model reads here is the label in other words;
`masked=True` shows how much.
"""

import pandas as pd

from .genre_words import mask_genre_words
from .words import stemmer, words

__all__ = ["overview"]


def overview(titles: pd.DataFrame, *, stem: bool = False, masked: bool = False) -> pd.DataFrame:
    """Lower-case words of the plot text of each title.

    Which words count and how much is the model's to learn from training rows.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows; `overview` holds text or null. Absent, it counts as null for every title.
    stem : bool
        Cut words to their Snowball stems.
    masked : bool
        Take out words that name a genre (see `genrelab.features.text.genre_words`).

    Returns
    -------
    DataFrame of n rows, object
        `overview_text`: words in the order of the text, joined by single blanks; stop words, markup, web
        addresses and punctuation are out. None where there is no text, or none of it remains.

    Raises
    ------
    ValueError
        When an overview is no text; the message names the title.

    Examples
    --------
    >>> titles = pd.DataFrame({"overview": ["A retired thief plans <i>one</i> last heist.", None]})
    >>> overview(titles)["overview_text"].tolist()
    ['retired thief plans one last heist', None]
    >>> overview(titles, stem=True).loc[0, "overview_text"]
    'retir thief plan one last heist'
    """
    cut = stemmer() if stem else None
    texts: list[str | None] = []
    for row, text in enumerate(titles["overview"].tolist() if "overview" in titles else [None] * len(titles)):
        if text is None or text is pd.NA or (isinstance(text, float) and text != text):
            texts.append(None)
            continue
        if not isinstance(text, str):
            name = titles["imdb_id"].iloc[row] if "imdb_id" in titles else "no id"
            raise ValueError(f"row {row} ({name}), column 'overview': expected text or null, found {text!r}")
        found = words(text)
        if masked:
            found = mask_genre_words(" ".join(found)).split()
        texts.append(" ".join(map(cut, found) if cut else found) or None)
    return pd.DataFrame({"overview_text": texts}, index=titles.index, dtype=object)
