"""An alarm in words, the same on wall, seat and shows; and what is open, for a screen that makes a sound of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from dashboard import answers, case
from dashboard.queues import now
from dashboard.session import door, scope
from dashboard.text import number, t

LOUD = 2  # severities up to this one are heard
BURST, SOS = "incident_burst", "sos"
TOPIC = "alarm"

sounds = Blueprint("sounds", __name__)
Row = dict[str, Any]


def rule(row: Row) -> str:
    """Return the name of an alarm's rule."""
    return t(f"alarm_rule.{row['rule']}")


def about(row: Row) -> str:
    """Return what an alarm is about: a person, camera or place by name, a kind of incidents, else its area."""
    subject = row["subject"]
    if row["rule"] == BURST:  # whose subject is the code of a kind
        subject = case.kinds().get(subject, subject)
    return str(subject or row["area_name"] or row["area_id"])


def words(row: Row) -> str:
    """Return an alarm in words: its rule, what it is about, and how many it gathers."""
    many = t("seat.members", n=number(row["n_members"])) if row["n_members"] > 1 else ""
    return " · ".join(part for part in (rule(row), about(row), many) if part)


@sounds.get("/alarms")
def waiting() -> Response:
    """Return the open alarms to be heard that nobody has acknowledged: id and whether it is a call for help.

    204 where no alarm has changed since `since`, the `clock` of the last answer. No persons, no places.
    """
    clock = door().clock(TOPIC)
    if request.args.get("since") == str(clock):
        return Response(status=204)
    rows = door().query("alarms", scope(), since=now()).to_pylist()
    loud = [row for row in rows if row["severity"] <= LOUD and not (row["acked_at"] or row["ended_at"])]
    told = [{"id": row["alarm_id"], "sos": row["rule"] == SOS} for row in loud]
    return answers.listed({"clock": clock, "alarms": told}, answers.NEVER)
