"""Which weights the networks of a feature set have, in the words of a table."""

from collections.abc import Iterable, Mapping

# The longest name of weights that stands in a table beside its feature set.
INLINE = 40


def beside(told: str) -> str:
    """What stands beside a feature set in a table; that weights are random always does.

    Parameters
    ----------
    told : str
        The words for a feature set's weights, `; ` between networks.

    Returns
    -------
    str
        Empty where the words are too long: they stand in the list under the table.

    Examples
    --------
    >>> beside("mobilenet_v2, random weights"), beside("a, a.h5; " * 9), beside("a, random weights; " * 9)
    ('mobilenet_v2, random weights', '', 'random weights')
    """
    if len(told) <= INLINE:
        return told
    return "random weights" if "random" in told else ""


def listed(weights: Mapping[str, str], shown: Iterable[str] | None = None) -> list[str]:
    """What stands under a table: every network once, for those feature sets whose words are too long.

    Parameters
    ----------
    weights : mapping of feature set to words
    shown : iterable of str, optional
        The feature sets of the table; all by default.

    Returns
    -------
    list of str

    Examples
    --------
    >>> long = "resnet50, resnet50_notop.h5; mobilenet_v2, mobilenet_v2_notop.h5"
    >>> listed({"all": long, "resnet50": "resnet50, resnet50_notop.h5"})
    ['resnet50, resnet50_notop.h5', 'mobilenet_v2, mobilenet_v2_notop.h5']
    """
    names = list(weights) if shown is None else [name for name in dict.fromkeys(shown) if name in weights]
    long = [weights[name] for name in names if len(weights[name]) > INLINE]
    return list(dict.fromkeys(part for told in long for part in told.split("; ")))
