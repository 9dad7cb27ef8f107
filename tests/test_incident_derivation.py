"""An incident is what its steps say: every hard way through the closed loop, told step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import duckdb
import pytest

from data.sqlfile import sql_files

DERIVE = files("etl").joinpath("sql", "incident.sql").read_text(encoding="utf-8")
LEVELS = [("grid", 1), ("community", 2), ("street", 3), ("city", 4)]
EIGHT = datetime(2026, 1, 5, 8)


def at(minutes: float) -> datetime:
    return EIGHT + timedelta(minutes=minutes)


def step(minutes: float, state: str, level: str | None = None, **more: Any) -> dict[str, Any]:
    return {"stepped_at": at(minutes), "to_state": state, "level": level, **more}


def derive(*steps: dict[str, Any], **report: Any) -> dict[str, Any]:
    """Return the incident row that follows from one report at eight o'clock and its steps."""
    connection = duckdb.connect()
    for file in sql_files("schema").values():
        connection.execute(file.sql)
    connection.executemany("INSERT INTO level_rank VALUES (?, ?)", LEVELS)
    told = {"source": "worker", "discovered_level": None, **report}
    connection.execute(
        "INSERT INTO incident_report BY NAME SELECT DATE '2026-01-05' AS day, 'E1' AS incident_id, $source AS source,"
        " 'ENV' AS kind, 3 AS severity, $at AS reported_at, 'G1' AS area_id, 'area' AS located,"
        " $discovered_level AS discovered_level",
        {"at": EIGHT, **told},
    )
    for number, row in enumerate(steps):
        blank = {"unit_id": None, "deadline_at": None, "from_state": None, "step_id": str(number)}
        connection.execute(
            "INSERT INTO incident_step BY NAME SELECT DATE '2026-01-05' AS day, 'E1' AS incident_id, 'test' AS source,"
            " $step_id AS step_id, $stepped_at AS stepped_at, $from_state AS from_state, $to_state AS to_state,"
            " $unit_id AS unit_id, $level AS level, $deadline_at AS deadline_at",
            {**blank, **row},
        )
    return connection.sql(DERIVE).to_arrow_table().to_pylist()[0]


FILED = (step(5, "S20"), step(5, "S30", deadline_at=at(240)), step(10, "S40", "grid", unit_id="Z1"))
DONE = (step(20, "S50", "grid", unit_id="Z1"), step(60, "S60", "grid", unit_id="Z1"), step(70, "S65", "community"))
CLOSED = step(80, "S90", "community", unit_id="C1")


def test_the_whole_loop_in_the_grid_leaves_every_time_behind() -> None:
    row = derive(*FILED, *DONE, CLOSED)
    times = [row[key] for key in ("reported_at", "accepted_at", "filed_at", "handled_at", "closed_at", "deadline_at")]
    assert times == [at(0), at(5), at(5), at(60), at(80), at(240)]
    assert (row["state"], row["checks"], row["unit_id"]) == ("S90", 1, "Z1")


def test_a_community_that_files_and_checks_does_not_lift_a_case_out_of_its_grid() -> None:
    row = derive(step(5, "S20", "community"), *FILED, *DONE, CLOSED)
    assert (row["discovered_level"], row["solved_level"], row["max_level"]) == ("grid", "grid", "grid")


def test_a_report_without_steps_is_an_open_report() -> None:
    row = derive()
    assert (row["state"], row["closed_at"], row["max_level"], row["returns"]) == ("S10", None, None, 0)


def test_a_returned_case_is_solved_where_it_was_sent_next() -> None:
    row = derive(
        *FILED, step(20, "X1", "grid", unit_id="Z1"), step(30, "S40", "community", unit_id="C1"),
        step(40, "S50", "community", unit_id="C1"), step(90, "S60", "community"), step(95, "S65"), step(99, "S90"),
    )  # fmt: skip
    assert (row["returns"], row["solved_level"], row["max_level"]) == (1, "community", "community")
    assert row["unit_id"] == "C1"


def test_a_case_that_went_up_and_came_back_keeps_the_highest_level_that_handled_it() -> None:
    row = derive(*FILED, step(20, "X1", "street"), step(30, "S40", "grid"), *DONE[0:2], CLOSED)
    assert (row["solved_level"], row["max_level"]) == ("grid", "street")


def test_a_department_outside_the_tree_counts_as_above_the_city() -> None:
    row = derive(*FILED, step(20, "S50", "city"), step(30, "S50", "province"), step(60, "S60", "grid"))
    assert row["max_level"] == "province"


def test_a_failed_check_takes_back_the_report_of_done() -> None:
    row = derive(*FILED, *DONE, step(75, "X5", "community"))
    assert (row["state"], row["handled_at"], row["reworks"], row["checks"]) == ("X5", None, 1, 1)


def test_rework_is_judged_by_the_deadline_of_the_case() -> None:
    again = (step(75, "X5", deadline_at=at(999)), step(100, "S60", "grid"), step(110, "S65"), step(120, "S90"))
    row = derive(*FILED, *DONE, *again)
    assert (row["handled_at"], row["closed_at"], row["deadline_at"]) == (at(100), at(120), at(240))
    assert (row["reworks"], row["checks"], row["solved_level"]) == (1, 2, "grid")


def test_work_sent_back_without_a_word_of_rework_is_not_done() -> None:
    assert derive(*FILED, *DONE, step(75, "S50", "grid"))["handled_at"] is None


def test_an_extension_moves_the_deadline_and_keeps_the_first() -> None:
    row = derive(*FILED, step(20, "S50", "grid"), step(30, "X2", "street", deadline_at=at(600), unit_id="B1"))
    assert (row["first_deadline_at"], row["deadline_at"], row["extensions"]) == (at(240), at(600), 1)
    assert (row["state"], row["max_level"]) == ("S50", "grid")


def test_a_dispatch_clock_is_not_the_deadline_of_the_case() -> None:
    assert derive(*FILED, step(20, "S40", "grid", deadline_at=at(60)))["deadline_at"] == at(240)


def test_a_reopened_case_is_open_again() -> None:
    row = derive(*FILED, *DONE, CLOSED, step(200, "X6", "city"), step(210, "S50", "grid"))
    assert (row["state"], row["closed_at"], row["handled_at"], row["reopens"]) == ("S50", None, None, 1)
    assert row["solved_level"] is None


def test_a_reopened_case_closes_with_its_second_closing() -> None:
    row = derive(*FILED, *DONE, CLOSED, step(200, "X6"), step(300, "S60", "street"), step(310, "S90"))
    assert (row["closed_at"], row["handled_at"], row["solved_level"], row["reopens"]) == (at(310), at(300), "street", 1)


def test_a_shelved_case_stays_shelved_when_supervised() -> None:
    row = derive(*FILED, step(20, "S50", "grid"), step(30, "X3"), step(40, "X4", "city", unit_id="CC"))
    assert (row["state"], row["unit_id"], row["max_level"]) == ("X3", "Z1", "grid")


def test_a_case_settled_on_the_spot_was_handled_when_it_closed() -> None:
    row = derive(step(10, "S91", "grid", unit_id="Z1"))
    assert (row["state"], row["handled_at"], row["closed_at"]) == ("S91", at(10), at(10))
    assert (row["solved_level"], row["max_level"], row["accepted_at"]) == ("grid", "grid", None)


def test_nobody_solved_a_case_whose_closing_was_forced() -> None:
    row = derive(*FILED, step(20, "S50", "grid"), step(300, "S94", "city", unit_id="CC"))
    assert (row["state"], row["closed_at"], row["handled_at"]) == ("S94", at(300), at(300))
    assert (row["solved_level"], row["max_level"], row["unit_id"]) == (None, "grid", "Z1")


@pytest.mark.parametrize("state", ["S92", "S93"])
def test_rejected_and_void_cases_are_neither_handled_nor_closed(state: str) -> None:
    row = derive(step(10, state, "community"))
    assert (row["state"], row["closed_at"], row["handled_at"], row["solved_level"]) == (state, None, None, None)


def test_the_order_of_arrival_does_not_matter() -> None:
    steps = [*FILED, *DONE, step(75, "X5"), step(100, "S60", "grid"), step(110, "S65"), step(120, "S90", "community")]
    assert derive(*reversed(steps)) == derive(*steps)


def test_a_step_delivered_twice_counts_once() -> None:
    back, extended = step(20, "X1", "grid"), step(30, "X2", deadline_at=at(500))
    twice = [back, {**back, "step_id": "again"}, extended, {**extended, "step_id": "more"}]
    row = derive(*FILED, *FILED, *twice, *DONE, *DONE)
    assert (row["returns"], row["extensions"], row["checks"]) == (1, 1, 1)


def test_steps_of_the_same_moment_stand_in_the_order_of_the_loop() -> None:
    row = derive(step(9, "S90", "grid"), step(9, "S65"), step(9, "S60", "grid"), step(9, "S50", "grid"), step(9, "S20"))
    assert (row["state"], row["handled_at"], row["closed_at"]) == ("S90", at(9), at(9))
    resent = derive(*FILED, step(20, "S40", "street", from_state="X1"), step(20, "X1", "grid"))
    assert resent["state"] == "S40"


def test_a_source_that_knows_only_open_and_closed_still_tells_who_solved_it() -> None:
    row = derive(
        step(0, "S10", "community", deadline_at=at(100)), step(90, "S90", "street", unit_id="U1"), source="hotline"
    )
    assert (row["discovered_level"], row["solved_level"], row["max_level"]) == ("community", "street", "street")
    assert (row["deadline_at"], row["handled_at"], row["unit_id"], row["checks"]) == (at(100), at(90), "U1", 0)


def test_a_hotline_call_of_unknown_level_stays_unknown() -> None:
    assert derive(source="hotline")["discovered_level"] is None
    assert derive(source="worker")["discovered_level"] == "grid"
