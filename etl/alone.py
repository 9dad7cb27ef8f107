"""A lock of the kernel on a file: one process of this host at a time, and whoever dies lets go at once.

The lease in operations says the same across hosts, but only after a silence; a worker that was killed and started again
knows by the lock that the one before is dead.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Alone:
    """The lock on `path`; the file stays and means nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """Take the lock where nobody has it; True also where it is ours already. Raises OSError."""
        if self._handle is not None:
            return True
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def give_back(self) -> None:
        """Let go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
