"""Ranks workers for an incident, each with what speaks for and against them; pure arrays, no store.

Cost in whole seconds = way on foot (straight line x detour / walking speed) + age of the fix (as long may the worker
have walked away) + open orders x `order_s`. A required skill outranks any cost. Equal costs: own grid, neighbouring
grid, same community, then the shorter way, then the id, so that the order of the input never matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from data.config import Config
from data.loop.distance import Floats, Point, metres
from data.loop.settings import Dispatch

NEARNESS = ("own_grid", "neighbour_grid", "same_community", "elsewhere")
NOT_LISTED = ("far", "off_duty", "old_fix", "busy", "more")

Bools = NDArray[np.bool_]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Case:
    """Where somebody is needed (EPSG:4326), when (naive UTC), and the skill without which it is hard."""

    point: Point
    at: datetime
    skill: str | None = None


@dataclass(frozen=True)
class People:
    """Workers with a position, one entry each in every array; times are naive UTC datetime64[us].

    duty_ends: NaT = no end is known; battery: share, NaN = unknown; orders: open ones; bound: one of them may not be
    interrupted; nearness: position in NEARNESS; skills: sets of codes.
    """

    worker_id: NDArray[np.str_]
    lon: Floats
    lat: Floats
    fixed_at: Times
    battery: Floats
    on_duty: Bools
    duty_ends: Times
    orders: NDArray[np.int64]
    bound: Bools
    nearness: NDArray[np.int64]
    skills: list[frozenset[str]]


@dataclass(frozen=True)
class Candidate:
    """One worker offered; metres, minutes and seconds are whole numbers rounded up; battery a share.

    skilled: None where no skill is required. reasons: words of the screen, in the order they are shown. A worker of
    another account's area has no id, name, place or reasons: role, way and age of the fix are all that is told.
    """

    token: str
    distance_m: int
    walk_min: int
    age_s: int
    worker_id: str | None = None
    name: str | None = None
    role: str | None = None
    lon: float | None = None
    lat: float | None = None
    battery: float | None = None
    orders: int | None = None
    skills: tuple[str, ...] = ()
    skilled: bool | None = None
    nearness: str | None = None
    duty_ends_at: datetime | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """The workers offered, best first; how many were not listed and why; how many on duty are within the radius."""

    candidates: tuple[Candidate, ...]
    not_listed: dict[str, int]
    within: int


def rank(case: Case, people: People, config: Config) -> Offer:
    """Return the best `most` workers for the case. Workers off duty and far away are counted nowhere."""
    limits = config.dispatch
    way = metres(people.lon, people.lat, case.point)
    age = np.maximum(_seconds(np.datetime64(case.at, "us") - people.fixed_at), 0.0)
    walk = way * limits.detour / limits.walk_mps
    lacks = _lacking(case, people)
    fits, counts, within = _sorted_out(case, people, limits, (way, age, walk))
    chosen = np.flatnonzero(fits)
    cost = np.rint(walk + age + people.orders * limits.order_s)
    keys = (people.worker_id, np.rint(way), people.nearness, cost, lacks)
    order = chosen[np.lexsort([key[chosen] for key in keys])]
    counts["more"] = max(len(order) - limits.most, 0)
    nearest = order[np.lexsort((people.worker_id[order], way[order]))[:1]]
    offered = []
    for i in order[: limits.most].tolist():
        said = _reasons(case, people, i, config, i in nearest)
        offered.append(_candidate(case, people, i, (way[i], walk[i], age[i]), said))
    return Offer(tuple(offered), counts, within)


def _sorted_out(
    case: Case, people: People, limits: Dispatch, measured: tuple[Floats, Floats, Floats]
) -> tuple[Bools, dict[str, int], int]:
    """Return who may be offered, how many may not and why, and how many on duty are within the radius.

    Whose duty ends before the way is walked counts as off duty.
    """
    way, age, walk = measured
    arrives = np.datetime64(case.at, "us") + (walk * 1e6).astype("timedelta64[us]")
    here = way <= limits.radius_m
    on_duty = people.on_duty & ~(people.duty_ends < arrives)
    fresh = age <= limits.stale_s
    free = ~people.bound & (people.orders < limits.busy)
    out = {
        "far": people.on_duty & ~here,
        "off_duty": here & ~on_duty,
        "old_fix": here & on_duty & ~fresh,
        "busy": here & on_duty & fresh & ~free,
    }
    counts = {reason: int(who.sum()) for reason, who in out.items()}
    return here & on_duty & fresh & free, counts, int((here & on_duty).sum())


def _lacking(case: Case, people: People) -> Bools:
    """Say who lacks the required skill; nobody where none is required."""
    return np.array([bool(case.skill) and case.skill not in held for held in people.skills], np.bool_)


def _reasons(case: Case, people: People, i: int, config: Config, is_nearest: bool) -> tuple[str, ...]:
    """Return the words for one worker: what speaks for them first, then what speaks against."""
    limits, ends = config.dispatch, people.duty_ends[i]
    has = case.skill in people.skills[i]
    soon = np.datetime64(case.at, "us") + np.timedelta64(int(limits.ends_soon_s), "s")
    said = {
        NEARNESS[people.nearness[i]]: people.nearness[i] < len(NEARNESS) - 1,
        "nearest": is_nearest,
        "skilled": bool(case.skill) and has,
        "idle": people.orders[i] == 0,
        "loaded": people.orders[i] > 0,
        "unskilled": bool(case.skill) and not has,
        "older_fix": bool(case.at - people.fixed_at[i].item() > timedelta(seconds=config.screen.stale_s)),
        "ends_soon": bool(ends <= soon),
        "low_battery": bool(people.battery[i] < limits.battery),
    }
    return tuple(word for word, holds in said.items() if holds)


def _candidate(
    case: Case, people: People, i: int, measured: tuple[float, float, float], reasons: tuple[str, ...]
) -> Candidate:
    way, walk, age = measured
    battery, ends = float(people.battery[i]), people.duty_ends[i]
    return Candidate(
        token=str(people.worker_id[i]),
        distance_m=int(np.ceil(way)),
        walk_min=int(np.ceil(walk / 60)),
        age_s=int(np.ceil(age)),
        worker_id=str(people.worker_id[i]),
        lon=float(people.lon[i]),
        lat=float(people.lat[i]),
        battery=None if np.isnan(battery) else round(battery, 3),
        orders=int(people.orders[i]),
        skills=tuple(sorted(people.skills[i])),
        skilled=case.skill in people.skills[i] if case.skill else None,
        nearness=NEARNESS[people.nearness[i]],
        duty_ends_at=None if np.isnat(ends) else ends.item(),
        reasons=reasons,
    )


def _seconds(spans: NDArray[np.timedelta64]) -> Floats:
    return np.asarray(spans / np.timedelta64(1, "s"), np.float64)
