"""A folder that another system empties: one JSON file a message, there as a whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from data.config import Config
from data.loop.outbox import NotSent


def send(message: Mapping[str, Any], config: Config) -> None:
    """Write <target>/<id>.json; a relative [outbox] target lies in the home."""
    folder = config.home / config.outbox.target
    whole = folder / f"{message['id']:09d}-{message['order']}.json"
    draft = whole.with_suffix(".tmp")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(draft, "w", encoding="utf-8") as file:
            json.dump(message, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, whole)
    except OSError as fault:
        raise NotSent("not_sent", detail=fault) from fault


ADAPTER = send
