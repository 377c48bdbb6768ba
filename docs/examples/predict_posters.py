"""Train on a catalogue, write the model file, load it again and ask it about posters.

python docs/examples/predict_posters.py my/catalog.parquet
"""

import sys
from pathlib import Path

import genrelab as gl

EXPERIMENT = """
title = "Poster colours"
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[feature_sets]
colours = ["brightness", "palette"]
[[grid]]
models = ["glm"]
"""


def main(path: str) -> None:
    Path("poster_colours.toml").write_text(EXPERIMENT, "utf-8")
    catalog = gl.load_catalog(path)
    run = gl.compare("poster_colours.toml", catalog, out="runs/poster_colours", jobs=1)
    gl.export(run, "model.joblib", catalog=catalog)
    model = gl.load_model("model.joblib")
    posters = sorted((Path(path).parent / "posters").glob("*.jpg"))[:3]
    print(model.predict_posters(posters).to_string())


if __name__ == "__main__":
    main(sys.argv[1])
