"""Pictures that only a run can make, because a report reads no models."""

from pathlib import Path

import numpy as np

from ...reports.runs.format import AUGMENTED
from ...reports.runs.write import write_picture
from .dataset import Dataset


def write_augmented(out: Path, data: Dataset) -> None:
    """Draw one poster as augmentation shows it to a network, where a network of the run augments.

    Parameters
    ----------
    out : Path
        Folder of the run; it gets `augmented.png` unless it has one.
    data : Dataset
    """
    models = {cell.model for cell in data.experiment.cells}
    if "augmented_cnn" not in models or (out / AUGMENTED).exists():
        return
    files = [path for path in data.frames["image"]["image_path"] if path is not None]
    if not files:
        return
    from ...models.networks.inputs.augmentation import augmented_grid

    chosen = files[int(np.random.default_rng(data.experiment.seed).integers(len(files)))]
    write_picture(out, augmented_grid(chosen))
