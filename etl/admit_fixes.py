"""Admits fixes: on duty, by a known worker, at a believable place and time."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.days import bounds, distinct_days, local_days, midnight
from etl.admit import Admitted, Verdict, bad_point, outside_box
from etl.reference import Reference


def admit_fixes(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge each fix alone (domain: track validity rules).

    Duty comes first: a fix off duty is counted and nothing of it is kept, not even as a reject. Of days
    before the roster's first span or after its last nobody can know: their fixes wait until more of it comes.
    """
    verdict = Verdict(rows)
    workers, fixed_at = _numbered(rows["worker_id"]), verdict.values("fixed_at").astype("datetime64[us]")
    lon, lat = verdict.values("lon"), verdict.values("lat")
    known = np.array([name in reference.area_of for name in workers.names], bool)[workers.number]
    if reference.config.duty.roster == "required":
        verdict.refuse(known & _undecided(fixed_at, reference), "no_roster", "fixed_at")
        verdict.refuse(known & ~_on_duty(workers, fixed_at, reference), "off_duty")
    if reference.config.duty.unknown_workers == "reject":
        verdict.refuse(~known, "unknown_worker", "worker_id")
    verdict.refuse(bad_point(lon, lat), "bad_coordinates", "lon", "lat")
    verdict.refuse(outside_box(lon, lat, reference.box), "outside_city", "lon", "lat")
    verdict.refuse(fixed_at > _latest(verdict, reference), "future", "fixed_at")
    verdict.refuse(fixed_at < _earliest(reference), "too_early", "fixed_at")
    return verdict.close()


class _Workers(NamedTuple):
    """The distinct ids of a column, and the position of each row's among them."""

    names: list[str]
    number: NDArray[np.int32]


def _numbered(column: pa.ChunkedArray) -> _Workers:
    encoded = column.combine_chunks().dictionary_encode()
    return _Workers(encoded.dictionary.to_pylist(), np.asarray(encoded.indices, np.int32))


def _latest(verdict: Verdict, reference: Reference) -> NDArray[Any]:
    """The time of receipt of each row (of the run where the row has none) and what a clock may run ahead."""
    run = np.datetime64(reference.received_at, "us")
    ahead = np.timedelta64(int(reference.config.fixes.future_s * 1e6), "us")
    if verdict.rows["received_at"].null_count == verdict.rows.num_rows:
        return np.asarray(run + ahead)
    received = verdict.values("received_at").astype("datetime64[us]")
    received = np.where(np.isnat(received) | (received > run), run, received)
    return np.asarray(received + ahead)


def _earliest(reference: Reference) -> np.datetime64:
    return np.datetime64(midnight(reference.config.earliest, reference.config.zone), "us")


def _undecided(fixed_at: NDArray[Any], reference: Reference) -> NDArray[np.bool_]:
    """Say which fixes are of a local day the roster does not reach: nobody has said yet who is on duty."""
    days = local_days(fixed_at, reference.config.zone)
    silent = [day for day in distinct_days(days) if not _is_reached(day, reference)]
    return np.asarray(np.isin(days, np.array(silent, "datetime64[D]")), np.bool_)


def _is_reached(day: date, reference: Reference) -> bool:
    start, end = bounds(day, reference.config.zone)
    return reference.duty.reaches(np.datetime64(start, "us"), np.datetime64(end, "us"))


def _on_duty(workers: _Workers, fixed_at: NDArray[Any], reference: Reference) -> NDArray[np.bool_]:
    if reference.roster is None or len(fixed_at) == 0:
        return np.zeros(len(fixed_at), bool)
    return reference.duty.covers_each(workers.names, workers.number, fixed_at)
