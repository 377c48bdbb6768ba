"""Tables that a command prints: for people, as CSV, or as JSON; what is said beside them then goes to stderr."""

import argparse
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import pandas as pd

STYLES = ("table", "csv", "json")


def add_format(parser: argparse.ArgumentParser) -> None:
    """`--format table|csv|json`, and `--json`, short for `--format json`."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--format",
        choices=STYLES,
        default="table",
        help="how the table is printed; with csv and json it stands alone on standard output (default: table)",
    )
    chosen.add_argument(
        "--json", action="store_const", const="json", dest="format", default="table", help="short for --format json"
    )


def aside(arguments: argparse.Namespace) -> TextIO:
    """Where a command says what is no table: standard output beside a table for people, else standard error."""
    return sys.stdout if getattr(arguments, "format", "table") == "table" else sys.stderr


def print_table(table: "pd.DataFrame", style: str) -> None:
    """Print a table for programs: every column and digit, gaps as nothing (CSV) or null (JSON).

    Parameters
    ----------
    table : DataFrame
    style : {"csv", "json"}
        JSON is a list of one object for each row.

    Examples
    --------
    >>> import pandas as pd
    >>> print_table(pd.DataFrame({"genre": ["War"], "titles": [3]}), "json")
    [
     {
      "genre":"War",
      "titles":3
     }
    ]
    """
    if style == "csv":
        table.to_csv(sys.stdout, index=False, lineterminator="\n")
    else:
        print(table.to_json(orient="records", force_ascii=False, double_precision=15, indent=1))
