"""Runs ministack."""

import sys

from .answers import around


def serve(_port, asked):
    """Its settings come from the environment. What it imports by name is what the patches have put there by now."""
    from ministack import app as server

    server.app = around(server.app, asked)
    sys.argv = ["ministack"]
    server.main()
