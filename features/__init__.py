"""Facts of one title: text, metadata, colours, pixels, embeddings; each family is one record."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
