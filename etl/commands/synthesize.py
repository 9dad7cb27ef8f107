"""`gridlink synthesize`: a fake city of any size in the input formats."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from etl.commands import Json, say, show_json


def synthesize(
    out: Annotated[Path, typer.Argument(help="Folder to write.")],
    seed: Annotated[int, typer.Option()] = 1,
    grids: Annotated[int, typer.Option()] = 300,
    workers: Annotated[int | None, typer.Option(help="Default: one per grid.")] = None,
    days: Annotated[int, typer.Option(help="Days of tracks.")] = 14,
    incidents: Annotated[int, typer.Option(help="Days of incidents.")] = 400,
    end: Annotated[str, typer.Option(help="Last moment, ISO UTC; default: now.")] = "",
    names: Annotated[str, typer.Option(help="real | fictional")] = "real",
    as_json: Json = False,
) -> None:
    """Write a synthetic city; the same seed, end and size give the same bytes."""
    from etl.synthesize import synthesize as make

    moment = datetime.fromisoformat(end) if end else datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    truth = make(out, seed=seed, grids=grids, workers=workers, days=days, incidents=incidents, end=moment, names=names)
    if as_json:
        show_json(truth)
    say("next_init", home=out)
