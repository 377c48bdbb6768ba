"""Every form of a model: equal to the joblib, how large, and how long one title takes.

Each classical recipe is fitted on synthetic titles (numbers, colours, words, plots), saved as joblib, skops and ONNX,
and asked for the titles that it was not trained on. The table gives each form's largest difference from the joblib's
probabilities, decisions that differ, its size, and the median time for one row of the feature table. ONNX takes the
encoded columns of words and plots ready-made, so its time is without the encoder; the joblib's is with it.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from genrelab.features.families import build_frames, join_frames
from genrelab.models.encode.encoder import make_encoder
from genrelab.models.file import load_model, read_manifest, save_model
from genrelab.models.genre_model import GenreModel
from genrelab.models.multilabel.out_of_fold import OutOfFold
from genrelab.models.recipes import RECIPES
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.catalog.targets import make_target
from genrelab.pipeline.demo.generate import generate_demo
from genrelab.pipeline.handover.forms.build import onnx_inputs
from genrelab.pipeline.handover.forms.checked import open_onnx
from genrelab.pipeline.handover.forms.convert import convert

SPECS = ["metadata", "palette", "keywords:tfidf", "overview"]
LARGEST = 1e-5


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median milliseconds of `work`, after one call that is not counted."""
    work()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1000 * statistics.median(taken)


def measure(name: str, table: pd.DataFrame, y: np.ndarray, labels: list[str], folder: Path, rounds: int) -> list[dict]:
    """Fit one recipe, write its forms, and compare them: a row for each form."""
    train = np.arange(len(table)) % 4 > 0
    encoder = make_encoder(SPECS, list(table.columns))
    X = encoder.fit_transform(table[train])
    recipe = RECIPES[name].build("multilabel", seed=0, blocks=dict(encoder.output_indices_))
    classifier = OutOfFold(recipe, cv=3).fit(X, y[train])
    pipeline = Pipeline([("encode", encoder), ("classify", classifier)])
    model = GenreModel(pipeline, SPECS, list(table.columns), labels, "multilabel")
    path = save_model(model, folder / f"{name}.joblib", {})
    convert(path, "skops")
    convert(path, "onnx")
    asked, model = table[~train], load_model(path)
    expected = model.scores(asked)
    decided, one = model.decide(expected), asked.iloc[:1]
    safe = load_model(path.with_suffix(".skops"))
    session = open_onnx(path.with_suffix(".onnx"))
    listed = read_manifest(path)["forms"]["onnx"]["inputs"]
    inputs, single = onnx_inputs(model, asked, listed), onnx_inputs(model, one, listed)
    forms = {
        "joblib": (expected, decided, lambda: model.scores(one)),
        "skops": (safe.scores(asked), safe.decide(safe.scores(asked)), lambda: safe.scores(one)),
        "onnx": (*session.run(None, inputs), lambda: session.run(None, single)),
    }
    return [
        {
            "recipe": name,
            "form": form,
            "difference": float(np.abs(scores - expected).max()),
            "decisions": int((decisions != decided).sum()),
            "kilobytes": path.with_suffix(f".{form}").stat().st_size / 1000,
            "milliseconds": milliseconds(work, rounds),
        }
        for form, (scores, decisions, work) in forms.items()
    ]


def main() -> int:
    """Measure every recipe, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=600, help="of the demo (default 600)")
    parser.add_argument("--catalog", type=Path, help="take its titles (default: the demo's)")
    parser.add_argument("--rounds", type=int, default=20, help="calls for a median (default 20)")
    parser.add_argument("--recipes", nargs="+", default=[name for name, one in RECIPES.items() if not one.takes_table])
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/forms.json"))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rows: list[dict] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        catalog = load_catalog(options.catalog or generate_demo(folder / "demo", n_titles=options.titles, seed=0))
        target = make_target(catalog.titles, "multilabel", min_support=20)
        catalog = catalog.take(target.rows)
        frames = build_frames(catalog.titles, catalog.poster_paths(), SPECS, n_jobs=1)
        table = join_frames(frames, SPECS)
        print("| recipe | form | largest difference | decisions that differ | size, kB | one title, ms |")
        print("|---|---|---|---|---|---|")
        for name in options.recipes:
            for row in measure(name, table, target.y, list(target.labels), folder, options.rounds):
                rows.append(row)
                print(
                    f"| {row['recipe']} | {row['form']} | {row['difference']:.0e} | {row['decisions']} | "
                    f"{row['kilobytes']:,.0f} | {row['milliseconds']:.2f} |",
                    flush=True,
                )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"titles": len(table), "rows": rows}, indent=1) + "\n", "utf-8")
    return int(any(row["difference"] > LARGEST or row["decisions"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
