"""Columns of whole numbers as bytes that compress well: their bytes in planes, and differences instead of values.

Planes: first the lowest bytes of all values, then the next ones; the high bytes of small numbers are nearly all alike.
Steps: each value less the one before (the first as it is), modulo the width of the type, then in planes; exact for
every whole number. assets/39-lean.js undoes both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

PLANES, STEPS = "planes", "steps"

Column = NDArray[np.integer[Any]]


def coded(values: Column, dtype: str, coding: str | None) -> bytes:
    """Return a column as bytes: little-endian `dtype` (i4, u2, ...) as it is, in planes, or as steps in planes."""
    little = values.astype("<" + dtype)
    if coding == STEPS:
        bits = little.view(f"<u{little.itemsize}")
        little = np.diff(bits, prepend=np.zeros(1, bits.dtype))
    if coding is None:
        return little.tobytes()
    return np.ascontiguousarray(little).view(np.uint8).reshape(-1, little.itemsize).T.tobytes()


def decoded(body: bytes | memoryview, dtype: str, coding: str | None) -> Column:
    """Return the column `coded` made bytes of."""
    kind = np.dtype("<" + dtype)
    if coding is None:
        return np.frombuffer(body, kind)
    planes = np.frombuffer(body, np.uint8).reshape(kind.itemsize, -1)
    values = np.ascontiguousarray(planes.T).reshape(-1).view(kind)
    if coding == PLANES:
        return values
    bits = values.view(f"<u{kind.itemsize}")
    return np.cumsum(bits, dtype=bits.dtype).view(kind)


def taken(payload: bytes, after: int, at: Mapping[str, Any]) -> Column:
    """Return the column an entry of a header speaks of: name, dtype, count, coding, and offset from `after`."""
    start = after + at["offset"]
    size = at["count"] * int(at["dtype"][1])
    return decoded(payload[start : start + size], at["dtype"], at.get("coding"))


def padded(size: int) -> int:
    """Return a number of bytes rounded up to a multiple of 8."""
    return -(-size // 8) * 8
