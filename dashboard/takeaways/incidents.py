"""The incidents of the incidents page and of the board, and those that count against a rate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyarrow as pa

from dashboard import case, moment, place
from dashboard.cases import PLACES, state
from dashboard.panels.board_queues import chosen
from dashboard.queues import EPOCH, NEVER, board
from dashboard.takeaway import View, headed, takeaway
from dashboard.text import is_chinese, named, t, voice, words
from dashboard.tree import tree
from data.exports.asked import Asked

TEXT, TIME, NUMBER = pa.string(), pa.timestamp("us"), pa.float64()
EVERY = 10**9
BEFORE = ("incident_id",)
AFTER = (
    *("subkind", "title", "severity", "state", "source", "reported_at", "deadline_at", "closed_at", "street_name"),
    *("parent_name", "area_name", "area_id", "unit_name", "located", "lon", "lat"),
)
BOARD = {
    "incident_id": TEXT,
    "kind": TEXT,
    **dict.fromkeys(("subkind", "title", "severity", "state", "owner"), TEXT),
    "cycle": pa.int64(),
    **dict.fromkeys(("reported_at", "expires_at", "deadline_at", "closed_at"), TIME),
    **dict.fromkeys(("level", "unit_name", "area_name", "area_id", "located"), TEXT),
    "lon": NUMBER,
    "lat": NUMBER,
}
COUNTED = (
    *("subkind", "title", "severity", "state", "cause", "reported_at", "deadline_at", "closed_at", "solved_level"),
    *("max_level", "parent_name", "area_name", "area_id", "unit_name"),
)


@takeaway("incidents", kind="place")
def incidents(view: View) -> Asked:
    """Return what the incidents page shows."""
    now = moment.now(view)
    start, end = moment.period(view)
    located = view.get("located") if view.get("located") in PLACES else None
    severity = int(view["severity"]) if view.get("severity") else None
    facts = {"area": place.area(view), "state": state(view), "now": now, "start": start, "end": min(end, now)}
    facts |= {"kind": view.get("kind") or None, "severity": severity, "located": located}
    return Asked("incidents_taken", facts, (*BEFORE, _kind(), *AFTER), codes())


@takeaway("exceptions")
def exceptions(view: View) -> Asked:
    """Return what counted against the rate of the chosen unit, or of the area while none is chosen."""
    subject, area = view.get("subject"), place.area(view)
    inside = bool(subject) and area in tree(moment.today(view)).up(str(subject))
    start, end = moment.period(view)
    facts = {"area": subject if inside else area, "start": start, "end": end, "now": min(end, moment.now(view))}
    return Asked("exceptions", facts, (*BEFORE, _kind(), *COUNTED), codes())


@takeaway("board", kind="place")
def cases(view: View) -> pa.Table:
    """Return the cases of the chosen queue."""
    found, (queue, level) = board(view), chosen(view)
    known, units, kinds = case.areas(), case.units(), case.kinds()
    rows = []
    for row in found.first(queue, level, EVERY):
        area = known.rows.get(row["area_id"].removesuffix("~"), {})
        ends = None if row["expires"] == NEVER else EPOCH + timedelta(microseconds=row["expires"])
        told: dict[str, Any] = {"expires_at": ends, "kind": kinds.get(row["kind"], row["kind"])}
        told |= {name: spelled.get(str(row[name]), row[name]) for name, spelled in codes().items() if name in row}
        told["unit_name"] = units.get(row["unit_id"] or "", {}).get("name") or row["unit_id"]
        told["level"] = row["level"] and place.level_name(row["level"])
        rows.append({**row, **told, "area_name": named(area) if area else None})
    listed = [{name: row.get(name) for name in BOARD} for row in rows]
    return headed(pa.Table.from_pylist(listed, pa.schema(list(BOARD.items()))), {"level": t("take.head.case_level")})


def codes() -> dict[str, dict[str, str]]:
    """Return what the codes of an incident are called: severity, state, how its place is known, why it counted."""
    spoken = words(voice().language)
    causes = {name: text for name, text in spoken["exceptions"].items() if "{" not in text}
    levels = {"higher_level": t("take.higher_level")}
    return {
        "severity": {str(level): t(f"severity.s{level}") for level in range(1, 6)},
        "state": {**spoken["step"], "open": t("cases.open_then")},
        "located": dict(spoken["take"]["located"]),
        "source": dict(spoken["source"]),
        "cause": {**causes, **levels},
    }


def _kind() -> str:
    return "kind_zh" if is_chinese() else "kind_en"
