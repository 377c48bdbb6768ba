"""Where a title comes from and who may see it: countries, languages, certificate."""

import pandas as pd

from .people import joined_lists

__all__ = ["PROVENANCE", "provenance"]

# Catalogue column -> what its values are called in column names.
PROVENANCE = {"countries": "country", "languages": "language", "certificate": "certificate"}


def provenance(titles: pd.DataFrame) -> pd.DataFrame:
    """Countries, languages and certificate of each title, joined by `|`.

    Which values get a column is learnt from training rows, by the model.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows; `countries` and `languages` hold lists of text or null, `certificate` text or null. A column
        that is absent counts as null for every title.

    Returns
    -------
    DataFrame of n rows, object
        `provenance_country`, `provenance_language`, `provenance_certificate`; None where nothing is known.

    Raises
    ------
    ValueError
        When a value is neither a list nor text; the message names the title.

    Examples
    --------
    >>> titles = pd.DataFrame({"countries": [["France", "Italy"]], "certificate": ["PG-13"]})
    >>> provenance(titles).iloc[0].tolist()
    ['France|Italy', None, 'PG-13']
    """
    columns = {f"provenance_{short}": joined_lists(titles, column) for column, short in PROVENANCE.items()}
    return pd.DataFrame(columns, index=titles.index, dtype=object)
