"""`gridlink compact`: fewer, larger files with the same rows."""

from __future__ import annotations

from pathlib import Path

from data.config import load_config
from etl.commands import Home, Json, say, show_json
from etl.compact import compact as compact_home
from etl.run import silent


def compact(home: Home = Path("home"), as_json: Json = False) -> None:
    """Merge small parts of the warehouse, make its serve file anew and remove orphans; no row changes."""
    told = compact_home(load_config(home), silent)
    if as_json:
        show_json(told)
        return
    say("compacted", **told)
    say("next_verify", home=home)
