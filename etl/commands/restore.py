"""`gridlink restore`: a home out of a backup."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from etl.backup import DUMP, PG_DUMP
from etl.commands import Json, say, show_json
from etl.restore import Restored
from etl.restore import restore as restore_home
from etl.run import silent


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of the backups.")],
    home: Annotated[Path, typer.Option("--home", help="The new home: empty, or not there yet.")],
    at: Annotated[str, typer.Option(help="The newest backup made by then; local time of the city, ISO.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read the backup through and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Make a home out of the newest backup, verified before and after; exit 1 where something differs."""
    console = Console(stderr=True)
    with console.status("") as status:
        watch = (lambda text: status.update(text)) if console.is_terminal else silent
        told = restore_home(folder, home, at=at, dry_run=dry_run, say=watch)
    if as_json:
        show_json(told.as_json())
    else:
        _tell(told, home)
    sys.exit(1 if told.findings else 0)


def _tell(told: Restored, home: Path) -> None:
    mb = f"{told.bytes / 1e6:,.1f}"
    say("would_restore" if told.dry_run else "restored", **vars(told) | {"mb": mb})
    for finding in told.findings:
        print(f"{finding['path']}: {finding['detail']}", file=sys.stderr)
    if told.operations == PG_DUMP and not told.dry_run:
        say("next_pg_restore", dump=home / DUMP)
    elif told.operations == "absent":
        say("backup_no_operations")
    say("next_verify" if told.findings or told.dry_run else "next_serve", home=home)
