"""Which features tell a film's or series' genre, and with which model: a bench that proves it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
