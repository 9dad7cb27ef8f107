"""`gridlink metric`: one metric of one period, on the terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from data.config import load_config
from data.days import midnight
from data.errors import ConfigError
from data.query import Door
from data.scope import Scope
from etl.commands import Home, Json, say, show_json


def metric(
    name: Annotated[str, typer.Argument(help="Name of a metric, e.g. in_grid_on_time.")],
    first: Annotated[str, typer.Option("--from", help="First local day, e.g. 2026-01-01.")],
    last: Annotated[str, typer.Option("--to", help="Last local day, included.")],
    level: Annotated[str, typer.Option(help="Level of the areas; default: the whole city.")] = "",
    area: Annotated[str, typer.Option(help="Only below this area.")] = "",
    home: Home = Path("home"),
    as_json: Json = False,
) -> None:
    """Show part, whole, value and n of a metric per area; a missing denominator is —."""
    door = Door(load_config(home))
    city = door.config.city.area_id
    scope = Scope("command", frozenset({"analyst"}), city)
    rows = door.metric(
        name,
        scope,
        start=midnight(_day(first), door.config.zone),
        end=midnight(_day(last) + timedelta(days=1), door.config.zone),
        now=datetime.now(UTC).replace(tzinfo=None),
        level=level or door.config.levels[0].id,
        area=area or None,
    )
    keys = ("area_id", "name", "part", "whole", "value", "n")
    if as_json:
        show_json([{key: row[key] for key in keys} for row in rows])
        return
    Console().print(_table(rows, keys))
    say("next_serve", home=home)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise ConfigError("bad_date", detail=text) from fault


def _table(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> Table:
    table = Table(*keys)
    for row in rows:
        table.add_row(*("—" if row[key] is None else _plain(row[key]) for key in keys))
    return table


def _plain(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
