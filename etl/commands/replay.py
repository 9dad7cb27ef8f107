"""`gridlink replay`: takes refused rows in again."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from data.config import load_config
from data.errors import ConfigError
from etl.again import Repair
from etl.commands import Home, Json, say, show_json, spoken_language
from etl.replay import Chosen
from etl.replay import replay as replay_rows


def replay(
    run_id: Annotated[str, typer.Argument(help="Run whose refused rows are taken again; default: of all runs.")] = "",
    home: Home = Path("home"),
    path: Annotated[str, typer.Option(help="Only rows of this file.")] = "",
    reason: Annotated[str, typer.Option(help="Only rows refused for this reason.")] = "",
    repairs: Annotated[Path | None, typer.Option(help='JSON {"row": {"column": value}}: only these, mended.')] = None,
    clock_behind: Annotated[float, typer.Option(help="Seconds the receiving clock was behind for these rows.")] = 0,
    as_json: Json = False,
) -> None:
    """Take refused rows in again, as they are or mended; what is refused again stays in quarantine."""
    chosen = Chosen(run_id, path, reason, timedelta(seconds=clock_behind))
    result = replay_rows(load_config(home), chosen, _repairs(repairs))
    if as_json:
        show_json(result.as_json(spoken_language()))
        return
    for entry in result.entries:
        if entry.problem:
            print(entry.problem.sentence(spoken_language()), file=sys.stderr)
    totals = {key: sum(getattr(entry, key) for entry in result.entries) for key in ("rows_in", "rows_loaded")}
    refused = sum(entry.rows_rejected for entry in result.entries)
    say("replayed", **totals, refused=refused)
    say("next_rejects" if refused else "next_serve", home=home)


def _repairs(path: Path | None) -> Repair:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {int(row): dict(values) for row, values in found.items()}
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        raise ConfigError("bad_repairs", path=path, detail=fault) from fault
