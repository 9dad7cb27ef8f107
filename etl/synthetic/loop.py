"""The way of each case round the closed loop: its steps with times, units, levels and deadlines."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic.city import City
from etl.synthetic.hotspots import script
from etl.synthetic.limits import after, limit
from etl.synthetic.people import CITY_UNIT, department_of, worker_id
from etl.synthetic.reports import NOISE, Reports

ROLE = {"S10": "reporter", "S15": "grid_worker", "S50": "handler", "S60": "handler", "S65": "grid_worker", "S91": "grid_worker"}
BY_HANDLER = ("S40", "S50", "S60", "S91", "X1", "X2", "X3", "X5")
SETS_DEADLINE = ("S10", "S30", "X6")
CHECKED_BY_WORKER = ("S15", "S65", "S91")
QUICKEST_S = 150.0
SPREAD = 0.62

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
    order = np.lexsort((table["step_id"].to_numpy(False).astype(str), table["incident_id"].to_numpy(False).astype(str), at))
    return table.take(pa.array(order[at[order] <= until]))


def _of_life(city: City, rows: Reports, number: int) -> pa.Table:
    """All steps of the incidents that share a life: (incidents x steps) matrices, laid end to end."""
    solver, states, share = lives()[number]
    states = ["S10", *states]
    kind = np.array([k["id"] for k in script()["kind"]])[rows.kind]
    seconds, work = limit(kind, rows.severity)
    at = [rows.at.astype(float)]
    deadline = after(at[0], seconds, work)
    deadlines: list[Floats] = [deadline]
    for k, state in enumerate(states[1:]):
        factor = share[k] * np.exp(SPREAD * rows.luck[:, k % NOISE])
        slow = _slowness(city, rows) if state in ("S60", "S91") else 1.0
        natural = np.zeros(len(work), bool) if state == "S91" else work
        wait = np.maximum(seconds * factor * slow, QUICKEST_S)
        at.append(np.floor(after(at[-1], wait, natural)))
        if state == "X2":
            deadline = after(deadline, seconds, work)
        if state == "X6":
            deadline = after(at[-1], seconds, work)
        deadlines.append(deadline if state in (*SETS_DEADLINE, "X2") else np.full(len(deadline), np.nan))
    return _table(city, rows, (solver, states), (np.array(at), np.array(deadlines)))


def _slowness(city: City, rows: Reports) -> Floats:
    """Streets differ in how fast they work, from 0.6 to 1.7 times the usual."""
    rng = np.random.default_rng([city.seed, 11])
    streets = [s.area_id for s in city.realm.streets]
    factor = dict(zip(streets, rng.permutation(np.linspace(0.6, 1.7, len(streets))), strict=True))
    return np.array([factor[city.grids[g].street_id] for g in rows.grid])


def _table(city: City, rows: Reports, life: tuple[str, list[str]], times: tuple[Floats, Floats]) -> pa.Table:
    solver, states = life
    n, k = len(rows.at), len(states)
    names = [s["id"] for s in script()["source"]]
    found = [s["level"] for s in script()["source"]]
    handler, desk = _units(city, rows, solver)
    worker = np.array([worker_id(g) if g < city.workers else None for g in rows.grid], object)
    by_worker = np.array([names[s] == "worker" for s in rows.source], bool)

    def each(value: str, j: int) -> list[str | None]:
        state = states[j]
        if value == "unit":
            return [None] * n if j == 0 else list(handler if state in BY_HANDLER else desk)
        if value == "level":
            return [found[s] for s in rows.source] if j == 0 else [solver if state in BY_HANDLER else "city"] * n
        if j == 0:
            return list(np.where(by_worker, worker, None))
        return list(worker) if state in CHECKED_BY_WORKER else [None] * n

    def laid(value: str) -> pa.Array:
        return pa.array([v for j in range(k) for v in each(value, j)], pa.string())

    def moments(values: Floats) -> pa.Array:
        flat = values.ravel()
        whole = np.where(np.isnan(flat), 0, flat).astype(np.int64) * 1_000_000
        return pa.array(whole, pa.int64(), mask=np.isnan(flat)).cast(pa.timestamp("us"))

    before = [None, *states[:-1]]
    columns = {
        "incident_id": pa.array(np.tile(rows.ids(), k), pa.string()),
        "source": pa.array([names[s] for s in rows.source] * k, pa.string()),
        "step_id": pa.array([f"{j + 1:02d}" for j in range(k) for _ in range(n)], pa.string()),
        "stepped_at": moments(times[0]),
        "from_state": pa.array([before[j] for j in range(k) for _ in range(n)], pa.string()),
        "to_state": pa.array([states[j] for j in range(k) for _ in range(n)], pa.string()),
        "unit_id": laid("unit"),
        "level": laid("level"),
        "actor_role": pa.array([ROLE.get(states[j], "desk") for j in range(k) for _ in range(n)], pa.string()),
        "worker_id": laid("worker"),
        "deadline_at": moments(times[1]),
    }
    return pa.table(columns)


def _units(city: City, rows: Reports, solver: str) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The unit that handles each case and the desk that accepts, dispatches and closes it."""
    kinds = [k["id"] for k in script()["kind"]]
    grids = [city.grids[g] for g in rows.grid]
    centre = np.array(["Z" + g.community_id for g in grids], object)
    office = np.array(["O" + g.street_id for g in grids], object)
    department = np.array([department_of(kinds[k]) for k in rows.kind], object)
    handler = {"grid": centre, "community": centre, "street": office, "city": department}[solver]
    desk = np.full(len(grids), CITY_UNIT, object) if solver == "city" else office
    return handler, desk
