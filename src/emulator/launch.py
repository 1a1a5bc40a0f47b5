"""Runs an emulator for exactly as long as whoever started it lives.

Usage: launch.py PORT FOLDER PACKAGE...

Standard input is a pipe whose other end only the starter holds. When it closes, however the starter ended, the
whole process group goes (the emulator runs functions in processes of their own) and FOLDER with it. Each PACKAGE is
beside this file and makes the emulator answer more like AWS; the module `serve` of the first runs it.
"""

import importlib
import os
import shutil
import signal
import sys
import threading


def watch(pipe, folder):
    """Ends everything once the starter's end of the pipe has closed."""
    while os.read(pipe, 4096):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def take_standard_input():
    """Hides the pipe from the emulator's own children, which would otherwise inherit it."""
    pipe = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return pipe


def main():
    port, folder, *packages = sys.argv[1:]
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=watch, args=(take_standard_input(), folder), daemon=True).start()
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    for package in packages:
        importlib.import_module(package)
    importlib.import_module(f"{packages[0]}.serve").serve(port)


if __name__ == "__main__":
    main()
