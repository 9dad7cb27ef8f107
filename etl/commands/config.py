"""`gridlink config`: what holds in a home, defaults and the site's own together."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.console import Console

from data.config import load_config
from data.logs import scrub
from etl.commands import Home, Json, show_json

config = typer.Typer(no_args_is_help=True, help="What holds in this home.")
HIDDEN = "***"
SECRET = ("password", "passwd", "secret", "token")


@config.callback()
def about() -> None:
    """Keep `show` a verb of its own."""


@config.command()
def show(home: Home = Path("home"), as_json: Json = False) -> None:
    """Print every key with the value that holds; passwords and tokens are hidden, in addresses too."""
    found = masked(asdict(load_config(home)))
    if as_json:
        show_json(found)
        return
    out = Console(soft_wrap=True, highlight=False, markup=False)
    for section, value in found.items():
        if isinstance(value, dict):
            for key, one in value.items():
                out.print(f"{section}.{key} = {one!r}")
        else:
            out.print(f"{section} = {value!s}")


def masked(value: Any, key: str = "") -> Any:
    """Return a value without secrets: of a key named like one (not of its file's path), or inside an address."""
    if isinstance(value, dict):
        return {name: masked(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [masked(one, key) for one in value]
    if not isinstance(value, str):
        return value
    named = key.startswith(SECRET) or key.endswith(SECRET)
    return HIDDEN if value and named else scrub(value)
