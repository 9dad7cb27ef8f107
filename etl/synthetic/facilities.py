"""Cameras and places of the grid-plus overlays of the made-up city, as rows of their feeds."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from etl.synthetic.city import City
from etl.synthetic.people import words
from etl.synthetic.roads import AVENUE, STREET

CAMERAS_PER_GRID = 4
OFFLINE = 0.03
PTZ = 0.3
OUTAGE, OUTAGE_AGO = 6, timedelta(minutes=25)  # cameras of one cause, and how long ago they went off
REPORTED_AFTER = timedelta(hours=2)  # a camera off for longer has a repair order
DIVISION = "321183"  # of the codes; whichever names the city goes by


def cameras(city: City, end: datetime) -> list[dict[str, Any]]:
    """Return cameras at street corners, denser where more people live, looking along a street; states as of `end`.

    end: naive UTC. All hang on the gateway `demo`, whose address nobody made up: a made-up city has no pictures.
    """
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
    grids = [city.grids[number] for number in city.tree.grid_of[city.mesh.sides[chosen].max(axis=1)]]
    rows = [
        {
            "camera_id": f"K{number + 1:05d}",
            "name": f"{grids[number].community}{number + 1:04d}号",
            "lon": lon[number],
            "lat": lat[number],
            "heading_deg": round(float(heading[number]), 1),
            "view_deg": float(rng.choice([60.0, 75.0, 90.0])),
            **_registered(city, number, end),
        }
        for number in range(count)
    ]
    return _switched_off(rows, [grid.community for grid in grids], end)


def _switched_off(rows: list[dict[str, Any]], communities: list[str], end: datetime) -> list[dict[str, Any]]:
    """Let some cameras of the community with most of them go off one after the other, as when a cabinet loses power."""
    (most, _), *_ = Counter(communities).most_common(1) or [("", 0)]
    there = [number for number, community in enumerate(communities) if community == most][:OUTAGE]
    for turn, number in enumerate(there):
        since = (end - OUTAGE_AGO + turn * timedelta(seconds=7)).replace(microsecond=0)
        rows[number] |= {"state": "offline", "state_at": since, "repair_id": None}
    return rows


def _registered(city: City, number: int, end: datetime) -> dict[str, Any]:
    """Return what the register says of a camera: code, make and state; a few are off, for a while already."""
    rng = np.random.default_rng([city.seed, 16, number])
    ptz, off = rng.random() < PTZ, rng.random() < OFFLINE
    away = timedelta(minutes=int(rng.lognormal(5.5, 1.2))) if off else timedelta(days=int(rng.integers(3, 90)))
    repaired = off and away > REPORTED_AFTER
    return {
        "code": f"{DIVISION}{int(rng.integers(1, 20)):02d}{rng.choice(['00', '01']):s}1320{number + 1:06d}",
        "kind": "ptz" if ptz else "fixed",
        "range_m": float(rng.choice([150.0, 200.0] if ptz else [60.0, 80.0, 120.0])),
        "gateway": "demo",
        "security_level": str(rng.choice(["A", "B", ""], p=[0.3, 0.2, 0.5])) or None,
        "state": "offline" if off else "online",
        "state_at": (end - away).replace(microsecond=0),
        "checked_at": (end - timedelta(minutes=4)).replace(second=0, microsecond=0),
        "repair_id": f"BX-{end - away:%m%d}-{number % 100:02d}" if repaired else None,
    }


def places(city: City) -> list[dict[str, Any]]:
    """Return party, police, mediation and volunteer places near the peopled middle of the communities.

    Some mediation and volunteer places share the rooms of the community's party centre.
    """
    rng, sharing = np.random.default_rng([city.seed, 14]), np.random.default_rng([city.seed, 54])
    rows: list[dict[str, Any]] = []
    centres: dict[str, dict[str, Any]] = {}
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
            rows.append(about | {"lon": lon, "lat": lat, "colocated_with": None})
            centre = centres.setdefault(area_id, rows[-1])  # parties stand first
            if kind.get("shared", 0.0) > sharing.random():
                rows[-1] |= {"lon": centre["lon"], "lat": centre["lat"], "colocated_with": centre["place_id"]}
    return rows
