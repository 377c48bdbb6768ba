"""Genres of titles by onnxruntime and NumPy alone; genrelab need not be installed.

python predict_with_onnx.py model.onnx table.csv

The table has a row for each title, and the columns that model.json lists for each input; an empty cell is a gap. A
column imdb_id is repeated in the answers.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime


def main(model: str, table: str) -> None:
    manifest = json.loads(Path(model).with_suffix(".json").read_text("utf-8"))
    form, data = manifest["forms"]["onnx"], Path(model).read_bytes()
    if hashlib.sha256(data).hexdigest() != form["sha256"]:
        sys.exit(f"{model} is not the file that its manifest describes")
    with open(table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    inputs = {
        one["name"]: np.array(
            [[float(row[column] or "nan") for column in one["columns"]] for row in rows],
            dtype=np.float64 if one["type"] == "double" else np.float32,
        )
        for one in form["inputs"]
    }
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    probabilities, decisions = map(np.asarray, session.run(["probabilities", "decisions"], inputs))
    for row, scores, chosen in zip(rows, probabilities, decisions, strict=True):
        title = {"imdb_id": row["imdb_id"]} if "imdb_id" in row else {}
        genres = [label for label, yes in zip(manifest["labels"], chosen, strict=True) if yes]
        print(json.dumps(title | {"genres": genres, "probabilities": scores.tolist()}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
