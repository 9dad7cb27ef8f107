"""Disputes of a made-up city: those reported as incidents and those workers find. Nothing of the parties."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from data.days import midnight
from etl.synthetic.city import City
from etl.synthetic.people import words
from etl.synthetic.reports import POINT, Reports
from etl.synthetic.roster import ZONE
from etl.synthetic.services import DAYS

KIND = "DIS"
EPOCH = datetime(1970, 1, 1)

Rows = list[dict[str, Any]]
Rng = np.random.Generator


def disputes(city: City, reports: Reports, days: list[date], end: datetime) -> Rows:
    """Return the dispute feed as it stands at `end` (naive UTC)."""
    rows: Rows = []
    keep = (reports.kinds() == KIND) & (reports.known == POINT) & (reports.day > days[-1].toordinal() - DAYS)
    mine = reports.take(keep)
    for incident, at in zip(mine.ids(), mine.at, strict=True):
        rng = np.random.default_rng([city.seed, 71, *(int(part) for part in incident[2:].split("-"))])
        rows.append(_course({"incident_id": incident, "area_id": None}, EPOCH + timedelta(seconds=int(at)), rng, end))
    for day in days[-DAYS:]:
        rng = np.random.default_rng([city.seed, 70, day.toordinal()])
        for _ in range(int(rng.poisson(words()["dispute"]["per_grid"] * len(city.grids)))):
            area = city.grids[int(rng.integers(len(city.grids)))].area_id
            at = midnight(day, ZONE) + timedelta(seconds=int(rng.integers(8 * 3600, 18 * 3600)))
            if at <= end:
                rows.append(_course({"incident_id": None, "area_id": area}, at, rng, end))
    rows.sort(key=lambda row: (row["screened_at"], row["incident_id"] or "", row["area_id"] or ""))
    return [{"dispute_id": f"JF{number + 1:05d}", **row} for number, row in enumerate(rows)]


def _course(about: dict[str, Any], at: datetime, rng: Rng, end: datetime) -> dict[str, Any]:
    """Return one dispute on its way, cut off at `end`."""
    text = words()["dispute"]
    people = 2 + int(rng.poisson(1.2) if rng.random() < 0.85 else rng.integers(3, 20))
    size = "large" if people >= 5 else "small"
    outcome = str(rng.choice(["success", "failed", "escalated"], p=text["outcomes"]))
    level = str(rng.choice(["grid", "community", "street", "city"], p=text[f"{size}_levels"]))
    mode = str(rng.choice(list(text["modes"]), p=list(text["modes"].values())))
    accepted = at + timedelta(hours=float(rng.lognormal(0.8, 0.7)))
    mediated = accepted + timedelta(days=float(rng.lognormal(0.7, 0.6)))
    ended = mediated + timedelta(days=float(rng.lognormal(0.9, 0.7)))
    checks = rng.random(5) < text["checked"]
    times = {"screened_at": at, "accepted_at": accepted, "mediated_at": mediated, "ended_at": ended}
    past = {name: moment.replace(microsecond=0) if moment <= end else None for name, moment in times.items()}
    over = past["ended_at"] is not None
    told = {"outcome": outcome, "settled_level": "above" if outcome == "escalated" else level, "mode": mode}
    said = {f"check_{slot + 1}": str(bool(checks[slot])).lower() for slot in range(5)}
    return {**about, **past, "people": people, **{key: value if over else None for key, value in (told | said).items()}}
