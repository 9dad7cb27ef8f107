"""进入: somebody came into a watched key area; shown for the window, or until they leave."""

from __future__ import annotations

from datetime import timedelta

from data.loop.alarm_keys import presences, sign
from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World


def find(world: World, setting: Setting) -> list[Sign]:
    """Return who is inside and came within the window."""
    since = world.now - timedelta(seconds=setting.window_s)
    there = [pair for pair in presences(world, setting) if pair[0]["left_at"] is None]
    return [sign(world, row, area, row["entered_at"]) for row, area in there if row["entered_at"] > since]


RULE = find
