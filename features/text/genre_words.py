"""The words that name a genre, and how to take them out of a text.

A keyword such as "romantic comedy" or "western" is the label in other words, typed in by the people who also
typed in the label: a model that reads it looks the answer up. Masked are therefore

- every spelling of a genre in TMDb, IMDb and MovieLens, in the singular and the plural, also inside a phrase:
  "crime boss" becomes "boss", "children's home" becomes "home";
- the adjective of the genre's name (romantic, comedic, dramatic, historical, ...), and words built from it
  (docudrama, melodrama, biopic, romcom, neo-noir).

A name that is also an everyday word (short, adult, news, reality, foreign, action) goes only where it names a
genre: alone, or beside a word such as "film". So "short story" and "virtual reality" stay.

Not masked is what a film is about (gangster, gunslinger, slasher, superhero, vampire, anime, musician, warrior):
it is evidence, not the label. "Comic" stays, since it means the comic book, and so does "criminal", a person.
"""

import re

__all__ = ["mask_genre_words", "mask_in_prose", "names_a_genre"]

_ANYWHERE = """
adventure adventures
animation animations animated
biography biographies biographical biopic biopics
children kids
comedy comedies comedic romcom romcoms dramedy tragicomedy
crime crimes
documentary documentaries mockumentary mockumentaries docudrama docuseries
drama dramas dramatic melodrama melodramas melodramatic
family families
fantasy fantasies
history histories historical
horror horrors horrific
imax
music musical musicals
mystery mysteries mysterious
noir noirs
romance romances romantic
scifi
sport sports sporting
thriller thrillers
war wars
western westerns
"""
_PHRASES = """
sci fi|science fiction|film noir|neo noir|rom com|tv movie|tv film|television film|television movie|made for tv
reality tv|reality show|reality series|reality television|game show|game shows|talk show|talk shows
soap opera|soap operas|news program|news programme|short film|short films|short movie|adult film|adult films
foreign film|foreign films|foreign language film|action film|action movie|action comedy|mock documentary
"""
_ALONE = frozenset(("action", "adult", "foreign", "news", "reality", "short", "shorts", "soap", "talk"))

_alternatives = sorted(
    filter(None, [*_PHRASES.replace("\n", "|").split("|"), *_ANYWHERE.split()]), key=len, reverse=True
)
# Lookarounds, not \b: in "o'war" the name is no word of its own.
_NAMES = re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, _alternatives)) + r")(?!\S)")

# The same in running text, whatever the case, with blanks or hyphens inside a phrase.
_IN_PROSE = re.compile(
    r"(?<![\w'])(?:" + "|".join(re.escape(name).replace(r"\ ", r"[\s-]+") for name in _alternatives) + r")(?!\w)",
    re.IGNORECASE,
)


def mask_genre_words(text: str) -> str:
    """Take the words that name a genre out of a text.

    Parameters
    ----------
    text : str
        Lower-case words separated by single blanks, as `" ".join(words(...))` makes them, stop words included
        or not.

    Returns
    -------
    str
        What remains, in order; "" where nothing does.

    Examples
    --------
    >>> mask_genre_words("romantic comedy"), mask_genre_words("neo noir detective")
    ('', 'detective')
    >>> mask_genre_words("short"), mask_genre_words("short story")
    ('', 'short story')
    """
    if text in _ALONE:
        return ""
    rest = _NAMES.sub(" ", text)
    return text if rest == text else mask_genre_words(" ".join(rest.split()))


def mask_in_prose(text: str) -> str:
    """Take the words that name a genre out of running text; what is left keeps its case and punctuation.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        What remains, blanks between words; "" where nothing but punctuation does.

    Examples
    --------
    >>> mask_in_prose("A Sci-Fi thriller about a short story."), mask_in_prose("Documentary")
    ('A about a short story.', '')
    """
    rest = " ".join(_IN_PROSE.sub(" ", text).split())
    if rest.lower() in _ALONE or not any(letter.isalnum() for letter in rest):
        return ""
    return rest


def names_a_genre(text: str) -> bool:
    """Whether a text holds a word that names a genre.

    Examples
    --------
    >>> names_a_genre("space western"), names_a_genre("gunslinger")
    (True, False)
    """
    return mask_genre_words(text) != text
