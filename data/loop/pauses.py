"""What moves a deadline after it was set: extensions and pauses, replayed from an incident's steps.

The first deadline is never changed: an extension and the end of a pause (挂账, shelving) each set a new deadline in
force beside it. `Due` moves the deadline of a case in progress; here the same follows from the steps alone, for
imported histories and as a check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.loop.working import Limit, WorkingTime

SHELVED = "X3"
STATELESS = ("X2", "X4")  # extension and supervision change no state, so they end no pause


@dataclass(frozen=True)
class Pause:
    """The clock stood still from `began_at` on; `ended_at` None: it still does. Naive UTC."""

    began_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Extension:
    """At `given_at` somebody set another deadline. Naive UTC."""

    given_at: datetime
    deadline_at: datetime


Move = Pause | Extension


def in_force(first: datetime, moves: Iterable[Move], limit: Limit, time: WorkingTime) -> datetime:
    """Return the deadline in force after pauses and extensions of a first deadline.

    A pause gives back what was left of the limit when it began; one that begins after the deadline gives nothing
    back, and one not yet ended leaves the deadline where it stood. An extension replaces the deadline; given during a
    pause, it is moved only by the rest of that pause. Pauses do not overlap.
    """
    deadline = first
    for start, end, given in _in_order(moves):
        if given is not None:
            deadline = given
        elif end is not None:
            deadline = time.resumed(deadline, start, end, limit)
    return deadline


def moves_of(steps: Iterable[Mapping[str, Any]]) -> tuple[datetime | None, list[Move]]:
    """Return the first deadline and what moved it, from steps in order (stepped_at, act, to_state, deadline_at).

    A step that sets a deadline is an extension unless it ends a pause: then the pause says what the deadline is.
    """
    first: datetime | None = None
    moves: list[Move] = []
    paused: datetime | None = None
    for step in steps:
        at, state = step["stepped_at"], step["to_state"]
        ends = paused is not None and state not in (SHELVED, *STATELESS)
        if ends and paused is not None:
            moves.append(Pause(paused, at))
            paused = None
        elif step["deadline_at"] is not None and state != SHELVED:
            moves += [Extension(at, step["deadline_at"])] if first else []
            first = first or step["deadline_at"]
        if state == SHELVED:
            paused = paused or at
    return first, moves + ([Pause(paused)] if paused else [])


def _in_order(moves: Iterable[Move]) -> list[tuple[datetime, datetime | None, datetime | None]]:
    """Return (start, end, new deadline) by time; a pause is cut where an extension is given."""
    all_moves = list(moves)
    given = sorted((move for move in all_moves if isinstance(move, Extension)), key=lambda move: move.given_at)
    out: list[tuple[datetime, datetime | None, datetime | None]] = []
    out += [(move.given_at, None, move.deadline_at) for move in given]
    for pause in (move for move in all_moves if isinstance(move, Pause)):
        within = (one.given_at for one in given if one.given_at > pause.began_at)
        late = [at for at in within if pause.ended_at is None or at < pause.ended_at]
        out.append((late[-1] if late else pause.began_at, pause.ended_at, None))
    return sorted(out, key=lambda move: (move[0], move[2] is None))
