"""Sends to a receiver without a socket, as a phone would, and reads what it answers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from data.config import Config, load_config
from data.devices import Devices
from data.operations import Operations
from etl.receive.app import Receiver


@contextmanager
def receiving(home: Path, **limits: Any) -> Iterator[Receiver]:
    """Lend a receiver of a home, with some limits of [ingest] changed."""
    receiver = Receiver(config_with(home, **limits), "test")
    try:
        yield receiver
    finally:
        receiver.close()


def config_with(home: Path, **limits: Any) -> Config:
    """Return the configuration of a home with some limits of [ingest] changed."""
    config = load_config(home)
    return replace(config, ingest=replace(config.ingest, **limits))


def add_device(home: Path, name: str, worker: str = "") -> str:
    """Make a device known and return its token."""
    return Devices(operations(home)).add(name, worker or name)


def operations(home: Path) -> Operations:
    """Open the operations store of a home."""
    return Operations(f"sqlite:///{home / 'operations.db'}")


def get(receiver: Receiver, token: str, **fields: Any) -> tuple[int, Any]:
    """Send the query form."""
    return send(receiver, token, "GET", "/?" + urlencode(fields))


def post(receiver: Receiver, token: str, body: Any, path: str = "/") -> tuple[int, Any]:
    """Send JSON."""
    return send(receiver, token, "POST", path, json.dumps(body).encode(), "application/json")


def send(
    receiver: Receiver, token: str, method: str, target: str, body: bytes = b"", content_type: str = ""
) -> tuple[int, Any]:
    """Send one request and return status and JSON."""
    path, _, query = target.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_TYPE": content_type}
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    told: list[str] = []
    content = b"".join(receiver(environ, lambda status, headers: told.extend([status, *map(str, headers)])))
    assert not token or token.encode() not in content
    return int(told[0][:3]), json.loads(content)
