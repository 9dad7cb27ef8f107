"""What an act does to an incident: the new row and its step, from the old row and nothing else but the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from data.loop.acts import BEFORE, SAME, Act, reached
from data.loop.command import Command
from data.masking import mask_text

HANDLING = ("handle",)
TASKS = ("verify", "check")  # steps that are tasks with a limit of their own

Row = dict[str, Any]


class Deadlines(Protocol):
    """By when a step has to be done."""

    def due(self, step: str, row: Mapping[str, Any], at: datetime) -> datetime | None:
        """Return the end of a step's limit that begins at `at`; None where the table sets none."""

    def resumed(self, row: Mapping[str, Any], at: datetime) -> datetime | None:
        """Return the deadline in force after a pause that ends at `at`."""


@dataclass(frozen=True)
class Situation:
    """What an act needs to know beside the row and the command."""

    at: datetime  # naive UTC, later than every earlier step of the incident
    level: str | None  # at which the step is written
    before: str | None  # the state before the last change, for acts that go back to it


def change(act: Act, row: Mapping[str, Any], command: Command, now: Situation, deadlines: Deadlines) -> Row:
    """Return the columns of the incident an act changes."""
    to_state = target(act, row, now)
    moves = act.level != "actor" and now.level is not None
    new: Row = {"state": to_state, "level": now.level if moves else row["level"]}
    if act.stamps and (act.stamps not in ("accepted_at", "filed_at", "arrived_at") or row[act.stamps] is None):
        new[act.stamps] = now.at
    new |= _given(act, row, command) | _ended(act, row, command, now)
    new |= _deadline(act, row, command, now, deadlines)
    return new | _limit(act, {**row, **new}, now, deadlines)


def target(act: Act, row: Mapping[str, Any], now: Situation) -> str:
    """Return the state an act leads to."""
    if act.to == BEFORE:
        return now.before or "S10"
    return str(row["state"]) if act.to == SAME else act.to


def step_of(act: Act, row: Mapping[str, Any], new: Row, command: Command, now: Situation) -> Row:
    """Return the step an act is remembered by; its deadline is told only where the act sets one.

    A step that begins a verification or a check tells by when that task is due.
    """
    sets = "deadline_at" in new and act.name != "shelve"
    own = new.get("due_at") if new.get("due_step") in TASKS else None
    return {
        "incident_id": row["incident_id"],
        "source": "gridlink",
        "stepped_at": now.at,
        "act": act.name,
        "from_state": row["state"],
        "to_state": act.records or new["state"],
        "unit_id": command.unit_id or row["unit_id"],
        "level": now.level,
        "actor_role": " ".join(sorted(command.scope.roles)) or None,
        "account": command.scope.account,
        "worker_id": command.worker_id or row["worker_id"],
        "deadline_at": new["deadline_at"] if sets else own,
        "reason": mask_text(command.reason),
        "decided": True,
    }


def _given(act: Act, row: Mapping[str, Any], command: Command) -> Row:
    """Return to whom the case is given: dispatching gives it anew, returning and escalating take it back."""
    if act.name == "dispatch":
        fresh = {"arrived_at": None, "arrived_track_at": None}
        return fresh | {"unit_id": command.unit_id, "worker_id": command.worker_id}
    if act.name in ("assign", "verify"):
        given: Row = {"worker_id": command.worker_id, "arrived_at": None, "arrived_track_at": None}
        return given | ({"unit_id": command.unit_id} if command.unit_id else {})
    if act.name in ("return", "escalate", "reopen"):
        return {"unit_id": None, "worker_id": None}
    if act.name == "check_fail":
        return {"handled_at": None}
    return {}


def _ended(act: Act, row: Mapping[str, Any], command: Command, now: Situation) -> Row:
    """Return what ending, merging, supervising and re-opening leave behind."""
    if act.name == "merge":
        return {"closed_at": now.at, "merged_into": command.into}
    if act.name == "unmerge":
        return {"closed_at": None, "merged_into": None}
    if act.name == "reopen":
        return {"closed_at": None, "handled_at": None, "cycle": row["cycle"] + 1}
    if act.name == "supervise":
        return {"supervised": True}
    return {"closed_at": now.at} if act.next == "" and act.name != "shelve" else {}


def _deadline(act: Act, row: Mapping[str, Any], command: Command, now: Situation, deadlines: Deadlines) -> Row:
    """Return the deadline of the handling where the act moves it; the first one is never touched again."""
    if act.name == "extend":
        return {"deadline_at": command.deadline_at}
    if act.name == "shelve":
        return {"paused_at": now.at, "review_at": command.review_at}
    if act.name == "resume":
        return {"deadline_at": deadlines.resumed(row, now.at), "paused_at": None, "review_at": None}
    if not act.deadline:
        return {}
    due = deadlines.due("handle", row, now.at)
    return {"deadline_at": due, "first_deadline_at": row["first_deadline_at"] or due}


def _limit(act: Act, row: Mapping[str, Any], now: Situation, deadlines: Deadlines) -> Row:
    """Return the running step and its limit; handling is due by the deadline of the case."""
    if act.to == BEFORE:
        act = reached(row["state"])
    if act.next is None:
        return {"due_at": row["deadline_at"]} if act.name == "extend" and row["due_step"] in HANDLING else {}
    if not act.next:
        return {"due_step": None, "due_at": None}
    due = row["deadline_at"] if act.next in HANDLING else deadlines.due(act.next, row, now.at)
    return {"due_step": act.next, "due_at": due}
