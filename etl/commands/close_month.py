"""`gridlink close-month`: the figures of a month for good, and what changed since."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from data.config import load_config
from data.scope import Scope
from etl import close_month as closing
from etl.commands import Home, Json, say, show_json


def close_month(
    month: Annotated[str, typer.Argument(help="A local month that is over, e.g. 2026-10.")],
    compare: Annotated[bool, typer.Option("--compare", help="Only say what would be counted otherwise today.")] = False,
    reason: Annotated[str, typer.Option(help="Write what differs down as corrections, for this reason.")] = "",
    home: Home = Path("home"),
    as_json: Json = False,
) -> None:
    """Close a month (封账): its figures stay as they are, whatever arrives later."""
    config = load_config(home)
    if reason:
        scope = Scope("command", frozenset({"steward"}), config.city.area_id)
        told = {"month": month, "corrected": closing.correct(config, month, scope, reason)}
        sentence = "corrected"
    elif compare:
        rows = closing.differences(config, month)
        told, sentence = {"month": month, "open": len(rows), "rows": rows}, "compared"
    else:
        told, sentence = asdict(closing.close_month(config, month, "command")), "closed"
    if as_json:
        show_json(told)
        return
    say(sentence, **told)
    say("next_compare" if sentence == "closed" else "next_serve", home=home, month=month)
