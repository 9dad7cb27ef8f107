"""Admits fixes: on duty, by a known worker, at a believable place and time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.days import midnight
from etl.admit import Admitted, Verdict, bad_point, outside_box
from etl.duty import Duty
from etl.reference import Reference


def admit_fixes(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge each fix alone (domain: track validity rules).

    Duty comes first: a fix off duty is counted and nothing of it is kept, not even as a reject.
    """
    verdict = Verdict(rows)
    worker, fixed_at = verdict.values("worker_id"), verdict.values("fixed_at")
    lon, lat = verdict.values("lon"), verdict.values("lat")
    known = np.isin(worker.astype(str), list(reference.area_of) or [""])
    if reference.config.duty.roster == "required":
        verdict.refuse(known & ~_on_duty(worker, fixed_at, reference.roster), "off_duty")
    if reference.config.duty.unknown_workers == "reject":
        verdict.refuse(~known, "unknown_worker", "worker_id")
    verdict.refuse(bad_point(lon, lat), "bad_coordinates", "lon", "lat")
    verdict.refuse(outside_box(lon, lat, reference.box), "outside_city", "lon", "lat")
    verdict.refuse(fixed_at > _latest(verdict, reference), "future", "fixed_at")
    verdict.refuse(fixed_at < _earliest(reference), "too_early", "fixed_at")
    return verdict.close()


def _latest(verdict: Verdict, reference: Reference) -> NDArray[Any]:
    """The time of receipt of each row (of the run where the row has none) and what a clock may run ahead."""
    run = np.datetime64(reference.received_at, "us")
    received = verdict.values("received_at").astype("datetime64[us]")
    received = np.where(np.isnat(received) | (received > run), run, received)
    late: NDArray[Any] = received + np.timedelta64(int(reference.config.fixes.future_s * 1e6), "us")
    return late


def _earliest(reference: Reference) -> np.datetime64:
    return np.datetime64(midnight(reference.config.earliest, reference.config.zone), "us")


def _on_duty(worker: NDArray[Any], fixed_at: NDArray[Any], roster: pa.Table | None) -> NDArray[np.bool_]:
    on = np.zeros(len(worker), bool)
    if roster is None or len(worker) == 0:
        return on
    duty = Duty(roster)
    codes = pa.array(worker, pa.string()).dictionary_encode()
    order = np.argsort(codes.indices.to_numpy(), kind="stable")
    edges = np.searchsorted(codes.indices.to_numpy()[order], np.arange(len(codes.dictionary) + 1))
    times = fixed_at.astype("datetime64[us]")
    for number, name in enumerate(codes.dictionary.to_pylist()):
        mine = order[edges[number] : edges[number + 1]]
        on[mine] = duty.covers(name, times[mine])
    return on
