"""Writes a long export: the rows of a query as the asking account may see them, batch by batch, into one file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from data.accounts import Accounts
from data.config import Config
from data.errors import NotAllowed
from data.exports import Extract, Provenance, format_of
from data.exports.asked import Asked, opened, parse
from data.exports.written import admit, folder, write_one
from data.query import Door
from data.scope import Scope

# What the engine may hold while it sorts, in MB: so much, or one for so many rows. The writer needs little beside it.
LEAST_MB, ROWS_A_MB, THREADS = 128, 4_000, 1
KIND = "export"
STEP = 10_000


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Write `asked` (query, params, columns, words) in `format` for the account in `about`, the provenance.

    Scope and version of the data are those of now, not of when it was asked for. Reports the rows written; returns
    {file, name, rows}: the file's name in the folder of exports, and what it is called when it is fetched. Done again,
    it writes it anew.
    """
    memory = f"{max(LEAST_MB, arguments['total'] // ROWS_A_MB)}MB"
    door = Door(replace(config, warehouse=replace(config.warehouse, memory=memory, threads=THREADS)))
    about = replace(Provenance.of(arguments["about"]), version=door.version())
    format = format_of(arguments["format"])
    told = arguments["asked"]
    asked = Asked(told["query"], parse(told["params"]), tuple(told["columns"]), told["words"])
    steps = _Steps(report)
    with opened(door, _scope(door, about.account), asked, arguments["total"]) as (reader, total):
        words = (arguments["heads"], arguments["labels"])
        made = Extract(arguments["title"], reader, total, config.zone, about, *words)
        admit(format, made, config.exports.most)
        here = folder(config)
        with tempfile.TemporaryDirectory(prefix=".", dir=here) as draft:
            path = write_one(made, format, Path(draft), steps)
            kept = here / f"{arguments['file']}{path.suffix}"
            path.replace(kept)
    return {"file": kept.name, "name": path.name, "rows": steps.rows}


def _scope(door: Door, name: str) -> Scope:
    account = Accounts(door.operations).get(name)
    if account is None or account.disabled:
        raise NotAllowed("not_allowed", account=name, detail=KIND)
    return account.scope()


class _Steps:
    """Says how many rows are done, every ten thousand: each saying is a write."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.report, self.rows, self.said = report, 0, 0

    def __call__(self, rows: int) -> None:
        self.rows = rows
        if rows >= self.said + STEP:
            self.said = rows
            self.report(str(rows))


JOB = run
