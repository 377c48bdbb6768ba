"""The loopback server for the tests of sources and downloads: importable as `tmdb_server` from any of them."""

import importlib.util
import sys
from pathlib import Path

import pytest

if "tmdb_server" not in sys.modules:
    spec = importlib.util.spec_from_file_location("tmdb_server", Path(__file__).with_name("tmdb_server.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["tmdb_server"] = module
    spec.loader.exec_module(module)


@pytest.fixture(scope="session")
def tmdb_server():
    """The module `tmdb_server` beside this file."""
    return sys.modules["tmdb_server"]
