"""Which rows of a catalogue take part: by kind, years, language, votes, or a condition on its columns."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...features.plugins import did_you_mean
from .schema import COLUMNS, NAMES, STRING

VOTES = ("vote_count", "imdb_votes")
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CALCULATE: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_LONGEST = 1000  # characters of a condition


def select_rows(titles: pd.DataFrame, wanted: Mapping[str, Any]) -> np.ndarray:
    """Positions of the titles that a filter keeps.

    Parameters
    ----------
    titles : DataFrame
        Catalogue rows.
    wanted : mapping
        Any of `kind` ("movie" or "series"), `years` (the first and the last), `language` (two letters, or a list),
        `min_votes` (on TMDb or IMDb), `where` (see `where_mask`). A title of which the fact is unknown is left out.

    Returns
    -------
    ndarray of int64
        In the order of `titles`.

    Raises
    ------
    ValueError
        For an unknown key, or a condition that cannot be evaluated.

    Examples
    --------
    >>> titles = pd.DataFrame({"year": [1989, 1990, None], "kind": ["movie", "movie", "series"]})
    >>> select_rows(titles, {"kind": "movie", "years": [1990, 1999]}).tolist()
    [1]
    """
    kept = np.ones(len(titles), dtype=bool)
    for key, value in wanted.items():
        if key == "kind":
            kept &= _known(_column(titles, "kind") == value)
        elif key == "years":
            first, last = value
            year = _column(titles, "year")
            kept &= _known(year >= first) & _known(year <= last)
        elif key == "language":
            languages = [value] if isinstance(value, str) else list(value)
            kept &= _known(_column(titles, "original_language").isin(languages))
        elif key == "min_votes":
            kept &= np.any([_known(_column(titles, name) >= value) for name in VOTES], axis=0)
        elif key == "where":
            kept &= where_mask(titles, value)
        else:
            raise ValueError(f"titles: expected kind, years, language, min_votes or where, got {key!r}")
    return np.flatnonzero(kept)


def where_mask(titles: pd.DataFrame, condition: str) -> np.ndarray:
    """Whether a condition holds for each title.

    A condition is made of catalogue columns, numbers, texts, lists, comparisons, `in`, `and`, `or`, `not`, `+ - * /`.
    Nothing else is evaluated. A comparison with what is unknown of a title is false.

    Parameters
    ----------
    titles : DataFrame of n rows
    condition : str
        Such as `runtime >= 60 and "Drama" in genres_imdb`.

    Returns
    -------
    ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        When it is no such condition; the message says which part.

    Examples
    --------
    >>> titles = pd.DataFrame({"runtime": [59.0, 90.0, None], "genres_imdb": [["Drama"], ["Drama"], ["Drama"]]})
    >>> where_mask(titles, 'runtime >= 60 and "Drama" in genres_imdb').tolist()
    [False, True, False]
    """
    tree = check_where(condition)
    found = _evaluate(tree, titles)
    if not (isinstance(found, np.ndarray) and found.dtype == bool):
        raise ValueError(f"expected a condition that is true or false, such as 'runtime >= 60', got {condition!r}")
    return found


def check_where(condition: str) -> ast.expr:
    """The tree of a condition, after making sure that it holds nothing but what `where_mask` evaluates.

    Examples
    --------
    >>> check_where("__import__('os')")
    Traceback (most recent call last):
    ...
    ValueError: expected columns, values, comparisons, in, and, or, not, + - * /, got "__import__('os')"
    """
    if len(condition) > _LONGEST:
        raise ValueError(f"expected a condition of at most {_LONGEST} characters, got {len(condition)}")
    try:
        tree = ast.parse(condition.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"expected a condition such as 'runtime >= 60', got {condition!r}") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if node.id not in COLUMNS:
                known = list(COLUMNS)
                raise ValueError(
                    f"expected a catalogue column, got {node.id!r}"
                    f"{did_you_mean(node.id, known) or '; there are ' + ', '.join(known)}"
                )
        elif isinstance(node, ast.Compare):
            allowed = all(type(op) in _COMPARE or isinstance(op, ast.In | ast.NotIn) for op in node.ops)
            if not allowed or len(node.ops) > 1:
                raise ValueError(f"expected one comparison at a time, got {ast.unparse(node)!r}")
        elif not isinstance(
            node,
            ast.BoolOp
            | ast.UnaryOp
            | ast.BinOp
            | ast.Constant
            | ast.List
            | ast.Tuple
            | ast.boolop
            | ast.cmpop
            | ast.Not
            | ast.USub
            | ast.Add
            | ast.Sub
            | ast.Mult
            | ast.Div
            | ast.Load,
        ):
            raise ValueError(
                f"expected columns, values, comparisons, in, and, or, not, + - * /, got {ast.unparse(node)!r}"
                if isinstance(node, ast.expr)
                else f"expected columns, values, comparisons, in, and, or, not, + - * /, got {condition!r}"
            )
    return tree


def _evaluate(node: ast.expr, titles: pd.DataFrame) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_evaluate(item, titles) for item in node.elts]
    if isinstance(node, ast.Name):
        return _column(titles, node.id)
    if isinstance(node, ast.BoolOp):
        parts = [_truth(item, titles) for item in node.values]
        return np.all(parts, axis=0) if isinstance(node.op, ast.And) else np.any(parts, axis=0)
    if isinstance(node, ast.UnaryOp):
        return ~_truth(node.operand, titles) if isinstance(node.op, ast.Not) else -_number(node.operand, titles)
    if isinstance(node, ast.BinOp):
        return _CALCULATE[type(node.op)](_number(node.left, titles), _number(node.right, titles))
    assert isinstance(node, ast.Compare)
    left, right = _evaluate(node.left, titles), _evaluate(node.comparators[0], titles)
    op = node.ops[0]
    if isinstance(op, ast.In | ast.NotIn):
        return _contains(node, left, right, len(titles), isinstance(op, ast.NotIn))
    try:
        if _kind(left) != _kind(right):
            raise TypeError
        compared = _COMPARE[type(op)](left, right)
    except TypeError:
        raise ValueError(f"expected two things that can be compared, got {ast.unparse(node)!r}") from None
    return _known(compared) if isinstance(compared, pd.Series) else np.full(len(titles), bool(compared))


def _contains(node: ast.Compare, left: Any, right: Any, rows: int, negated: bool) -> np.ndarray:
    """`"Drama" in genres_imdb`, or `original_language in ["en", "fr"]`; of what is unknown, neither in nor not in."""
    if isinstance(left, pd.Series) and isinstance(right, list):
        known, inside = left.notna().to_numpy(dtype=bool), left.isin(right).to_numpy(dtype=bool)
    elif isinstance(right, pd.Series) and not isinstance(left, pd.Series | list):
        known = right.notna().to_numpy(dtype=bool)
        inside = np.array([there and left in names for there, names in zip(known, right, strict=True)], dtype=bool)
    else:
        raise ValueError(f"expected a value in a column, or a column in a list, got {ast.unparse(node)!r}")
    return known & ~inside if negated else known & inside


def _truth(node: ast.expr, titles: pd.DataFrame) -> np.ndarray:
    found = _evaluate(node, titles)
    if not (isinstance(found, np.ndarray) and found.dtype == bool):
        raise ValueError(f"expected something true or false, got {ast.unparse(node)!r}")
    return found


def _number(node: ast.expr, titles: pd.DataFrame) -> Any:
    found = _evaluate(node, titles)
    if isinstance(found, pd.Series) and COLUMNS.get(str(found.name)) not in (STRING, NAMES):
        return found
    if isinstance(found, int | float) and not isinstance(found, bool):
        return found
    raise ValueError(f"expected a number, got {ast.unparse(node)!r}")


def _kind(value: Any) -> str:
    if isinstance(value, pd.Series):
        return {STRING: "text", NAMES: "list"}.get(COLUMNS.get(str(value.name), ""), "number")
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "number"


def _column(titles: pd.DataFrame, name: str) -> pd.Series:
    return titles[name] if name in titles else pd.Series([pd.NA] * len(titles), index=titles.index, name=name)


def _known(mask: pd.Series) -> np.ndarray:
    return mask.astype("boolean").fillna(False).to_numpy(dtype=bool)
