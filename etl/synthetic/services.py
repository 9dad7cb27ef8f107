"""What is done for people in a made-up city: visits, services, call-backs, activities. By (seed, day) alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.days import local_day, midnight
from etl.synthetic.city import City
from etl.synthetic.people import grid_number, words, worker_id
from etl.synthetic.roster import ZONE

DAYS = 120  # of records kept, however long the incidents go back
CLOSED = ("S90", "S91")

Rows = list[dict[str, Any]]
Rng = np.random.Generator


def _hour(day: date, rng: Rng, first: int = 8, last: int = 18) -> datetime:
    """Return a moment of a local day between two hours, naive UTC."""
    return midnight(day, ZONE) + timedelta(seconds=int(rng.integers(first * 3600, last * 3600)))


def visits(city: City, days: list[date], end: datetime) -> Rows:
    """Return the visit feed: every few days a worker goes round some households of the grid."""
    rows: Rows = []
    purposes = words()["visit"]["purposes"]
    for day in days[-DAYS:]:
        rng = np.random.default_rng([city.seed, 60, day.toordinal()])
        for number in np.flatnonzero(rng.random(city.workers) < words()["visit"]["chance"]).tolist():
            about = {"area_id": city.grids[grid_number(city, number)].area_id, "worker_id": worker_id(number)}
            told = {"visited_at": _hour(day, rng), "households": int(rng.integers(2, 9))}
            rows.append({**about, **told, "purpose": purposes[rng.integers(len(purposes))]})
    return _numbered(rows, "visit_id", "ZF", "visited_at", end)


def services(city: City, days: list[date], end: datetime) -> Rows:
    """Return the service_item feed; more and more of it online, the newest still under way."""
    rows: Rows = []
    kinds, rate = words()["service"]["kinds"], words()["service"]["per_grid"]
    for day in days[-DAYS:]:
        rng = np.random.default_rng([city.seed, 61, day.toordinal()])
        online = 0.55 - 0.15 * (days[-1] - day).days / DAYS
        for _ in range(int(rng.poisson(rate * len(city.grids)))):
            asked = _hour(day, rng)
            done = asked + timedelta(hours=float(rng.lognormal(1.5, 1.1)))
            channel = str(rng.choice(["online", "window", "home"], p=[online, 0.85 - online, 0.15]))
            grid = city.grids[int(rng.integers(len(city.grids)))]
            about = {"area_id": grid.area_id, "kind": kinds[rng.integers(len(kinds))], "channel": channel}
            done_at = done.replace(microsecond=0) if done <= end else None
            rows.append({**about, "asked_at": asked, "done_at": done_at})
    return _numbered(rows, "item_id", "FW", "asked_at", end)


def call_backs(city: City, steps: pa.Table, items: Rows, end: datetime) -> Rows:
    """Return the call_back feed: a share of closed incidents and of services done, rung up on the next day."""
    closed = steps.filter(pc.is_in(steps["to_state"], value_set=pa.array(CLOSED)))
    since = end - timedelta(days=DAYS)
    done = {(row["incident_id"], None): row["stepped_at"] for row in closed.to_pylist() if row["stepped_at"] >= since}
    done |= {(None, row["item_id"]): row["done_at"] for row in items if row["done_at"]}
    rng, text = np.random.default_rng([city.seed, 62]), words()["call_back"]
    rows: Rows = []
    for (incident, item), at in done.items():
        draw, day = rng.random(4), local_day(at, ZONE) + timedelta(days=1)
        called = _hour(day, rng, 9, 17)
        if draw[0] >= text["share"] or called > end:
            continue
        reached = bool(draw[1] < text["reached"])
        answered = reached and draw[2] < text["answered"]
        score = int(rng.choice(5, p=text["scores"])) + 1
        about = {"incident_id": incident, "item_id": item, "called_at": called, "reached": str(reached).lower()}
        resolved = str(bool(score > 2 or draw[3] < 0.3)).lower() if answered else None
        rows.append({**about, "resolved": resolved, "score": score if answered else None})
    return sorted(rows, key=lambda row: (row["called_at"], row["incident_id"] or "", row["item_id"] or ""))


def activities(city: City, days: list[date], end: datetime) -> Rows:
    """Return the activity feed: each brand in a few communities a week."""
    rows: Rows = []
    communities = [area_id for street in city.realm.streets for area_id, _ in street.communities]
    for day in days[-DAYS:]:
        rng = np.random.default_rng([city.seed, 63, day.toordinal()])
        for brand in words()["brand"]:
            for area_id in np.array(communities)[rng.random(len(communities)) < brand["chance"]].tolist():
                people = int(rng.integers(3, 20))
                told = {"held_at": _hour(day, rng), "participants": people, "hours": people * float(rng.integers(1, 4))}
                rows.append({"brand": brand["brand"], "area_id": area_id, **told})
    return _numbered(rows, "activity_id", "HD", "held_at", end)


def _numbered(rows: Rows, key: str, letters: str, at: str, end: datetime) -> Rows:
    """Return what has happened by `end`, with ids of the local day and the number in it."""
    seen: dict[date, int] = {}
    out = []
    for row in rows:
        day = local_day(row[at], ZONE)
        seen[day] = seen.get(day, 0) + 1
        if row[at] <= end:
            out.append({key: f"{letters}{day:%Y%m%d}-{seen[day]:04d}", **row})
    return out
