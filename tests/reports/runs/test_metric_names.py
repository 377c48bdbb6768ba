"""Words for metrics."""

from genrelab.reports.runs.metric_names import NAMES, ON_PAGE, metric_name


def test_every_metric_on_a_page_has_a_name():
    assert {name for names in ON_PAGE.values() for name in names} <= set(NAMES)


def test_accuracy_is_never_the_headline():
    assert {names[0] for names in ON_PAGE.values()} == {"f1_macro"}


def test_a_sentence_starts_with_a_capital_and_keeps_the_rest():
    assert metric_name("f1_macro", start=True) == "Macro F1"
