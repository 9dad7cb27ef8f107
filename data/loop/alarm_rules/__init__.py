"""One rule of alarms per file, ending in `RULE = find`; a new file here and its table in alarm_rules.toml make one.

`find(world, setting)` returns a Sign for every subject whose condition holds at `world.now`. How long it has to hold,
when it is over and who is told is not the rule's business.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from data.loop.alarm_sign import Find

RULES: dict[str, Find] = {
    module.name: import_module(f"{__name__}.{module.name}").RULE for module in iter_modules(__path__)
}
