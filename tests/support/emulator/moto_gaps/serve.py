"""Runs moto."""

from moto.core.config import default_user_config
from moto.server import main


def serve(port, _asked):
    """Lambda without containers."""
    default_user_config["lambda"]["use_docker"] = False
    main(["-H", "127.0.0.1", "-p", port])
