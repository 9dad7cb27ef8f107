"""Steps from outside never override what people here decided: of a case they decided on, new steps are refused.

A timer's reminder is no decision of a person. A step that is known already, in operations or in the warehouse, says
nothing new and is a duplicate as ever. Cases of mirrored sources always follow their source.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import and_, func, inspect, select

from data.loop.late import TIMER
from data.loop.store import incident, step
from data.operations import Operations
from etl.admit import Admitted, Mask
from etl.incidents import implied_steps, steps
from etl.rejects import reject_rows
from etl.run import Run

REASON = "decided_here"
OURS = "gridlink"
KEY = ["source", "incident_id", "step_id"]
BY_PERSON = and_(step.c.decided.is_(True), func.coalesce(step.c.actor_role, "") != TIMER)


class Decided(NamedTuple):
    """The cases people here decided on, and the keys (source, incident, step) of all steps known of them."""

    cases: frozenset[str]
    steps: frozenset[tuple[str, str, str]]


def decided(run: Run) -> Decided:
    """Read once what people decided: from operations, and from the warehouse what has left operations since."""
    operations = Operations.of(run.config)
    known, cases, mirrored = _in_warehouse(run), set[str](), list(run.config.loop.mirror)
    told: list[tuple[str, str, str]] = []
    with operations.engine.connect() as connection:
        if inspect(connection).has_table(step.name):
            mine = select(step.c.incident_id).join(incident, incident.c.incident_id == step.c.incident_id)
            mine = mine.where(BY_PERSON, incident.c.source.not_in(mirrored))
            cases.update(connection.execute(mine.distinct()).scalars())
            keys = select(step.c.source, step.c.incident_id, step.c.step_id).where(step.c.incident_id.in_(mine))
            told = [(row[0], row[1], row[2]) for row in connection.execute(keys)]
    if known is not None:
        person = pc.fill_null(pc.not_equal(known["actor_role"], TIMER), True)
        people = known.filter(pc.and_(pc.equal(known["source"], OURS), person))
        cases |= _unmirrored(run, set(people["incident_id"].to_pylist()))
        again = known.filter(pc.is_in(known["incident_id"], value_set=pa.array(sorted(cases), pa.string())))
        told += _keys(again)
    return Decided(frozenset(cases), frozenset(told))


def refuse_steps(run: Run, admitted: Admitted, known: Decided) -> Admitted:
    """Refuse the admitted steps (feed incident_step) that would override people's."""
    if not known.cases or not admitted.rows.num_rows:
        return admitted
    new = _is_new(steps(admitted.rows, run.config), known)
    return _without(admitted, new)


def refuse_incidents(run: Run, admitted: Admitted, known: Decided) -> Admitted:
    """Refuse the admitted incidents (feed incident) whose own times and state imply such a step."""
    if not known.cases or not admitted.rows.num_rows:
        return admitted
    implied = implied_steps(admitted.rows, run.config)
    rows = set(implied.filter(pa.array(_is_new(implied, known)))["_row"].to_pylist())
    return _without(admitted, np.array([row in rows for row in admitted.rows["_row"].to_pylist()], bool))


def _is_new(told: pa.Table, known: Decided) -> Mask:
    return np.array([key[1] in known.cases and key not in known.steps for key in _keys(told)], bool)


def _keys(rows: pa.Table) -> Sequence[tuple[str, str, str]]:
    return list(zip(*(rows[name].to_pylist() for name in KEY), strict=True))


def _without(admitted: Admitted, refused: Mask) -> Admitted:
    if not refused.any():
        return admitted
    details = admitted.rows.filter(pa.array(refused))["incident_id"].to_pylist()
    rejects = reject_rows(admitted.rows, refused, REASON, details)
    rows = admitted.rows.filter(pa.array(~refused))
    return Admitted(rows, pa.concat_tables([admitted.rejects, rejects]), admitted.counted)


def _in_warehouse(run: Run) -> pa.Table | None:
    """Return the keys of all steps of the draft, None where there are none."""
    paths = [run.draft.folders.root / part.path for part in run.draft.of("incident_step")]
    columns = [*KEY, "actor_role"]
    return pa.concat_tables([pq.read_table(p, columns=columns, partitioning=None) for p in paths]) if paths else None


def _unmirrored(run: Run, cases: set[str]) -> set[str]:
    """Return the cases without those of mirrored sources."""
    paths = [run.draft.folders.root / part.path for part in run.draft.of("incident_report")] if cases else []
    for path in paths:
        rows = pq.read_table(path, columns=["incident_id", "source"], partitioning=None)
        mirrored = pc.is_in(rows["source"], value_set=pa.array(run.config.loop.mirror, pa.string()))
        cases = cases - set(rows.filter(mirrored)["incident_id"].to_pylist())
    return cases
