"""What people write into names, titles and notes is shown and taken away as text: HTML and formulas run nowhere."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from docx import Document
from flask.testing import FlaskClient
from lxml import etree

from dashboard.app import App
from dashboard.takeaway import TAKEAWAYS
from data.exports.plain_text import unsafe
from tests.hostile_city import FORMULAS, PAYLOADS, hostile_home
from tests.web import csrf, open_site, sign_in

VIEW = "state=all&period=400d&day=2026-01-05"
TRUSTED = (
    "dangerously_allow_html",
    "dcc.Markdown",
    "Markup(",
    "|safe",
    "| safe",
    "autoescape false",
    "_template_string",
)
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A payload as markup: what a browser would take for an element of ours or a handler.
LIVE = re.compile(
    r"<(script>window|script>alert|img class=hurt|svg class=hurt|a class=hurt|iframe|object|math|link class)"
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, sample_home: Path) -> Any:
    yield open_site(hostile_home(tmp_path_factory.mktemp("hostile") / "home"))
    open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    found = sign_in(app, "everything")
    with found.session_transaction() as kept:
        kept["reason"] = "ticket 7"
    return found


@pytest.fixture(scope="module")
def taken(client: FlaskClient) -> dict[str, dict[str, bytes]]:
    """Every takeaway as a table and a sheet, the incidents as typed files too; those that need more left out."""
    found: dict[str, dict[str, bytes]] = {}
    for name in TAKEAWAYS:
        for key in ("csv", "xlsx", *(("parquet", "geojson") if name == "incidents" else ())):
            answer = client.get(f"/export/{name}.{key}?{VIEW}")
            assert answer.status_code in (200, 400, 403), (name, key, answer.status_code)
            if answer.status_code == 200:
                found.setdefault(name, {})[key] = answer.get_data()
    return found


def test_nearly_every_door_gave_something(taken: dict[str, dict[str, bytes]]) -> None:
    assert {"incidents", "board", "children", "key_areas", "rejects", "scorecard"} <= set(taken)
    titles = {row["title"] for row in pq.read_table(io.BytesIO(taken["incidents"]["parquet"])).to_pylist()}
    assert {" ".join(text.split()) for text in PAYLOADS} <= {" ".join(str(title).split()) for title in titles}


def test_no_sheet_of_any_door_holds_a_formula(taken: dict[str, dict[str, bytes]]) -> None:
    for name, files in taken.items():
        book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert cells and not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink], name


def test_no_cell_of_any_csv_begins_like_a_formula(taken: dict[str, dict[str, bytes]]) -> None:
    guarded = 0
    for name, files in taken.items():
        with zipfile.ZipFile(io.BytesIO(files["csv"])) as archive:
            listed = next(x for x in archive.namelist() if x.endswith(".csv"))
            text = archive.read(listed).decode("utf-8").removeprefix("\ufeff")
        for row in csv.reader(io.StringIO(text, newline="")):
            for cell in row:
                begins = cell.lstrip(" ").startswith(STARTS)
                assert not begins or re.fullmatch(r"-?\d[\d.e+-]*", cell), (name, cell)
                guarded += unsafe(cell) != cell
    assert guarded >= len(FORMULAS) - 2  # those that begin with a quote are as they were


def test_typed_files_hold_texts_as_they_were_written(taken: dict[str, dict[str, bytes]]) -> None:
    rows = pq.read_table(io.BytesIO(taken["incidents"]["parquet"])).to_pylist()
    titles = {str(row["title"]).strip() for row in rows}
    assert {text.strip() for text in ("=1+1", "+1", "＝1+1", "@SUM(1)")} <= titles
    told = taken["incidents"]["geojson"].decode("utf-8")
    assert '"=1+1"' in told and '"＝1+1"' in told


def test_every_html_answer_is_sealed_and_shows_payloads_as_text(app: App, client: FlaskClient) -> None:
    paths = [
        str(rule) for rule in app.server.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<" not in str(rule)
    ]
    pages = ["/incidents", "/case?incident=H020", "/seat", "/live", "/performance", f"/briefing/file.html?{VIEW}"]
    seen = 0
    for path in (*paths, *pages, "/nothing/here", "/login"):
        if path == "/api/positions":
            continue
        answer = client.get(path, follow_redirects=False)
        if answer.mimetype != "text/html" or answer.status_code in (302, 308):
            continue
        seen += 1
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe-eval" not in policy and "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert not LIVE.search(answer.get_data(as_text=True)), path
    assert seen >= 10


def test_a_workers_own_page_shows_payloads_as_text(app: App) -> None:
    house = app.server.extensions["gridlink"]
    house.accounts.add("walker", "a long password", {"worker"}, "QH0101001", worker_id="w01")
    for path in ("/field", "/me"):
        answer = sign_in(app, "walker").get(path)
        assert answer.status_code in (200, 404) and not LIVE.search(answer.get_data(as_text=True)), path


def test_briefings_are_text_in_every_form(client: FlaskClient) -> None:
    for form in ("html", "docx"):
        answer = client.get(f"/briefing/file.{form}?{VIEW}&report=monthly")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        if form == "docx":
            document = Document(io.BytesIO(answer.get_data()))
            assert document.paragraphs
            with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
                parts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))]
            assert not [part for part in parts if b"javascript:" in part and b"Target=" in part]
            assert not [part for part in parts if b"<!DOCTYPE" in part or b"fldSimple" in part]
        else:
            assert not LIVE.search(answer.get_data(as_text=True))


def test_drawn_answers_hold_no_elements_of_anybody(client: FlaskClient) -> None:
    for path in ("/api/still.svg", f"/api/still.svg?{VIEW}&level=grid&area=QH01"):
        answer = client.get(path)
        if answer.status_code == 200:
            tree = etree.fromstring(answer.get_data(), etree.XMLParser(resolve_entities=False))
            names = {etree.QName(one).localname for one in tree.iter() if isinstance(one.tag, str)}
            assert not names & {"script", "foreignObject", "iframe", "object", "image"} - {"image"}
            assert not [one for one in tree.iter() if any(key.startswith("on") for key in one.attrib)]


@pytest.mark.parametrize("text", PAYLOADS)
def test_saved_views_give_back_a_name_as_data(client: FlaskClient, text: str) -> None:
    body = {"name": text, "path": "/incidents", "view": {"kind": text}}
    answer = client.post("/api/saved", json=body, headers=csrf(client))
    assert answer.status_code == 200 and answer.mimetype == "text/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.get_json(force=True)["href"].startswith("/incidents?")


@pytest.mark.parametrize(
    "path", ["javascript:alert(1)", "//elsewhere.example", "https://elsewhere.example", "\\\\x", "/\\x"]
)
def test_a_saved_view_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    answer = client.post("/api/saved", json={"name": "x", "path": path, "view": {}}, headers=csrf(client))
    href = answer.get_json(force=True)["href"] if answer.status_code == 200 else "/"
    assert href.startswith("/") and not href.startswith(("//", "/\\"))


def test_no_template_of_the_dashboard_trusts_html() -> None:
    drawn_by_us = {"qr.py"}  # a picture of squares, made of a text and never holding it
    for path in (*Path("dashboard").rglob("*.py"), *Path("dashboard").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert path.name in drawn_by_us or not [word for word in TRUSTED if word in text], path
