"""What a made-up grid holds: counts of elements, of people by class, party organisations and police beats."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from etl.synthetic.city import City
from etl.synthetic.people import CITY_UNIT, words

MONTHS = 3  # counts of so many months
GRIDS_PER_BEAT = 6
POLICE = "D03"

Rows = list[dict[str, Any]]


def months(day: date) -> list[date]:
    """Return the first days of the last months up to a local day, oldest first."""
    out = [day.replace(day=1)]
    while len(out) < MONTHS:
        out.append((out[-1] - timedelta(days=1)).replace(day=1))
    return out[::-1]


def elements(city: City, day: date) -> Rows:
    """Return the element_count feed: places, things, events and organisations, and volunteers as the one of persons."""
    rows: Rows = []
    for month in months(day):
        rng = np.random.default_rng([city.seed, 50, month.toordinal()])
        for grid in city.grids:
            for item in words()["element"]:
                count = int(rng.poisson(item["mean"] + item["per_person"] * grid.people))
                about = {"element_class": item["class"], "item": item["item"], "count": count}
                rows.append({"area_id": grid.area_id, "as_of": month, **about})
    return rows


def population(city: City, day: date) -> Rows:
    """Return the population feed: numbers of each class in each grid; small ones are what suppression is for."""
    rows: Rows = []
    for month in months(day):
        rng = np.random.default_rng([city.seed, 51, month.toordinal()])
        for grid in city.grids:
            for one in words()["population"]:
                share = one["share"] * (one["rural"] if grid.kind == "rural" else 1.0)
                count = int(rng.poisson(share * grid.people))
                rows.append({"area_id": grid.area_id, "as_of": month, "class": one["class"], "count": count})
    return rows


def party_orgs(city: City) -> Rows:
    """Return the party_org feed: a committee per community, a branch here and there, a group in nearly every grid."""
    rng, text, rows = np.random.default_rng([city.seed, 52]), words()["party"], []
    for street in city.realm.streets:
        for area_id, name in street.communities:
            rows.append({"kind": "committee", "name": text["committee"].format(community=name), "area_id": area_id})
    for grid in city.grids:
        if rng.random() < text["group_share"]:
            kind = "branch" if rng.random() < text["branch_share"] else "group"
            rows.append({"kind": kind, "name": text[kind].format(grid=grid.name), "area_id": grid.area_id})
    return [{"org_id": f"DZ{number + 1:05d}", **row} for number, row in enumerate(rows)]


def beats(city: City) -> list[tuple[dict[str, Any], shapely.Geometry]]:
    """Return police beats whose borders are not those of the grids: properties and shape in km."""
    rng = np.random.default_rng([city.seed, 53])
    count = max(2, len(city.grids) // GRIDS_PER_BEAT)
    chance = city.tree.land.people + 1e-3
    seeds = np.sort(rng.choice(len(chance), min(count, len(chance)), replace=False, p=chance / chance.sum()))
    nearest = cKDTree(city.mesh.site[seeds]).query(city.mesh.site)[1]
    out = []
    for number, cell in enumerate(seeds):
        shape = shapely.union_all(city.mesh.polygons[nearest == number])
        grid = city.grids[city.tree.grid_of[cell]]
        name = words()["beat"]["name"].format(community=grid.community, number=number + 1)
        unit = POLICE if words()["department"] else CITY_UNIT
        out.append(({"beat_id": f"J{number + 1:03d}", "name": name, "unit_id": unit}, shape))
    return out
