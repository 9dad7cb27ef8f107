"""Acts on a case from the screen: which may be done, what each needs, and what the desk answered, in words.

An act is begun by anything with [data-deed] (assets/65-board.js), which gives it an id of the browser's own when its
form opens: sent twice, it is done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dashboard import case, place
from dashboard.session import door, scope
from dashboard.text import stamp, t, voice
from data.errors import Problem, sentence
from data.loop.acts import acts
from data.loop.command import Command

# One letter an act, shown on its button; j and k move, ? lists them all.
KEYS = {
    "accept": "a", "file": "f", "dispatch": "d", "assign": "g", "accept_order": "o", "arrive": "r", "handle": "h",
    "check": "q", "check_pass": "p", "check_fail": "x", "return": "b", "extend": "e", "shelve": "s", "resume": "u",
    "supervise": "v", "escalate": "t", "reject": "n", "void": "z", "force_close": "c", "reopen": "w", "merge": "m",
    "unmerge": "i", "verify": "y", "self_resolve": "l",
}  # fmt: skip
# What moves a case on; the first of these that may be done is the one act in the accent colour.
ONWARD = ("accept", "file", "dispatch", "resume", "accept_order", "arrive", "handle", "check_pass", "reopen")
MORE = {"dispatch": ("worker_id",)}
TIMES = ("deadline_at", "review_at")
CODES = {"act": "act", "state": "step"}

Row = dict[str, Any]
Told = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What came of a command: the row as it is now, or why not in one sentence; `moved`: somebody was faster."""

    row: Row | None
    words: str = ""
    moved: bool = False


def possible(row: Row) -> list[str]:
    """Return the acts the account may do on a case now, those that move it on first."""
    may = door().desk.may(row, scope())
    return sorted(may, key=lambda name: (name not in ONWARD, ONWARD.index(name) if name in ONWARD else 0))


def fields(act: str) -> list[tuple[str, bool]]:
    """Return what the form of an act asks for: field and whether it must be filled; a reason may always be given."""
    needs = acts()[act].needs
    rest = [name for name in (*MORE.get(act, ()), "reason") if name not in needs]
    return [*((name, True) for name in needs), *((name, False) for name in rest)]


def do(asked: Told, given: dict[str, Any]) -> Said:
    """Send a command to the desk. asked: act, incident, version, command_id; given: what the form holds."""
    known = {name for name, _ in fields(asked["act"])}
    told: dict[str, Any] = {name: value or None for name, value in given.items() if name in known}
    try:
        told |= {name: _instant(str(told[name]), name) for name in TIMES if told.get(name)}
        told |= {"version": int(asked["version"])}
        command = Command(str(asked["command_id"]), scope(), str(asked["incident"]), str(asked["act"]), **told)
        return Said(door().desk.act(command))
    except Problem as problem:
        return Said(None, why(problem), problem.reason == "taken")


def why(problem: Problem) -> str:
    """Return a refusal in the user's language, its facts in words: acts, states and fields by name, times local."""
    facts = {name: _fact(problem, name, value) for name, value in problem.facts.items()}
    return sentence(problem.reason, voice().language, **facts)


def _fact(problem: Problem, name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if name in CODES and value:
        return t(f"{CODES[name]}.{value}")
    reason = problem.reason
    if reason in ("illegal_step", "not_allowed") and name == "detail" and value in acts():
        return t(f"act.{value}")
    if reason == "illegal_step" and name == "known":
        named = [t(f"act.{one}") for one in str(value).split(", ") if one in acts()]
        return t("deed.comma").join(named) or t("deed.nothing")
    if reason in ("needs_field", "bad_field") and name == "detail":
        return t(f"deed.{value}")
    if reason == "not_admitted":
        return case.kinds().get(value, value) if name == "detail" else place.level_name(str(value))
    return case.source({"source": value, "worker_id": None, "unit_id": None}) if name == "source" else value


def _instant(text: str, field: str) -> datetime:
    """Return the naive UTC instant of a local time of the city; raises Problem `bad_field`."""
    try:
        local = datetime.fromisoformat(str(text))
    except ValueError:
        raise Problem("bad_field", detail=field, known=text) from None
    zoned = local if local.tzinfo else local.replace(tzinfo=door().config.zone)
    return zoned.astimezone(UTC).replace(tzinfo=None)
