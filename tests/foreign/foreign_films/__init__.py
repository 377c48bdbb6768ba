"""A package that genrelab knows nothing of: it adds a model, a feature family of each kind and a source."""
