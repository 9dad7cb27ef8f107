"""How orders leave: one way per file, ending in `ADAPTER = send`; a new file is a new value of [outbox] adapter.

`send(message, config)` gives one message away (data/loop/outbox.as_sent) and returns once the other side has it, or
raises `NotSent`. It may be called twice with the same message, whose `id` tells the receiver so. No message holds a
person's name or number: the receiver knows how to reach the worker or unit of an id.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from data.config import Config
from data.errors import ConfigError
from data.loop.outbox import Send

NAMES = tuple(module.name for module in iter_modules(__path__))


def adapter(config: Config) -> Send:
    """Return the adapter of [outbox]; raises ConfigError for an unknown one."""
    name = config.outbox.adapter
    if name not in NAMES:
        path, known = config.home / "gridlink.toml", " | ".join(NAMES)
        raise ConfigError("unknown_key", path=path, detail=f"outbox.adapter = {name}", known=known)
    send: Send = import_module(f"{__name__}.{name}").ADAPTER
    return send
