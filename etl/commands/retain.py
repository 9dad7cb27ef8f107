"""`gridlink retain`: what may be kept no longer goes, from every version."""

from __future__ import annotations

from pathlib import Path

from data.config import load_config
from etl.commands import Home, Json, say, show_json
from etl.retain import retain as retain_home


def retain(home: Home = Path("home"), as_json: Json = False) -> None:
    """Remove fixes, sums and events past the periods of [privacy], from every kept version and from operations."""
    told = retain_home(load_config(home)).as_json()
    if as_json:
        show_json(told)
        return
    say("retained", **told)
    if told["pinned"]:
        say("retained_pins", pins=", ".join(told["pinned"]))
    if "fix_days" in told["kept_from"]:
        say("retained_backups", day=told["kept_from"]["fix_days"])
    say("next_verify", home=home)
