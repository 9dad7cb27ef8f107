"""The WSGI application of the receiver: one request, one answer, and 200 only for what is on the disk."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

import duckdb
from sqlalchemy.exc import SQLAlchemyError

from data.config import Config
from data.devices import ANYBODY, Device, Devices
from data.errors import Problem
from data.loop.sos import Call, Sos
from data.operations import Operations
from data.places import Places
from data.warehouse import Warehouse
from etl.receive.gate import Gate
from etl.receive.guard import Guard
from etl.receive.message import Outcome, Received, Refused, Request
from etl.receive.protocols import protocol_for
from etl.receive.recorder import Recorder
from etl.receive.segments import line
from etl.receive.spool import Spool
from etl.receive.tally import Tally

Environ = dict[str, Any]
Start = Callable[[str, list[tuple[str, str]]], Any]

RETRY_S = 30
TOKEN_PATH = "/t/"
METHODS = ("GET", "POST")


class Receiver:
    """The receiver of one home: threads call it, `close` ends it with everything written."""

    def __init__(self, config: Config, name: str = "") -> None:
        self.config = config
        devices = Devices(Operations.of(config))
        self.tally, self.gate = Tally(config), Gate(config)
        self.guard = Guard(devices, config.ingest)
        self.spool = Spool(config.home / "spool", config.ingest)
        self.sos = Sos(devices.operations, Places(Warehouse(config), config))
        self.recorder = Recorder(
            name or str(config.ingest.port), devices, self.gate, self.guard, self.spool, self.tally
        )

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer one request in JSON; a refusal is a sentence in the language the sender accepts."""
        status, value = self.respond(environ)
        body = json.dumps(value, ensure_ascii=False).encode()
        headers = [("Content-Type", "application/json; charset=utf-8"), ("Content-Length", str(len(body)))]
        if status in (429, 503):
            headers.append(("Retry-After", str(RETRY_S)))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def respond(self, environ: Environ) -> tuple[int, Any]:
        """Return the status and the JSON value of the answer."""
        now = datetime.now(UTC).replace(tzinfo=None)
        if environ.get("PATH_INFO") == "/healthz":
            return 200, self.stats()
        try:
            return 200, self.receive(environ, now)
        except Refused as fault:
            self.tally.refused(fault.reason, now)
            language = "zh-CN" if environ.get("HTTP_ACCEPT_LANGUAGE", "").startswith("zh") else "en"
            return fault.http, {"code": fault.http, "reason": fault.reason, "description": fault.sentence(language)}

    def receive(self, environ: Environ, now: datetime) -> Any:
        """Take the rows of one request; raises Refused."""
        if environ["REQUEST_METHOD"] not in METHODS:
            raise Refused(405, "unknown_protocol", detail=environ["REQUEST_METHOD"])
        path, token = _token(environ)
        device = self.guard.admit(token)
        request = Request(
            environ["REQUEST_METHOD"],
            path,
            environ.get("QUERY_STRING", ""),
            self._body(environ),
            environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower(),
            now,
            device.token_sha256,
        )
        protocol = protocol_for(request)
        rows = [_named(row, device) for row in protocol.parse(request)]
        self._call_for_help(rows)
        outcome = self._take([row for row in rows if row.feed != "sos"], now)
        self.tally.took(outcome, now)
        if outcome.spooled:
            self.guard.heard(device, now)
        return protocol.answer(outcome)

    def stats(self) -> dict[str, Any]:
        """Return what was received since the start, what waits to be published, and when the disk last took some."""
        synced = self.spool.synced_at
        return self.tally.as_json() | {
            "backlog_bytes": self.spool.backlog_bytes,
            "fsynced_at": synced.isoformat() + "Z" if synced else None,
        }

    def close(self) -> None:
        """End with everything written."""
        self.spool.close()
        self.recorder.close()

    def _call_for_help(self, rows: list[Received]) -> None:
        """Raise calls for help before anything else, on duty or not; raises Refused 503, so that phones call again."""
        calls = [row.values for row in rows if row.sos]
        for fix in calls:
            area = self.gate.person(fix["worker_id"])["area_id"] or ""
            try:
                self.sos.call(Call(fix["worker_id"], fix["fixed_at"], fix.get("lon"), fix.get("lat"), area))
            except (SQLAlchemyError, Problem, duckdb.Error) as fault:
                raise Refused(503, "not_ready") from fault

    def _take(self, rows: list[Received], now: datetime) -> Outcome:
        """Drop what is off duty, make the rest durable, note positions and open cases."""
        outcome, lines, aside = Outcome(), [], Counter[str]()
        positions, cases = [], []
        for row in rows:
            reason = self.gate.judge(row.values, now) if row.feed == "fix" else ""
            if reason == "off_duty":
                outcome.off_duty += 1
                continue
            aside.update([reason] if reason else [])
            received = {"received_at": now} if row.feed == "fix" else {}
            lines.append(line(row.feed, row.values | received))
            outcome.spooled.append(row.values)
            if row.feed == "fix" and not reason:
                positions.append(row.values)
            if row.feed == "incident":
                cases.append(row.values)
        if lines:
            self.spool.append(lines)
        self.recorder.note(positions)
        self.recorder.report(cases)
        outcome.aside = dict(aside)
        return outcome

    def _body(self, environ: Environ) -> bytes:
        limit = self.config.ingest.body_kb * 1024
        stated = environ.get("CONTENT_LENGTH") or "0"
        if stated.isdigit() and int(stated) > limit:
            raise Refused(413, "too_large", known=self.config.ingest.body_kb)
        body: bytes = environ["wsgi.input"].read(limit + 1)
        if len(body) > limit:
            raise Refused(413, "too_large", known=self.config.ingest.body_kb)
        return body


def _token(environ: Environ) -> tuple[str, str]:
    """Return the path without a token in it, and the token: of the path /t/TOKEN/..., a Bearer, or Basic's password."""
    path = environ.get("PATH_INFO", "/") or "/"
    if path.startswith(TOKEN_PATH):
        token, _, rest = path.removeprefix(TOKEN_PATH).partition("/")
        return "/" + rest, unquote(token)
    kind, _, text = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() == "bearer":
        return path, text.strip()
    if kind.lower() == "basic":
        try:
            return path, b64decode(text, validate=True).decode().partition(":")[2]
        except ValueError:
            return path, ""
    return path, ""


def _named(row: Received, device: Device) -> Received:
    """Return a row with its worker; raises Refused 403 where the token is not that device's or worker's."""
    gateway = device.worker_id == ANYBODY
    if row.device is not None and row.device != device.device_id and not gateway:
        raise Refused(403, "other_device", detail=row.device[:60])
    if row.feed not in ("fix", "sos"):
        return row
    own = row.device if gateway else device.worker_id
    worker = row.values.get("worker_id", own)
    if not worker:
        raise Refused(400, "missing", detail="worker_id")
    if not gateway and worker != device.worker_id:
        raise Refused(403, "other_device", detail=str(worker)[:60])
    return Received(row.feed, {"worker_id": worker} | row.values, row.device, row.sos)
