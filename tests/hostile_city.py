"""The sample city with something hostile in every text a person may write: scripts, formulas, direction marks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from data.config import load_config
from data.operations import Operations
from data.saved_views import SavedViews
from data.scope import Scope
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

# Each would set `window.hurt` or open a dialog where it runs; an element of class `hurt` where it is taken for HTML.
PAYLOADS = (
    "<script>window.hurt=1;alert(1)</script>",
    "<img class=hurt src=x onerror=window.hurt=2>",
    "<svg class=hurt onload=alert(3)><animate onbegin=alert(3) attributeName=x dur=1s>",
    '"><script>window.hurt=4</script>',
    "'-alert(5)-'",
    '" onmouseover="window.hurt=6" autofocus onfocus="window.hurt=6',
    "<a class=hurt href=javascript:alert(7)>x</a>",
    "[x](javascript:alert(8))",
    "![x](x onerror=alert(9))",
    "{{7*7}}{{constructor.constructor('window.hurt=10')()}}",
    "${window.hurt=11}#{7*7}<%= 7*7 %>",
    "{% include 'secret' %}{{config}}",
    "</title></script></textarea><iframe class=hurt srcdoc='<script>parent.hurt=13</script>'>",
    "<div class=hurt style=\"background:url('javascript:alert(14)');width:expression(alert(14))\">",
    "<math class=hurt><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(15)&gt;'>",
    "＜script＞alert(16)＜/script＞\u2028alert(16)\u2029",
    "\u202egnp.exe\u202c\u2066<b class=hurt>\u2069",
    "<b class=hurt>" + "长" * 400,
    "<object class=hurt data=data:text/html,<script>alert(19)</script>></object>",
    "<link class=hurt rel=stylesheet href=//127.0.0.2/x.css><base href=//127.0.0.2/>",
)
FORMULAS = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "'=1",
    '"=1"',
    "=cmd|' /C calc'!A0",
)
TEXTS = {
    "workers.csv": "姓名",
    "cameras.csv": "名称",
    "units.csv": "单位名称",
    "places.csv": "名称",
    "party_orgs.csv": "名称",
    "activities.csv": "品牌",
    "visits.csv": "事由",
    "services.csv": "类别",
    "incident_steps.csv": "原因",
}


def hostile_home(home: Path) -> Path:
    """Load the city into `home`; returns it."""
    copy_home(SAMPLES, home)
    source, texts = home / "in", cycle((*PAYLOADS, *FORMULAS))
    source.mkdir()
    for path in sorted(SAMPLES.glob("*.csv")):
        _table(path, source / path.name, TEXTS.get(path.name, ""), texts)
    _incidents(source / "incidents.csv")
    for name, column in (("areas.geojson", "grid"), ("key_areas.geojson", "name"), ("beats.geojson", "name")):
        _shapes(SAMPLES / name, source / name, column, texts)
    (source / "basemap.geojson").write_bytes((SAMPLES / "basemap.geojson").read_bytes())
    config = load_config(home)
    load([source], config, now=SAMPLE_NOW)
    views = SavedViews(Operations.of(config))
    for text in PAYLOADS:
        views.save(Scope("everything", frozenset({"leader"}), config.city.area_id), text, "/incidents", {"kind": text})
    return home


def _table(path: Path, to: Path, column: str, texts: Iterator[str]) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    if column:
        at = rows[0].index(column)
        for row in rows[1:]:
            row[at] = next(texts)
    _write(to, rows)


def _incidents(path: Path) -> None:
    """Give every incident a title of the lists, all of them at least once."""
    rows = list(csv.reader(io.StringIO((SAMPLES / "incidents.csv").read_text(encoding="utf-8"))))
    head, body = rows[0], rows[1:]
    number, title = head.index("事件号"), head.index("标题")
    made = [list(row) for row in body]
    for at, text in enumerate((*PAYLOADS, *FORMULAS)):
        if at >= len(made):
            made.append(list(body[at % len(body)]))
            made[at][number] = f"H{at:03}"
        made[at][title] = text
    _write(path, [head, *made])


def _write(path: Path, rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def _shapes(path: Path, to: Path, column: str, texts: Iterator[str]) -> None:
    whole = json.loads(path.read_text(encoding="utf-8"))
    for feature in whole["features"]:
        feature["properties"][column] = next(texts)
    to.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
