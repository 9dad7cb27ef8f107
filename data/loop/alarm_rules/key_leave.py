"""离开: somebody left a watched key area; shown for the window."""

from __future__ import annotations

from datetime import timedelta

from data.loop.alarm_keys import presences, sign
from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World


def find(world: World, setting: Setting) -> list[Sign]:
    """Return who left within the window."""
    since = world.now - timedelta(seconds=setting.window_s)
    gone = [pair for pair in presences(world, setting) if pair[0]["left_at"] is not None]
    return [sign(world, row, area, row["left_at"]) for row, area in gone if row["left_at"] > since]


RULE = find
