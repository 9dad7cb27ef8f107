"""What operations holds of an imported case: its row, from the warehouse's row of it and its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from data.config import Config
from data.loop.change import Deadlines
from data.loop.store import step
from data.states import FINAL

Row = dict[str, Any]

# The step whose limit runs in a state. An import seldom tells of an arrival, so that a case in handling is due by its
# deadline; a shelved one waits for its review.
RUNNING = {"S10": "accept", "S15": "verify", "S20": "file", "S30": "dispatch", "X1": "dispatch", "X6": "dispatch"}
RUNNING |= {"S40": "accept_order", "S50": "handle", "X5": "handle", "S60": "check", "S65": "check"}
FLAGS = ("X2", "X4")  # steps that change no state
GIVEN = ("S40", "S50", "S60", "S65", "X3", "X5", *sorted(FINAL))
BY_UNIT = ("S40", "S50", "S60", "S91", "X1")  # steps written at the level of whoever handles the case
OPENED = ("S10", "S15", "S20")
AS_TOLD = (
    "incident_id", "source", "kind", "subkind", "severity", "title", "area_id", "located", "lon", "lat",
    "reported_at", "discovered_level", "state", "deadline_at", "first_deadline_at", "accepted_at", "filed_at",
)  # fmt: skip


def case_row(told: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], config: Config, due: Deadlines) -> Row:
    """Return the columns of an operations row that an import tells, in naive UTC.

    told: the row of the warehouse's table incident; steps: those of the case in order. The source's own deadline
    stands; where it states none, the limits of this home count from the filing.
    """
    row: Row = {name: told[name] for name in AS_TOLD}
    moves = [step for step in steps if step["to_state"] not in FLAGS]
    since = moves[-1]["stepped_at"] if moves else told["reported_at"]
    row |= {"owner": owner(told["source"], config), "reporter_id": told["worker_id"], "max_level": told["max_level"]}
    row |= {"unit_id": told["unit_id"] if row["state"] in GIVEN else None, "level": _level(told, moves)}
    row |= {"worker_id": _last(moves, "worker_id", ("S40", "S50")) if row["state"] in GIVEN else None}
    row |= {"dispatched_at": _last(moves, "stepped_at", ("S40",))}
    done = row["state"] in ("S60", "S65", *FINAL)
    row |= {"handled_at": told["handled_at"] if done else None}
    row |= {"closed_at": since if row["state"] in FINAL else None}
    row |= {"paused_at": since if row["state"] == "X3" else None, "cycle": 1 + told["reopens"]}
    row |= {"supervised": any(step["to_state"] == "X4" for step in steps)}
    return row | _due(row, since, due)


def owner(source: str, config: Config) -> str:
    """Return who decides on the cases of a source: 'mirror' another system, 'own' people here."""
    return "mirror" if source in config.loop.mirror else "own"


def step_row(told: Mapping[str, Any]) -> Row:
    """Return a step of the warehouse as operations keeps it, still without its clock."""
    row: Row = {column.name: told.get(column.name) for column in step.columns}
    return row | {"decided": told["source"] == "gridlink"}


def _due(row: Row, since: datetime, due: Deadlines) -> Row:
    """Return deadlines where the source states none, and the limit of the running step."""
    if row["deadline_at"] is None and row["filed_at"] is not None and row["state"] not in FINAL:
        row["deadline_at"] = due.due("handle", row, row["filed_at"])
        row["first_deadline_at"] = row["deadline_at"]
    running = RUNNING.get(row["state"])
    limit = due.due(running, row, since) if running not in (None, "handle") else None
    end = row["deadline_at"] if running == "handle" else limit
    return {"deadline_at": row["deadline_at"], "first_deadline_at": row["first_deadline_at"]} | {
        "due_step": running,
        "due_at": end,
    }


def _level(told: Mapping[str, Any], moves: Sequence[Mapping[str, Any]]) -> Any:
    """Return the level whose turn it is: that of the last handling step, or where a case was passed up to."""
    levels = [move["level"] for move in moves if move["level"] and (move["to_state"] in BY_UNIT or _is_raised(move))]
    return levels[-1] if levels else told["discovered_level"]


def _is_raised(move: Mapping[str, Any]) -> bool:
    return bool(move["to_state"] == "S30" and move["from_state"] and move["from_state"] not in OPENED)


def _last(moves: Sequence[Mapping[str, Any]], column: str, states: tuple[str, ...]) -> Any:
    known = [move[column] for move in moves if move["to_state"] in states and move[column]]
    return known[-1] if known else None
