"""The verbs of the command that carry data: one file a verb, its function named like the file."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from data.words import word

Home = Annotated[Path, typer.Option("--home", envvar="GRIDLINK_HOME", help="Folder of the city.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout.")]


def spoken_language() -> str:
    """Return the language of the terminal: GRIDLINK_LANG, else LC_ALL or LANG; Chinese only where it says so."""
    said = os.environ.get("GRIDLINK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return "zh-CN" if said.lower().startswith("zh") else "en"


def say(key: str, **facts: object) -> None:
    """Say one sentence of data/words.toml on stderr: stdout is for data."""
    print(word(key, spoken_language(), **facts), file=sys.stderr)


def show_json(value: Any) -> None:
    """Print one JSON value on stdout; times as ISO."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
