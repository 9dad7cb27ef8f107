"""The grids as features, with the faults a loader must find, and what is known about each."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import shapely

from etl.synthetic.city import City
from etl.synthetic.files import feature
from etl.synthetic.folder import Folder

NAME = "areas/grids.geojson"
HOUSEHOLD = 2.6  # people
FLOATING = {"urban": 0.24, "town": 0.12, "rural": 0.04}
BOW_KM = 0.2


def write_areas(city: City, folder: Folder) -> None:
    """Write the grids, one of them with an open ring and a bow-tie too many, and their attributes."""
    rows = [_grid(city, number) for number in range(len(city.grids))]
    open_ring = len(rows) // 2
    rows[open_ring]["geometry"]["coordinates"][0].pop()
    rows.append(_bow_tie(city))
    folder.features("areas", rows, NAME)
    key = [("unclosed_ring", "repaired and loaded", open_ring), ("bow_tie", "rejected: self_crossing", len(rows) - 1)]
    for kind, fate, at in key:
        about = {"file": NAME, "kind": kind, "expected": fate, "row": at + 1}
        folder.planted.append(about | {"area_id": rows[at]["properties"]["grid_id"]})
    folder.table("area_attributes", _attributes(city), "area_attributes.csv")


def _grid(city: City, number: int) -> dict[str, Any]:
    g = city.grids[number]
    about = {"street_id": g.street_id, "street": g.street, "community_id": g.community_id, "community": g.community}
    return feature(g.polygon, city.realm, **about, grid_id=g.area_id, name=g.name)


def _bow_tie(city: City) -> dict[str, Any]:
    """A polygon that crosses itself, over the first grid: it can mean two things, so it must be refused."""
    first = city.grids[0]
    x, y = first.polygon.representative_point().coords[0]
    corners = [(x, y), (x + BOW_KM, y + BOW_KM), (x + BOW_KM, y), (x, y + BOW_KM)]
    about = _grid(city, 0)["properties"] | {"grid_id": f"{first.community_id}999", "name": f"{first.community}99网格"}
    return feature(shapely.Polygon(corners), city.realm, **about)


def _attributes(city: City) -> pa.Table:
    rows = [
        {
            "area_id": g.area_id,
            "households": round(g.people / HOUSEHOLD),
            "residents": round(g.people),
            "floating": round(g.people * FLOATING[g.kind]),
            "urban_class": g.kind,
        }
        for g in city.grids
    ]
    return pa.Table.from_pylist(rows)
