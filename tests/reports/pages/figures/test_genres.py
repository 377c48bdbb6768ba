"""Charts genre by genre."""

import re

import pandas as pd

from genrelab.reports.pages.figures.genres import plot_balance, plot_genres, plot_systems


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_every_genre_and_the_bar_are_drawn():
    rows = {"label": ["War", "Drama"], "f1": [0.2, 0.4], "f1_low": [-0.1, 0.3], "f1_high": [0.5, 1.2]}
    told = texts(plot_genres(pd.DataFrame(rows | {"always_f1": [0.1, 0.2]})))
    assert {"War", "giving the genre to every title"} <= set(told)
    gone = rows | {"f1_low": [float("nan")] * 2, "f1_high": [float("nan")] * 2}
    assert "giving the genre to every title" not in texts(plot_genres(pd.DataFrame(gone)))


def test_systems_stand_beside_a_coin_toss():
    table = pd.DataFrame({"poster · a": [0.5, 0.1], "poster · b": [0.4, 0.2]}, index=["Drama", "War"])
    told = texts(plot_systems(table, {"Drama": 0.45}, "systems"))
    assert {"Drama", "War", "poster · a", "poster · b", "coin toss"} <= set(told)


def test_balancing_is_drawn_from_where_there_is_none():
    rows = [("all · glm", "none", 0.5, 0.3), ("all · glm", "smote", 0.4, 0.35), ("all · rf", "smote", 0.4, 0.2)]
    svg = plot_balance(pd.DataFrame(rows, columns=["system", "balance", "x", "y"]), "accuracy", "macro F1")
    assert {"accuracy", "macro F1", "no balancing", "smote"} <= set(texts(svg))
