"""Makes the atlas of an area as one file: a sheet for every area of a level, as somebody asked for it on a page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from data.accounts import Accounts
from data.briefing import browser
from data.briefing.atlas import atlas
from data.briefing.forms import FORMS
from data.briefing.numbers import Question
from data.config import Config
from data.errors import Problem
from data.query import Door

FOLDER = "briefings"
KEPT_S = 7 * 86_400.0  # a made atlas waits so long to be fetched


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Write the atlas as PDF, or as HTML where no browser prints; returns name, form and how many sheets.

    arguments: by (the account; its scope is looked up anew), area, level, period, now (ISO, naive UTC), language,
    provenance (its last line), key (makes its name the only one).
    """
    door = Door(config)
    account = Accounts(door.operations).get(arguments["by"])
    if account is None or account.disabled:
        raise Problem("not_allowed", account=arguments["by"], detail=FOLDER)
    now = datetime.fromisoformat(arguments["now"])
    question = Question("sheet", arguments["area"], arguments["period"], now, arguments["language"])

    def told_of(done: int, of: int, name: str) -> None:
        report(f"{done + 1}/{of} {name}")

    told = atlas(door, account.scope(), question, arguments["level"], told_of)
    told = replace(told, provenance=arguments["provenance"])
    form = "pdf" if browser.find(config.briefing) else "html"
    name = f"atlas-{arguments['area']}-{arguments['level']}-{arguments['key']}.{form}"
    _put(_folder(config) / name, FORMS[form].make(told, config.briefing))
    return {"name": name, "form": form, "sheets": len(told.pages)}


def _folder(config: Config) -> Path:
    """Return the folder of made files, without those nobody fetched in a week."""
    folder = config.home / FOLDER
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_S:
            old.unlink(missing_ok=True)
    return folder


def _put(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, for its owner only."""
    made = path.with_suffix(".tmp")
    made.write_bytes(body)
    made.chmod(0o600)
    made.replace(path)


JOB = run
