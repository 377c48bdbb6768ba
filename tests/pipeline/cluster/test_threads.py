"""Inside, every numerical library computes with one thread; outside, all is as it was."""

import os

import numpy as np
from threadpoolctl import threadpool_info

from genrelab.pipeline.cluster.threads import VARIABLES, one_thread


def test_one_thread_inside_and_as_before_outside(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    assert np.ones((2, 2)).sum() == 4  # numpy's library is loaded
    with one_thread():
        assert [os.environ[name] for name in VARIABLES] == ["1", "1", "1"]
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "TF_NUM_INTRAOP_THREADS" not in os.environ
