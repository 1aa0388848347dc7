"""Runs one program and ends it when its own standard input closes, which is when the process that started it is gone.

Run as a file, by path, with the program and its arguments: it works the same on every platform, and even when the demo
is killed and can clean nothing up. It imports nothing but the standard library, to start quickly.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading

GRACE_SECONDS = 3


def main(command: list[str]) -> int:
    """Run ``command`` until it ends, standard input closes, or a signal asks; gives its exit status."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - the demo's own program, no shell

    def end() -> None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
            return
        child.kill()

    def watch() -> None:
        while os.read(0, 1024):
            pass
        end()

    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=watch, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) & 0xFF)
