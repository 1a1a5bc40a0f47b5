"""Runs a command at a terminal of 60 columns, types what is in TYPED, and copies what it writes to standard output.

python3 terminal.py COMMAND ARGUMENT...
"""

import fcntl
import os
import pty
import struct
import sys
import termios

ROWS, COLUMNS = 40, 60


def main():
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    os.write(terminal, os.environ.get("TYPED", "").encode())
    while True:
        try:
            written = os.read(terminal, 65536)
        except OSError:  # Linux's word for "everybody has closed it"
            break
        if not written:
            break
        os.write(1, written)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
