"""The SQL page: an analyst's question is answered and logged; nobody else is let in."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from dashboard.panels.sql_answer import plain
from tests.web import ask, open_site, sign_in

ANSWER = ["sql-grid.columnDefs", "sql-grid.rowData", "sql-note.children", "sql-fault.children"]
DAY = {"day": "2026-01-05"}


@pytest.fixture
def analyst(sample_home: Path) -> FlaskClient:
    return sign_in(open_site(sample_home), "analyst")


def answered(client: FlaskClient, sql: str) -> dict[str, Any]:
    response = ask(client, ANSWER, {**DAY, "sql": sql}).get_json()["response"]
    return {
        **response["sql-grid"],
        "note": response["sql-note"]["children"],
        "fault": response["sql-fault"]["children"],
    }


def test_a_question_is_answered_with_its_columns_and_logged_once(analyst: FlaskClient, sample_home: Path) -> None:
    sql = "SELECT kind, count(*) AS n, kind FROM incident WHERE severity = 1 GROUP BY kind ORDER BY n DESC, kind"
    found = answered(analyst, sql)
    assert [column["headerName"] for column in found["columnDefs"]] == ["kind", "n", "kind"]
    assert found["fault"] == "" and found["rowData"][0]["c0"] == found["rowData"][0]["c2"]
    answered(analyst, sql)
    logged = [json.loads(line) for line in (sample_home / "audit.jsonl").read_text("utf-8").splitlines()]
    assert [line["account"] for line in logged if line.get("sql") == sql] == ["analyst"]


def test_a_fault_is_told_and_a_wrong_kind_of_question_refused(analyst: FlaskClient) -> None:
    assert "nowhere" in answered(analyst, "SELECT * FROM nowhere")["fault"]
    assert "SELECT" in answered(analyst, "DELETE FROM incident")["fault"]
    assert answered(analyst, "  ")["rowData"] == []


@pytest.mark.parametrize("name", ["operator", "leader", "steward", "wall", "auditor"])
def test_nobody_but_an_analyst_asks(sample_home: Path, name: str) -> None:
    client = sign_in(open_site(sample_home), name)
    assert ask(client, ["sql-tables-body.children"], DAY).status_code == 403
    assert ask(client, ANSWER, {**DAY, "sql": "SELECT 1 AS one"}).status_code == 403


def test_the_answer_is_taken_away_as_it_is_shown(analyst: FlaskClient) -> None:
    sql = "SELECT incident_id FROM incident ORDER BY incident_id LIMIT 3"
    shown = [row["c0"] for row in answered(analyst, sql)["rowData"]]
    taken = analyst.get("/export/sql.csv", query_string={**DAY, "sql": sql})
    with ZipFile(BytesIO(taken.get_data())) as packed:
        text = "".join(packed.read(name).decode("utf-8-sig") for name in packed.namelist() if name.endswith(".csv"))
    assert len(shown) == 3 and all(name in text for name in shown)


def test_a_cell_is_a_number_or_a_text() -> None:
    assert [plain(value) for value in (None, 1, 2.5, "a", [1, 2])] == [None, 1, 2.5, "a", "[1, 2]"]
