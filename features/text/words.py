"""Text to words: the tokens, stop words and stems that keywords and overviews share."""

import html
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

__all__ = ["STOP_WORDS", "stemmer", "words"]

# Words of the closed classes only: articles, prepositions, conjunctions, pronouns, auxiliaries. NLTK's own list
# is a download, and scikit-learn's takes out "fire", "cry", "mine", "system" and "bill", which tell about a plot.
_CLOSED_CLASSES = """
a an the this that these those
about above across after against along among amid around as at before behind below beneath beside between
beyond by down during except for from in inside into near of off on onto out outside over past per since
through throughout to toward towards under until up upon via with within without
and but or nor so yet if because although though while whereas unless than whether either neither both
i me my myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
hers herself it its itself they them their theirs themselves one's who whom whose which what where when why
how
am is are was were be been being do does did doing done have has had having can could will would shall
should may might must cannot can't won't don't doesn't didn't isn't aren't wasn't weren't hasn't haven't
hadn't couldn't wouldn't shouldn't
not no all any each every some such own same too very also just only then there here again once more most
other another few many much i'm i've i'll i'd you're you've you'll you'd he'd he'll she'd she'll it'll
we're we've we'll we'd they're they've they'll they'd
"""
STOP_WORDS = frozenset(_CLOSED_CLASSES.split())
_PATTERN = r"[^\W_]+(?:'[^\W_]+)*"
_CURLY = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_MARKUP = re.compile(r"<[^<>]{1,200}>|https?://\S+|www\.\S+")


@lru_cache(maxsize=1)
def _tokenize() -> Callable[[str], list[str]]:
    # NLTK takes a second or two to import: only who asks for text pays.
    from nltk.tokenize import RegexpTokenizer

    return RegexpTokenizer(_PATTERN).tokenize


def words(text: str, *, stop_words: frozenset[str] = STOP_WORDS) -> list[str]:
    """Lower-case words of a text, in order.

    Letters and digits of any script make a word; everything else separates, also a hyphen. A possessive `'s` is
    dropped, an apostrophe within a word stays (`o'clock`), and a single character is no word. HTML markup,
    entities and web addresses are taken out.

    Parameters
    ----------
    text : str
    stop_words : frozenset of str
        Left out; `frozenset()` keeps all.

    Returns
    -------
    list of str

    Examples
    --------
    >>> words("The king&#39;s <b>Sci-Fi</b> café on https://example.org/x")
    ['king', 'sci', 'fi', 'café']
    """
    if "<" in text or "http" in text or "www." in text:
        text = _MARKUP.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    text = text if text.isascii() else unicodedata.normalize("NFKC", text.translate(_CURLY))
    text = text.translate(_CURLY).lower()
    found = []
    for token in _tokenize()(text):
        token = token.removesuffix("'s")
        if len(token) > 1 and token not in stop_words:
            found.append(token)
    return found


def stemmer() -> Callable[[str], str]:
    """A function that stems English words with Snowball and remembers them.

    Returns
    -------
    callable of str to str

    References
    ----------
    Porter (2001), Snowball: a language for stemming algorithms.

    Examples
    --------
    >>> stem = stemmer()
    >>> stem("robberies"), stem("robbery")
    ('robberi', 'robberi')
    """
    from nltk.stem.snowball import EnglishStemmer

    return lru_cache(maxsize=200_000)(EnglishStemmer().stem)
