"""Ends a process whose parent died: nothing of Gridlink goes on behind the back of whoever stopped it."""

from __future__ import annotations

import os
import threading
from time import sleep

LOOK_S = 0.5


def end_with_parent() -> None:
    """Watch the parent from now on; when it is gone, end at once, as after a kill -9, which every store survives."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            sleep(LOOK_S)
        os._exit(1)

    threading.Thread(target=watch, name="orphan", daemon=True).start()
