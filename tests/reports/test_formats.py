"""Numbers on a page."""

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.formats import DASH, score, seconds, share, spread, whole


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_is_a_dash_never_a_zero(missing):
    assert [score(missing), whole(missing), seconds(missing), spread(missing, 1.0)] == [DASH] * 4
    assert share(missing) == ""


def test_a_share_of_nothing_is_not_a_share_of_little():
    assert [share(0), share(0.004), share(0.006), share(1)] == ["0", "<1", "1", "100"]
