"""失联: on duty by roster, and no position for as long as the delay; without a roster nobody is said to be silent."""

from __future__ import annotations

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import Row, World

CREW = "SELECT worker_id, area_id FROM worker WHERE registered AND area_id IS NOT NULL"


def find(world: World, setting: Setting) -> list[Sign]:
    """Return who has been silent for the delay, since the last fix of this duty or since it began."""
    seen = {row["worker_id"]: row for row in world.people.rows}
    crew: list[Row] = world.once("crew", ("worker",), lambda: world.fetch(CREW))
    hidden = _hidden(world, setting)
    out = []
    for one in crew:
        worker, began = one["worker_id"], (world.on_duty or {}).get(one["worker_id"])
        if began is None or worker in hidden or one["area_id"] in setting.but:
            continue
        last = seen.get(worker)
        since = max(began, last["fixed_at"]) if last else began
        if (world.now - since).total_seconds() >= setting.delay_s:
            about = {"lon": last["lon"], "lat": last["lat"]} if last else {}
            cause = world.cause(one["area_id"], worker, setting)
            out.append(Sign(cause, "worker", worker, one["area_id"], since, about=about))
    return out


def _hidden(world: World, setting: Setting) -> frozenset[str]:
    """Return who was last seen in a key area that is known for having no signal."""
    people, shapes = world.people, world.shapes
    point, shape = shapes.near(people.points, 0.0) if setting.but else ((), ())
    pairs = zip(point, shape, strict=True)
    return frozenset(
        people.rows[int(at)]["worker_id"] for at, k in pairs if shapes.key_areas[int(k)]["key_area_id"] in setting.but
    )


RULE = find
