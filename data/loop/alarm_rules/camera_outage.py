"""批量离线: many cameras of one gateway or area went off within minutes of each other: one cause, one alarm."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import Row, World

CAMERAS = "SELECT camera_id, lon, lat, state, area_id, gateway, state_at, checked_at FROM camera ORDER BY camera_id"
MOST = 0.5  # of a gateway's cameras: then it is the gateway


def find(world: World, setting: Setting) -> list[Sign]:
    """Return the cameras of every outage; what has been off for longer than the window waits for its repair."""
    cameras: list[Row] = world.once("cameras", ("camera",), lambda: world.fetch(CAMERAS))
    since = world.now - timedelta(seconds=setting.window_s)
    off = [
        row | {"at": row["state_at"] or row["checked_at"] or world.now} for row in cameras if row["state"] == "offline"
    ]
    off = [row for row in off if row["at"] > since and row["area_id"] not in setting.but]
    causes = _causes(world, off, cameras, setting)
    return [sign for cause, mine in causes.items() for sign in _signs(world, cause, mine, setting)]


def _causes(world: World, off: list[Row], cameras: list[Row], setting: Setting) -> dict[str, list[Row]]:
    """Gather what is off by its gateway where most of that is off, and else by area."""
    all_of, off_of = (Counter(row["gateway"] for row in rows if row["gateway"]) for rows in (cameras, off))
    dead = {gateway for gateway, n in off_of.items() if n >= MOST * all_of[gateway]}
    causes: dict[str, list[Row]] = defaultdict(list)
    for row in off:
        area = world.above(row["area_id"], setting.group)
        causes[row["gateway"] if row["gateway"] in dead else area].append(row)
    return causes


def _signs(world: World, cause: str, rows: list[Row], setting: Setting) -> list[Sign]:
    """Return those that went off together, the largest such group of a cause."""
    groups: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: row["at"]):
        if groups and (row["at"] - groups[-1][-1]["at"]).total_seconds() <= setting.group_s:
            groups[-1].append(row)
        else:
            groups.append([row])
    out = []
    for mine in groups:
        if len(mine) <= setting.release:
            continue
        about = {"value": len(mine), "limit": setting.limit, "lon": mine[0]["lon"], "lat": mine[0]["lat"]}
        about |= {"subject": None if world.places.level(cause) else cause}
        strong = len(mine) >= setting.limit
        began = mine[0]["at"]
        out += [Sign(cause, "camera", row["camera_id"], _area(world, cause, row), began, strong, about) for row in mine]
    return out


def _area(world: World, cause: str, row: Row) -> str:
    return cause if world.places.level(cause) else str(row["area_id"])


RULE = find
