"""The packed format of playback: what a chunk is, how it is read, put together with others, and sent.

A payload is one little-endian uint32, the length of the header; the header, JSON padded with spaces so that
what follows starts at a multiple of 8; then the columns one after another, each padded to a multiple of 8.
The header says

    day, slot, t0   local day, number of the slot, its start in elapsed seconds since local midnight
    origin          [lon, lat], multiples of 1e-6 degree
    n               number of vertices
    workers         ids; `names` beside them where the reader may see names
    paths           [[position in workers, first vertex], ...]: parts of tracks between gaps
    columns         [{name, dtype, offset, count}, ...], offset in bytes from the end of the header

and the columns are first_x, first_y (i4, one per path, 1e-6 degree from the origin), dx, dy (i2, one per
vertex, from the vertex before, 0 for the first of a path), t (u2, one per vertex, whole seconds from t0) and
accuracy (u1, one per vertex, metres rounded up to one of ACCURACIES, 0 unknown; left out where all are).
Positions are quantised before differences are taken, so errors never add up.

`lean` makes of it what is sent: the same columns, each with the `coding` its bytes are in (data/coding.py), and
in place of `paths` two more of them, path_worker and path_length (u4, one per path). Compressed it is a fifth smaller.
Speed is not sent: it follows from dx, dy and t.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data.coding import PLANES, STEPS, coded, padded, taken

UNIT = 1_000_000  # steps of 1e-6 degree in a degree: 0.1 m
DTYPES = {"first_x": "i4", "first_y": "i4", "dx": "i2", "dy": "i2", "t": "u2", "accuracy": "u1"}
ACCURACIES = (25, 50, 100, 250)  # few and wide, so that good fixes are all alike; worse than the last counts as it
LEAN = {
    "path_worker": ("u4", STEPS),
    "path_length": ("u4", PLANES),
    **{name: (dtype, PLANES if name in ("dx", "dy") else STEPS) for name, dtype in DTYPES.items()},
}
NOWHEN: dict[str, Any] = {"day": None, "slot": None, "t0": 0}

Ints = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Chunk:
    """An unpacked chunk: degrees, elapsed seconds since local midnight and metres of accuracy (0 unknown) per vertex.

    `t0` is the start of its slot. `path_worker` is the position in `workers`, `path_start` the first vertex of each.
    """

    day: str | None
    slot: int | None
    t0: int
    origin: tuple[float, ...]
    workers: tuple[str, ...]
    path_worker: Ints
    path_start: Ints
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    t: Ints
    accuracy: Ints


class Paths(NamedTuple):
    """Paths in whole numbers: per path its worker, vertices and first vertex (1e-6 degree, absolute).

    Per vertex the step from the vertex before (1e-6 degree, 0 for the first), seconds from t0 and accuracy.
    """

    worker: Whole
    length: Whole
    first_x: Whole
    first_y: Whole
    dx: Whole
    dy: Whole
    t: Whole
    accuracy: Whole

    def starts(self) -> Ints:
        """Return the first vertex of each path."""
        return np.asarray(np.cumsum(self.length) - self.length, np.int64)

    def positions(self) -> tuple[Ints, Ints]:
        """Return the absolute longitudes and latitudes of all vertices in 1e-6 degree."""
        starts = self.starts()
        walked = (np.cumsum(step, dtype=np.int64) for step in (self.dx, self.dy))
        first = (self.first_x, self.first_y)
        x, y = (w + np.repeat(f - w[starts], self.length) for w, f in zip(walked, first, strict=True))
        return x, y

    def pick(self, paths: Any, vertices: Any) -> Paths:
        """Return some paths: what picks them (a slice or booleans), and what picks their vertices."""
        return Paths(*(column[paths] for column in self[:4]), *(column[vertices] for column in self[4:]))


EMPTY = Paths(*(np.empty(0, DTYPES.get(name, "i8")) for name in Paths._fields))


def write(slot: Mapping[str, Any], workers: Sequence[str], paths: Paths, **more: Any) -> bytes:
    """Pack paths; `slot` holds day, slot and t0, `more` further entries of the header.

    The origin is the middle of all vertices: within 0.5 degree of each as long as they span less than 1.
    """
    origin = [_middle(values) for values in paths.positions()]
    first = {"first_x": paths.first_x - origin[0], "first_y": paths.first_y - origin[1]}
    header = {
        **slot,
        "origin": [value / UNIT for value in origin],
        "n": len(paths.t),
        "workers": list(workers),
        "paths": np.column_stack([paths.worker, paths.starts()]).tolist(),
        **more,
    }
    plain = {name: (dtype, None) for name, dtype in DTYPES.items()}
    return _frame(header, {**first, **_vertices(paths)}, plain)


def lean(payload: bytes) -> bytes:
    """Return a chunk as it is sent: nothing lost, and smaller once compressed."""
    opened, paths = _open(payload)
    header = {name: value for name, value in opened.items() if name not in ("paths", "columns")}
    lon, lat = (round(value * UNIT) for value in header["origin"])
    first = {"first_x": paths.first_x - lon, "first_y": paths.first_y - lat}
    about = {"path_worker": paths.worker, "path_length": paths.length}
    return _frame(header, {**about, **first, **_vertices(paths)}, LEAN)


def read(payload: bytes) -> Chunk:
    """Unpack a payload into absolute positions and times."""
    header, paths = _open(payload)
    x, y = paths.positions()
    return Chunk(
        day=header["day"],
        slot=header["slot"],
        t0=header["t0"],
        origin=tuple(header["origin"]),
        workers=tuple(header["workers"]),
        path_worker=paths.worker.astype(np.int64),
        path_start=paths.starts(),
        lon=x / UNIT,
        lat=y / UNIT,
        t=paths.t.astype(np.int64) + header["t0"],
        accuracy=paths.accuracy.astype(np.int64),
    )


def merge(
    payloads: Sequence[bytes],
    workers: Collection[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> bytes:
    """Put the chunks of one slot together around one origin, keeping only `workers` (None: all).

    `names` adds to the header, beside `workers`, what each is called. Without payloads the chunk is empty and
    its day and slot are null. Raises ValueError for chunks of different slots.
    """
    opened = [_open(payload) for payload in payloads]
    slots = [{key: header[key] for key in NOWHEN} for header, _ in opened] or [NOWHEN]
    if any(slot != slots[0] for slot in slots):
        raise ValueError(f"chunks of different slots: {slots}")
    there = {worker for header, _ in opened for worker in header["workers"]}
    ids = sorted(there if workers is None else there & set(workers))
    place = {worker: i for i, worker in enumerate(ids)}
    parts = [EMPTY, *(_chosen(header["workers"], paths, place) for header, paths in opened)]
    joined = Paths(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    more = {} if names is None else {"names": [names.get(worker, worker) for worker in ids]}
    return write(slots[0], ids, joined, **more)


def _chosen(workers: Sequence[str], paths: Paths, place: Mapping[str, int]) -> Paths:
    """Return the paths of workers that have a place, numbered by it."""
    number = np.array([place.get(worker, -1) for worker in workers], np.int64)[paths.worker]
    wanted = number >= 0
    return paths._replace(worker=number).pick(wanted, np.repeat(wanted, paths.length))


def _vertices(paths: Paths) -> dict[str, Whole]:
    columns = {"dx": paths.dx, "dy": paths.dy, "t": paths.t}
    return {**columns, "accuracy": paths.accuracy} if paths.accuracy.any() else columns


def _middle(values: Ints) -> int:
    return int(values.min() + values.max()) // 2 if len(values) else 0


def _frame(
    header: dict[str, Any], columns: Mapping[str, NDArray[Any]], types: Mapping[str, tuple[str, str | None]]
) -> bytes:
    entries, bodies, offset = [], [], 0
    for name, (dtype, coding) in ((one, types[one]) for one in types if one in columns):
        body = coded(columns[name], dtype, coding)
        entry = {"name": name, "dtype": dtype, "offset": offset, "count": len(columns[name])}
        entries.append({**entry, "coding": coding} if coding else entry)
        bodies.append(body.ljust(padded(len(body)), b"\0"))
        offset += len(bodies[-1])
    text = json.dumps({**header, "columns": entries}, ensure_ascii=False, separators=(",", ":")).encode()
    text = text.ljust(padded(4 + len(text)) - 4)
    return b"".join([struct.pack("<I", len(text)), text, *bodies])


def _open(payload: bytes) -> tuple[dict[str, Any], Paths]:
    (length,) = struct.unpack_from("<I", payload)
    header = json.loads(payload[4 : 4 + length])
    column = {at["name"]: taken(payload, 4 + length, at) for at in header["columns"]}
    if "paths" in header:
        worker, start = np.array(header["paths"], np.int64).reshape(-1, 2).T
        lengths = np.diff(start, append=header["n"])
    else:
        worker, lengths = (column[name].astype(np.int64) for name in ("path_worker", "path_length"))
    lon, lat = (round(value * UNIT) for value in header["origin"])
    first = column["first_x"].astype(np.int64) + lon, column["first_y"].astype(np.int64) + lat
    accuracy = column.get("accuracy", np.zeros(header["n"], np.uint8))
    return header, Paths(worker, lengths, *first, column["dx"], column["dy"], column["t"], accuracy)
