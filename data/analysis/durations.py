"""How long cases take and how old the backlog is (domain: C9, C16, C17), by area, in both clocks.

Medians do not add up over areas: each area's is computed from its own cases, those of all areas below it included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.analysis.survival import Survival, survival
from data.loop.worked import worked_hours
from data.loop.working import WorkingTime

HOUR = np.timedelta64(3_600_000_000, "us")
# How late, in multiples of the limit: up to once, up to twice, more (domain: C9).
AGES = (1.0, 2.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Quantiles:
    """The median and the 90th percentile of n durations, hours; None where there are none."""

    n: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Durations:
    """The times of one area's cases.

    response: from the report to the first act, natural and working hours; waiting: reported, nobody acted yet.
    closing: from filing to the end, of cases that have ended; lasting: the same with the open ones (Kaplan-Meier).
    late: overdue and unhandled by how late they are, in multiples of their limit (up to 1, up to 2, more).
    """

    area_id: str
    response: Quantiles
    response_worked: Quantiles
    waiting: int
    closing: Quantiles
    closing_worked: Quantiles
    lasting: Survival | None
    late: tuple[int, int, int]


class Times:
    """The durations of one query's rows, computed once and asked for by area."""

    def __init__(self, rows: pa.Table, time: WorkingTime, now: datetime) -> None:
        self.at = {name: _moments(rows, name, now) for name in ("reported_at", "acted_at", "filed_at", "closed_at")}
        self.areas = np.array(rows["area_id"].to_pylist(), dtype=object)
        self.is_ = {name: _flags(rows, name) for name in ("is_reported", "is_filed", "is_overdue")}
        self.response = _hours(self.at["reported_at"], self.at["acted_at"])
        self.response_worked = worked_hours(time, self.at["reported_at"], self.at["acted_at"])
        self.closing = _hours(self.at["filed_at"], self.at["closed_at"])
        self.closing_worked = worked_hours(time, self.at["filed_at"], self.at["closed_at"])
        self.lasted = _hours(self.at["filed_at"], np.full(len(rows), np.datetime64(now, "us")))
        self.multiple = _multiple(rows, now)

    def of(self, area_id: str, leaves: Iterable[str]) -> Durations:
        """Return the durations of the cases that lie in any of `leaves` (virtual ones included)."""
        mine = np.isin(self.areas, list(leaves))
        reported, filed = mine & self.is_["is_reported"], mine & self.is_["is_filed"]
        over = filed & ~np.isnan(self.closing)
        lasting = survival(np.where(np.isnan(self.closing), self.lasted, self.closing)[filed], over[filed])
        return Durations(
            area_id,
            _quantiles(self.response[reported]),
            _quantiles(self.response_worked[reported]),
            int(np.isnan(self.response[reported]).sum()),
            _quantiles(self.closing[filed]),
            _quantiles(self.closing_worked[filed]),
            lasting,
            _ages(self.multiple[mine & self.is_["is_overdue"]]),
        )


def by_area(times: Times, areas: Iterable[str], leaves_of: Callable[[str], Iterable[str]]) -> list[Durations]:
    """Return the durations of several areas, each from the cases of all areas below it."""
    return [times.of(area, leaves_of(area)) for area in areas]


def _moments(rows: pa.Table, name: str, now: datetime) -> NDArray[np.datetime64]:
    """Return a column of moments; what came after `now` has not happened yet."""
    at: NDArray[np.datetime64] = rows[name].cast(pa.timestamp("us")).to_numpy()
    return np.where(at > np.datetime64(now, "us"), np.datetime64("NaT", "us"), at)


def _flags(rows: pa.Table, name: str) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = rows[name].fill_null(False).to_numpy()
    return flags


def _hours(start: NDArray[np.datetime64], end: NDArray[np.datetime64]) -> Floats:
    hours: Floats = (end - start) / HOUR
    return np.where(hours < 0, 0.0, hours)


def _multiple(rows: pa.Table, now: datetime) -> Floats:
    """Return how many times its limit each case is late; a limit of nothing is as late as can be."""
    begun = _moments(rows, "filed_at", now)
    begun = np.where(np.isnat(begun), _moments(rows, "reported_at", now), begun)
    due: NDArray[np.datetime64] = rows["deadline_at"].cast(pa.timestamp("us")).to_numpy()
    late, limit = (np.datetime64(now, "us") - due) / HOUR, (due - begun) / HOUR
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(limit > 0, late / limit, np.inf)


def _ages(multiples: Floats) -> tuple[int, int, int]:
    once, twice = AGES
    first, second = int((multiples <= once).sum()), int(((multiples > once) & (multiples <= twice)).sum())
    return first, second, len(multiples) - first - second


def _quantiles(hours: Floats) -> Quantiles:
    known = hours[~np.isnan(hours)]
    if not len(known):
        return Quantiles(0, None, None)
    return Quantiles(len(known), float(np.median(known)), float(np.quantile(known, 0.9)))
