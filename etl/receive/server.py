"""Serves the receiver on granian: one process, with a thread for every request that waits for the disk."""

from __future__ import annotations

import os
import socket
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from data.config import Config, load_config
from etl.orphan import end_with_parent
from etl.receive.app import Receiver

HOME_VARIABLE, NAME_VARIABLE = "GRIDLINK_HOME", "GRIDLINK_RECEIVER"


def serve(config: Config, host: str, port: int) -> None:
    """Serve until stopped; connections and requests leave no line in any log, since addresses may hold tokens."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ[HOME_VARIABLE] = str(config.home)
    os.environ[NAME_VARIABLE] = f"{socket.gethostname()}:{port}"
    Granian(
        "etl.receive.server:wsgi",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=config.ingest.threads,
        factory=True,
        log_enabled=False,
        websockets=False,
    ).serve()


def wsgi() -> Any:
    """Return the receiver of the home named by GRIDLINK_HOME; called in the worker process, which ends it."""
    end_with_parent()
    receiver = Receiver(load_config(Path(os.environ[HOME_VARIABLE])), os.environ[NAME_VARIABLE])
    Finalize(receiver, receiver.close, exitpriority=10)
    return receiver
