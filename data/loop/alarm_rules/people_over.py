"""超员: a key area has held more people than its limit for the delay, by the counts that were published."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from data.days import local_day
from data.key_areas import crossings
from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import Row, World

COUNTS = """
    SELECT key_area_id, name, area_id, people_limit, counted_at, max(count) AS people
    FROM people_count JOIN key_area USING (key_area_id)
    WHERE people_limit > 0 AND day >= $first_day AND counted_at > $since AND counted_at <= $now
    GROUP BY ALL ORDER BY key_area_id, counted_at
"""


def find(world: World, setting: Setting) -> list[Sign]:
    """Return the key areas over their limit now; the count that says so must not be stale."""
    since = world.now - timedelta(seconds=setting.window_s)
    asked = {"first_day": local_day(since, world.config.zone), "since": since, "now": world.now}
    rows = world.fetch(COUNTS, **asked)
    listed = [list(group) for _, group in groupby(rows, key=lambda row: row["key_area_id"])]
    found = (_judge(world, counts, setting) for counts in listed if counts[0]["key_area_id"] not in setting.but)
    return [sign for sign in found if sign]


def _judge(world: World, counts: list[Row], setting: Setting) -> Sign | None:
    area, last = counts[0], counts[-1]
    if (world.now - last["counted_at"]).total_seconds() > world.config.key_areas.count_stale_s:
        return None
    limit, release = (area["people_limit"] * share for share in (setting.limit, setting.release))
    times, values = [row["counted_at"] for row in counts], [row["people"] for row in counts]
    over = crossings([*times, world.now], [*values, values[-1]], limit, release, 0.0)
    if not over or over[-1].ended_at is not None:
        return None
    lon, lat = world.shapes.label(area["key_area_id"])
    about = {"subject": area["name"], "key_area_id": area["key_area_id"], "lon": lon, "lat": lat}
    about |= {"value": last["people"], "limit": limit}
    who = (area["key_area_id"], "key_area", area["key_area_id"], area["area_id"])
    return Sign(*who, over[-1].began_at, last["people"] > limit, about)


RULE = find
