"""`gridlink ingest`: the receiver of phones and other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.config import load_config
from etl.commands import Home, say
from etl.receive.segments import recover


def ingest(
    home: Home = Path("home"),
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: the site's.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; default: the site's.")] = None,
) -> None:
    """Receive fixes and incidents over HTTP until stopped."""
    from etl.receive.server import serve

    config = load_config(home)
    for segment, cut in recover(config.home / "spool").items():
        say("spool_recovered", segment=segment, cut=cut)
    address, number = host or config.ingest.host, port or config.ingest.port
    say("ingest_ready", url=f"http://{address}:{number}", home=home)
    serve(config, address, number)
