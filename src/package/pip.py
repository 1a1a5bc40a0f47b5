"""Runs pip as if by another Python.

pip chooses wheels for another Python and platform by options, but it evaluates markers for the Python that
runs it. This puts the target's values in their place. The first argument is a JSON object of them; the rest is pip's.
"""

import json
import sys

from pip._internal.cli.main import main
from pip._vendor.packaging import markers

TARGET = json.loads(sys.argv[1])
markers.default_environment = lambda: dict(TARGET)

for name in ("python_version", "platform_machine", "sys_platform"):
    if not markers.Marker(f'{name} == "{TARGET[name]}"').evaluate():
        sys.exit(f"this pip does not let {name} be set")

sys.exit(main(sys.argv[2:]))
