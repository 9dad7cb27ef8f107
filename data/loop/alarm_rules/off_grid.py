"""越界: on duty and further outside the own area than the limit (metres); whoever has an order in hand may be."""

from __future__ import annotations

import numpy as np

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World


def find(world: World, setting: Setting) -> list[Sign]:
    """Return who is outside; the beginning is the first fix seen there."""
    people = world.people
    away = world.shapes.outside_m(people.points, [row["area_id"] for row in people.rows])
    out = []
    for at in np.flatnonzero(away > setting.release).tolist():
        row, metres = people.rows[at], float(away[at])
        if row["worker_id"] in world.ordered or row["area_id"] in setting.but:
            continue
        about = {"lon": row["lon"], "lat": row["lat"], "value": round(metres), "limit": setting.limit}
        cause = world.cause(row["area_id"], row["worker_id"], setting)
        who = (cause, "worker", row["worker_id"], row["area_id"])
        out.append(Sign(*who, row["fixed_at"], metres > setting.limit, about))
    return out


RULE = find
