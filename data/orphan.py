"""Ends a process whose parent died: nothing of Gridlink goes on behind the back of whoever stopped it."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from time import sleep

LOOK_S = 0.5


def end_with_parent() -> None:
    """Watch the parent from now on; when it is gone, end at once, as after a kill -9, which every store survives.

    A child of multiprocessing knows its parent by name, so that one killed while the child was starting is missed too.
    """
    made_by = parent_process()
    parent = made_by.pid if made_by else os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            sleep(LOOK_S)
        os._exit(1)

    threading.Thread(target=watch, name="orphan", daemon=True).start()
