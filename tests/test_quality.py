"""Data quality: what came, what was refused and why, what is missing, and whether sums agree; counted by hand."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboard import quality, refused
from dashboard.app import App
from dashboard.panels import completeness, findings, refused_rows
from dashboard.refused import Source
from data.errors import NotAllowed, Problem, WarehouseError
from data.jobs import Jobs
from data.query import Door
from data.scope import ROLES, Scope
from data.sqlfile import sql_files
from tests.conftest import SAMPLES
from tests.web import ask, csrf, open_site, shown, sign_in, words

NOON: dict[str, Any] = {"day": "2026-01-05", "t": 12 * 3600}
DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16)}
LOCAL = {"first_day": date(2026, 1, 5), "last_day": date(2026, 1, 5)}
ZONE = "Asia/Shanghai"
STEWARD = Scope("tester", frozenset({"steward"}), "QH", "ticket 7")
EVERY = {"feed": "", "reason": "", "path": "", "run_id": "", "most": 100}


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app)


def call(client: FlaskClient, outputs: list[str], inputs: dict[str, Any], state: dict[str, Any] | None = None) -> Any:
    """Run a callback that has other inputs than the view; names are `id.property`."""

    def wires(values: dict[str, Any]) -> list[dict[str, Any]]:
        return [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True), value=v) for name, v in values.items()]

    pairs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in outputs]
    body = {
        "output": outputs[0] if len(outputs) == 1 else f"..{'...'.join(outputs)}..",
        "outputs": pairs[0] if len(pairs) == 1 else pairs,
        "inputs": wires(inputs),
        "state": wires(state or {}),
        "changedPropIds": [next(iter(inputs))],
    }
    return client.post("/_dash-update-component", json=body, headers=csrf(client))


def cells(node: Any) -> list[list[str]]:
    """Return the words of every cell of the tables inside a tree of components, row by row."""
    if isinstance(node, list):
        return [row for child in node for row in cells(child)]
    if not isinstance(node, dict):
        return []
    children = node.get("props", {}).get("children")
    if node.get("type") == "Tr":
        return [[words(cell) for cell in children]]
    return cells(children)


def table(client: FlaskClient, outputs: list[str], view: dict[str, Any]) -> list[list[str]]:
    """Return the rows of a panel's table, the first of its callback's outputs."""
    answer = ask(client, outputs, view)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    name, prop = outputs[0].rsplit(".", 1)
    return cells(answer.get_json()["response"][name][prop])


# What came, and what was refused


def test_rows_in_are_loaded_refused_or_known_before(door: Door) -> None:
    rows = {row["feed"]: row for row in door.query("quality_feeds", STEWARD, **DAY).to_pylist()}
    told = {feed: [row[key] for key in ("rows_in", "loaded", "rejected", "duplicate")] for feed, row in rows.items()}
    assert told["fix"] == [466, 450, 15, 1]
    assert told["incident"] == [44, 40, 3, 1]
    assert told["incident_step"] == [205, 202, 2, 1]
    assert told["area"] == [12, 12, 0, 0]
    assert all(row[0] == sum(row[1:]) for row in told.values())


def test_lags_are_weighted_by_rows_and_the_worst_file_counts() -> None:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        connection.execute(
            "INSERT INTO load_file (run_id, loaded_at, path, sha256, feed, source, rows_in, rows_loaded,"
            " rows_rejected, rows_duplicate, reasons, lag_p50_s, lag_p95_s)"
            " SELECT 'r', $at, path, '', 'fix', '', n, n, 0, 0,"
            " '{}', p50, p95 FROM (VALUES ('a', 30, 2.0, 9.0), ('b', 10, 6.0, 40.0), ('c', 500, NULL, NULL))"
            " AS told (path, n, p50, p95)",
            {"at": DAY["start"]},
        )
        (row,) = connection.sql(sql_files("queries")["quality_feeds"].sql, params=DAY).to_arrow_table().to_pylist()
    assert (row["lag_p50_s"], row["lag_p95_s"]) == (3.0, 40.0)  # (30 x 2 + 10 x 6) / 40


def test_reasons_add_up_to_what_was_refused(door: Door) -> None:
    rows = door.query("quality_reasons", STEWARD, feed="fix", zone=ZONE, **DAY).to_pylist()
    assert {row["reason"]: row["n"] for row in rows} == {
        "off_duty": 11,
        "unknown_worker": 1,
        "bad_coordinates": 1,
        "bad_number": 1,
        "bad_time": 1,
    }
    assert {row["day"] for row in rows} == {date(2026, 1, 5)}


def test_the_table_of_feeds_shows_totals_and_shares(client: FlaskClient) -> None:
    rows = table(client, ["feeds-body.children", "feeds-note.children"], NOON)
    by_name = {row[0]: row for row in rows[1:]}
    n = rows_of_the_files()
    assert by_name["全部"][2:5] == [str(n), str(n - 23), "20"] and by_name["全部"][7] == "3"
    assert by_name["定位"][2:6] == ["466", "450", "15", "3.2%"]


def rows_of_the_files() -> int:
    """Return how many rows the files of the sample city have, as an editor counts them."""
    tables = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in SAMPLES.glob("*.csv"))
    maps = [json.loads(path.read_text(encoding="utf-8")) for path in SAMPLES.glob("*.geojson")]
    return tables + sum(len(one["features"]) for one in maps)


def test_a_share_too_small_for_its_decimal_is_not_none_at_all() -> None:
    shown = [quality.portion(n, 30_000) for n in (0, 1, 14, 15, 30, 30_000)]
    assert shown == ["0.0%", "<0.1%", "<0.1%", "0.1%", "0.1%", "100.0%"]
    assert quality.portion(0, 0) == "—"


def test_a_chosen_feed_narrows_the_reasons_and_says_what_is_only_counted(client: FlaskClient) -> None:
    told = shown_first(client, ["reasons-body.children", "reasons-note.children"], {**NOON, "feed": "fix"})
    assert told.startswith("不在岗时段，只计数不保存 定位 只计数，不保存 11 73.3%")  # 11 / 15
    assert "区划" not in told
    assert "没有拒收" in shown_first(
        client, ["reasons-body.children", "reasons-note.children"], {**NOON, "feed": "worker"}
    )


def test_days_are_drawn_each_count_on_its_own_scale(client: FlaskClient) -> None:
    answer = ask(
        client, ["quality-days-chart.figure", "quality-days-note.children"], {**NOON, "period": "7d"}
    ).get_json()
    bars = answer["response"]["quality-days-chart"]["figure"]["data"]
    assert [sum(lane["y"]) for lane in bars] == [rows_of_the_files(), 20, 3]
    assert all(len(lane["y"]) == 7 and not any(lane["y"][:-1]) for lane in bars)


def test_the_version_served_is_named_and_a_broken_one_is_told(app: App, client: FlaskClient) -> None:
    outputs = ["quality-state-body.children", "quality-state-total.children"]
    door = app.server.extensions["gridlink"].door
    assert re.search(f"^提供的是最新版本 版本 +{door.version()} ", shown_first(client, outputs, NOON))
    try:
        door.warehouse.fault = WarehouseError("corrupt", path="serve-x.duckdb", detail="x")
        assert "提供的是较早版本" in shown_first(client, outputs, NOON)
        assert "serve-x.duckdb" in shown_first(client, outputs, NOON)
    finally:
        door.warehouse.fault = None


def test_what_the_nightly_verification_found_is_told(app: App, client: FlaskClient) -> None:
    outputs = ["quality-state-body.children", "quality-state-total.children"]
    jobs = Jobs(app.server.extensions["gridlink"].door.operations)
    assert "核验" not in shown_first(client, outputs, NOON)
    for found in ([], [{"kind": "part", "path": "warehouse/lake/fix/part-1.parquet"}]):
        number = jobs.submit("verify", "schedule")
        jobs.finish(number, {"findings": found})
        told = shown_first(client, outputs, NOON)
        assert ("part-1.parquet" in told and "1 处异常" in told) if found else "核验：完好" in told


def shown_first(client: FlaskClient, outputs: list[str], view: dict[str, Any]) -> str:
    """Return the words of the first of a callback's outputs."""
    name, prop = outputs[0].rsplit(".", 1)
    return words(ask(client, outputs, view).get_json()["response"][name][prop])


# What is missing, and whether sums agree


def test_a_month_counts_from_the_first_day_with_data_up_to_today() -> None:
    january, today = date(2026, 1, 1), date(2026, 1, 20)
    assert completeness.expected(january, date(2026, 1, 5), today) == 16
    assert completeness.expected(date(2025, 12, 1), date(2025, 11, 3), today) == 31
    assert completeness.expected(january, None, today) == 0
    assert completeness.expected(january, date(2026, 2, 1), today) == 0
    assert completeness.last_months(today)[0] == date(2025, 8, 1)


def test_only_what_is_missing_is_coloured() -> None:
    assert [completeness.gap(share) for share in (1.0, 0.99, 0.95, 0.9, 0.8, 0.5, 0.4, 0.0)] == [0, 1, 1, 2, 2, 3, 4, 4]


def test_a_street_without_tracks_is_a_hole_and_one_with_them_is_not(client: FlaskClient) -> None:
    answer = ask(client, ["completeness-body.children", "completeness-note.children"], {**NOON, "show": "complete"})
    lines = {row[0]: row[1:] for row in cells(answer.get_json()["response"]["completeness-body"]["children"])[2:]}
    east, west = lines["东岸街道"], lines[next(name for name in lines if name not in ("东岸街道", "未定位到下级"))]
    # six months of fixes, of incidents, of steps; then outline, households, class. Nothing came before January.
    assert east[:6] == ["—"] * 5 + ["100"] and west[:6] == ["—"] * 5 + ["0"]
    assert east[11] == west[11] == "100" and east[18:] == west[18:] == ["100"] * 3
    assert lines["未定位到下级"][11] == "1"  # E040


def test_rows_of_the_matrix_are_every_row_once(door: Door) -> None:
    facts = {"area": "QH", "level": "street", "zone": ZONE, "first_day": date(2025, 8, 1), "last_day": date(2026, 1, 5)}
    rows = door.query("completeness", STEWARD, **facts).to_pylist()
    incidents = {row["area_id"]: row["n"] for row in rows if row["dataset"] == "incident"}
    assert incidents == {"QH01": 21, "QH02": 18, "QH~": 1}  # 11 + 9 and the void E034; 10 + 8; E040
    assert all(row["days"] == 1 and row["since"] == date(2026, 1, 5) for row in rows)


def test_every_parent_is_the_sum_of_its_children_and_the_unlocated(door: Door) -> None:
    rows = door.query("reconciliation", STEWARD, area="QH", **DAY, **LOCAL).to_pylist()
    told = {(row["dataset"], row["area_id"]): row for row in rows}
    parts = ("whole", "children", "unlocated", "difference")
    assert [told["incident", "QH"][part] for part in parts] == [40, 39, 1, 0]
    assert [told["incident", "QH0101"][part] for part in parts] == [12, 11, 1, 0]  # E034 and E038 among them
    assert told["fix", "QH"]["whole"] == 448  # without the two flagged ones
    assert {row["difference"] for row in rows} == {0}


def test_a_row_on_no_leaf_and_no_virtual_child_is_found_and_stands_first() -> None:
    with duckdb.connect() as connection:
        for file in sql_files("schema").values():
            connection.execute(file.sql)
        areas = [
            ("c", None, "city"),
            ("s", "c", "street"),
            ("g", "s", "grid"),
            ("c~", "c", "unlocated"),
            ("s~", "s", "unlocated"),
        ]
        for area, parent, level in areas:
            connection.execute(
                "INSERT INTO area (area_id, parent_id, level, name) VALUES (?, ?, ?, ?)", [area, parent, level, area]
            )
        up = {"g": ["g", "s", "c"], "s": ["s", "c"], "c": ["c"], "s~": ["s~", "s", "c"], "c~": ["c~", "c"]}
        for area, above in up.items():
            for at, ancestor in enumerate(above):
                connection.execute("INSERT INTO area_link VALUES (?, ?, ?)", [area, ancestor, at])
        for area, n in (("g", 3), ("s~", 2), ("s", 1)):  # the last one stands on a street
            connection.execute(
                "INSERT INTO cell_day BY NAME SELECT DATE '2026-01-05' AS day, 'w' AS worker_id, $area AS area_id,"
                " 0 AS cell_x, 0 AS cell_y, $n AS n, $n AS n_walking",
                {"area": area, "n": n},
            )
        file = sql_files("queries")["reconciliation"]
        values = file.bind({"scope": "c", "area": "c", "leaf": "grid", **DAY, **LOCAL})
        rows = connection.sql(file.sql, params=values).to_arrow_table().to_pylist()
    assert [(row["area_id"], row["whole"], row["children"], row["unlocated"], row["difference"]) for row in rows] == [
        ("s", 6, 3, 2, 1),
        ("c", 6, 6, 0, 0),
    ]


def test_the_panel_says_that_everything_agrees(client: FlaskClient) -> None:
    outputs = ["reconciliation-note.children", "reconciliation-total.children"]
    answer = ask(client, outputs, {**NOON, "show": "complete", "period": "7d"}).get_json()["response"]
    # city, two streets and four communities with incidents; of the fixes QH02 has none below
    assert words(answer["reconciliation-total"]["children"]) == "11 项全部相符"
    assert "12月30日–1月5日" in answer["reconciliation-note"]["children"]


def test_hidden_panels_ask_nothing(client: FlaskClient) -> None:
    assert ask(client, ["completeness-body.children", "completeness-note.children"], NOON).status_code == 204
    assert ask(client, ["findings-spec.data"], NOON).status_code == 204


# Boundaries


def test_a_sound_city_has_no_faults_in_its_boundaries(client: FlaskClient) -> None:
    assert "没有发现" in shown(client, "findings-body.children", {**NOON, "show": "areas"})


def test_a_fault_is_drawn_where_it_is(app: App) -> None:
    import shapely

    square = shapely.to_wkb(shapely.box(119, 32, 119.1, 32.1))
    about = {"area_id": "a", "name": "A", "name_en": None, "other_id": "b", "other_name": "B", "other_name_en": None}
    rows = [{"kind": "overlap", "geometry": square, **about}, {"kind": "name", "geometry": None, **about}]
    with app.server.app_context():
        (mark,) = findings.marks(rows)
    assert mark["words"] == "重叠 · A / B" and mark["grave"]
    assert shapely.box(119, 32, 119.1, 32.1).contains(shapely.Point(mark["p"]))


# Refused rows


def test_every_refused_row_that_may_be_kept_is_there_with_what_it_held(door: Door) -> None:
    rows = door.query("rejects", STEWARD, **EVERY).to_pylist()
    assert sorted(row["feed"] for row in rows) == ["fix"] * 4 + ["incident"] * 3 + ["incident_step"] * 2
    assert "off_duty" not in {row["reason"] for row in rows}
    only = door.query("rejects", STEWARD, **{**EVERY, "feed": "incident", "reason": "outside_city"}).to_pylist()
    assert len(only) == 1


def test_sources_count_the_same_rows_without_what_they_held(door: Door) -> None:
    rows = door.query("reject_groups", Scope("anybody", frozenset({"operator"}), "QH")).to_pylist()
    assert sum(row["n"] for row in rows) == 9 and "content" not in rows[0]


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"steward", "analyst"}))
def test_what_rows_held_is_not_for_those_who_only_look_at_figures(door: Door, role: str) -> None:
    with pytest.raises(NotAllowed):
        door.query("rejects", Scope("x", frozenset({role}), "QH", "because"), **EVERY)


def test_a_steward_gives_a_reason_and_has_the_whole_city(door: Door) -> None:
    with pytest.raises(Problem) as without:
        door.query("rejects", Scope("x", frozenset({"steward"}), "QH"), **EVERY)
    assert without.value.reason == "needs_reason"
    with pytest.raises(NotAllowed):
        door.query("rejects", Scope("x", frozenset({"steward"}), "QH01", "because"), **EVERY)


def test_every_viewing_is_logged_with_what_was_asked(door: Door) -> None:
    door.query("rejects", STEWARD, **{**EVERY, "feed": "fix"})
    line = json.loads(door.audit.path.read_text(encoding="utf-8").splitlines()[-1])
    assert (line["account"], line["action"], line["reason"]) == ("tester", "rejects", "ticket 7")
    assert line["period"]["feed"] == "fix"


@pytest.fixture
def steward(app: App) -> Iterator[FlaskClient]:
    """A steward who gave a reason."""
    client = sign_in(app, "steward")
    with client.session_transaction() as kept:
        kept["reason"] = "ticket 7"
    yield client


def asked(source: Source) -> dict[str, Any]:
    return {"show": "rejects", "refused": source.spelled(), "reason": "", "lang": ""}


def listing(client: FlaskClient, source: Source) -> dict[str, Any]:
    outputs = ["refused-grid.rowData", "refused-grid.columnDefs"]
    answer = call(client, outputs, {"refused-asked.data": asked(source), "replay-told.data": None})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json()["response"]["refused-grid"])


def incidents(door: Door) -> Source:
    rows = door.query("reject_groups", STEWARD).to_pylist()
    row = next(row for row in rows if row["feed"] == "incident")
    return Source(row["run_id"], "incident", "", row["path"])


def test_a_row_says_why_and_marks_the_cell_at_fault(steward: FlaskClient, door: Door) -> None:
    found = listing(steward, incidents(door))
    assert len(found["rowData"]) == 3
    late = next(row for row in found["rowData"] if "2026-02-30" in row["sentence"])
    assert "2026-02-30" in late[late["bad"]]
    assert late["was"][late["bad"]] == late[late["bad"]]
    editable = [column for column in found["columnDefs"] if column.get("editable")]
    # rows refused while reading hold the file's columns, rows refused later ours: a cell is changed where it was held
    assert {column["field"] for column in editable} == {name for row in found["rowData"] for name in row["was"]}
    assert {column["editable"]["function"] for column in editable} == {"params.data.was[params.colDef.field] != null"}


def test_cells_change_only_while_one_file_is_chosen(steward: FlaskClient) -> None:
    assert not any(column.get("editable") for column in listing(steward, Source(feed="incident"))["columnDefs"])
    assert "content" in {column["field"] for column in listing(steward, Source())["columnDefs"]}


def test_without_a_reason_there_is_no_row_and_the_empty_table_asks_for_it(app: App, steward: FlaskClient) -> None:
    assert listing(sign_in(app, "steward"), Source())["rowData"] == []
    assert "理由" in emptiness(sign_in(app, "steward"), [])
    assert emptiness(steward, []) == "没有符合条件的行"
    assert emptiness(steward, listing(steward, Source())["rowData"]) == ""


def emptiness(client: FlaskClient, rows: list[dict[str, Any]]) -> str:
    """Return what the table of refused rows says where its rows would be."""
    outputs = [f"refused-{name}.children" for name in ("note", "total", "empty")]
    answer = call(client, outputs, {"refused-grid.rowData": rows}, {"refused-asked.data": asked(Source())})
    return words(answer.get_json()["response"]["refused-empty"]["children"])


def test_only_what_differs_is_a_repair(steward: FlaskClient, door: Door) -> None:
    row = next(r for r in listing(steward, incidents(door))["rowData"] if "2026-02-30" in r["sentence"])
    change = {"colId": row["bad"], "data": row, "value": "2026-02-28 09:00:00"}
    name, prop = "replay-edits.data".rsplit(".", 1)

    def typed(value: str, known: Any) -> Any:
        inputs = {"refused-grid.cellValueChanged": [{**change, "value": value}], "refused-grid.rowData": [row]}
        return call(steward, ["replay-edits.data"], inputs, {"replay-edits.data": known}).get_json()["response"][name][
            prop
        ]

    once = typed("2026-02-28 09:00:00", {})
    assert once == {str(row["row"]): {row["bad"].removeprefix(refused_rows.OWN): "2026-02-28 09:00:00"}}
    assert typed(row["was"][row["bad"]], once) == {}


def test_the_export_holds_every_row_and_no_formula(steward: FlaskClient, app: App) -> None:
    answer = steward.get("/export/rejects.csv")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as file:
        text = file.read(file.namelist()[0]).decode("utf-8")
    assert text.startswith("\ufeff") and answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 9 and {row["数据类型"] for row in rows} == {"fix", "incident", "incident_step"}
    log = app.server.extensions["gridlink"].door.audit.path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["action"] for line in log[-2:]] == ["rejects", "export"]


def test_an_export_is_refused_without_role_or_reason(app: App, client: FlaskClient) -> None:
    assert client.get("/export/rejects.csv").status_code == 403
    assert sign_in(app, "steward").get("/export/rejects.csv").status_code == 400


def test_numbers_of_persons_are_hidden_in_what_rows_held() -> None:
    held = refused.held(json.dumps({"title": "call 13812345678", "lon": 119.12345678901234, "n": None}))
    assert held == {"title": "call 138****5678", "lon": "119.12345678901234", "n": ""}


def test_operators_see_the_figures_and_not_the_rows(app: App) -> None:
    pages = {name: sign_in(app, name).get("/quality?lang=en").status_code for name in ("operator", "steward", "wall")}
    assert pages == {"operator": 200, "steward": 200, "wall": 403}
    assert layout_of(app, "operator", "/quality") & {"refused-grid", "feeds-body"} == {"feeds-body"}
    assert {"refused-grid", "feeds-body"} <= layout_of(app, "steward", "/quality")
    assert layout_of(app, "wall", "/quality") == set()


def layout_of(app: App, account: str, path: str) -> set[str]:
    """Return the ids of a page as an account gets it."""
    import dash
    from flask import session as browser_session

    from tests.test_view import ids

    page = next(page for page in dash.page_registry.values() if page["path"] == path)
    with sign_in(app, account).session_transaction() as kept:
        token = kept["_user_id"]
    with app.server.test_request_context(f"{path}?lang=zh-CN", environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        browser_session["_user_id"] = token
        app.server.preprocess_request()
        return ids(page["layout"]())


def test_old_data_loaded_today_is_shown_with_the_day_of_its_load(app: App, client: FlaskClient) -> None:
    told = ask(client, ["feeds-body.children", "feeds-note.children"], {"period": "7d"}).get_json()["response"]
    assert "1月5日 加载" in told["feeds-note"]["children"]
