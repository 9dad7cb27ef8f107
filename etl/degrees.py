"""Degrees, minutes and seconds into decimal degrees, whole columns at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

FORMATS = ("dms", "dm")  # 119°09′48″ in any signs, with or without seconds; dddmm.mmmm as GPS receivers write it
HEMISPHERE = "[NSEWnsew东西南北]?[经纬]?"
NUMBER = r"\d+(?:\.\d+)?"
DMS = (
    rf"^(?P<sign>-?)(?P<a>{HEMISPHERE}) *(?P<d>\d{{1,3}}(?:\.\d+)?) *[°º度:d ] *"
    rf"(?:(?P<m>{NUMBER}) *[′'’分:m ] *)?(?:(?P<s>{NUMBER}) *(?:[″\"”秒s]|''|′′)?)? *(?P<b>{HEMISPHERE})$"
)
DM = rf"^(?P<sign>-?)(?P<a>{HEMISPHERE})(?P<d>\d{{1,3}})(?P<m>[0-5]\d(?:\.\d+)?)(?P<b>{HEMISPHERE})$"
NEGATIVE = "[SWsw西南]"


def decimal(text: pa.ChunkedArray, form: str) -> tuple[pa.ChunkedArray, NDArray[np.bool_]]:
    """Return degrees (null where there is no text or it does not fit) and which texts did not fit the form.

    West and south are negative, by sign or by letter. Minutes and seconds of 60 and more do not fit.
    """
    parts = pc.extract_regex(pc.cast(text, pa.string()), DMS if form == "dms" else DM)
    degrees, minutes = (_number(parts, x) for x in ("d", "m"))
    seconds = _number(parts, "s") if form == "dms" else np.zeros(len(text))
    found = degrees + minutes / 60 + seconds / 3600
    letters = pc.binary_join_element_wise(*[pc.struct_field(parts, x) for x in ("a", "b")], "")
    west = pc.or_(pc.match_substring_regex(letters, NEGATIVE), pc.equal(pc.struct_field(parts, "sign"), "-"))
    found = np.where(west.fill_null(False).to_numpy(), -found, found)
    fits = parts.is_valid().to_numpy() & (minutes < 60) & (seconds < 60)
    wrong = text.is_valid().to_numpy() & ~fits
    return pa.chunked_array([pa.array(found, pa.float64(), mask=~fits)]), wrong


def _number(parts: pa.ChunkedArray, name: str) -> NDArray[np.float64]:
    text = pc.struct_field(parts, name)
    filled = pc.if_else(pc.equal(text, ""), "0", text).fill_null("0")
    return np.asarray(pc.cast(filled, pa.float64()).to_numpy(), np.float64)
