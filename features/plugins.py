"""Records by name: those that come with genrelab, those of other packages, and `package.module:object`."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

LOG = logging.getLogger("genrelab")
Record = TypeVar("Record")


def resolve(reference: Any, package: str | None = None) -> Any:
    """The object that a reference names; anything but a string is returned as it is.

    Parameters
    ----------
    reference : str or object
        `package.module:object`, or `.module:object` below `package`.
    package : str, optional
        Where references that begin with a dot start from.

    Raises
    ------
    ValueError
        When the module cannot be imported or has no such object; the message names both.

    Examples
    --------
    >>> resolve("math:sqrt")(9.0)
    3.0
    """
    if not isinstance(reference, str):
        return reference
    module, _, name = reference.partition(":")
    try:
        found = import_module(module, package)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, SyntaxError, TypeError) as fault:
        raise ValueError(f"{reference!r}: expected an object that can be imported, got {fault}") from None
    return found


def is_reference(name: str) -> bool:
    """Whether a name is `package.module:object`.

    Examples
    --------
    >>> is_reference("my_package.models:RECIPE"), is_reference("keywords:stem"), is_reference("rf")
    (True, False, False)
    """
    module, colon, rest = name.partition(":")
    return bool(colon and rest) and "." in module and all(part.isidentifier() for part in module.split("."))


def did_you_mean(word: object, known: Sequence[str]) -> str:
    """The end of a message about an unknown word: the known word that looks most like it, or nothing.

    Examples
    --------
    >>> did_you_mean("keyword", ["keywords", "overview"])
    "; did you mean 'keywords'?"
    >>> did_you_mean("c", ["C"])
    "; did you mean 'C'?"
    >>> did_you_mean("x", ["keywords"])
    ''
    """
    names = [str(name) for name in known]
    close = [name for name in names if name.casefold() == str(word).casefold()]
    close = close or get_close_matches(str(word), names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


class Registry(Mapping[str, Record], Generic[Record]):
    """Records by their `name`, in order: ours first, then those of other packages' entry points.

    Nothing is imported before it is asked for: ours may be given as references, and entry points are read when a name
    is not ours or all names are listed. A package whose entry point fails costs one warning, which names it.

    Parameters
    ----------
    what : str
        What a record is, for messages: `model`.
    group : str
        Entry points that are read, such as `genrelab.models`; each gives a record or a list of records.
    kind : type, or str
        Class of the records, or a reference to it.
    own : sequence of records or references
        A reference may name a list of records.
    package : str
        Where references that begin with a dot start from.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> fruit = Registry("fruit", "genrelab.fruit", SimpleNamespace, [SimpleNamespace(name="apple")], __package__)
    >>> list(fruit), "pear" in fruit
    (['apple'], False)
    >>> fruit.find("aple")
    Traceback (most recent call last):
    ...
    ValueError: expected a fruit among apple, or package.module:object, got 'aple'; did you mean 'apple'?
    """

    def __init__(self, what: str, group: str, kind: Any, own: Sequence[Any], package: str | None):
        self.what, self.group, self.kind, self.package = what, group, kind, package
        self._own = list(own)
        self._known: dict[str, Record] | None = None
        self._foreign: dict[str, Record] | None = None
        self._given: dict[str, Record] = {}

    def __getitem__(self, name: str) -> Record:
        if name in self._records():
            return self._records()[name]
        if not isinstance(name, str):
            raise KeyError(name)
        if is_reference(name):
            if name not in self._given:
                self._given[name] = self._checked(resolve(name), repr(name))
            return self._given[name]
        return self._plugged()[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self._records(), *self._plugged()])

    def __len__(self) -> int:
        return len(self._records()) + len(self._plugged())

    def find(self, name: object) -> Record:
        """The record of a name; raises ValueError, with the known names and the nearest of them, for any other."""
        try:
            return self[name]  # type: ignore[index]
        except KeyError:
            known = list(self)
        raise ValueError(
            f"expected a {self.what} among {', '.join(known)}, or package.module:object, got {name!r}"
            f"{did_you_mean(name, known)}"
        )

    def _records(self) -> dict[str, Record]:
        if self._known is None:
            known: dict[str, Record] = {}
            for item in self._own:
                item = resolve(item, self.package)
                for record in item if isinstance(item, list | tuple) else [item]:
                    known[record.name] = record
            self._known = known
        return self._known

    def _plugged(self) -> dict[str, Record]:
        """Records of other packages' entry points."""
        if self._foreign is None:
            self._foreign = {}
            for point in entry_points(group=self.group):
                try:
                    loaded = point.load()
                    records = [
                        self._checked(record, point.value)
                        for record in (loaded if isinstance(loaded, list | tuple) else [loaded])
                    ]
                except Exception as fault:  # whatever another package does wrong, ours goes on
                    LOG.warning("%s of %s was left out: %s", self.what, _distribution(point), _sentence(fault))
                    continue
                for record in records:
                    name = str(getattr(record, "name", ""))
                    if name in self._records() or name in self._foreign:
                        LOG.warning(
                            "%s of %s was left out: %r is the name of another %s",
                            self.what,
                            _distribution(point),
                            name,
                            self.what,
                        )
                        continue
                    self._foreign[name] = record
        return self._foreign

    def _checked(self, record: Any, origin: str) -> Record:
        kind = resolve(self.kind, self.package)
        if not isinstance(record, kind):
            raise ValueError(f"{origin}: expected a {kind.__name__}, got {type(record).__name__}")
        return record


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def _sentence(fault: Exception) -> str:
    return f"{type(fault).__name__}: {' '.join(str(fault).split())}"
