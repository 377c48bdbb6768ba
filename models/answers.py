"""Which of a model's inputs a title has, and the table of answers: no answer without input."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..features.families import column_prefix, family_of, reads_posters

__all__ = ["OK", "PARTLY", "UNANSWERED", "answer_table", "missing_inputs"]

OK, PARTLY, UNANSWERED = "ok", "partly", "no answer"


def missing_inputs(features: pd.DataFrame, specs: Sequence[str]) -> tuple[np.ndarray, list[str | None]]:
    """Which titles have any input of a model, and what each lacks.

    Parameters
    ----------
    features : DataFrame of n rows
        Feature columns, and `posters_status` where the model reads posters; without it a poster counts as there where
        any of its columns has a value.
    specs : sequence of str
        Of the model.

    Returns
    -------
    any_input : ndarray of shape (n,), bool
    reasons : list of n str or None
        Such as `poster missing; no keywords`; None where nothing is missing.

    Examples
    --------
    >>> table = pd.DataFrame({"keywords_words": ["heist", None], "posters_status": ["ok", "truncated"]})
    >>> any_input, reasons = missing_inputs(table, ["keywords", "brightness"])
    >>> any_input.tolist(), reasons
    ([True, False], [None, 'no keywords; poster truncated'])
    """
    blocks: dict[str, np.ndarray] = {}
    words: dict[str, list[str]] = {}
    for spec in specs:
        if reads_posters(spec) and "posters_status" in features:
            status = features["posters_status"].astype("string").fillna("missing")
            blocks["poster"] = (status == "ok").to_numpy(dtype=bool)
            words["poster"] = [f"poster {value}" for value in status]
            continue
        prefix, name = f"{column_prefix(spec)}_", "poster" if reads_posters(spec) else family_of(spec).name
        columns = [column for column in features.columns if str(column).startswith(prefix)]
        values = features[columns]
        there = (values.notna() & (values != "")).any(axis=1).to_numpy(dtype=bool)
        blocks[name] = blocks.get(name, np.zeros(len(features), dtype=bool)) | there
        words[name] = [f"no {name}"] * len(features)
    any_input = np.zeros(len(features), dtype=bool)
    for there in blocks.values():
        any_input |= there
    reasons = [
        "; ".join(words[name][row] for name, there in blocks.items() if not there[row]) or None
        for row in range(len(features))
    ]
    return any_input, reasons


def answer_table(
    probabilities: np.ndarray,
    decided: np.ndarray,
    labels: Sequence[str],
    answered: np.ndarray,
    reasons: Sequence[str | None],
) -> pd.DataFrame:
    """One row a title: probabilities, decisions, and why there are none.

    Parameters
    ----------
    probabilities : ndarray of shape (n, L), float64
    decided : ndarray of shape (n, L), 0/1
    labels : L names
    answered : ndarray of shape (n,), bool
        False: the row gets nulls.
    reasons : sequence of n str or None

    Returns
    -------
    DataFrame of n rows
        A float64 column a genre (0 to 1), an Int64 column `<genre>_predicted`, `status` (`ok`, `partly`: answered
        although something is missing, `no answer`) and `reason` (null for `ok`).

    Examples
    --------
    >>> scores, decided = np.array([[0.7], [0.7]]), np.array([[1], [1]])
    >>> answer_table(scores, decided, ["War"], np.array([True, False]), [None, "no title"])
       War  War_predicted     status    reason
    0  0.7              1         ok      <NA>
    1  NaN           <NA>  no answer  no title
    """
    shown = np.where(answered[:, None], probabilities, np.nan)
    columns: dict[str, object] = {label: shown[:, place] for place, label in enumerate(labels)}
    for place, label in enumerate(labels):
        chosen = pd.array(decided[:, place].astype(np.int64), dtype="Int64")
        chosen[~answered] = pd.NA
        columns[f"{label}_predicted"] = chosen
    partly = np.array([reason is not None for reason in reasons], dtype=bool)
    columns["status"] = pd.array(np.where(answered, np.where(partly, PARTLY, OK), UNANSWERED), dtype="string")
    columns["reason"] = pd.array(list(reasons), dtype="string")
    return pd.DataFrame(columns)
