"""What genrelab knows of one feature family, in one record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .plugins import resolve

TITLE, POSTER, NETWORK, TEXTS = "title", "poster", "network", "texts"


@dataclass(frozen=True)
class Option:
    """What stands after the colon of a spec, as in `keywords:stem`.

    Parameters
    ----------
    words : str
        What it does, for help.
    arguments : mapping
        Keyword arguments that the family's function gets.
    encoder : str, callable or None
        Encodes the columns in place of the family's encoder. Such an option changes no column: it is the model's.

    Examples
    --------
    >>> Option("whole words, not their stems", {"stem": False}).arguments
    {'stem': False}
    """

    words: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    encoder: Any = None


@dataclass(frozen=True)
class Family:
    """One feature family: everything that others ask about it.

    Parameters
    ----------
    name : str
        Of the family, and what its column names begin with: `brightness` makes `brightness_luma` and so on.
    summary : str
        What it holds, in a phrase, for help, tables and reports.
    needs : {"title", "poster", "network", "texts"}
        What it is computed from; it decides what `compute` is called with.
    compute : callable, or "package.module:function"
        `title`: `compute(titles, **arguments)` with catalogue rows and the arguments of the options asked for, giving a
        DataFrame of as many rows. `poster`: `compute(paths, specs, store=, n_jobs=, progress=)`, giving a DataFrame
        per spec; families with the same function are computed in one call, from one decode per poster
        (`genrelab.features.each_poster` makes such a function of one that looks at one picture). `network`:
        `compute(paths, name, weights=, store=, n_jobs=, progress=)` with the name after the colon. `texts`: the same of
        a text encoder, `compute(titles, name, weights=, store=, progress=)`.
    reads : tuple of str
        Catalogue columns that a `title` family looks at.
    options : mapping of str to Option
        What may stand after the colon, joined by `+`.
    encoder : str, callable or None
        How models see the columns: the name of a step in `genrelab.models.encode.steps`, or
        `encoder(columns)` giving a transformer. None: models cannot read it; networks or audits do.
    block : {"numbers", "colours", "words", "names", "sentences", "embedding"}
        What kind of block it is in a stack; a recipe says which kinds it suits.
    unreadable : {"nan", "zero"}
        What the row of a poster that cannot be read holds.

    Examples
    --------
    >>> family = Family("title", "length of the title", "title", lambda titles: titles[["title"]], reads=("title",))
    >>> family.reads_posters, family.options
    (False, {})
    """

    name: str
    summary: str
    needs: str
    compute: Any
    reads: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    encoder: Any = "scale"
    block: str = "numbers"
    unreadable: str = "nan"

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"family name: expected letters, digits and underscores, got {self.name!r}")
        if self.needs not in (TITLE, POSTER, NETWORK, TEXTS):
            raise ValueError(
                f"family {self.name!r}: needs: expected one of title, poster, network, texts, got {self.needs!r}"
            )

    @property
    def reads_posters(self) -> bool:
        """Whether it looks at posters, by itself or through a network."""
        return self.needs in (POSTER, NETWORK)

    @property
    def names_network(self) -> bool:
        """Whether a frozen network computes it, whose name stands after the colon."""
        return self.needs in (NETWORK, TEXTS)

    @property
    def function(self) -> Callable[..., Any]:
        """`compute`, imported."""
        return resolve(self.compute, __package__)

    def arguments(self, options: tuple[str, ...]) -> dict[str, Any]:
        """Keyword arguments of `compute` for the options of a spec."""
        found: dict[str, Any] = {}
        for option in options:
            found |= self.options[option].arguments
        return found

    def encoder_of(self, options: tuple[str, ...]) -> Any:
        """The encoder for the options of a spec."""
        asked = [self.options[option].encoder for option in options if option in self.options]
        return next((encoder for encoder in asked if encoder is not None), self.encoder)
