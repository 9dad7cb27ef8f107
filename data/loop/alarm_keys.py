"""What the three rules of presence in key areas share: presences in watched areas, and how a sign is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World
from data.loop.presence import watched
from data.loop.store import key_presence

Row = dict[str, Any]


def presences(world: World, setting: Setting) -> Iterator[tuple[Row, Row]]:
    """Yield every presence written down in a key area the rule watches, with the area."""
    areas = {area["key_area_id"]: area for area in world.shapes.key_areas if watched(area, setting, world.now)}
    with world.home.operations.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(select(key_presence)).mappings()]
    for row in rows:
        if row["key_area_id"] in areas:
            yield row, areas[row["key_area_id"]]


def sign(world: World, presence: Row, area: Row, since: datetime) -> Sign:
    """Return the sign of a worker at a key area; all at one key area are one alarm."""
    lon, lat = world.shapes.label(area["key_area_id"])
    about = {"subject": area["name"], "key_area_id": area["key_area_id"], "lon": lon, "lat": lat}
    minutes = round((world.now - since).total_seconds() / 60)
    about |= {"value": minutes}
    return Sign(area["key_area_id"], "worker", presence["worker_id"], area["area_id"], since, about=about)
