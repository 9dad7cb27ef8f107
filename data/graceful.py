"""Ending a server without failing anybody: it says that it is not ready, finishes what is under way, then ends.

The parent of granian's worker hears SIGTERM; it tells the worker by SIGUSR1 to be red, waits so that whoever spreads
requests over several servers stops sending them, and ends it after `FINISH_S` at most. On SIGHUP a new worker with the
configuration as it is now serves beside the old one until that one ends; a configuration that is wrong changes nothing.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from data.errors import Problem
from data.logs import tell

log = logging.getLogger("gridlink.vitals")
FINISH_S = 10  # seconds for what is under way
WAKES, WAKE_S = 3, 0.05  # one alone may meet the main thread just before it waits
TAKES_OVER_S = 30.0  # both workers serve for as long: the new one has opened its stores by then, on a busy host too


class Graceful:
    """How one granian server ends and begins anew: `check` raises a Problem where a new worker could not begin."""

    def __init__(self, server: Any, drain_s: float, check: Callable[[], object]) -> None:
        self.server, self.drain_s, self.check = server, drain_s, check
        self._told = False
        self._new_until = 0.0
        server.on_startup(self._listen)  # after granian has set its own
        server.on_reload(self._begin_anew)

    def _listen(self) -> None:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._end)
        signal.signal(signal.SIGHUP, self._reload)

    def _end(self, *_: Any) -> None:
        """Be red, wait, end; told twice at once, and while a new worker takes over, at once."""
        if monotonic() < self._new_until:
            for child in multiprocessing.active_children():
                child.terminate()
            sys.exit(0)
        if self._told or not self.drain_s:
            self.server.signal_handler_interrupt()
            return
        self._told = True
        for pid in [child.pid for child in multiprocessing.active_children() if child.pid]:
            os.kill(pid, signal.SIGUSR1)
        threading.Timer(self.drain_s, self.server.signal_handler_interrupt).start()

    def _reload(self, *_: Any) -> None:
        try:
            self.check()
        except Problem as problem:
            tell(log, logging.ERROR, "reload_refused", says=problem.sentence("en"))
            return
        self.server.signal_handler_reload()

    def _begin_anew(self) -> None:
        self._new_until = monotonic() + self.server.respawn_interval


def on_drain(do: Callable[[], object]) -> None:
    """Call `do` when the parent says that this worker is about to be told to end; to be called in its main thread.

    The kernel may hand a signal to any thread, and Python answers it in the main one, which the signal then does not
    wake from waiting. The wake-up descriptor is written to in whichever thread it was: who listens there calls `do`,
    and wakes the main thread for granian's own signals.
    """
    heard, written = os.pipe()
    os.set_blocking(written, False)
    main = threading.get_ident()
    for sign in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(sign, lambda *_: None)
    signal.set_wakeup_fd(written, warn_on_full_buffer=False)

    def listen() -> None:
        while sign := os.read(heard, 1):
            if sign[0] == signal.SIGUSR1:
                do()
            elif sign[0] != signal.SIGUSR2:
                for _ in range(WAKES):
                    signal.pthread_kill(main, signal.SIGUSR2)
                    sleep(WAKE_S)

    threading.Thread(target=listen, name="drain", daemon=True).start()
