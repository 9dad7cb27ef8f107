"""The sections of a configuration about deciding and dispatching; meanings and defaults stand in data/defaults.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OperationsStore:
    """Where the operations store lies."""

    url: str


@dataclass(frozen=True)
class Loop:
    """The closed loop: who owns a source's cases, working hours, duplicates and repeats (meanings: defaults.toml)."""

    mirror: tuple[str, ...]
    link: str
    calendar: str
    work_hours: tuple[str, ...]
    duplicate_m: float
    duplicate_s: float
    repeat_days: int
    keep_days: int
    unlisted: str


@dataclass(frozen=True)
class Dispatch:
    """How workers are ranked for an incident and arrivals proven: metres, seconds, metres per second, shares."""

    radius_m: float
    stale_s: float
    detour: float
    walk_mps: float
    arrive_m: float
    arrive_s: float
    order_s: float
    busy: int
    ends_soon_s: float
    battery: float
    most: int


@dataclass(frozen=True)
class Live:
    """When a worker on duty is silent (seconds), and how far back (days) an operator may ask who was near."""

    silent_s: float
    operator_days: int


@dataclass(frozen=True)
class Outbox:
    """How orders leave: adapter, where to, and how long until one counts as not delivered."""

    adapter: str
    target: str
    undelivered_s: float
    retry_s: float


@dataclass(frozen=True)
class Watch:
    """The watch of the room: how many cases are handed over one by one, hours of its log, minutes on a wall."""

    most: int
    log_hours: float
    minutes: tuple[int, ...]


@dataclass(frozen=True)
class Director:
    """How walls are led: seconds between questions, of an alarm, of a turn and of a hand's pause; the watermark."""

    poll_s: float
    alarm_s: float
    turn_s: float
    pause_s: float
    replay_s: float
    watermark: str
