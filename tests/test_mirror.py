"""Every module has its test by name, or a line here that says where it is tested."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("features", "models", "reports", "pipeline")
    for path in (ROOT / folder).rglob("*.py")
    if not path.stem.startswith("__")
)
# What has no test of its own name, and the test under tests/ that holds it to right values.
ELSEWHERE = {
    "features/compiled.py": "features/poster/test_single_pass.py",
    "features/frozen/resize_kernels.py": "features/frozen/test_resize.py",
    "features/poster/frames.py": "features/test_families.py",
    "features/record.py": "test_foreign.py",
    "features/text/parts.py": "features/text/test_people.py",
    "models/answers.py": "pipeline/handover/test_predict.py",
    "models/balance/balanced.py": "models/balance/test_strategies.py",
    "models/builders.py": "models/test_recipes.py",
    "models/cost.py": "pipeline/experiments/memory/test_estimate.py",
    "models/encode/components.py": "models/encode/test_encoder_parts.py",
    "models/encode/scaling.py": "models/encode/test_encoder_parts.py",
    "models/encode/steps.py": "models/encode/test_encoder.py",
    "models/encode/tfidf.py": "models/encode/test_encoder_parts.py",
    "models/encode/top_words.py": "models/encode/test_encoder_parts.py",
    "models/explain/explainable.py": "pipeline/handover/test_explain.py",
    "models/explain/lookup.py": "pipeline/handover/test_explain.py",
    "models/explain/title.py": "pipeline/handover/test_explain.py",
    "models/manifest.py": "pipeline/handover/test_predict.py",
    "models/networks/architecture.py": "models/networks/test_settings.py",
    "models/networks/registry.py": "models/networks/test_record.py",
    "models/networks/training/forward.py": "models/networks/test_saved.py",
    "models/quality.py": "pipeline/handover/test_predict.py",
    "models/stack/alone.py": "models/stack/test_stacked.py",
    "models/stack/blocks.py": "models/stack/test_stacked.py",
    "models/stack/meta.py": "models/stack/test_stacked.py",
    "models/stack/ridge.py": "models/stack/test_joint.py",
    "models/stack/scored_fit.py": "models/stack/test_stacked.py",
    "pipeline/audit/refit.py": "pipeline/audit/test_audit.py",
    "pipeline/audit/splits.py": "pipeline/audit/test_audit.py",
    "pipeline/catalog/arrays.py": "pipeline/commands/test_fetch.py",
    "pipeline/demo/text.py": "pipeline/demo/test_generate.py",
    "pipeline/demo/titles.py": "pipeline/demo/test_generate.py",
    "pipeline/demo/words.py": "pipeline/demo/test_looks.py",
    "pipeline/experiments/feature_sets.py": "pipeline/experiments/test_plan.py",
    "pipeline/experiments/fit/cell.py": "pipeline/experiments/test_runner.py",
    "pipeline/experiments/fit/encoding.py": "pipeline/experiments/test_runner.py",
    "pipeline/experiments/fit/estimator.py": "pipeline/experiments/test_runner.py",
    "pipeline/experiments/fit/setting.py": "pipeline/experiments/test_runner.py",
    "pipeline/experiments/grid.py": "pipeline/experiments/test_plan.py",
    "pipeline/experiments/pictures.py": "pipeline/experiments/test_network_runs.py",
    "pipeline/experiments/record.py": "pipeline/experiments/test_runner.py",
    "reports/evaluation/details/corrected.py": "pipeline/corrections/test_teach.py",
    "pipeline/handover/forms/build.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/boosted.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/calibration.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/columns.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/graph.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/kernel.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/linear.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/neighbours.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/stack.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/table.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/trees.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/forms/operators/wrappers.py": "pipeline/handover/forms/test_convert.py",
    "pipeline/handover/formats.py": "pipeline/handover/test_output.py",
    "pipeline/handover/scored.py": "pipeline/handover/test_against.py",
    "pipeline/places.py": "test_readme.py",
    "pipeline/serve/answers.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/app.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/limits.py": "pipeline/serve/test_safety.py",
    "pipeline/serve/second_look.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/state.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/tables.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/uploads.py": "pipeline/serve/test_safety.py",
    "pipeline/serve/wall/gallery.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/wall/queue.py": "pipeline/serve/test_routes.py",
    "pipeline/serve/wall/vectors.py": "pipeline/serve/test_routes.py",
    "pipeline/sources/account.py": "pipeline/sources/own_table/test_user_table.py",
    "pipeline/sources/cells.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/dumps/chu_guo.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/dumps/kaggle_posters.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/dumps/mm_imdb.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/dumps/movies_dataset.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/dumps/tmdb5000.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/dumps/tmdb_dump.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/folder/filenames.py": "pipeline/sources/folder/test_folder.py",
    "pipeline/sources/folder/image_index.py": "pipeline/sources/folder/test_matching.py",
    "pipeline/sources/own_table/options.py": "pipeline/sources/own_table/test_user_table.py",
    "pipeline/sources/frame.py": "pipeline/sources/test_registry.py",
    "pipeline/sources/layout.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/movielens.py": "pipeline/sources/dumps/test_dumps.py",
    "pipeline/sources/people.py": "pipeline/sources/tables/test_headers.py",
    "pipeline/sources/tables/dates.py": "pipeline/sources/tables/test_values.py",
    "pipeline/sources/tables/dialect.py": "pipeline/sources/tables/test_table.py",
    "pipeline/sources/tables/numbers.py": "pipeline/sources/tables/test_values.py",
    "pipeline/sources/tables/packed.py": "pipeline/sources/tables/test_table.py",
    "pipeline/sources/tables/words.py": "pipeline/sources/test_any_table.py",
    "pipeline/sources/tmdb/client.py": "pipeline/sources/tmdb/test_faults.py",
    "pipeline/sources/tmdb/crawl.py": "pipeline/sources/tmdb/test_source.py",
    "pipeline/sources/tmdb/terms.py": "pipeline/sources/tmdb/test_store.py",
    "pipeline/sources/tsv.py": "pipeline/sources/test_imdb.py",
    "reports/pages/card/limits.py": "reports/pages/card/test_card.py",
    "reports/pages/card/scores.py": "reports/pages/card/test_card.py",
    "reports/pages/contents.py": "reports/pages/test_page.py",
    "reports/pages/figures/learning.py": "reports/evaluation/learning/test_learning_curve.py",
    "reports/pages/parts.py": "reports/pages/test_page.py",
    "reports/pages/report.py": "reports/pages/test_page.py",
    "reports/pages/section.py": "reports/pages/test_page.py",
    "reports/pages/sections/catalogue.py": "reports/pages/test_page.py",
    "reports/pages/sections/differences.py": "reports/pages/test_page.py",
    "reports/pages/sections/errors.py": "reports/pages/test_page.py",
    "reports/pages/sections/genres.py": "reports/pages/test_page.py",
    "reports/pages/sections/labels.py": "reports/pages/test_page.py",
    "reports/pages/sections/notes.py": "reports/pages/test_page.py",
    "reports/pages/sections/training_titles.py": "reports/evaluation/learning/test_learning_curve.py",
    "reports/pages/sections/probabilities.py": "reports/pages/test_page.py",
    "reports/pages/sections/training.py": "reports/pages/test_page.py",
    "reports/pages/sections/what_helps.py": "reports/pages/test_page.py",
    "reports/evaluation/bootstrap/units.py": "reports/evaluation/bootstrap/test_draws.py",
    "reports/runs/cells.py": "pipeline/experiments/test_claim.py",
    "reports/runs/write.py": "pipeline/experiments/test_runner.py",
}


def own_test(module: str) -> Path:
    """Where the test of that name would be."""
    path = Path(module)
    return ROOT / "tests" / path.parent / f"test_{path.name}"


@pytest.mark.parametrize("module", MODULES)
def test_has_a_test(module):
    if module.startswith("pipeline/commands/"):
        return  # thin words over functions that have their own tests; the README's test runs each command
    assert own_test(module).exists() or module in ELSEWHERE, f"{module}: expected {own_test(module).relative_to(ROOT)}"


@pytest.mark.parametrize("module", ELSEWHERE)
def test_a_line_is_needed_and_true(module):
    assert (ROOT / module).exists(), f"{module} is gone: take its line out"
    assert not own_test(module).exists(), f"{module} has its own test now: take its line out"
    assert (ROOT / "tests" / ELSEWHERE[module]).exists()
