"""The append-only log of who saw which persons, in a file of its own from the first day."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import Problem
from data.scope import Scope


class Audit:
    """Appends one JSON line per personal query; a line that cannot be written refuses the query.

    The file is opened for appending only, each line is one write and is synced to disk before rows leave.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def record(self, scope: Scope, action: str, **what: Any) -> None:
        """Write account, roles, action, reason and what was asked (subjects, period); raises `no_audit`."""
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "account": scope.account,
            "roles": sorted(scope.roles),
            "area_id": scope.area_id,
            "action": action,
            "reason": scope.reason,
            **what,
        }
        self._append(json.dumps(line, ensure_ascii=False, default=str) + "\n")

    def _append(self, text: str) -> None:
        try:
            with self._lock:
                handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(handle, text.encode())
                    os.fsync(handle)
                finally:
                    os.close(handle)
        except OSError as fault:
            raise Problem("no_audit", path=self.path) from fault
