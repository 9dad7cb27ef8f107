"""`gridlink backup`: a copy of the home that survives it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.config import load_config
from etl.backup import backup as backup_home
from etl.commands import Home, Json, say, show_json
from etl.run import silent


def backup(
    folder: Annotated[Path, typer.Argument(help="Folder of the backups, best on another machine's disk.")],
    home: Home = Path("home"),
    keep: Annotated[int, typer.Option(min=0, help="Keep the newest so many; 0: all.")] = 0,
    secret: Annotated[bool, typer.Option("--secret", help="Copy the key of the cookies, too.")] = False,
    as_json: Json = False,
) -> None:
    """Copy version, operations, configuration and audit log of a running home; what FOLDER has is not copied again."""
    console = Console(stderr=True)
    with console.status("") as status:
        watch = (lambda text: status.update(text)) if console.is_terminal else silent
        made = backup_home(load_config(home), folder, keep=keep, with_secret=secret, say=watch)
    told = made.as_json()
    if as_json:
        show_json(told)
    else:
        say("backed_up", **told | {"mb": f"{told['bytes'] / 1e6:,.1f}", "new": f"{made.copied_bytes / 1e6:,.1f}"})
        if made.removed:
            say("backups_removed", names=", ".join(made.removed))
        say("next_restore", folder=folder)
    if made.operations == "absent":
        say("backup_no_operations")
