"""Numbers on a page."""

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.pages.words.formats import DASH, hundredths, score, seconds, share, spread, whole


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_is_a_dash_never_a_zero(missing):
    assert [score(missing), whole(missing), seconds(missing), spread(missing, 1.0)] == [DASH] * 4
    assert share(missing) == ""


def test_a_gain_below_zero_has_a_minus_sign_and_zero_has_none():
    assert [score(-0.0314), score(-0.0004), spread(-0.008, 0.011)] == ["−0.031", "0.000", "−0.008 to 0.011"]
    assert [hundredths(-0.005), hundredths(0.678), hundredths(None)] == ["−0.01", "0.68", DASH]


def test_a_share_of_nothing_is_not_a_share_of_little():
    assert [share(0), share(0.004), share(0.006), share(1)] == ["0", "<1", "1", "100"]
