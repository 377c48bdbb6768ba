"""Which features tell a film's or series' genre, and with which model: a bench that proves it."""

import os

import lazy_loader

# OpenMP threads spin while they wait for one another. Where other programs want the same cores, two threads of xgboost
# so take up to 30 times as long as one. This is read when xgboost is imported.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
