"""The sample city with marks planted, and the reader that finds a mark where it should not be.

Every incident's title holds a number beside a telephone and an identity number, every worker a name that occurs
nowhere else; the ids of incidents and workers are letters nobody writes by chance. What an account asked for by its id
may be said back to it; everything else is looked for in every answer.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from data.config import load_config
from data.loop.sos import Call
from data.query import Door
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

AREAS = ("QH", "QH01", "QH02", "QH0101", "QH0202", "QH0201002")
LAST = "鑫森淼焱垚犇"  # how the planted names end: masked, a name lacks its end
PERSONAL = re.compile(r"(?<!\d)(?:139\d{8}|320311\d{11}[\dX])(?!\d)")
MARK = re.compile(r"记戊(\d{3})")
AREA = re.compile(r"QH\d{2,7}(?!\d)")
FULL = re.compile(f"慕容[{LAST}]")
IDS = re.compile(r"(?<![0-9A-Za-z])(w\d\d|E\d{3})(?![0-9A-Za-z])")
SEES_WORKERS = ("operator", "leader", "auditor")
HANDLERS = {"department": "DC", "worker": "w01"}  # of the unit or worker that the accounts of these roles are


def marked(one: str) -> str:
    """Return the long random id by which a worker (w01) or incident (E001) of the samples goes here."""
    drawn = blake2b(one.encode(), digest_size=14).digest()
    return one[0] + "".join(chr(ord("a") + byte % 26) for byte in drawn)


WORKERS = tuple(marked(f"w{at:02}") for at in range(1, 7))
INCIDENTS = tuple(marked(f"E{at:03}") for at in range(1, 46))


@dataclass(frozen=True)
class Planted:
    """What lies where: the leaf of each mark and name and of every id, read past all scopes; areas' names by id.

    `given`: which incidents were given to the unit or worker of a role of HANDLERS.
    """

    incidents: dict[str, str]
    workers: dict[str, str]
    names: dict[str, str]
    given: dict[str, frozenset[str]] = field(default_factory=dict)


def account(area: str, role: str) -> str:
    """Return the name of the account of this area and role: who keeps the watch is told to all, areas are not."""
    return f"{role}-{AREAS.index(area)}"


def planted_home(home: Path) -> Path:
    """Load the marked city into `home`; returns it."""
    copy_home(SAMPLES, home)
    source = home / "in"
    source.mkdir()
    for path in (one for one in SAMPLES.iterdir() if one.suffix in (".csv", ".geojson")):
        text = IDS.sub(lambda found: marked(found[1]), path.read_text(encoding="utf-8"))
        (source / path.name).write_text(text, encoding="utf-8", newline="")
    _fill(source / "incidents.csv", "标题", lambda at: f"记戊{at:03} 电话139{at:08} 证320311199001011{at:03}")
    _fill(source / "workers.csv", "姓名", lambda at: f"慕容{LAST[at]}")
    _fill(source / "incident_steps.csv", "原因", lambda at: f"回电139{at:08}")
    load([source], load_config(home), now=SAMPLE_NOW)
    return home


def _fill(path: Path, column: str, make: Any) -> None:
    head, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    for at, row in enumerate(rows):
        row[head.index(column)] = make(at)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([head, *rows])
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def planted(door: Door) -> Planted:
    """Read where every mark lies, from both stores themselves."""
    fetch = door.warehouse.fetch
    incidents = fetch("SELECT incident_id, title, area_id FROM incident", {}).to_pylist()
    workers = fetch("SELECT worker_id, name, area_id FROM worker", {}).to_pylist()
    areas = fetch("SELECT area_id, name FROM area WHERE area_id NOT LIKE '%~'", {}).to_pylist()
    marks = {str(row["incident_id"]): str(row["area_id"]) for row in incidents}
    marks |= {found[1]: str(row["area_id"]) for row in incidents if (found := MARK.search(row["title"] or ""))}
    named = {str(row[key]): str(row["area_id"]) for row in workers for key in ("name", "worker_id")}
    return Planted(marks, named, {row["area_id"]: row["name"] for row in areas}, handed_out(door))


def handed_out(door: Door) -> dict[str, frozenset[str]]:
    """Return which incidents are given to the unit or worker of each role of HANDLERS as it stands now."""
    return {role: _given(door, marked(one) if role == "worker" else one) for role, one in HANDLERS.items()}


def _given(door: Door, one: str) -> frozenset[str]:
    """Return the ids and marks of the cases given to a unit or worker, in progress or closed, wherever they lie."""
    asked = "SELECT incident_id, title FROM incident WHERE unit_id = :one OR worker_id = :one OR reporter_id = :one"
    closed = "SELECT incident_id, title FROM incident WHERE $one IN (unit_id, worker_id)"
    rows = door.desk.operations.fetch(asked, {"one": one}).to_pylist()
    rows += door.warehouse.fetch(closed, {"one": one}).to_pylist()
    return frozenset(str(row["incident_id"]) for row in rows) | {
        found[1] for row in rows if (found := MARK.search(row["title"] or ""))
    }


def call_for_help(door: Door, at: datetime) -> None:
    """Let every worker call for help, so that alarms of all areas stand there with their people."""
    rows = door.warehouse.fetch("SELECT worker_id, area_id FROM worker", {}).to_pylist()
    for row in rows:
        door.alarms.raise_sos(Call(str(row["worker_id"]), at, area_id=str(row["area_id"])))


def found(text: str, known: Planted, key: tuple[str, str], asked: str) -> list[str]:
    """Return what a text holds that an account of this area and role must not see; `asked` may be echoed."""
    area, role = key
    given = known.given.get(role, frozenset())
    out = [f"number {one}" for one in PERSONAL.findall(text) if one not in asked]
    if role not in ("leader", "auditor") or not AREAS.index(area) % 2:
        out += [f"name {one}" for one in FULL.findall(text)]
    out += [f"worker {one}" for one in _held(text, known.workers, asked) if not _sees_worker(known, key, one)]
    out += [
        f"incident {one}"
        for one in _held(text, known.incidents, asked)
        if one not in given and (role in HANDLERS or not inside(known.incidents[one], area))
    ]
    out += [f"area {one}" for one in AREA.findall(text) if one not in asked and not inside(one, area)]
    out += [f"area {name}" for one, name in known.names.items() if name in text and not inside(one, area, True)]
    return out


def _held(text: str, marks: dict[str, str], asked: str) -> list[str]:
    """Return the marks a text holds that were not asked for: of a number only where it stands in a title."""
    numbers = {f"{one}" for one in MARK.findall(text)}
    return [one for one in marks if (one in numbers if one.isdigit() else one in text and one not in asked)]


def _sees_worker(known: Planted, key: tuple[str, str], one: str) -> bool:
    area, role = key
    own = role == "worker" and one == marked(HANDLERS["worker"])
    name = one.startswith("慕容")
    return own or (inside(known.workers[one], area) and (name or role in SEES_WORKERS))


def inside(one: str, area: str, above: bool = False) -> bool:
    """Say whether an area lies in another, by the ids of this city; `above`: or is one of those it lies in."""
    return one.rstrip("~").startswith(area) or (above and area.startswith(one))
