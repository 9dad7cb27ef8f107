"""事件激增: within the window as many incidents of one kind in an area as the limit, and several times the usual."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import Row, World
from data.loop.store import incident

HISTORY = timedelta(days=28)
USUAL = """
    SELECT kind, area_id, count(*) AS n FROM incident
    WHERE reported_at > $since AND reported_at <= $now GROUP BY ALL
"""


def find(world: World, setting: Setting) -> list[Sign]:
    """Return the incidents of every burst; one that is fading keeps its alarm and begins none."""
    since = world.now - timedelta(seconds=setting.window_s)
    asked = select(incident).where(incident.c.reported_at > since, incident.c.reported_at <= world.now)
    with world.home.operations.engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(asked.order_by(incident.c.reported_at)).mappings()]
    together: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["merged_into"] is None and (not setting.kinds or row["kind"] in setting.kinds):
            together[row["kind"], world.above(row["area_id"], setting.group)].append(row)
    least = max(2.0, setting.limit / 2)
    many = {key: mine for key, mine in together.items() if len(mine) >= least and key[1] not in setting.but}
    usual = _usual(world, setting) if many else {}
    return [sign for key, mine in many.items() for sign in _signs(key, mine, usual.get(key, 0.0), setting)]


def _signs(key: tuple[str, str], rows: list[Row], usual: float, setting: Setting) -> list[Sign]:
    limit = max(setting.limit, usual * setting.release)
    strong, (kind, area) = len(rows) >= limit, key
    if len(rows) < limit / 2:
        return []
    point = rows[-1]
    about = {"subject": kind, "value": len(rows), "limit": round(limit, 1), "lon": point["lon"], "lat": point["lat"]}
    began = rows[0]["reported_at"]
    return [Sign(f"{kind}@{area}", "incident", row["incident_id"], area, began, strong, about) for row in rows]


def _usual(world: World, setting: Setting) -> dict[tuple[str, str], float]:
    """Return how many incidents of a kind an area reports within a window on average."""
    hour = world.now.replace(minute=0, second=0, microsecond=0)
    read = world.once("usual", ("incident",), lambda: _counted(world, hour, setting), (hour, setting))
    usual: dict[tuple[str, str], float] = read
    return usual


def _counted(world: World, until: datetime, setting: Setting) -> dict[tuple[str, str], float]:
    share = setting.window_s / HISTORY.total_seconds()
    usual: dict[tuple[str, str], float] = defaultdict(float)
    for row in world.fetch(USUAL, since=until - HISTORY, now=until):
        usual[row["kind"], world.above(row["area_id"], setting.group)] += row["n"] * share
    return usual


RULE = find
