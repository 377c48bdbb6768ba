"""Runs and models told to a tracking server."""
