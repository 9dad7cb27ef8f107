"""失联: on duty by roster, and no position for as long as the delay; without a roster nobody is said to be silent.

Where nearly all who had sent positions fall silent, it is not they: nothing arrives from anybody. That is one alarm of
the whole city, and not one of every neighbourhood; whoever is in it stays in it until the own positions come again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import Row, World

CREW = "SELECT worker_id, area_id FROM worker WHERE registered AND area_id IS NOT NULL"
NEARLY_ALL, AT_LEAST = 0.8, 5  # of those who sent something this day, and as many of them, unheard for half the delay


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
        about = {"lon": last["lon"], "lat": last["lat"]} if last else {}
        cause = world.cause(one["area_id"], worker, setting)
        out.append(Sign(cause, "worker", worker, one["area_id"], since, about=about))
    signs = [sign for sign in out if _age_s(world, sign) >= setting.delay_s]
    until = _nobody_heard(world, [sign for sign in out if sign.subject_id in seen], setting.delay_s / 2)
    city = world.config.city.area_id
    fell = {sign.subject_id for sign in signs if until and sign.began_at <= until} & seen.keys()
    return [replace(sign, cause=city) if sign.subject_id in fell else sign for sign in signs]


def _age_s(world: World, sign: Sign) -> float:
    return (world.now - sign.began_at).total_seconds()


def _nobody_heard(world: World, sent: list[Sign], quiet_s: float) -> datetime | None:
    """Return up to when a silence that began is the city's: now, or the last to join its alarm; None: no such thing."""
    quiet = [sign for sign in sent if _age_s(world, sign) >= quiet_s]
    if len(quiet) >= max(AT_LEAST, NEARLY_ALL * len(sent)):
        return world.now
    ours = ("silent", world.config.city.area_id)
    return max((row["joined_at"] for row in world.open if (row["rule"], row["cause"]) == ours), default=None)


def _hidden(world: World, setting: Setting) -> frozenset[str]:
    """Return who was last seen in a key area that is known for having no signal."""
    people, shapes = world.people, world.shapes
    point, shape = shapes.near(people.points, 0.0) if setting.but else ((), ())
    pairs = zip(point, shape, strict=True)
    return frozenset(
        people.rows[int(at)]["worker_id"] for at, k in pairs if shapes.key_areas[int(k)]["key_area_id"] in setting.but
    )


RULE = find
