"""Runs an emulator for exactly as long as whoever started it lives.

Usage: launch.py MAKE PORT FOLDER

Standard input is a pipe whose other end only the starter holds. When it closes, however the starter ended, the
whole process group goes (the emulator runs functions in processes of their own) and FOLDER with it. The package
MAKE_gaps beside this file makes the emulator answer more like AWS.
"""

import importlib
import os
import shutil
import signal
import sys
import threading
import types


def watch(pipe, folder):
    """Ends everything once the starter's end of the pipe has closed."""
    while os.read(pipe, 4096):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def take_standard_input():
    """Hides the pipe from the emulator's own children, which would otherwise inherit it."""
    pipe = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return pipe


def run_ministack(_port):
    """Its settings come from the environment."""
    from ministack.app import main

    sys.argv = ["ministack"]
    main()


def run_moto(port):
    """Lambda without containers."""
    from moto.core.config import default_user_config
    from moto.server import main

    default_user_config["lambda"]["use_docker"] = False
    main(["-H", "127.0.0.1", "-p", port])


def stub_openapi_validator():
    """moto loads this package for ImportRestApi alone; without it a third of the installation goes."""
    validator = types.ModuleType("openapi_spec_validator")
    validation = types.ModuleType("openapi_spec_validator.validation")
    exceptions = types.ModuleType("openapi_spec_validator.validation.exceptions")
    exceptions.OpenAPIValidationError = type("OpenAPIValidationError", (Exception,), {})
    validator.validate = lambda *_, **__: None
    for module in (validator, validation, exceptions):
        sys.modules[module.__name__] = module


def main():
    make, port, folder = sys.argv[1:]
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=watch, args=(take_standard_input(), folder), daemon=True).start()
    if make == "moto":
        stub_openapi_validator()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    importlib.import_module(f"{make}_gaps")
    {"ministack": run_ministack, "moto": run_moto}[make](port)


if __name__ == "__main__":
    main()
