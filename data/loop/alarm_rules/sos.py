"""求助: raised by the receiver the moment it arrives (alarms.raise_sos); this only says how long it goes on."""

from __future__ import annotations

from data.loop.alarm_settings import Setting
from data.loop.alarm_sign import Sign
from data.loop.alarm_world import World


def find(world: World, setting: Setting) -> list[Sign]:
    """Return the calls for help nobody has acknowledged yet: they do not end by themselves."""
    del setting
    waiting = [row for row in world.open if row["rule"] == "sos" and row["acked_at"] is None]
    return [Sign(row["cause"], "worker", row["cause"], row["area_id"], row["began_at"]) for row in waiting]


RULE = find
