"""Units and workers of the made-up city: who works for whom, and where."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from etl.synthetic.city import City

CITY_UNIT = "C00"


@cache
def words() -> dict[str, Any]:
    """Return people.toml: surnames, units, departments, places, key areas."""
    return tomllib.loads(files("etl.synthetic").joinpath("people.toml").read_text(encoding="utf-8"))


def worker_id(number: int) -> str:
    """Return the id of a worker by number, counted from 0."""
    return f"W{number + 1:05d}"


def grid_number(city: City, number: int) -> int:
    """Return the number of the grid a worker is responsible for; more workers than grids share them."""
    return number % len(city.grids)


def units(city: City) -> list[dict[str, str]]:
    """Return the unit feed: one command centre, departments, an office per street, a centre per community."""
    text, top = words()["units"], city.realm
    name = text["city"].format(city=top.name)
    rows = [_unit(CITY_UNIT, name, "centre", ("city", top.area_id))]
    rows += [_unit(d["unit_id"], d["name"], "department", ("city", top.area_id)) for d in words()["department"]]
    for street in top.streets:
        name = text["office"].format(street=street.name)
        rows.append(_unit("O" + street.area_id, name, "office", ("street", street.area_id)))
    for street in top.streets:
        for area_id, community in street.communities:
            name = text["centre"].format(community=community)
            rows.append(_unit("Z" + area_id, name, "centre", ("community", area_id)))
    return rows


def _unit(unit_id: str, name: str, kind: str, of: tuple[str, str]) -> dict[str, str]:
    return {"unit_id": unit_id, "name": name, "unit_kind": kind, "level": of[0], "area_id": of[1]}


def department_of(kind: str) -> str:
    """Return the unit id of the department in charge of a kind of incident."""
    return next((str(d["unit_id"]) for d in words()["department"] if kind in d["kinds"]), "D07")


def workers(city: City) -> list[dict[str, str]]:
    """Return the worker feed: an invented name, a role, the community's centre and the grid."""
    rng, trained = np.random.default_rng([city.seed, 4]), _skills(city)
    surnames, given = words()["surnames"], words()["given"]
    rows = []
    for number in range(city.workers):
        grid = city.grids[grid_number(city, number)]
        first, second, third = surnames[rng.integers(len(surnames))], *rng.choice(list(given), 2)
        rows.append(
            {
                "worker_id": worker_id(number),
                "name": first + second + (third if rng.random() < 0.72 else ""),
                "role": "grid_head" if rng.random() < 0.18 else "grid_worker",
                "unit_id": "Z" + grid.community_id,
                "area_id": grid.area_id,
                "skills": trained[number],
            }
        )
    return rows


def _skills(city: City) -> list[str]:
    """Return each worker's codes of skills, separated by semicolons."""
    held = np.random.default_rng([city.seed, 41]).random((city.workers, len(words()["skills"])))
    share = words()["skills"].items()
    return [";".join(code for at, (code, least) in zip(row, share, strict=True) if at < least) for row in held]


def gcj_workers(city: City) -> frozenset[int]:
    """Return the workers whose phones send GCJ-02: those of the community with the most grids, if there are others."""
    communities = [grid.community_id for grid in city.grids]
    most = max(sorted(set(communities)), key=communities.count)
    if len(set(communities)) == 1:
        return frozenset()
    return frozenset(n for n in range(city.workers) if communities[grid_number(city, n)] == most)
