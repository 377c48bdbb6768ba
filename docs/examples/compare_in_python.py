"""Compare features and models from Python: what `genrelab compare` does, and its leaderboard as a DataFrame.

python docs/examples/compare_in_python.py my/catalog.parquet
"""

import sys
from pathlib import Path

import genrelab as gl

EXPERIMENT = """
title = "Facts or keywords?"
[target]
name = "multilabel"
min_support = 15
[split]
folds = 3
[feature_sets]
facts = ["metadata"]
keywords = ["keywords"]
[[grid]]
models = ["glm"]
balance = ["none", "balanced"]
"""


def main(catalog: str) -> None:
    Path("facts_or_keywords.toml").write_text(EXPERIMENT, "utf-8")
    run = gl.compare("facts_or_keywords.toml", gl.load_catalog(catalog), out="runs/facts_or_keywords", jobs=1)
    print(run.leaderboard().to_string())
    print("the pages are in", run.report())


if __name__ == "__main__":
    main(sys.argv[1])
