"""What becomes of the alarms of a rule at one moment, as a pure function of what stands and what the rule says.

A cause is written down the moment its condition holds, and raised once that has lasted the rule's delay: so nothing is
lost or told twice when the process ends in between. It ends by itself when the condition of all its members has not
held for the rule's release; what comes back sooner is the same alarm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign, alarm_id

Row = dict[str, Any]
Member = tuple[str, str]  # kind, id


@dataclass
class State:
    """One open alarm: its row, began_at and ended_at of its members, and the signs of this moment that are its own."""

    row: Row
    members: dict[Member, Row]
    signs: list[Sign] = field(default_factory=list)
    is_new: bool = False
    is_changed: bool = False
    is_gone: bool = False  # over before it was raised
    is_late: bool = False  # escalates now

    def holding(self, now: datetime, delay: timedelta) -> dict[Member, Row]:
        """Return the members whose condition has lasted, or lasted until it ended, for the delay."""
        return {key: one for key, one in self.members.items() if (one["ended_at"] or now) - one["began_at"] >= delay}


def weigh(rule: str, setting: Setting, signs: Iterable[Sign], states: list[State], now: datetime) -> list[State]:
    """Return every state that changes, new ones among them; `states`: the open alarms of the rule; now: naive UTC."""
    states = list(states)
    for sign in sorted(signs, key=lambda one: (one.began_at, one.member)):
        state = _state_of(sign, states, setting)
        if state is None and sign.strong:
            state = _begin(rule, setting, sign)
            states.append(state)
        if state is not None:
            _join(state, sign)
    for state in states:
        _age(state, setting, now)
    return [state for state in states if state.is_changed or state.is_gone]


def _state_of(sign: Sign, states: list[State], setting: Setting) -> State | None:
    """Return the alarm a sign belongs to: the one it is a member of, or the youngest of its cause begun near enough."""
    same = [state for state in states if state.row["cause"] == sign.cause]
    own = next((state for state in same if sign.member in state.members), None)
    if own or not same or not sign.strong:
        return own
    last = max(same, key=lambda state: state.row["joined_at"])
    apart = abs((sign.began_at - last.row["joined_at"]).total_seconds())
    return last if apart <= setting.group_s else None


def _begin(rule: str, setting: Setting, sign: Sign) -> State:
    row = {
        "alarm_id": alarm_id(rule, sign.cause, sign.began_at),
        "rule": rule,
        "cause": sign.cause,
        "severity": setting.severity,
        "area_id": sign.area_id,
        "began_at": sign.began_at,
        "joined_at": sign.began_at,
        "n_members": 0,
        **dict.fromkeys(("raised_at", "ended_at", "acked_at", "escalated_at")),
    }
    return State(row, {}, is_new=True, is_changed=True)


def _join(state: State, sign: Sign) -> None:
    state.signs.append(sign)
    known = state.members.get(sign.member)
    if known is None:
        state.members[sign.member] = {"began_at": sign.began_at, "ended_at": None, "area_id": sign.area_id}
        state.row["joined_at"] = max(state.row["joined_at"], sign.began_at)
        state.is_changed = True
    elif known["ended_at"] is not None:
        known["ended_at"] = None
        state.is_changed = True


def _age(state: State, setting: Setting, now: datetime) -> None:
    """Let members go whose condition does not hold, then raise, escalate or end the alarm."""
    delay, here = timedelta(seconds=setting.delay_s), {sign.member for sign in state.signs}
    for key, one in list(state.members.items()):
        if key in here or one["ended_at"] is not None:
            continue
        state.is_changed = True
        if now - one["began_at"] < delay or state.row["raised_at"] is None:
            del state.members[key]
        else:
            one["ended_at"] = now
    if not state.members:
        state.is_gone = state.row["raised_at"] is None
        state.is_changed = False
        return
    row, holding = state.row, state.holding(now, delay)
    if len(holding) != row["n_members"]:
        row["n_members"], state.is_changed = len(holding), True
    if holding and row["raised_at"] is None:
        row["raised_at"], state.is_changed = now, True
    _end(state, setting, now)
    _escalate(state, setting, now)


def _end(state: State, setting: Setting, now: datetime) -> None:
    ends = [one["ended_at"] for one in state.members.values()]
    if state.row["raised_at"] and all(ends) and (now - max(ends)).total_seconds() >= setting.release_s:
        state.row["ended_at"], state.is_changed = max(ends), True


def _escalate(state: State, setting: Setting, now: datetime) -> None:
    row = state.row
    waits = row["raised_at"] and not (row["ended_at"] or row["acked_at"] or row["escalated_at"])
    if waits and setting.escalate_s and (now - row["raised_at"]).total_seconds() >= setting.escalate_s:
        row["escalated_at"], state.is_changed, state.is_late = now, True, True
