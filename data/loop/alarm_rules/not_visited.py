"""逾期未巡: the day by whose end a key area had to be visited again is over, and no visit counts since."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.days import local_day, midnight
from data.key_areas import next_visit, state_of, tracked_since
from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import Row, World
from data.sqlfile import sql_files

READ = ("key_area", "key_visit", "worker_day", "people_count")


def find(world: World, setting: Setting) -> list[Sign]:
    """Return the key areas whose visit is overdue."""
    today, zone = local_day(world.now, world.config.zone), world.config.zone
    kept = world.config.privacy.fix_days
    rows = world.once("visits", READ, lambda: _states(world), today)
    out = []
    for row in rows:
        due = next_visit(row, tracked_since(row["tracked_from"], today, kept))
        listed = row["grade"] and row["grade"] <= setting.grade and row["key_area_id"] not in setting.but
        if listed and due is not None and state_of(due, today) == "overdue":
            out.append(_sign(world, setting, row, midnight(due + timedelta(days=1), zone).replace(tzinfo=None)))
    return out


def _states(world: World) -> list[Row]:
    file, city = sql_files("queries")["key_area_states"], world.config.city
    values = {"now": world.now, "zone": city.zone, "scope": city.area_id, "area": city.area_id}
    return world.fetch(file.sql, **file.bind(values))


def _sign(world: World, setting: Setting, row: Row, since: datetime) -> Sign:
    lon, lat = world.shapes.label(row["key_area_id"])
    about = {"subject": row["name"], "key_area_id": row["key_area_id"], "lon": lon, "lat": lat}
    cause = world.cause(row["area_id"], row["key_area_id"], setting)
    return Sign(cause, "key_area", row["key_area_id"], row["area_id"], since, about=about)


RULE = find
