"""Sets the flags of fixes that need their neighbours to be judged; never removes a row.

What there is to judge, the bits and the keys of the thresholds stand in data/rules.toml; each rule of the pass
`judge` that flags has one function here (domain of the field: validity of tracks).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.config import Fixes
from data.rules import admitted_bits, flag_bits, rules_with
from etl.jumps import outliers

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class _Seen(NamedTuple):
    """The fixes of a day, sorted by worker and time, with what several rules ask for."""

    fixes: pa.Table
    worker: NDArray[np.int32]
    seconds: Floats
    inaccurate: Mask
    limits: Fixes


def judge(fixes: pa.Table, limits: Fixes) -> NDArray[np.int32]:
    """Return the flags of one day's fixes, int32, one per row.

    `fixes` has the columns of table fix (`flags` optional), sorted by worker and time. Flags of the pass `admit`
    that are set stay, and are set anew where `received_at` or `mock` are given; all others are judged from what is
    there now. Null accuracy or speed never flags.
    """
    if fixes.num_rows == 0:
        return np.empty(0, np.int32)
    flags = told(fixes, limits)
    if "flags" in fixes.column_names:
        flags |= fixes["flags"].fill_null(0).to_numpy() & admitted_bits()
    worker, inaccurate = worker_codes(fixes["worker_id"]), floats(fixes["accuracy_m"]) > limits.accuracy_m
    seen = _Seen(fixes, worker, _seconds(fixes["fixed_at"]), inaccurate, limits)
    for name in rules_with("flag", "judge"):
        flags[RULES[name](seen)] |= flag_bits()[name]
    return flags


def told(rows: pa.Table, limits: Fixes) -> NDArray[np.int32]:
    """Return the flags that need the row alone, int32: `late` from received_at, `mock` from mock, where given."""
    flags = np.zeros(rows.num_rows, np.int32)
    if "received_at" in rows.column_names:
        delay = _moments(rows["received_at"]) - _moments(rows["fixed_at"])
        flags[delay > np.timedelta64(int(limits.late_s * 1e6), "us")] |= flag_bits()["late"]
    if "mock" in rows.column_names:
        flags[pc.fill_null(pc.cast(rows["mock"], pa.int64()), 0).to_numpy() != 0] |= flag_bits()["mock"]
    return flags


def worker_codes(worker_ids: pa.ChunkedArray) -> NDArray[np.int32]:
    """Return small integers (int32) that are equal where worker ids are equal."""
    return np.asarray(worker_ids.combine_chunks().dictionary_encode().indices, np.int32)


def floats(column: pa.ChunkedArray) -> Floats:
    """Return a column of numbers as float64, NaN where null."""
    return np.asarray(pc.cast(column, pa.float64()).fill_null(np.nan).to_numpy(), np.float64)


def _jumps(seen: _Seen) -> Mask:
    """Find fixes impossibly far from the good ones around them; inaccurate ones neither accuse nor defend."""
    lon, lat = (seen.fixes[name].to_numpy() for name in ("lon", "lat"))
    if not seen.inaccurate.any():
        return np.asarray(outliers(seen.worker, (seen.seconds, lon, lat), seen.limits.jump_mps), np.bool_)
    sure = np.flatnonzero(~seen.inaccurate)
    jumps = np.zeros(len(lon), np.bool_)
    jumps[sure] = outliers(seen.worker[sure], (seen.seconds[sure], lon[sure], lat[sure]), seen.limits.jump_mps)
    return jumps


def _frozen(seen: _Seen) -> Mask:
    """Find runs of fixes that report motion at identical 6-decimal coordinates for frozen_s or longer."""
    moving = floats(seen.fixes["speed_mps"]) > seen.limits.jitter_mps
    if not moving.any():
        return moving
    lon, lat = (np.rint(seen.fixes[name].to_numpy() * 1e6).astype(np.int32) for name in ("lon", "lat"))
    broken = np.diff(seen.seconds) > seen.limits.gap_s
    for column in (seen.worker, lon, lat, moving):
        broken |= column[1:] != column[:-1]
    first = np.flatnonzero(np.concatenate([[True], broken]))
    last = np.append(first[1:], len(moving)) - 1
    long = seen.seconds[last] - seen.seconds[first] >= seen.limits.frozen_s
    return np.asarray(moving & np.repeat(long, last - first + 1), np.bool_)


def _outside(seen: _Seen) -> Mask:
    """Find fixes placed in no grid: their area is a virtual child."""
    area = seen.fixes["area_id"].combine_chunks().dictionary_encode()
    return np.asarray(pc.ends_with(area.dictionary, "~").to_numpy(zero_copy_only=False)[area.indices.to_numpy()])


RULES: dict[str, Callable[[_Seen], Mask]] = {
    "inaccurate": lambda seen: seen.inaccurate,
    "jump": _jumps,
    "frozen": _frozen,
    "outside": _outside,
}


def _moments(column: pa.ChunkedArray) -> NDArray[np.datetime64]:
    return np.asarray(column.to_numpy(), "datetime64[us]")


def _seconds(moments: pa.ChunkedArray) -> Floats:
    stamps = _moments(moments).astype(np.int64)
    return np.asarray((stamps - stamps.min()) / 1e6, np.float64)
