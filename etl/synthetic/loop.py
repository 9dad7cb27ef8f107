"""The way of each case round the closed loop: its steps with times, units, levels and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic.city import City
from etl.synthetic.fixes import SECOND
from etl.synthetic.hotspots import script
from etl.synthetic.limits import after, limit
from etl.synthetic.people import CITY_UNIT, department_of, worker_id
from etl.synthetic.reports import NOISE, Reports

ROLE = {
    "S10": "reporter",
    "S15": "grid_worker",
    "S50": "handler",
    "S60": "handler",
    "S65": "grid_worker",
    "S91": "grid_worker",
}
BY_HANDLER = ("S40", "S50", "S60", "S91", "X1", "X2", "X3", "X5")
SETS_DEADLINE = ("S10", "S30", "X2", "X6")
OWN_LIMIT = {"S15": "verify", "S60": "check"}  # tasks with a limit of their own
CHECKED_BY_WORKER = ("S15", "S65", "S91")
QUICKEST_S = 150.0
SPREAD = 0.68

Floats = NDArray[np.float64]


@cache
def lives() -> list[tuple[str, list[str], Floats]]:
    """Return each life as (level of the solver, states after S10, usual shares of the time limit)."""
    out = []
    for life in script()["life"]:
        pairs = [step.split() for step in life["steps"].split(", ")]
        out.append((life["solver"], [s for s, _ in pairs], np.array([float(share) for _, share in pairs])))
    return out


def steps(city: City, all_reports: Reports, until: int) -> pa.Table:
    """Return the steps of incidents up to a moment (UTC seconds since 1970) as the incident_step feed, by time."""
    tables = [_of_life(city, all_reports.take(all_reports.life == k), k) for k in range(len(lives()))]
    table = pa.concat_tables(tables)
    at = table["stepped_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    keys = [table[name].to_numpy(False).astype(str) for name in ("step_id", "incident_id")]
    order = np.lexsort((*keys, at))
    return table.take(pa.array(order[at[order] <= until]))


def _of_life(city: City, rows: Reports, number: int) -> pa.Table:
    """All steps of the incidents that share a life: (steps x incidents) matrices, laid end to end."""
    solver, later, share = lives()[number]
    seconds, work = limit(rows.kinds(), rows.severity)
    at = [rows.at.astype(float)]
    deadline = after(at[0], seconds, work)
    deadlines: list[Floats] = [deadline]
    slow = _slowness(city, rows)
    for k, state in enumerate(later):
        factor = share[k] * np.exp(SPREAD * rows.luck[:, k % NOISE]) * (slow if state in ("S60", "S91") else 1.0)
        at.append(np.floor(after(at[-1], np.maximum(seconds * factor, QUICKEST_S), work & (state != "S91"))))
        if state in ("X2", "X6"):
            deadline = after(deadline if state == "X2" else at[-1], seconds, work)
        deadlines.append(deadline if state in SETS_DEADLINE else _own(rows, state, at[-1]))
    return _table(city, rows, (solver, ["S10", *later]), (np.array(at), np.array(deadlines)))


def _own(rows: Reports, state: str, at: Floats) -> Floats:
    """Return by when a task that begins with a step is due; not a number where the step begins none."""
    if state not in OWN_LIMIT:
        return np.full(len(at), np.nan)
    return after(at, *limit(rows.kinds(), rows.severity, OWN_LIMIT[state]))


def _slowness(city: City, rows: Reports) -> Floats:
    """Streets differ in how fast they work, from 0.6 to 1.7 times the usual."""
    rng = np.random.default_rng([city.seed, 11])
    streets = [s.area_id for s in city.realm.streets]
    factor = dict(zip(streets, rng.permutation(np.linspace(0.6, 1.7, len(streets))), strict=True))
    return np.array([factor[city.grids[g].street_id] for g in rows.grid])


def _table(city: City, rows: Reports, life: tuple[str, list[str]], times: tuple[Floats, Floats]) -> pa.Table:
    """Lay the matrices end to end, step after step, as the incident_step feed."""
    solver, states = life
    n, k = len(rows.at), len(states)
    handler, desk = _units(city, rows, solver)
    local = np.array([worker_id(g) if g < city.workers else None for g in rows.grid], object)
    nobody = np.full(n, None, object)
    reporter = nobody.copy()
    reporter[rows.sources() == "worker"] = local[rows.sources() == "worker"]
    unit = [nobody, *(handler if state in BY_HANDLER else desk for state in states[1:])]
    level = [rows.levels(), *(np.full(n, solver if state in BY_HANDLER else "city") for state in states[1:])]
    worker = [reporter, *(local if state in CHECKED_BY_WORKER else nobody for state in states[1:])]
    columns = {
        "incident_id": pa.array(np.tile(rows.ids(), k), pa.string()),
        "source": pa.array(np.tile(rows.sources(), k), pa.string()),
        "step_id": _repeated([f"{number + 1:02d}" for number in range(k)], n),
        "stepped_at": _moments(times[0]),
        "from_state": _repeated([None, *states[:-1]], n),
        "to_state": _repeated(states, n),
        "unit_id": pa.array(np.concatenate(unit), pa.string()),
        "level": pa.array(np.concatenate(level), pa.string()),
        "actor_role": _repeated([ROLE.get(state, "desk") for state in states], n),
        "worker_id": pa.array(np.concatenate(worker), pa.string()),
        "deadline_at": _moments(times[1]),
    }
    return pa.table(columns)


def _repeated(values: Sequence[str | None], times: int) -> pa.Array:
    return pa.array(np.repeat(np.array(values, object), times), pa.string())


def _moments(seconds: Floats) -> pa.Array:
    """Return timestamps of UTC seconds, null where NaN."""
    flat = seconds.ravel()
    whole = np.where(np.isnan(flat), 0, flat).astype(np.int64) * SECOND
    return pa.array(whole, pa.int64(), mask=np.isnan(flat)).cast(pa.timestamp("us"))


def _units(city: City, rows: Reports, solver: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The unit that handles each case and the desk that accepts, dispatches and closes it."""
    grids = [city.grids[g] for g in rows.grid]
    centre = np.array(["Z" + g.community_id for g in grids], object)
    office = np.array(["O" + g.street_id for g in grids], object)
    department = np.array([department_of(str(kind)) for kind in rows.kinds()], object)
    handler = {"grid": centre, "community": centre, "street": office, "city": department}[solver]
    desk = np.full(len(grids), CITY_UNIT, object) if solver == "city" else office
    return handler, desk
