"""Runs ministack."""

import sys

from ministack.app import main


def serve(_port):
    """Its settings come from the environment."""
    sys.argv = ["ministack"]
    main()
