"""Runs a program that must not outlive who asked for it, however that one ends.

Run as a script, isolated: `python -I -S warden.py [--scratch FOLDER] -- COMMAND ...`. Its standard
input is a pipe that nothing is ever written to and that only the asking process holds: it ends when
that process does, by `kill -9` too, or closes it. Then the program and what it has started are
ended, and the scratch folder is deleted.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

_POSIX = os.name == "posix"


def main(arguments: list[str]) -> int:
    """Runs the command after `--` and returns its exit status."""
    options, command = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked gets it too, and closes the pipe
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=_POSIX)
    ending = threading.Event()
    watched = (process, ending, options[1:])
    watch = threading.Thread(target=_end_with_input, args=watched, daemon=True)
    watch.start()
    status = process.wait()
    if ending.is_set():
        watch.join()
    return status


def _end_with_input(
    process: "subprocess.Popen[bytes]", ending: threading.Event, scratch: list[str]
) -> None:
    while os.read(0, 1):
        pass
    ending.set()
    if _POSIX:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    for folder in scratch:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
