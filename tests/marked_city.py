"""The sample city with marks planted, and the reader that finds a mark where it should not be.

Every incident's title holds a number beside a telephone and an identity number, every worker a name that occurs
nowhere else. Marks are never asked for, so none is an echo.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.config import load_config
from data.query import Door
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

AREAS = ("QH", "QH01", "QH02", "QH0101", "QH0202", "QH0201002")
LAST = "鑫森淼焱垚犇"  # how the planted names end: masked, a name lacks its end
PERSONAL = re.compile(r"(?<!\d)(?:139\d{8}|320311\d{11}[\dX])(?!\d)")
MARK = re.compile(r"记戊(\d{3})")
AREA = re.compile(r"QH\d{2,7}(?!\d)")
FULL = re.compile(f"慕容[{LAST}]")


@dataclass(frozen=True)
class Planted:
    """What lies where: of each mark and each worker's name the leaf, read past all scopes; names of areas by id."""

    incidents: dict[str, str]
    workers: dict[str, str]
    names: dict[str, str]


def planted_home(home: Path) -> Path:
    """Load the marked city into `home`; returns it."""
    copy_home(SAMPLES, home)
    source = home / "in"
    source.mkdir()
    for path in (one for one in SAMPLES.iterdir() if one.suffix in (".csv", ".geojson")):
        (source / path.name).write_bytes(path.read_bytes())
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
    """Read where every mark lies, from the warehouse itself."""
    fetch = door.warehouse.fetch
    incidents = fetch("SELECT title, area_id FROM incident", {}).to_pylist()
    workers = fetch("SELECT name, area_id FROM worker", {}).to_pylist()
    areas = fetch("SELECT area_id, name FROM area WHERE area_id NOT LIKE '%~'", {}).to_pylist()
    marks = {found[1]: str(row["area_id"]) for row in incidents if (found := MARK.search(row["title"] or ""))}
    named = {str(row["name"]): str(row["area_id"]) for row in workers}
    return Planted(marks, named, {row["area_id"]: row["name"] for row in areas})


def told(data: bytes) -> str:
    """Return all words of an answer: packed ones unpacked, escaped ones plain."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    text = data.decode("utf-8", "replace")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), text)


def found(text: str, known: Planted, key: tuple[str, str], asked: str) -> list[str]:
    """Return what a text holds that an account of this area and role must not see; `asked` may be echoed."""
    area, role = key
    out = [f"number {one}" for one in PERSONAL.findall(text)]
    if role not in ("leader", "auditor") or not AREAS.index(area) % 2:
        out += [f"name {one}" for one in FULL.findall(text)]
    out += [f"worker {one}" for one, at in known.workers.items() if one[:3] in text and not inside(at, area)]
    out += [f"incident {one}" for one in MARK.findall(text) if not inside(known.incidents[one], area)]
    out += [f"area {one}" for one in AREA.findall(text) if one not in asked and not inside(one, area)]
    out += [f"area {name}" for one, name in known.names.items() if name in text and not inside(one, area, True)]
    return out


def inside(one: str, area: str, above: bool = False) -> bool:
    """Say whether an area lies in another, by the ids of this city; `above`: or is one of those it lies in."""
    return one.rstrip("~").startswith(area) or (above and area.startswith(one))
