"""One process at a time on a file, by the operating system's own lock: it ends with the process, however that ends."""

import os
import sys
from pathlib import Path
from typing import IO

from bot.errors import ConfigError

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        # The locked byte lies far behind the process id, so that others can still read who holds the lock.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class ProcessLock:
    """Held from construction until :meth:`release` or the process ends. Raises ConfigError when another has it."""

    def __init__(self, database: Path) -> None:
        # Appending neither truncates the holder's process id nor fails where the file exists.
        self._file = database.with_name(database.name + ".lock").open("a+", encoding="ascii")
        try:
            _take(self._file)
        except OSError:
            self._file.seek(0)
            holder = self._file.read(20).strip()
            self._file.close()
            by = f" (process {holder})" if holder.isdigit() else ""
            raise ConfigError(
                f"The database {database} is already in use by another countersign process{by}. SQLite serves one "
                "process at a time: stop the other one, or set DATABASE_URL to a PostgreSQL server."
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let the next process in. The file stays: removing it would let two processes lock two different files."""
        self._file.close()
