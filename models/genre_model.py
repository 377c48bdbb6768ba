"""The model that is handed over: catalogue rows or feature columns in, genre probabilities out."""

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ..features.bounded import Refused
from ..features.families import build_frames, feature_specs, join_frames, parse_spec, reads_posters
from ..features.frozen.hub import weights_here
from ..features.poster_paths import resolve_posters
from ..features.store import FeatureStore
from .answers import answer_table, missing_inputs
from .explain.lookup import must_be_catalog
from .multilabel.calibration import Curve
from .quality import Quality

Place = Path | Refused | None


class Titles(Protocol):
    """Catalogue rows that know where their posters lie, such as a `Catalog`."""

    @property
    def titles(self) -> pd.DataFrame:
        """One row a title."""
        ...

    def poster_paths(self) -> list[Place]:
        """The place of every poster."""
        ...


class GenreModel:
    """A fitted pipeline with the names it needs to run on raw catalogue rows; `load_model` makes one from a file.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted steps `encode` (feature columns to a matrix) and `classify`.
    specs : sequence of str
        Feature families the pipeline was fitted on.
    columns : sequence of str
        The feature columns, in the order the encoder saw them.
    labels : sequence of L str
        Genres, or classes for a single-label model.
    kind : {"multilabel", "single"}
    weights : str
        Where the embeddings' weights come from: `imagenet`, `random` or the path of a weights.json.
    backbones : mapping of str to str
        Identity of every backbone the model uses, with the hash of its weights. The weights are not inside.
    calibration : sequence of L Curve, optional
        From raw scores of a multi-label model to probabilities that come true.

    Examples
    --------
    >>> from genrelab.models.encode.encoder import make_encoder
    >>> from genrelab.models.recipes import RECIPES
    >>> titles = pd.DataFrame({"year": [1950, 2010] * 20, "runtime": [80.0, 150.0, 150.0, 80.0] * 10})
    >>> columns = build_frames(titles, [None] * 40, ["metadata"])["metadata"]
    >>> y = np.column_stack([titles["year"] < 1980, titles["runtime"] > 100]).astype(np.uint8)
    >>> encoder, classifier = make_encoder(["metadata"], list(columns)), RECIPES["glm"].build("multilabel")
    >>> pipeline = Pipeline([("encode", encoder), ("classify", classifier)]).fit(columns, y)
    >>> model = GenreModel(pipeline, ["metadata"], list(columns), ["Silent", "Epic"], "multilabel")
    >>> model.predict(titles.head(2))[["Silent_predicted", "Epic_predicted", "status"]].values.tolist()
    [[1, 0, 'ok'], [0, 1, 'ok']]
    """

    calibration: tuple[Curve, ...] = ()  # of models of before

    # What the file's manifest says; set by `load_model`, never pickled.
    manifest: Mapping[str, Any] | None = None

    def __init__(
        self,
        pipeline: Pipeline,
        specs: Sequence[str],
        columns: Sequence[str],
        labels: Sequence[str],
        kind: str,
        weights: str = "imagenet",
        backbones: Mapping[str, str] | None = None,
        calibration: Sequence[Curve] = (),
    ):
        self.pipeline = pipeline
        self.specs = tuple(specs)
        self.columns = tuple(columns)
        self.labels = tuple(labels)
        self.kind = kind
        self.weights = weights
        self.backbones = dict(backbones or {})
        self.calibration = tuple(calibration)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the manifest, which lies beside the file."""
        return {name: value for name, value in self.__dict__.items() if name != "manifest"}

    @property
    def quality(self) -> Quality | None:
        """How well the model did on titles it had not seen; None for one that was not loaded from a file."""
        return None if self.manifest is None else Quality.of(self.manifest)

    @property
    def thresholds(self) -> np.ndarray:
        """Probability from which a genre counts as predicted: shape (L,), float64, 0.5 unless they were chosen."""
        classifier = self.pipeline.named_steps["classify"]
        raw = np.asarray(getattr(classifier, "thresholds_", np.full(len(self.labels), 0.5)), dtype=np.float64)
        return self.calibrated(raw[np.newaxis])[0]

    def calibrated(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities of the classifier's raw scores, (n, L); the scores themselves without a calibration."""
        if not self.calibration:
            return scores
        return np.column_stack([curve(scores[:, label]) for label, curve in enumerate(self.calibration)])

    def needs(self) -> set[str]:
        """Families the model reads, such as `{"metadata", "embedding"}`."""
        return {parse_spec(spec)[0] for spec in self.specs}

    def reads_posters(self) -> bool:
        """Whether any family of the model looks at the poster."""
        return any(map(reads_posters, self.specs))

    def features(
        self,
        titles: pd.DataFrame,
        paths: Sequence[Place],
        *,
        store: FeatureStore | None = None,
        weights: str | None = None,
        n_jobs: int | None = None,
        progress: Callable[[str, int], Callable[[int], None]] | None = None,
    ) -> pd.DataFrame:
        """Compute the model's feature columns, and `posters_status`, for catalogue rows.

        Parameters
        ----------
        titles : DataFrame of n rows
        paths : sequence of n poster paths, Refused or None
        store : FeatureStore, optional
            Poster features computed before are taken from there, new ones are added.
        weights : str, optional
            Where the embeddings' weights lie here, if elsewhere than at training.
        n_jobs : int, optional
            Threads that read posters; one a core by default.
        progress : callable, optional
            As in `features.families.build_frames`.

        Returns
        -------
        DataFrame of n rows
            The columns in `columns`, then `posters_status` if the model reads posters.

        Raises
        ------
        ValueError
            When the weights found here are not the ones the model was trained on.
        """
        weights = weights_here(weights, self.weights)
        self.check_weights(weights)
        specs = feature_specs(self.specs)
        extra = ["posters"] if self.reads_posters() else []
        frames = build_frames(
            titles, paths, [*specs, *extra], store=store, weights=weights, n_jobs=n_jobs, progress=progress
        )
        table = join_frames(frames, specs)
        if extra and "posters" not in specs:
            table = table.assign(posters_status=frames["posters"]["posters_status"])
        return table

    def check_weights(self, weights: str) -> None:
        """Raise ValueError when the networks found there are not the ones that the model was trained with.

        Parameters
        ----------
        weights : str
            As in `features`.
        """
        if not self.backbones:
            return
        from ..features.frozen.style import resolve_network
        from ..features.frozen.weights import locate

        for name, identity in self.backbones.items():
            found = locate(resolve_network(name, weights)).identity()
            if found != identity:
                raise ValueError(
                    f"network {name!r}: the model was trained with {identity}, the weights here are {found}; "
                    "name the right file with --weights"
                )

    def scores(self, features: pd.DataFrame) -> np.ndarray:
        """What the pipeline says to feature columns, asked or not: a row without any input gets a number, too.

        Parameters
        ----------
        features : DataFrame of n rows
            All of `columns`.

        Returns
        -------
        ndarray of shape (n, L), float64
            Independent probabilities for a multi-label model; rows that sum to 1 for a single-label one.
        """
        probabilities = np.asarray(self.pipeline.predict_proba(features[list(self.columns)]), dtype=np.float64)
        if self.kind == "multilabel":
            return self.calibrated(probabilities)
        scores = np.zeros((len(features), len(self.labels)))
        scores[:, np.asarray(self.pipeline.classes_, dtype=int)] = probabilities
        return scores

    def predict(
        self,
        titles: Titles | pd.DataFrame,
        *,
        posters: str | Path | None = None,
        allow_outside: bool = False,
        store: FeatureStore | None = None,
        weights: str | None = None,
        n_jobs: int | None = None,
        progress: Callable[[str, int], Callable[[int], None]] | None = None,
    ) -> pd.DataFrame:
        """Genres of titles, row for row; a title without input has nulls and a reason.

        Parameters
        ----------
        titles : Catalog, or DataFrame of n rows
            A catalogue, catalogue rows, or the feature columns that `features` gives.
        posters : path, optional
            The folder that the `poster` column of a DataFrame starts from; a catalogue knows its own.
        allow_outside : bool
            Read posters of a DataFrame that lie outside that folder, too.
        store, weights, n_jobs, progress
            As in `features`.

        Returns
        -------
        DataFrame of n rows, index as in `titles`
            `imdb_id` where the rows have it, then as `answers.answer_table` describes; for a model with gates the
            share of each branch, `used_<branch>`.

        Raises
        ------
        TypeError
            For the path of a catalogue in place of the catalogue.
        ValueError
            For relative poster paths without a folder to start from.
        """
        must_be_catalog(titles, or_table=True)
        rows = titles if isinstance(titles, pd.DataFrame) else titles.titles
        if isinstance(titles, pd.DataFrame) and set(self.columns) <= set(rows.columns):
            features = rows
        else:
            paths = (
                titles.poster_paths()
                if not isinstance(titles, pd.DataFrame)
                else self._paths(rows, posters, allow_outside)
            )
            features = self.features(rows, paths, store=store, weights=weights, n_jobs=n_jobs, progress=progress)
        answered, reasons = missing_inputs(features, self.specs)
        probabilities = np.full((len(rows), len(self.labels)), np.nan)
        if answered.any():
            probabilities[answered] = self.scores(features[answered])
        # Asked for one row where none is answered: every piece of a long table has the same columns.
        use = self.branch_use(features[answered] if answered.any() else features.iloc[:1])
        table = answer_table(probabilities, self.decide(probabilities), self.labels, answered, reasons)
        if use is not None:
            for branch in use.columns:
                share = np.full(len(rows), np.nan)
                if answered.any():
                    share[answered] = use[branch]
                table[f"used_{branch}"] = share
        if "imdb_id" in rows:
            table.insert(0, "imdb_id", rows["imdb_id"].to_numpy())
        table.index = rows.index
        return table

    def predict_posters(
        self, files: Sequence[str | Path], *, weights: str | None = None, n_jobs: int | None = None
    ) -> pd.DataFrame:
        """Genres of poster files, in their order, as `predict` gives them, with a first column `file`.

        Parameters
        ----------
        files : sequence of n paths
            Images; one that cannot be read has nulls and a reason.
        weights, n_jobs
            As in `features`.

        Returns
        -------
        DataFrame of n rows

        Raises
        ------
        ValueError
            For a model that reads no posters, or one path in place of a list.
        """
        if isinstance(files, str | Path):
            raise ValueError(f"predict_posters: expected a list of files, got one path; write [{str(files)!r}]")
        self._must_read_posters()
        paths = [Path(file) for file in files]
        rows = pd.DataFrame({"imdb_id": pd.array([pd.NA] * len(paths), dtype="string")})
        table = self.predict(_Rows(rows, paths), weights=weights, n_jobs=n_jobs).drop(columns="imdb_id")
        # As objects: a file name need not be text that the string type can hold.
        table.insert(0, "file", pd.Series([str(file) for file in files], index=table.index, dtype=object))
        return table

    def predict_proba(self, X: Titles | pd.DataFrame, **options: Any) -> np.ndarray:
        """Probabilities as a matrix: (n, L) float64, NaN in the row of a title without input; options of `predict`."""
        return self.predict(X, **options)[list(self.labels)].to_numpy(dtype=np.float64)

    def explain(self, what: str | Path, catalog: Titles | None = None, **options: Any) -> Any:
        """Why the model gives a poster or a title its genres.

        Parameters
        ----------
        what : str or path
            A poster file, or a title or an id of the catalogue.
        catalog : Catalog, optional
            Where titles are looked up and what the answer is compared with; a poster file needs none.
        **options
            As in `models.explain.title.explain`.

        Returns
        -------
        models.explain.title.TitleExplanation
            Prints as text; `draw_maps` of it writes pictures.
        """
        from .explain.title import explain

        return explain(self, what, catalog, **options)

    def _must_read_posters(self) -> None:
        if not self.reads_posters():
            raise ValueError(
                f"expected a model that reads posters, this one reads {', '.join(self.specs)}; give it a catalogue"
            )

    def _paths(self, rows: pd.DataFrame, posters: str | Path | None, allow_outside: bool) -> list[Place]:
        if "poster" not in rows or not self.reads_posters():
            return [None] * len(rows)
        if posters is not None:
            return resolve_posters(rows["poster"], posters, allow_outside=allow_outside)
        relative = [name for name in rows["poster"].dropna() if not Path(str(name)).is_absolute()]
        if relative:
            raise ValueError(
                f"the table's poster paths are relative, such as {str(relative[0])!r}: expected posters=FOLDER, the "
                "folder they start from, or a catalogue from load_catalog(path), which knows it"
            )
        return [None if pd.isna(name) else Path(str(name)) for name in rows["poster"]]

    def branch_use(self, X: pd.DataFrame) -> pd.DataFrame | None:
        """What a network with gates used of poster, text and metadata for each title; None for other models.

        Parameters
        ----------
        X : DataFrame of n rows
            Feature columns.

        Returns
        -------
        DataFrame of n rows, or None
            One column a branch; rows sum to 1, a branch that a title lacks is 0.
        """
        classifier = self.pipeline.named_steps["classify"]
        return classifier.branch_use(X[list(self.columns)]) if hasattr(classifier, "branch_use") else None

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """Genres that count as predicted: (n, L) uint8, by the thresholds, or the most probable class."""
        known = np.nan_to_num(probabilities, nan=-1.0)
        if self.kind == "multilabel":
            return (known >= self.thresholds).astype(np.uint8)
        return np.eye(len(self.labels), dtype=np.uint8)[known.argmax(axis=1)]

    def _repr_html_(self) -> str:
        """A few lines for a notebook: what it reads, what it gives, and how well it did."""
        facts = {
            "reads": ", ".join(self.specs),
            "gives": f"{len(self.labels)} {'genres' if self.kind == 'multilabel' else 'classes, one a title'}: "
            + ", ".join(self.labels),
            "measured": "not loaded from a file" if self.quality is None else self.quality.in_words(),
        }
        rows = "".join(f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in facts.items())
        return f"<table><caption>genre model</caption>{rows}</table>"


class _Rows:
    """Rows with the places of their posters, where there is no catalogue."""

    def __init__(self, titles: pd.DataFrame, paths: Sequence[Place]):
        self.titles, self._paths = titles, list(paths)

    def poster_paths(self) -> list[Place]:
        return self._paths
