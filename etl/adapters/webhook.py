"""A web address of another system: the message is posted as JSON, 2xx means delivered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from data.config import Config
from etl.adapter_http import call


def send(message: Mapping[str, Any], config: Config) -> None:
    """Post to [outbox] target."""
    body = json.dumps(message, ensure_ascii=False).encode()
    call(config.outbox.target, body, {"Content-Type": "application/json; charset=utf-8"})


ADAPTER = send
