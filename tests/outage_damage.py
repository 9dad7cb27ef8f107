"""Damaged files under a serving home: the version before takes their place, within seconds and loudly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic

import pyarrow as pa

from data.config import load_config
from data.lake import Folders, read_current, read_manifest
from data.schema import arrow_schema
from etl.publish import publishing
from tests import outage_home
from tests.harm import flip
from tests.outage_load import Viewer
from tests.outage_service import Service, running
from tests.screens import wall


@dataclass(frozen=True)
class Damage:
    """What was damaged, the seconds until every panel was answered well again, and whether the log said so."""

    what: str
    seconds: float
    said: bool
    blank: int


def damaged(folder: Path, chance: Random) -> list[Damage]:
    """Damage one file after another while a wall looks, and put each back; the server is killed once for each."""
    home = outage_home.copy(folder)
    config = load_config(home)
    with publishing(config) as draft:  # a version before, to fall back to
        draft.append("unit", pa.Table.from_pylist([{"unit_id": "new", "name": "new"}], arrow_schema("unit")))
    folders = Folders(home / "warehouse")
    manifest = read_manifest(folders, read_current(folders) or "")
    part = next(part for part in manifest.parts if part.table == "unit")
    pointer = folders.root / "CURRENT"
    serve = Service("serve", home, "--no-work")
    with running(serve):
        viewer = Viewer(serve.port, wall(home))
        return [
            _one(serve, viewer, "serve file flipped", lambda: flip(folders.root / manifest.serve, chance).undo, True),
            _one(serve, viewer, "part flipped", lambda: flip(folders.root / part.path, chance).undo, True),
            _one(serve, viewer, "CURRENT truncated", lambda: _cut(pointer, 10), False),
            _one(serve, viewer, "CURRENT emptied", lambda: _cut(pointer, 0), False),
            _one(serve, viewer, "CURRENT emptied, serve killed", lambda: _cut(pointer, 0), True),
        ]


def _one(serve: Service, viewer: Viewer, what: str, harm: Callable[[], Callable[[], object]], kill: bool) -> Damage:
    before = serve.log.read_text(errors="replace")
    undo = harm()
    starts, began = serve.starts, serve.kill() if kill else monotonic()
    seen = []
    while True:
        looks = [viewer.ask(panel) for panel in range(len(viewer.screen.bodies))]
        seen += looks
        if all(look.good for look in looks) and (not kill or serve.starts > starts):
            break
        if monotonic() - began > 300:
            raise TimeoutError(f"{what}: {looks}")
    seconds = monotonic() - began
    said = serve.log.read_text(errors="replace")[len(before) :]
    undo()
    return Damage(what, seconds, "warehouse" in said or "CURRENT" in said, sum(look.blank for look in seen))


def _cut(path: Path, size: int) -> Callable[[], object]:
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    return lambda: path.write_bytes(whole)
