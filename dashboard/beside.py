"""A process kept running beside the server: one that ends by itself is started again, as a supervisor would."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Sequence

log = logging.getLogger("gridlink.dashboard")
LOOK_S, AGAIN_S, ENDS_S = 0.2, 5.0, 10.0


class Beside:
    """One command, running from `start` until `stop`."""

    def __init__(self, command: Sequence[str], again_s: float = AGAIN_S) -> None:
        self.command, self.again_s = list(command), again_s
        self.process = subprocess.Popen(self.command)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="beside", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it: gracefully, and by force after ten seconds."""
        self._stop.set()
        self._thread.join()
        self.process.terminate()
        try:
            self.process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_S):
            if self.process.poll() is None:
                continue
            log.error("%s ended with %d: it is started again", " ".join(self.command[2:4]), self.process.returncode)
            if not self._stop.wait(self.again_s):
                self.process = subprocess.Popen(self.command)
