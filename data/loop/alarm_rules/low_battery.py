"""低电量: the share of the battery left is at or below the limit, by a position that is not too old."""

from __future__ import annotations

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World


def find(world: World, setting: Setting) -> list[Sign]:
    """Return whose battery is low."""
    out = []
    for row in world.people.rows:
        left, age_s = row["battery"], (world.now - row["fixed_at"]).total_seconds()
        if left is None or left > setting.release or age_s > setting.window_s:
            continue
        about = {"lon": row["lon"], "lat": row["lat"], "value": left, "limit": setting.limit}
        cause = world.cause(row["area_id"], row["worker_id"], setting)
        who = (cause, "worker", row["worker_id"], row["area_id"])
        out.append(Sign(*who, row["fixed_at"], left <= setting.limit, about))
    return out


RULE = find
