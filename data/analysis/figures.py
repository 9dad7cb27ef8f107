"""The sums scores are made of: every metric of a set, for every subject of a level, over one period.

What somebody has decided to leave out is left out of part and whole. A closed month keeps its figures: from those goes
only what the excluded cases make of them today.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.analysis.by_subject import Subject, by_subject
from data.analysis.left_out import LeftOut
from data.analysis.periods import Period
from data.analysis.weights import UNIT, WORKER
from data.cache import SingleFlight
from data.closing import month_of
from data.intervals import wilson
from data.metrics import METRICS
from data.scope import Scope

if TYPE_CHECKING:
    from data.query import Door

Row = dict[str, Any]
KEYS = {UNIT: "unit_id", WORKER: "worker_id"}


@dataclass(frozen=True)
class Ask:
    """Which figures are wanted: of what level, period and moment (naive UTC), by whom.

    subjects: the units or workers of such a level, by id.
    """

    door: Door
    scope: Scope
    level: str
    period: Period
    now: datetime
    subjects: Mapping[str, Subject] = field(default_factory=dict, compare=False)

    @property
    def about(self) -> Row:
        """The keywords of Door.metric; the cut-off of a period that is over is its end, as of a closed month."""
        start, end = self.period.bounds(self.door.config.zone)
        return {"start": start, "end": end, "now": min(self.now, end), "level": self.level}


def figures(ask: Ask, metrics: Sequence[str]) -> dict[str, list[Row]]:
    """Return the rows of each metric as Door.metric does, without the cases that are excluded."""
    cases = ask.door.weighing.appeals.excluded()
    return {name: after(ask, name, cases) if cases else before(ask, name) for name in metrics}


def before(ask: Ask, metric: str) -> list[Row]:
    """Return a metric's rows with every case in them."""
    if ask.level in KEYS:
        return by_subject(ask, metric, KEYS[ask.level], ask.subjects)
    return ask.door.metric(metric, ask.scope, **ask.about)


def after(ask: Ask, metric: str, cases: Sequence[str]) -> list[Row]:
    """Return a metric's rows with some cases left out; out_part, out_whole: what they took away of part and whole."""
    kept = before(ask, metric)
    whole = _by_id(before(replace(ask, door=_anew(ask, ())), metric) if _is_closed(ask) else kept)
    less = _by_id(before(replace(ask, door=_anew(ask, cases)), metric))
    return [_less(row, whole.get(row["area_id"]), less.get(row["area_id"]), metric) for row in kept]


def _by_id(rows: Sequence[Row]) -> dict[str, Row]:
    return {row["area_id"]: row for row in rows}


def _is_closed(ask: Ask) -> bool:
    """Say whether the period is a closed month whose figures are kept; those of units and workers are not."""
    if ask.level in KEYS or ask.door.closings is None:
        return False
    month = month_of(ask.about["start"], ask.about["end"], ask.door.config.zone)
    return month is not None and ask.door.closings.get(month) is not None


def _anew(ask: Ask, cases: Sequence[str]) -> Door:
    """Return a door that computes what it is asked for, from a warehouse without some cases."""
    door = copy.copy(ask.door)
    door.closings, door._cache = None, SingleFlight()
    door.warehouse = LeftOut(ask.door.warehouse, cases) if cases else ask.door.warehouse
    return door


def _less(kept: Row, today: Row | None, without: Row | None, metric: str) -> Row:
    """Return a kept row less what the excluded cases make of it today; a row nothing is left of counts nothing."""
    if today is None:
        return kept
    out_part = today["part"] - (without["part"] if without else 0.0)
    out_whole = (today["whole"] or 0.0) - ((without["whole"] or 0.0) if without else 0.0)
    part = kept["part"] - out_part
    whole = None if kept["whole"] is None else kept["whole"] - out_whole
    value = part if whole is None else part / whole if whole and kept["value"] is not None else None
    low, high = (wilson(part, whole) if whole and METRICS[metric].kind == "share" else None) or (None, None)
    n = int(part if whole is None else whole)
    sums = {"part": part, "whole": whole, "value": value, "low": low, "high": high, "n": n}
    return kept | sums | {"out_part": out_part, "out_whole": out_whole}
