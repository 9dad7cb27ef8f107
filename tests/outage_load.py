"""Who uses the city while something is away: phones that resend, a wall that polls, an operator who reports cases.

Each keeps what it was told, and nobody gives anything up: what has no good answer is sent again, the same bytes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from time import monotonic
from typing import Any
from uuid import uuid4

from tests.outage_home import Phone
from tests.screens import Wall

AWAY = (OSError, HTTPException)
PATIENCE_S = 8.0


class Loop:
    """Something done again and again in a thread of its own, from `start` until `stop`."""

    def __init__(self, every_s: float) -> None:
        self.every_s = every_s
        self.ending = threading.Event()
        self.fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Any:
        """Begin."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End after the step in hand; raises what ended it before."""
        self.ending.set()
        self._thread.join(60)
        if self.fault:
            raise self.fault

    def step(self) -> None:
        """Do it once."""
        raise NotImplementedError

    def _run(self) -> None:
        try:
            while not self.ending.wait(self.every_s):
                self.step()
        except BaseException as fault:
            self.fault = fault
            raise


class Sender(Loop):
    """A phone: one fix a step, each with a second of its own (its key), sent until it is answered 200."""

    def __init__(self, port: int, phone: Phone, every_s: float = 1.0, ahead: timedelta = timedelta()) -> None:
        super().__init__(every_s)
        self.port, self.phone, self.ahead = port, phone, ahead
        self.acknowledged: list[datetime] = []
        self.answers: list[tuple[float, int]] = []  # moment (monotonic), status; 0: no answer
        self._last = datetime.min
        self._waiting: datetime | None = None

    def step(self) -> None:
        """Send the fix that waits, or a new one."""
        at = self._waiting or self._next()
        status = self._send(at)
        self.answers.append((monotonic(), status))
        self._waiting = None if status == 200 else at
        if status == 200:
            self.acknowledged.append(at)
        else:
            self.ending.wait(0.2)

    def _next(self) -> datetime:
        now = datetime.now(UTC).replace(tzinfo=None) + self.ahead
        self._last = max(now.replace(microsecond=0), self._last + timedelta(seconds=1))
        return self._last

    def _send(self, at: datetime) -> int:
        shift = len(self.acknowledged) % 50 * 1e-6
        where = f"id={self.phone.worker}&lat={self.phone.lat + shift:.6f}&lon={self.phone.lon:.6f}"
        path = f"/t/{self.phone.token}/?{where}&accuracy=8&speed=1&batt=80&timestamp={at.isoformat()}Z"
        return asked(self.port, "GET", path)[0]


@dataclass(frozen=True)
class Look:
    """One answer to a wall: when (monotonic), the panel's place in the list, and what came of it."""

    at: float
    panel: int
    status: int
    good: bool  # an answer with a frame in it, or nothing new
    blank: bool  # an answer that would wipe the frame off the screen
    said: str = ""  # words of a fault


class Viewer(Loop):
    """A wall that asks for every panel in turn."""

    def __init__(self, port: int, screen: Wall, every_s: float = 0.25) -> None:
        super().__init__(every_s)
        self.port, self.screen = port, screen
        self.looks: list[Look] = []

    def step(self) -> None:
        """Ask for the next panel."""
        self.looks.append(self.ask(len(self.looks) % len(self.screen.bodies)))

    def ask(self, panel: int) -> Look:
        """Ask for one panel now."""
        body, headers = self.screen.bodies[panel], self.screen.headers
        status, content = asked(self.port, "POST", "/_dash-update-component", body.encode(), headers)
        return judged(panel, status, content)


def judged(panel: int, status: int, content: bytes) -> Look:
    """Say what an answer to a callback does to the screen: a new frame, none, a fault in words, or nothing left."""
    if status != 200:
        return Look(monotonic(), panel, status, status == 204, False, content.decode(errors="replace")[:200])
    told = json.loads(content)
    fault = (told.get("sideUpdate") or {}).get("fault")
    parts = [value for part in (told.get("response") or {}).values() for value in part.values()]
    if fault:
        return Look(monotonic(), panel, status, False, False, str(fault["data"]["words"]))
    blank = bool(parts) and not any(parts)
    return Look(monotonic(), panel, status, not blank, blank)


class Operator(Loop):
    """An operator who reports a case a step; the same command is sent until the desk has answered it."""

    def __init__(
        self, port: int, headers: dict[str, str], form: Callable[[str, str], str], every_s: float = 0.5
    ) -> None:
        super().__init__(every_s)
        self.port, self.headers, self.form = port, headers, form
        self.acknowledged: list[str] = []
        self.said: list[tuple[float, int, str]] = []
        self._waiting = ""

    def step(self) -> None:
        """Report the case that waits, or a new one."""
        self._waiting = self._waiting or uuid4().hex
        body = self.form(self._waiting, name_of(self._waiting))
        status, content = asked(self.port, "POST", "/_dash-update-component", body.encode(), self.headers)
        self.said.append((monotonic(), status, content.decode(errors="replace")[:200]))
        if status == 200 and b'"href"' in content:
            self.acknowledged.append(self._waiting)
            self._waiting = ""
        else:
            self.ending.wait(0.2)


def name_of(command_id: str) -> str:
    """Return the name of a reported case: without digits, of which some would be masked as telephone numbers."""
    return "case " + command_id.translate(str.maketrans("0123456789", "ghijklmnop"))


def asked(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Send one request on a line of its own and return status and body; status 0: nobody answered."""
    line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        line.request(method, path, body or None, headers or {})
        answer = line.getresponse()
        return answer.status, answer.read()
    except AWAY:
        return 0, b""
    finally:
        line.close()
