"""The studies' printed numbers, as data."""

from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.reports.studies.read import printed_by_model, studies, systems


def test_names_belong_to_their_study_and_are_once():
    names = [system.name for study in studies() for system in study.systems]
    assert len(names) == len(set(names)) == 28
    assert all(system.name.startswith(f"{study.key}-") for study in studies() for system in study.systems)


def test_spreads_ascend_around_the_printed_mean():
    for system in systems().values():
        if system.spread is not None:
            ordered = [system.spread.minimum, system.spread.first_quartile, system.spread.median]
            ordered += [system.spread.third_quartile, system.spread.maximum]
            assert ordered == sorted(ordered) and system.spread.mean == system.printed
    assert set(printed_by_model("feature_table")) == {"glm", "rf tuned", "gbm", "svm_rbf", "svm_linear"}


def test_every_rerun_is_a_cell_of_a_shipped_experiment():
    for system in systems().values():
        for rerun in system.reruns:
            experiment = load_experiment(rerun.experiment, embeddings=["resnet50"])
            cells = {(cell.feature_set, cell.name, cell.balance) for cell in experiment.cells}
            hits = [
                cell
                for cell in cells
                if (cell[0] == rerun.feature_set or cell[0].startswith(rerun.feature_set.rstrip("*")))
                and (cell[1] == rerun.model or cell[1].startswith(rerun.model.rstrip("*")))
                and cell[2] == rerun.balance
            ]
            assert hits, (system.name, rerun)
            assert not rerun.printed or rerun.printed in system.others
