"""滞留: somebody has been in a watched key area for as long as the delay."""

from __future__ import annotations

from data.loop.alarm_keys import presences, sign
from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World


def find(world: World, setting: Setting) -> list[Sign]:
    """Return who is still inside after the delay."""
    there = [pair for pair in presences(world, setting) if pair[0]["left_at"] is None]
    long = [pair for pair in there if (world.now - pair[0]["entered_at"]).total_seconds() >= setting.delay_s]
    return [sign(world, row, area, row["entered_at"]) for row, area in long]


RULE = find
