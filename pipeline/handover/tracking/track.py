"""A finished run and an exported model on an MLflow server: parameters, metrics with intervals, report, card, model."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from ....models.file import load_model, read_manifest
from ....reports.evaluation.leaderboard import leaderboard
from ....reports.evaluation.metric_intervals import metric_intervals
from ....reports.evaluation.verdicts import configuration
from ....reports.runs.format import EXPERIMENT, INFO, KEYS, Cell
from ....reports.runs.tables import PREDICTIONS, RESULTS
from ...experiments.run import Run
from .server import check_server, client_of, log, write_run

__all__ = ["track_model", "track_run"]

# What MLflow runs where the model is loaded: genrelab's own reader, which checks the hash and versions first.
PYFUNC = '''"""Catalogue rows in, genres out; see genrelab.models.genre_model.GenreModel.predict."""

from pathlib import Path

import mlflow

from genrelab import load_model


class Genres(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.model = load_model(next(Path(context.artifacts["model"]).glob("*.joblib")))

    def predict(self, context, model_input, params=None):
        return self.model.predict(model_input)


mlflow.models.set_model(Genres())
'''
_COUNTS = ("folds", "fit_seconds", "predict_seconds", "failed_folds")
_MEASURED_WITH = ("scikit-learn", "numpy", "pandas", "xgboost", "imbalanced-learn", "joblib", "scipy", "keras")


def track_run(run: Run | Path | str, uri: str) -> str:
    """Write a finished run to an MLflow server: one run for the whole, and below it one for each configuration.

    What `genrelab compare --mlflow` and `genrelab report --mlflow` do.

    Parameters
    ----------
    run : Run or path
        Its report is among the artifacts, if it was written.
    uri : str
        Of the tracking server, such as `http://127.0.0.1:5000`.

    Returns
    -------
    str
        Id of the run on the server.

    Raises
    ------
    ImportError, ConnectionError, ValueError
        As `check_server`.
    """
    check_server(uri)
    run = run if isinstance(run, Run) else Run.open(run)
    client, info = client_of(uri), run.info
    tags = {"genrelab.version": str(info["versions"].get("genrelab")), "genrelab.run": str(info.get("fingerprint", ""))}
    name = str(info["experiment"])
    with write_run(client, name, str(info.get("title") or name), tags) as whole:
        about = {f"target.{key}": value for key, value in info["target"].items()}
        about |= {f"split.{key}": value for key, value in info["split"].items()}
        about |= {"seed": info["seed"], "titles": info["titles"], "labels": ", ".join(info["labels"])}
        log(client, whole, about, {"titles": info["titles"]})
        for file in (INFO, EXPERIMENT, RESULTS.file, PREDICTIONS.file):
            if (run.path / file).is_file():
                client.log_artifact(whole, str(run.path / file), "run")
        if (run.path / "report").is_dir():
            client.log_artifacts(whole, str(run.path / "report"), "report")
        known = leaderboard(run)
        for _, row in run.leaderboard().iterrows():
            key = configuration(row)
            with write_run(client, name, " · ".join(key), tags, whole) as one:
                log(client, one, dict(zip(KEYS, key, strict=True)), _metrics(run, known, key, row.to_dict()))
    return whole


def _metrics(run: Run, known: pd.DataFrame, key: Cell, row: Mapping[Any, Any]) -> dict[str, float]:
    """Every metric of a configuration, with `_low` and `_high` where an interval is known."""
    named = {name: row[name] for name in row if str(name).endswith(("_low", "_high")) or name in _COUNTS}
    scores = {name: row[name] for name in run.results["metric"].unique() if name in row}
    intervals = metric_intervals(run, known, key)
    ends = {f"{one.metric}_{end}": getattr(one, end) for one in intervals.itertuples() for end in ("low", "high")}
    return {name: float(value) for name, value in {**scores, **ends, **named}.items() if value is not None}


def track_model(model: str | os.PathLike, uri: str, *, register: str | None = None) -> str:
    """Write an exported model to an MLflow server: its card, its scores, and the model itself as a pyfunc.

    What `genrelab export --mlflow` does. Wherever genrelab is installed, `mlflow.pyfunc.load_model("runs:/ID/model")`
    loads it; its `predict` takes catalogue rows, as `GenreModel.predict` does.

    Parameters
    ----------
    model : path
        Such as `model.joblib`, with its manifest beside it.
    uri : str
        Of the tracking server.
    register : str, optional
        Also register the model under this name.

    Returns
    -------
    str
        Id of the run on the server.

    Raises
    ------
    ImportError, ConnectionError, ValueError
        As `check_server`.
    ModelFileError
        When the model cannot be loaded.
    """
    check_server(uri)
    path = Path(model)
    load_model(path)
    manifest, client = read_manifest(path), client_of(uri)
    cell = manifest.get("cell") or {}
    tags = {"genrelab.version": manifest["versions"]["genrelab"], "genrelab.run": manifest.get("run_fingerprint", "")}
    title = " · ".join(str(cell[part]) for part in KEYS if part in cell) or path.stem
    with write_run(client, str(manifest.get("experiment") or "genrelab"), title, tags) as identity:
        about = {
            **cell,
            "sha256": manifest["sha256"],
            "kind": manifest["kind"],
            "labels": ", ".join(manifest["labels"]),
        }
        about["features"] = ", ".join(manifest["features"])
        log(client, identity, about, _scores(manifest))
        for suffix in (".md", ".html", ".json"):
            if path.with_suffix(suffix).is_file():
                client.log_artifact(identity, str(path.with_suffix(suffix)), "card")
        with tempfile.TemporaryDirectory() as place:
            saved = _save_pyfunc(path, manifest, Path(place))
            client.log_artifacts(identity, str(saved), "model")
    if register:
        if not client.search_registered_models(f"name = '{register}'"):
            client.create_registered_model(register)
        client.create_model_version(register, f"runs:/{identity}/model", identity)
    return identity


def _scores(manifest: Mapping[str, Any]) -> dict[str, float]:
    """Mean and deviation over folds of every metric, the interval of macro F1, and the best trivial rule's."""
    scores = manifest.get("scores") or {}
    metrics = {name: value["mean"] for name, value in scores.items() if "mean" in value}
    metrics |= {f"{name}_std": value["std"] for name, value in scores.items() if "std" in value}
    interval = (manifest.get("verdict") or {}).get("interval")
    if interval:
        metrics |= {"f1_macro_low": interval[0], "f1_macro_high": interval[1]}
    rules = (manifest.get("trivial_scores") or {}).values()
    trivial = [rule["f1_macro"]["mean"] for rule in rules if "f1_macro" in rule]
    return metrics | ({"trivial_f1_macro": max(trivial)} if trivial else {})


def _save_pyfunc(path: Path, manifest: Mapping[str, Any], place: Path) -> Path:
    """The model's files and the few lines that load them, in MLflow's own layout."""
    import mlflow.pyfunc

    kept, code, saved = place / "files", place / "genres.py", place / "model"
    kept.mkdir()
    network = manifest.get("network")
    files = [path, path.with_suffix(".json"), *([path.with_name(network["file"])] if network else [])]
    for file in files:
        shutil.copyfile(file, kept / file.name)
    code.write_text(PYFUNC, "utf-8")
    written = manifest["versions"]
    needs = [f"{name}=={written[name]}" for name in _MEASURED_WITH if name in written]
    mlflow.pyfunc.save_model(
        path=str(saved),
        python_model=str(code),
        artifacts={"model": str(kept)},
        pip_requirements=[f"genrelab=={version('genrelab')}", *needs],
    )
    return saved
