"""Runs an emulator for as long as whoever started it lives, or for as long as somebody asks it something.

Usage: launch.py PORT FOLDER LIFE PACKAGE...

LIFE is `attached`: standard input is a pipe whose other end only the starter holds, and when it closes, however the
starter ended, the emulator ends. Or it is `kept:IDLE:MOST`: a session of its own, which ends IDLE seconds after the
last request, and MOST seconds after the first one in any case; until then it has a minute to come up. At the end the
whole process group goes (the emulator runs functions in processes of their own) and FOLDER with it. Each PACKAGE is
beside this file and makes the emulator answer more like AWS; the module `serve` of the first runs it, and reports
every request to the function that it is given.
"""

import importlib
import os
import shutil
import signal
import sys
import threading
import time


def end(folder):
    """Ends everything."""
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def watch_pipe(pipe, folder):
    """Ends everything once the starter's end of the pipe has closed."""
    while os.read(pipe, 4096):
        pass
    end(folder)


def watch_clock(clock, folder, idle, most):
    """Ends everything once nobody has asked for long enough, or the time is up."""
    while clock.since_last() < idle and clock.since_first() < most:
        time.sleep(0.5)
    end(folder)


# How long a slow machine may take to come up, in seconds.
STARTING = 60


class Clock:
    """When it was first and last asked something.

    What is never asked counts as asked once it had the time to come up.
    """

    def __init__(self):
        self.first = self.last = time.monotonic() + STARTING

    def asked(self):
        self.last = time.monotonic()
        self.first = min(self.first, self.last)

    def since_last(self):
        return time.monotonic() - self.last

    def since_first(self):
        return time.monotonic() - self.first


def take_standard_input():
    """Hides the pipe from the emulator's own children, which would otherwise inherit it."""
    pipe = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return pipe


def begin(life, clock, folder):
    """Sees to it that it ends."""
    if life == "attached":
        if os.getpgrp() != os.getpid():
            os.setpgid(0, 0)
        target, arguments = watch_pipe, (take_standard_input(), folder)
    else:
        os.setsid()
        idle, most = (float(seconds) for seconds in life.split(":")[1:])
        target, arguments = watch_clock, (clock, folder, idle, most)
    threading.Thread(target=target, args=arguments, daemon=True).start()


def main():
    port, folder, life, *packages = sys.argv[1:]
    clock = Clock()
    begin(life, clock, folder)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    for package in packages:
        importlib.import_module(package)
    importlib.import_module(f"{packages[0]}.serve").serve(port, clock.asked)


if __name__ == "__main__":
    main()
