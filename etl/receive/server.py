"""Serves the receiver on granian: one process, with a thread for every request that waits for the disk."""

from __future__ import annotations

import os
import socket
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from data.config import Config, load_config
from data.graceful import FINISH_S, TAKES_OVER_S, Graceful, on_drain
from data.logs import start_logs
from data.orphan import end_with_parent
from data.vitals import Vitals
from etl.receive.app import Receiver
from etl.receive.vitals import ReceiverFigures, receiving

HOME_VARIABLE, NAME_VARIABLE = "GRIDLINK_HOME", "GRIDLINK_RECEIVER"


def serve(config: Config, host: str, port: int) -> None:
    """Serve until stopped; connections and requests leave no line in any log, since addresses may hold tokens."""
    from granian import Granian
    from granian.constants import Interfaces

    os.environ[HOME_VARIABLE] = str(config.home)
    os.environ[NAME_VARIABLE] = f"{socket.gethostname()}:{port}"
    server = Granian(
        "etl.receive.server:wsgi",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=config.ingest.threads,
        factory=True,
        log_enabled=False,
        websockets=False,
        workers_kill_timeout=FINISH_S,
        respawn_interval=TAKES_OVER_S,
    )
    Graceful(server, config.vitals.drain_s, lambda: load_config(config.home))
    server.serve()


def wsgi() -> Any:
    """Return the receiver of the home named by GRIDLINK_HOME; called in the worker process, which ends it."""
    end_with_parent()
    config = load_config(Path(os.environ[HOME_VARIABLE]))
    start_logs(config.logs, "ingest")
    receiver = Receiver(config, os.environ[NAME_VARIABLE])
    Finalize(receiver, receiver.close, exitpriority=10)
    readiness, vitals = receiving(receiver), config.vitals
    on_drain(readiness.stop)
    Vitals(vitals.host, vitals.ingest_port, readiness, ReceiverFigures(receiver)).start()
    return receiver
