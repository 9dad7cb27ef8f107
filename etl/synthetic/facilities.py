"""Cameras, places of the grid-plus overlays and key areas of the made-up city, as rows of their feeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from etl.synthetic.city import City
from etl.synthetic.people import words
from etl.synthetic.roads import AVENUE, STREET

CAMERAS_PER_GRID = 4
OFFLINE = 0.015
KEY_AREAS_PER_GRID = 0.125


def cameras(city: City) -> list[dict[str, Any]]:
    """Return cameras at street corners, denser where more people live, looking along a street."""
    rng = np.random.default_rng([city.seed, 13])
    streets = np.flatnonzero(np.isin(city.roads.kind, (STREET, AVENUE)))
    sides = city.mesh.sides[streets]
    people = np.where(sides >= 0, city.tree.land.people[sides], 0).sum(axis=1) + 1.0
    count = min(CAMERAS_PER_GRID * len(city.grids), 3 * len(streets))
    chosen = np.sort(rng.choice(streets, count, p=people / people.sum()))
    a, b = (city.mesh.vertex[city.mesh.ends[chosen, k]] for k in (0, 1))
    xy = a + (b - a) * rng.uniform(0.02, 0.2, (count, 1))
    heading = np.degrees(np.arctan2(*(b - a).T)) % 360
    lon, lat = city.realm.degrees(xy).T
    side = city.mesh.sides[chosen].max(axis=1)
    return [
        {
            "camera_id": f"K{number + 1:05d}",
            "name": f"{city.grids[city.tree.grid_of[side[number]]].community}{number + 1:04d}号",
            "lon": lon[number],
            "lat": lat[number],
            "state": "offline" if rng.random() < OFFLINE else "online",
            "heading_deg": round(float(heading[number]), 1),
            "view_deg": float(rng.choice([60.0, 75.0, 90.0])),
        }
        for number in range(count)
    ]


def places(city: City) -> list[dict[str, Any]]:
    """Return party, police, mediation and volunteer places near the peopled middle of the communities."""
    rng = np.random.default_rng([city.seed, 14])
    rows: list[dict[str, Any]] = []
    community = np.array([grid.community_id for grid in city.grids])[city.tree.grid_of]
    names = [pair for street in city.realm.streets for pair in street.communities]
    for kind in words()["place"]:
        for area_id, name in names[:: kind["every"]]:
            cells = np.flatnonzero(community == area_id)
            chance = city.tree.land.people[cells] + 1e-6
            cell = rng.choice(cells, p=chance / chance.sum())
            lon, lat = city.realm.degrees(city.mesh.site[cell] + rng.normal(0, 0.03, 2))
            title = kind["name"].format(community=name)
            about = {"place_id": f"P{len(rows) + 1:05d}", "kind": kind["kind"], "name": title}
            rows.append(about | {"lon": lon, "lat": lat})
    return rows


def key_areas(city: City) -> list[tuple[dict[str, Any], shapely.Polygon]]:
    """Return key areas as one or two blocks each, apart from one another: properties and shape in km."""
    rng = np.random.default_rng([city.seed, 15])
    kinds = [(kind, name) for kind in words()["key_area"] for name in kind["names"]]
    town = np.flatnonzero(city.mesh.town >= 0)
    chance = city.tree.land.people[town]
    order = rng.choice(town, len(town), replace=False, p=chance / chance.sum())
    cells, taken = city.mesh.polygons, shapely.Polygon()
    rows: list[tuple[dict[str, Any], shapely.Polygon]] = []
    for cell in order:
        if len(rows) >= max(2, int(KEY_AREAS_PER_GRID * len(city.grids))):
            break
        if cells[cell].distance(taken) < 0.35:
            continue
        kind, name = kinds[len(rows) % len(kinds)]
        grid = city.grids[city.tree.grid_of[cell]]
        shape = cells[cell].buffer(-0.012, join_style="mitre")
        taken = taken.union(shape)
        title = name if len(rows) < len(kinds) else grid.community + name
        about = {"key_area_id": f"A{len(rows) + 1:04d}", "name": title}
        rows.append((about | {key: kind[key] for key in ("kind", "grade", "people_limit")}, shape))
    return rows
