"""What is reported on one local day: when, by whom, of what kind, where. A function of (seed, day) alone."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.days import midnight
from data.loop.calendar import is_workday_in_china
from etl.admit_incidents import kinds as default_severity
from etl.synthetic.city import City
from etl.synthetic.curves import Points
from etl.synthetic.fixes import SECOND, micros
from etl.synthetic.hotspots import script, spots
from etl.synthetic.incident_places import grids_at, scattered
from etl.synthetic.roster import HOUR, ZONE

PER_GRID = 0.55  # incidents per grid and working day
NOISE = 16
POINT, GRID, COMMUNITY, DEFAULT = 0, 1, 2, 3
KNOWN = (0.945, 0.03, 0.02, 0.005)  # how well the place is known
RAISED, LOWERED = 0.03, 0.07  # cases more and less urgent than their kind
NIGHT = (20, 6)
AGAIN = 0.10  # cases at persisting places

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Reports:
    """Columns of the incidents of one or several days, in the order of their ids.

    at: whole UTC seconds since 1970; source, kind, life: positions in the script; sub: a draw for the title;
    known: POINT, GRID, COMMUNITY or DEFAULT; grid: number; xy km; luck (n, NOISE): standard normal draws for what
    happens next.
    """

    day: Ints
    number: Ints
    at: Ints
    source: Ints
    kind: Ints
    sub: Ints
    severity: Ints
    known: Ints
    life: Ints
    grid: Ints
    xy: Points
    luck: Points

    def ids(self) -> NDArray[np.object_]:
        """Return the incident ids: local day and number of the day."""
        days = [date.fromordinal(int(d)).strftime("%Y%m%d") for d in self.day]
        return np.array([f"SJ{d}-{n:04d}" for d, n in zip(days, self.number, strict=True)], object)

    def kinds(self) -> NDArray[np.str_]:
        """Return the level-1 codes."""
        return np.array([k["id"] for k in script()["kind"]])[self.kind]

    def sources(self) -> NDArray[np.str_]:
        """Return the sources."""
        return np.array([s["id"] for s in script()["source"]])[self.source]

    def levels(self) -> NDArray[np.str_]:
        """Return the levels that first registered the cases."""
        return np.array([s["level"] for s in script()["source"]])[self.source]

    def take(self, keep: NDArray[np.generic]) -> Reports:
        """Return some of the incidents."""
        return Reports(*(getattr(self, field.name)[keep] for field in fields(self)))


def reports(city: City, days: list[date], end: date) -> Reports:
    """Return what is reported on these local days; `end` is the zero of the trends of hot spots."""
    parts = [_day(city, day, end) for day in days]
    return Reports(*(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(Reports)))


def _day(city: City, day: date, end: date) -> Reports:
    rng = np.random.default_rng([city.seed, 10, day.toordinal()])
    share = _source_shares(day)
    n = int(rng.poisson(PER_GRID * len(city.grids) * _season(day) * share.sum() / _source_shares(None).sum()))
    source = rng.choice(len(share), n, p=share / share.sum())
    start = micros(midnight(day, ZONE)) // SECOND
    at = start + _hour_of(source, rng) * HOUR + rng.integers(0, HOUR, n)
    order = np.argsort(at, kind="stable")
    at, source = at[order], source[order]
    kind, hot = _kinds(city, (day, end), (at - start) // HOUR, rng)
    kind, xy = scattered(city, kind, hot, rng)
    return Reports(
        day=np.full(n, day.toordinal()),
        number=np.arange(1, n + 1),
        at=at,
        source=source,
        kind=kind,
        sub=rng.integers(0, 1 << 30, n),
        severity=_severity(kind, rng),
        known=rng.choice(len(KNOWN), n, p=KNOWN),
        life=_lives(source, rng),
        grid=grids_at(city, xy),
        xy=xy,
        luck=rng.normal(size=(n, NOISE)),
    )


def _source_shares(day: date | None) -> NDArray[np.float64]:
    """Return the weights of the sources on a day; None: on a working day."""
    rest = day is not None and not is_workday_in_china(day)
    return np.array([s["share"] * (s["rest"] if rest else 1.0) for s in script()["source"]])


def _season(day: date) -> float:
    """More in summer than in winter, by an eighth."""
    return float(1 + 0.13 * np.sin((day.timetuple().tm_yday - 80) / 365.25 * 2 * np.pi))


def _hour_of(source: Ints, rng: np.random.Generator) -> Ints:
    """Draw local hours by the profile of each source."""
    text = script()
    weight = np.array([text["hours"][s["hours"]] for s in text["source"]], float)
    return _drawn(weight, source, rng)


def _drawn(weight: NDArray[np.float64], row: Ints, rng: np.random.Generator) -> Ints:
    """Draw a column for each entry by the weights of its row."""
    edges = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    column = (rng.random(len(row))[:, None] > edges[row]).sum(axis=1)
    out: Ints = np.minimum(column, weight.shape[1] - 1)
    return out


def _kinds(city: City, days: tuple[date, date], hour: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw kinds by night and day, and which planted hot spot or persisting place each case belongs to."""
    weight = np.array([[k["share"] * _factor(k, days[0], night) for k in script()["kind"]] for night in (False, True)])
    dark = (hour >= NIGHT[0]) | (hour < NIGHT[1])
    kind = _drawn(weight, dark.astype(np.int64), rng)
    chance = np.array([spot.share * spot.weight(*days) for spot in spots(city)])
    which = rng.choice(len(chance) + 2, len(hour), p=np.r_[chance, AGAIN, 1 - AGAIN - chance.sum()])
    return kind, which


def _factor(kind: dict[str, Any], day: date, night: bool) -> float:
    """How much more or less of a kind there is in this season and at this time of day."""
    season = {6: "summer", 7: "summer", 8: "summer", 12: "winter", 1: "winter", 2: "winter"}.get(day.month, "")
    return float(kind.get(season, 1.0) * (kind.get("night", 1.0) if night else 1.0))


def _severity(kind: Ints, rng: np.random.Generator) -> Ints:
    usual = np.array([default_severity()[k["id"]] for k in script()["kind"]], np.int64)[kind]
    shift = rng.choice([-1, 0, 1], len(kind), p=[RAISED, 1 - RAISED - LOWERED, LOWERED])
    return np.clip(np.where(usual > 1, usual + shift, usual), 1, 5).astype(np.int64)


def _lives(source: Ints, rng: np.random.Generator) -> Ints:
    """Draw what becomes of each case by its source; `other` stands for sources without lives of their own."""
    text = script()
    named = {source for life in text["life"] for source in life["shares"]}
    own = [s["id"] if s["id"] in named else "other" for s in text["source"]]
    weight = np.array([[life["shares"].get(name, 0) for life in text["life"]] for name in own], float)
    return _drawn(weight, source, rng)
