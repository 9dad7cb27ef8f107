"""`gridlink bench`: ratios to named baselines, measured in the same run."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from data.errors import ConfigError
from etl.commands import Json, show_json

SHOWN = ("name", "ours", "baseline", "ratio", "target", "holds", "unit", "note")


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks to run; default: all.")] = None,
    minutes: Annotated[float, typer.Option(help="How long the benchmarks last that watch memory.")] = 30.0,
    as_json: Json = False,
) -> None:
    """Run benchmarks of a checkout; each compares equal work with a baseline in the same run."""
    try:
        benchmarks: Any = import_module("tests.benchmarks")
    except ModuleNotFoundError as fault:
        raise ConfigError("unknown_bench", detail="tests/benchmarks", known="—") from fault
    benchmarks.LASTS["minutes"] = minutes
    rows: list[dict[str, Any]] = benchmarks.run(names or [])
    if as_json:
        show_json(rows)
        return
    table = Table(*SHOWN)
    for row in rows:
        table.add_row(*(f"{row[k]:.4g}" if isinstance(row[k], float) else str(row[k]) for k in SHOWN))
    Console().print(table)
