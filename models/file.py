"""A model on disk: `model.joblib` and, beside it, `model.json`, which is checked before anything is unpickled.

A network's layers and weights are a third file, `model.keras`, which is loaded without running code of its own.
`model.skops` holds the same as the joblib, and loading it runs no code: it may hold the types in `TRUSTED` only.
"""

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import joblib

from ..features.files import replacing, write_json
from .builders import rest_while_waiting
from .genre_model import GenreModel
from .manifest import (
    FORMAT,
    ModelFileError,
    form_sha256,
    manifest_path,
    read_manifest,
    version_clash,
    written_versions,
)

__all__ = ["ModelFileError", "load_model", "manifest_path", "read_manifest", "save_model", "untrusted_types"]

# What a skops file may hold beside the plain types that skops itself trusts. Exact names, so that a file can name
# nothing else, whatever its manifest says.
TRUSTED = (
    "genrelab.models.balance.balanced.Balanced",
    "genrelab.models.dense_head.DenseHead",
    "genrelab.models.encode.components.PixelComponents",
    "genrelab.models.encode.components.StyleComponents",
    "genrelab.models.encode.names.NameBag",
    "genrelab.models.encode.scaling.ImputedScaler",
    "genrelab.models.encode.seen_values.SeenValues",
    "genrelab.models.encode.tfidf.TextTfidf",
    "genrelab.models.encode.top_words.TopWords",
    "genrelab.models.genre_model.GenreModel",
    "genrelab.models.kernel.classifier.SharedKernelLabels",
    "genrelab.models.kernel.svc.SharedKernelSVC",
    "genrelab.models.linear.ScaledLogistic",
    "genrelab.models.multilabel.calibration.Curve",
    "genrelab.models.multilabel.margins.MarginProbabilities",
    "genrelab.models.multilabel.native.NativeLabels",
    "genrelab.models.multilabel.out_of_fold.OutOfFold",
    "genrelab.models.multilabel.out_of_fold._Isotonic",
    "genrelab.models.multilabel.out_of_fold._Sigmoid",
    "genrelab.models.multilabel.per_label.OneVsRest",
    "genrelab.models.multilabel.search.NestedSearch",
    "genrelab.models.multilabel.search.Searched",
    "genrelab.models.neighbours.NearestNeighbours",
    "genrelab.models.stack.joint.JointKernel",
    "genrelab.models.stack.meta.MetaClassifier",
    "genrelab.models.stack.stacked.StackedBlocks",
    "genrelab.models.stack.trees.ScoreTrees",
    "numpy.dtype",
    "scipy.sparse._csr.csr_array",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.metrics._dist_metrics.EuclideanDistance32",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neighbors._kd_tree.KDTree32",
    "sklearn.tree._tree.Tree",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
)
_MOST_UNPACKED = 100  # times the file's size, and at least a gigabyte


def save_model(model: GenreModel, path: str | os.PathLike, description: Mapping[str, Any]) -> Path:
    """Write a model and its manifest, each atomically, the manifest last.

    Parameters
    ----------
    model : GenreModel
        Fitted.
    path : path
        Such as `model.joblib`; the manifest goes beside it as `model.json`, a network as `model.keras`.
    description : mapping
        What the manifest says besides labels, columns, thresholds, versions and hash: data, scores, notes.

    Returns
    -------
    Path
        Of the joblib file.
    """
    path = Path(path)
    if path.suffix != ".joblib":
        raise ModelFileError(f"expected a file name that ends in .joblib, found {path.name!r}")
    network = _write_network(model, path)
    manifest = {
        "format": FORMAT,
        "sha256": _sha256(path),
        **network,
        "kind": model.kind,
        "labels": list(model.labels),
        "thresholds": [round(float(value), 6) for value in model.thresholds],
        "features": list(model.specs),
        "feature_columns": list(model.columns),
        "backbones": model.backbones,
        "versions": written_versions(network=bool(network)),
        **description,
    }
    write_json(manifest_path(path), manifest)
    return path


def load_model(path: str | os.PathLike, sha256: str | None = None) -> GenreModel:
    """Load a model after checking its hash and versions against the manifest.

    A joblib file is a pickle: unpickling runs code. The manifest's hash shows that the file is the one the manifest
    describes; whoever can change the one can change the other. A hash known from elsewhere, such as the maker's page,
    is the stronger check.

    Parameters
    ----------
    path : path
        The joblib or skops file, with its manifest beside it.
    sha256 : str, optional
        What the file must have, in 64 hex digits.

    Returns
    -------
    GenreModel

    Raises
    ------
    ModelFileError
        When a file is missing, changed, damaged, of another format, or written with incompatible versions.

    Examples
    --------
    >>> load_model("no/model.joblib")
    Traceback (most recent call last):
        ...
    genrelab.models.manifest.ModelFileError: expected a file at no/model.joblib, found none; a model is two files, \
model.joblib and model.json
    """
    path = Path(path)
    manifest = read_manifest(path)
    expected = form_sha256(path, manifest)
    if path.suffix not in (".joblib", ".skops"):
        raise ModelFileError(
            f"{path}: expected a .joblib or .skops file; an ONNX model runs in ONNX Runtime (docs/forms.md)"
        )
    if sha256 is not None and sha256.strip().lower() != expected:
        raise ModelFileError(
            f"{path}: expected sha256 {sha256.strip().lower()[:12]}…, its manifest has {expected[:12]}…: "
            "it is another model, so it was not opened"
        )
    clash = version_clash(manifest["versions"])
    if clash:
        raise ModelFileError(f"{path} {clash}")
    beside = manifest.get("network")
    if beside is not None:
        _check_network(path, beside)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != expected:
            raise ModelFileError(
                f"{path} is not the file its manifest describes (expected sha256 {expected[:12]}…, found "
                f"{found[:12]}…): it was changed or damaged, so it was not opened; get it again from its maker"
            )
        file.seek(0)
        rest_while_waiting()  # the file may hold boosted trees
        model = _unpickled(file, path) if path.suffix == ".joblib" else _unpacked(file.read(), path)
    _check_equal(model, manifest, path)
    if beside is not None:
        _attach_network(model, path.parent / Path(beside["file"]).name)
    model.manifest = manifest
    return model


def _unpickled(file: BinaryIO, path: Path) -> GenreModel:
    try:
        model = joblib.load(file)
    except Exception as fault:  # a damaged pickle raises almost anything
        raise ModelFileError(
            f"{path} cannot be read although it is the file its manifest describes ({type(fault).__name__}: {fault}); "
            "export it again with this version: genrelab export RUN --out model.joblib"
        ) from None
    if not isinstance(model, GenreModel):
        raise ModelFileError(f"{path}: expected a GenreModel, found {type(model).__name__}")
    return model


def untrusted_types(data: bytes) -> list[str]:
    """Names of the types in a skops file that no model of genrelab has; nothing of the file is built or run.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    list of str
        Sorted; empty for a file that may be loaded.
    """
    from skops.io import get_untrusted_types

    return sorted(set(get_untrusted_types(data=data)) - set(TRUSTED))


def _unpacked(data: bytes, path: Path) -> GenreModel:
    try:
        from skops.io import loads
    except ImportError:
        raise ImportError(f"{path} needs skops, which is not installed; run: pip install 'genrelab[skops]'") from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > max(2**30, _MOST_UNPACKED * len(data)):
            raise ModelFileError(f"{path} would unpack to {unpacked:,} bytes, which no model does; it was not opened")
        unknown = untrusted_types(data)
    except ModelFileError:
        raise
    except Exception as fault:  # a damaged archive raises almost anything
        raise ModelFileError(
            f"{path}: expected a skops file, found something else ({type(fault).__name__}: {str(fault)[:100]})"
        ) from None
    if unknown:
        raise ModelFileError(
            f"{path} holds types that no genrelab model has ({', '.join(unknown[:3])}"
            f"{', …' if len(unknown) > 3 else ''}), so it was not opened; get it again from its maker"
        )
    try:
        model = loads(data, trusted=list(TRUSTED))
    except Exception as fault:
        raise ModelFileError(
            f"{path} cannot be read although it is the file its manifest describes ({type(fault).__name__}: "
            f"{str(fault)[:100]}); get it again from its maker"
        ) from None
    if not isinstance(model, GenreModel):
        raise ModelFileError(f"{path}: expected a GenreModel, found {type(model).__name__}")
    return model


def _check_equal(model: GenreModel, manifest: Mapping[str, Any], path: Path) -> None:
    try:
        facts = {"kind": model.kind, "labels": list(model.labels), "features": list(model.specs)}
        facts["feature_columns"] = list(model.columns)
        steps = set(model.pipeline.named_steps)
    except (AttributeError, TypeError) as fault:
        raise ModelFileError(f"{path}: expected a whole GenreModel, found one that lacks a part ({fault})") from None
    if not {"encode", "classify"} <= steps:
        raise ModelFileError(f"{path}: expected the steps encode and classify, found {', '.join(sorted(steps))}")
    for name, value in facts.items():
        if value != manifest[name]:
            same = "is not that" if name == "kind" else "are not those"
            raise ModelFileError(f"{path}: its {name} {same} of its manifest; get both again from their maker")


def _attach_network(model: GenreModel, file: Path) -> None:
    from ..features.frozen.keras import load_keras

    try:
        network = load_keras().saving.load_model(file, compile=False, safe_mode=True)
        model.pipeline.named_steps["classify"].attach(network)
    except ImportError:
        raise
    except Exception as fault:  # Keras raises almost anything on a damaged file
        raise ModelFileError(f"{file}: expected a Keras network, found something else ({fault})") from None


def _write_network(model: GenreModel, path: Path) -> dict[str, dict[str, str]]:
    """Write the joblib file, a network's layers and weights beside it; what the manifest says of the latter."""
    classifier = model.pipeline.named_steps["classify"]
    network = classifier.detach() if hasattr(classifier, "detach") else None
    try:
        with replacing(path) as temporary:
            joblib.dump(model, temporary, compress=3)
        if network is None:
            return {}
        beside = path.with_suffix(".keras")
        with replacing(beside) as temporary:
            network.save(temporary)
        return {"network": {"file": beside.name, "sha256": _sha256(beside)}}
    finally:
        if network is not None:
            classifier.attach(network)


def _check_network(path: Path, beside: Mapping[str, str]) -> None:
    file = path.parent / Path(beside["file"]).name
    if not file.is_file():
        raise ModelFileError(f"expected the network of {path.name} at {file}, found none; keep the files together")
    if _sha256(file) != beside["sha256"]:
        raise ModelFileError(f"{file} is not the file its manifest describes; get it again from its maker")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
