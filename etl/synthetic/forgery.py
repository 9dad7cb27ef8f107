"""Forges the tracks of a few workers of one day: what a human should be shown, with the answer key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.days import midnight
from etl.synthetic.city import City
from etl.synthetic.fixes import SECOND, Columns, micros
from etl.synthetic.people import gcj_workers, worker_id
from etl.synthetic.roster import DAY_DUTY, HOUR, ZONE

FULL_DAY = 900  # fixes of somebody on day duty whose phone was hardly ever off
LATER_S = 3  # the second phone of a pair reports as much later
LEAP_KM, LEAPS = 5.0, 4
STEP_DEGREE = 1e-4
JUMP = 3  # tag of dirt.py: each leap is a jump that a loader must flag
Ints = NDArray[np.int64]
Forged = tuple[Columns, list[dict[str, object]]]


def forge(city: City, clean: Columns, day: date) -> Forged:
    """Return the day's sound fixes with one forged track of each kind, and who does what.

    Nobody forges where too few are on day duty. The answer key: day, worker_id, kind, other_id (None: nobody else).
    """
    people = _people(city, clean, day)
    if len(people) < len(FORGERIES) + 1:
        return clean, []
    rng = np.random.default_rng([city.seed, 22, day.toordinal()])
    chosen = rng.permutation(people)[: len(FORGERIES) + 1].tolist()
    model, fixes = chosen.pop(), clean
    answers: list[dict[str, object]] = []
    for worker, (kind, make) in zip(chosen, FORGERIES.items(), strict=True):
        own = clean.take(clean.worker == (model if kind == "together" else worker))
        new = make(city, own, day)
        new.worker = np.full(len(new.fixed), worker)
        fixes = fixes.take(fixes.worker != worker).join(new)
        other = {"together": model, "replay": worker}.get(kind)
        about = {"day": day.isoformat(), "worker_id": worker_id(worker), "kind": kind}
        answers.append({**about, "other_id": None if other is None else worker_id(other)})
    return fixes.take(np.lexsort((fixes.fixed, fixes.worker))), answers


def _people(city: City, clean: Columns, day: date) -> Ints:
    """Return who has a full day of day duty, those of the feed in GCJ-02 left out."""
    workers, count = np.unique(clean.worker[_on_day_duty(clean.fixed, day)], return_counts=True)
    return np.setdiff1d(workers[count >= FULL_DAY], list(gcj_workers(city)))


def _on_day_duty(fixed: Ints, day: date) -> NDArray[np.bool_]:
    clock = (fixed - micros(midnight(day, ZONE))) / SECOND
    return np.asarray(np.any([(clock >= start) & (clock < end) for start, end in DAY_DUTY], axis=0))


def _teleport(city: City, own: Columns, day: date) -> Columns:
    """A few fixes far away, there and back each time."""
    del city, day
    at = np.linspace(0, len(own.fixed) - 1, LEAPS + 2).astype(np.int64)[1:-1]
    own.xy[at] += (0.0, LEAP_KM)
    own.tag[at] = JUMP
    return own


def _lattice(city: City, own: Columns, day: date) -> Columns:
    """Coordinates with four decimals."""
    del day
    degrees = city.realm.degrees(own.xy)
    per_km = city.realm.degrees(np.array([[1.0, 1.0]]))[0] - city.realm.degrees(np.zeros((1, 2)))[0]
    own.xy += (np.round(degrees / STEP_DEGREE) * STEP_DEGREE - degrees) / per_km
    return own


def _left(city: City, own: Columns, day: date) -> Columns:
    """The phone lies where the day began, drifts, and goes on to report speed."""
    rng = np.random.default_rng([city.seed, 23, day.toordinal()])
    own.xy = own.xy[:1] + rng.normal(0, 0.004, own.xy.shape)
    return own


def _together(city: City, own: Columns, day: date) -> Columns:
    """A second phone in the same pocket, some metres and seconds off."""
    rng = np.random.default_rng([city.seed, 24, day.toordinal()])
    own = own.take(_on_day_duty(own.fixed + LATER_S * SECOND, day))
    own.fixed, own.received = own.fixed + LATER_S * SECOND, own.received + LATER_S * SECOND
    own.xy = own.xy + rng.normal(0, 0.0015, own.xy.shape)
    return own


def _replay(city: City, own: Columns, day: date) -> Columns:
    """The morning again in the afternoon."""
    del city
    noon = micros(midnight(day, ZONE)) + 12 * HOUR * SECOND
    morning, again = own.take(own.fixed < noon), own.take(own.fixed < noon)
    shift = (DAY_DUTY[1][0] - DAY_DUTY[0][0]) * SECOND
    again.fixed, again.received = again.fixed + shift, again.received + shift
    return morning.join(again)


FORGERIES: dict[str, Callable[[City, Columns, date], Columns]] = {
    "teleport": _teleport,
    "lattice": _lattice,
    "left": _left,
    "together": _together,
    "replay": _replay,
}
