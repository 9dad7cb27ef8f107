"""The legal transitions of an incident, read from acts.toml: what may be done in which state, by whom, with what."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from data.errors import Problem
from data.states import FINAL, STATES

OPEN = STATES - FINAL - {"X2", "X4"}
SAME, BEFORE = "=", "<"


@dataclass(frozen=True)
class Act:
    """One act; the meaning of every field stands at the head of acts.toml."""

    name: str
    from_states: frozenset[str]
    to: str
    right: tuple[str, ...]
    level: str
    needs: tuple[str, ...] = ()
    records: str = ""
    next: str | None = None
    stamps: str = ""
    deadline: bool = False
    order: bool = False


# Reporting is no act on a case: it makes one.
REPORTED = Act("report", frozenset(), "S10", (), "actor", next="accept")


@cache
def acts() -> dict[str, Act]:
    """Return every act by its name."""
    table = tomllib.loads(files("data.loop").joinpath("acts.toml").read_text(encoding="utf-8"))
    return {name: _act(name, row) for name, row in table.items()}


def find(name: str, state: str) -> Act:
    """Return the act if it is legal in a state; raises Problem `illegal_step` naming those that are."""
    act = acts().get(name)
    if act is None or state not in act.from_states:
        raise Problem("illegal_step", detail=name, state=state, known=", ".join(legal(state)))
    return act


def legal(state: str) -> list[str]:
    """Return the names of the acts that are legal in a state, in the order of acts.toml."""
    return [name for name, act in acts().items() if state in act.from_states]


def reached(state: str) -> Act:
    """Return the act that first leads to a state, for the limit that runs in it; reporting leads to S10."""
    return next((act for act in acts().values() if act.to == state), REPORTED)


def _act(name: str, row: dict[str, Any]) -> Act:
    states = set(row.pop("from"))
    named = frozenset((states - {"open"}) | (OPEN if "open" in states else set()))
    known = {field.name for field in fields(Act)}
    assert row.keys() <= known, name
    for key in ("right", "needs"):
        row[key] = tuple(row.get(key, ()))
    return Act(name=name, from_states=named, **row)
