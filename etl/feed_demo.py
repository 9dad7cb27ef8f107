"""Goes on with a made-up city where its files end: fixes and incidents of any stretch, the same when asked twice."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.days import local_day
from data.errors import Problem
from etl.synthesize import STATE
from etl.synthetic.city import City, make_city
from etl.synthetic.fixes import SECOND, day_fixes, fix_table, micros
from etl.synthetic.loop import steps
from etl.synthetic.records import incident_table
from etl.synthetic.reports import Reports, reports
from etl.synthetic.roster import ZONE

MEMORY_DAYS = 75  # a case older than this takes no further step


class Incidents(NamedTuple):
    """New incidents and new steps, in the columns of their feeds."""

    incident: pa.Table
    incident_step: pa.Table


class _State(NamedTuple):
    city: City
    end: date


def live_fixes(home: Path, since: datetime, until: datetime) -> pa.Table:
    """Return the fixes with since < fixed_at <= until (naive UTC) in the columns of the fix feed, by time.

    home: a folder written by `synthesize`; raises Problem `no_home` where it is not. Only people on duty send.
    """
    city = _city(home).city
    first, last = local_day(since, ZONE), local_day(until, ZONE)
    days = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    table = pa.concat_tables([_fixes_of(city, day) for day in days])
    return _between(table, "fixed_at", since, until)


def live_incidents(home: Path, since: datetime, until: datetime) -> Incidents:
    """Return what is reported and what happens to cases with since < time <= until (naive UTC).

    home: a folder written by `synthesize`; raises Problem `no_home` where it is not.
    """
    state, last = _city(home), local_day(until, ZONE)
    rows, table = _cases(state, last)
    end = micros(until) // SECOND
    new = rows.take((rows.at > micros(since) // SECOND) & (rows.at <= end))
    return Incidents(incident_table(state.city, new), _between(table, "stepped_at", since, until))


def _city(home: Path) -> _State:
    path = home / STATE
    if not path.is_file():
        raise Problem("no_home", path=home)
    state = json.loads(path.read_text(encoding="utf-8"))
    city = make_city(state["seed"], state["grids"], state["workers"], state["names"])
    return _State(city, local_day(datetime.fromisoformat(state["end"]), ZONE))


@lru_cache(maxsize=2)
def _fixes_of(city: City, day: date) -> pa.Table:
    """All sound fixes of a local day by time; a minute of a live feed is a slice of it."""
    columns, _ = day_fixes(city, day, datetime.combine(day, datetime.min.time()) + timedelta(days=2))
    return fix_table(city, columns.take(np.argsort(columns.fixed, kind="stable")))


@lru_cache(maxsize=2)
def _cases(state: _State, last: date) -> tuple[Reports, pa.Table]:
    """The incidents of the last MEMORY_DAYS with all their steps to come."""
    rows = reports(state.city, [last - timedelta(days=k) for k in reversed(range(MEMORY_DAYS))], state.end)
    return rows, steps(state.city, rows, np.iinfo(np.int64).max)


def _between(table: pa.Table, column: str, since: datetime, until: datetime) -> pa.Table:
    low, high = (pa.scalar(moment, pa.timestamp("us")) for moment in (since, until))
    return table.filter(pc.and_(pc.greater(table[column], low), pc.less_equal(table[column], high)))
