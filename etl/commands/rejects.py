"""`gridlink rejects`: why rows were refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from data.config import load_config
from data.errors import sentence
from data.masking import mask_text
from data.warehouse import Warehouse
from etl.commands import Home, Json, say, show_json, spoken_language

ROWS = """
    SELECT run_id, path, feed, row, key, reason, detail, content FROM reject
    WHERE $reason IN ('', reason) AND $feed IN ('', feed) ORDER BY path, row LIMIT $cap
"""


def rejects(
    home: Home = Path("home"),
    reason: Annotated[str, typer.Option(help="Only this reason.")] = "",
    feed: Annotated[str, typer.Option(help="Only this feed.")] = "",
    cap: Annotated[int, typer.Option(help="At most so many rows.")] = 100,
    as_json: Json = False,
) -> None:
    """Show refused rows: file, line, key, and in one sentence what is wrong; numbers of persons hidden."""
    warehouse = Warehouse(load_config(home))
    found = warehouse.fetch(ROWS, {"reason": reason, "feed": feed, "cap": cap}).to_pylist()
    rows = [row | {name: mask_text(row[name]) for name in ("key", "detail", "content")} for row in found]
    if as_json:
        show_json(rows)
    elif rows:
        Console().print(_table(rows))
        say("next_load", home=home)
    else:
        say("no_rejects")


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("path", "row", "key", "reason", show_lines=False)
    for row in rows:
        said = sentence(row["reason"], spoken_language(), **{**row, "known": ""})
        table.add_row(Path(row["path"]).name, str(row["row"]), row["key"] or "", said)
    return table
