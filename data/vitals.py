"""`/healthz`, `/readyz` and `/metrics` of one process, on a port of their own.

A thread of its own answers them, so that they are told of a pool of requests that is full, instead of waiting in it.
Nobody signs in here and nothing here is about anybody: reasons, counts and names of parts of the program.
"""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from data import measures
from data.logs import tell
from data.readiness import Readiness

log = logging.getLogger("gridlink.vitals")
AGAIN_S = 2.0
SLOWEST_S = 5.0  # a client that says nothing for as long is hung up on


class Vitals:
    """The signs of life of one process; `figures` are what it reads of its home when it is asked."""

    def __init__(self, host: str, port: int, readiness: Readiness, figures: Collector | None = None) -> None:
        self.address = (host, port)
        self.readiness = readiness
        self.registry = CollectorRegistry()
        if figures is not None:
            self.registry.register(figures)
        self._ended = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Begin to answer, as soon as the port is free: the process before this one may still be ending."""
        if self.address[1]:
            threading.Thread(target=self._run, name="vitals", daemon=True).start()

    def stop(self) -> None:
        """Answer no more."""
        self._ended.set()
        if self._server:
            self._server.shutdown()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, type and body of what is asked for."""
        if path == "/healthz":
            return 200, "text/plain; charset=utf-8", b"ok\n"
        if path == "/readyz":
            reasons = self.readiness.reasons()
            told = json.dumps({"ready": not reasons, "reasons": reasons}, ensure_ascii=False, default=str)
            return 503 if reasons else 200, "application/json; charset=utf-8", f"{told}\n".encode()
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest(measures.REGISTRY) + generate_latest(self.registry)
        return 404, "text/plain; charset=utf-8", b"/healthz /readyz /metrics\n"

    def _run(self) -> None:
        told = False
        while not self._ended.is_set():
            try:
                self._server = _Server(self.address, _handler(self))
            except OSError as fault:
                if not told:
                    tell(log, logging.WARNING, "vitals_wait", port=self.address[1], detail=str(fault.strerror))
                told = True
                self._ended.wait(AGAIN_S)
                continue
            with self._server:
                self._server.serve_forever(poll_interval=AGAIN_S / 4)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 16

    def server_bind(self) -> None:
        """Bind, and look nobody's name up: there may be no network."""
        TCPServer.server_bind(self)


def _handler(vitals: Vitals) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SLOWEST_S
        server_version, sys_version = "gridlink", ""

        def do_GET(self) -> None:
            status, kind, body = vitals.answer(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: probes come by the second."""

    return Handler
