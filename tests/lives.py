"""Random lives of incidents, held against a second, hand-written table of what is legal (domain: states)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from data.errors import NotAllowed, Problem
from data.loop.command import Command
from data.loop.desk import Desk
from data.scope import Scope
from tests.circle import DEPARTMENT, LEADER, OPERATOR, STRANGER, WORKER, Case

ENDED = {"S90", "S91", "S92", "S93", "S94"}
# Each state: what may follow it, as act>state; written from the field's own description, not from acts.toml.
LEGAL = {
    "S10": "verify>S15 accept>S20 file>S30 self_resolve>S91 reject>S92 merge>S92 void>S93",
    "S15": "accept>S20 file>S30 self_resolve>S91 reject>S92 merge>S92 void>S93",
    "S20": "file>S30 self_resolve>S91 reject>S92 merge>S92 void>S93",
    "S30": "dispatch>S40 extend>S30 escalate>S30 merge>S92 void>S93",
    "S40": "accept_order>S50 arrive>S50 assign>S40 return>X1 extend>S40 escalate>S30 void>S93",
    "S50": "arrive>S50 assign>S40 handle>S60 return>X1 extend>S50 shelve>X3 escalate>S30 void>S93",
    "S60": "check>S65 check_pass>S90 check_fail>X5",
    "S65": "check_pass>S90 check_fail>X5",
    "X1": "dispatch>S40 extend>X1 escalate>S30 void>S93",
    "X3": "resume>S50",
    "X5": "arrive>S50 assign>S40 handle>S60 return>X1 extend>X5 shelve>X3 escalate>S30",
    "X6": "dispatch>S40 extend>X6 escalate>S30 void>S93",
    "S90": "reopen>X6",
    "S91": "reopen>X6",
    "S94": "reopen>X6",
    "S92": "",
    "S93": "",
}
ANY_OPEN = {"force_close": "S94", "supervise": None}
LED = {"extend", "shelve", "resume", "supervise", "force_close"}  # a leader's; resuming is an operator's too
HANDLED = {"assign", "accept_order", "arrive", "handle", "return"}  # of whoever was given the case, or the desk
ACTS = sorted({step.split(">")[0] for steps in LEGAL.values() for step in steps.split()} | set(ANY_OPEN) | {"unmerge"})
PEOPLE = (OPERATOR, OPERATOR, OPERATOR, OPERATOR, LEADER, LEADER, WORKER, DEPARTMENT, STRANGER)


def live(desk: Desk, chance: Random, name: str, acts: int = 12) -> list[str]:
    """Let random people do random things to a new incident; returns what went wrong, in words."""
    case = Case(desk, severity=chance.randint(1, 5), reporter_id=chance.choice([None, "W1"]))
    wrong, before = [], "S10"
    for number in range(acts):
        row, by, act = case.row, chance.choice(PEOPLE), chance.choice(_likely(case.row, chance))
        told = _told(chance, row, act)
        expected = _expected(row, by, act, before)
        try:
            case.row = desk.act(Command(f"{name}-{number}", by, row["incident_id"], act, row["version"], **told))
            done = True
        except (Problem, NotAllowed):
            done = False
        faults = _faults(desk, case, row, expected if done else "")
        wrong += [f"{name} {row['state']} {act}: {fault}" for fault in faults]
        if done != bool(expected):
            wrong.append(f"{name}: {act} by {sorted(by.roles)} in {row['state']} was {'done' if done else 'refused'}")
        if done and expected != row["state"]:
            before = row["state"]
        elif done and act not in ("extend", "supervise"):
            before = row["state"]
    return wrong


def _likely(row: dict[str, Any], chance: Random) -> list[str]:
    """Mostly what is legal, so that lives get on; now and then anything."""
    steps = [step.split(">") for step in LEGAL[row["state"]].split()]
    lasting = [act for act, to in steps if to not in ENDED and act != "escalate"]
    legal = lasting if lasting and chance.random() < 0.7 else [act for act, _ in steps]
    return legal if legal and chance.random() < 0.8 else ACTS


def _told(chance: Random, row: dict[str, Any], act: str) -> dict[str, Any]:
    """Return everything any act may need; deadlines and reviews that lie in the future."""
    later = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=chance.randint(1, 30) + 400 * row["version"])
    told: dict[str, Any] = {"reason": "因故", "deadline_at": later, "review_at": later}
    if act in ("dispatch", "assign", "verify"):
        told["worker_id"] = chance.choice(["W1", "W1", None]) if act == "dispatch" else "W1"
    if act == "dispatch":
        told["unit_id"] = chance.choice(["C1", "S1", "D1"])
    return told


def _expected(row: dict[str, Any], by: Scope, act: str, before: str) -> str:
    """Return the state the act must lead to, or nothing where it must be refused."""
    state = row["state"]
    follows = dict(step.split(">") for step in LEGAL[state].split())
    if state not in ENDED:
        follows |= {name: to or state for name, to in ANY_OPEN.items()}
    if act == "merge" or act not in follows or not _may(row, by, act):
        return ""  # nobody names a case to merge into here
    return follows[act]


def _may(row: dict[str, Any], by: Scope, act: str) -> bool:
    operator, leader = by.has("operator"), by.has("leader")
    given = bool(by.worker_id and by.worker_id == row["worker_id"]) or bool(by.unit_id and by.unit_id == row["unit_id"])
    if act == "self_resolve" and by.worker_id and by.worker_id == row["reporter_id"]:
        return True
    if act in LED:
        return leader or (operator and act == "resume")
    return operator or leader or (act in HANDLED and given)


def _faults(desk: Desk, case: Case, old: dict[str, Any], expected: str) -> list[str]:
    """Return what is wrong with the row and the steps after one command."""
    row, steps = desk.get(old["incident_id"]), desk.steps(old["incident_id"])
    if not expected:
        return [] if row == old and len(steps) == old["version"] else ["a refused command left something behind"]
    last = steps[-1]
    rules = {
        "answer and store differ": row == case.row,
        "state": row["state"] == expected,
        "a step is lost or doubled": len(steps) == old["version"] + 1 == row["version"],
        "the step does not begin where the case stood": last["from_state"] == old["state"],
        "the step leads elsewhere": last["to_state"] in (expected, "X2", "X4"),
        "times run backwards": all(a["stepped_at"] < b["stepped_at"] for a, b in zip(steps, steps[1:], strict=False)),
        "the first deadline moved": old["first_deadline_at"] in (None, row["first_deadline_at"]),
        "an end without its time": (row["closed_at"] is not None) == (expected in ENDED),
        "a limit runs after the end": expected not in ENDED or row["due_at"] is None,
        "a paused clock runs": (row["paused_at"] is not None) == (expected == "X3") or expected in ENDED,
    }
    return [fault for fault, holds in rules.items() if not holds]
