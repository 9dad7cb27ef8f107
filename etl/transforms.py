"""The closed set of transforms a mapping may ask for: their column in, our text out, whole columns at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.errors import ConfigError, FileRefused

PATH = "_path"  # pseudo column: the path of the file as posix text
PERSONAL_ZH = (
    "身份证", "证件号", "当事人", "手机", "电话", "联系方式", "护照号", "银行卡", "人脸", "指纹",
)  # fmt: skip
PERSONAL_EN = (
    "phone", "mobile", "cellphone", "telephone", "tel", "id number", "identity number", "idnumber", "id card",
    "idcard", "identity card", "id no", "passport", "bank card", "ssn", "fingerprint", "shouji", "shenfenzheng",
    "main party",
)  # fmt: skip


@dataclass(frozen=True)
class Transform:
    """How one of our columns is made of theirs: exactly one of `source`, `join` or `constant` stands.

    Order: take or join, trim, nulls, capture, slice, pad, lower; then values, scale or format by type.
    """

    source: str | None = None
    join: tuple[str, ...] = ()
    separator: str = ""
    constant: str | None = None
    capture: str | None = None
    slice: tuple[int, int] | None = None
    pad: int = 0
    lower: bool = False
    scale: float = 1.0
    format: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Return their columns that this transform reads."""
        return self.join or ((self.source,) if self.source is not None else ())


KEYS = {"from": "source", "with": "separator"} | {
    x.name: x.name for x in fields(Transform) if x.name not in {"source", "separator"}
}
TYPES = {"capture": str, "pad": int, "lower": bool, "format": str, "separator": str, "source": str}


def parse_transform(spec: object, key: str, path: str) -> Transform:
    """Read `"theirs"` or `{ from = ..., capture = ... }`; raises ConfigError naming file and key."""
    if isinstance(spec, str):
        return Transform(source=spec)
    if not isinstance(spec, dict):
        raise ConfigError("wrong_type", path=path, detail=key, known='"column" | { from = "column", ... }')
    for name in spec:
        if name not in KEYS:
            near = get_close_matches(name, KEYS, n=1, cutoff=0.0)[0]
            raise ConfigError("unknown_key", path=path, detail=f"{key}.{name}", known=f"{key}.{near}")
    values = {KEYS[name]: _typed(KEYS[name], value, f"{key}.{name}", path) for name, value in spec.items()}
    if sum(name in values for name in ("source", "join", "constant")) != 1:
        raise ConfigError("wrong_type", path=path, detail=key, known="{ from | join | constant }")
    return Transform(**values)


def check_personal(names: tuple[str, ...], path: str, refused: tuple[str, ...] = ()) -> None:
    """Refuse columns that hold persons' numbers or what a feed refuses; raises ConfigError `personal_column`."""
    for name in names:
        if is_personal(name) or describes_person(name, refused):
            raise ConfigError("personal_column", path=path, detail=f"{name} ({path})")


def is_personal(name: str) -> bool:
    """Say whether a column's name says that it holds a telephone, identity or bank number, or a body's marks."""
    return describes_person(name, (*PERSONAL_ZH, *PERSONAL_EN))


def describes_person(name: str, refused: tuple[str, ...]) -> bool:
    """Say whether one of the words stands in a column's name: Latin ones as whole words, others anywhere."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    spaced = " " + " ".join(re.findall(r"[a-z]+", words.lower())) + " "
    return any(f" {x} " in spaced if x.isascii() else x in name for x in refused)


def lacking(transforms: list[Transform], known: list[str], path: str) -> None:
    """Raise FileRefused `wrong_columns` for the first column the mapping reads and the file lacks."""
    for name in (name for transform in transforms for name in transform.needs):
        if name not in known and name != PATH:
            listed = ", ".join(x for x in known if not x.startswith("_"))
            raise FileRefused("wrong_columns", path=path, detail=name, known=listed)


def take(raw: pa.Table, transform: Transform, nulls: tuple[str, ...] = ()) -> pa.ChunkedArray:
    """Return one column of `raw` after the transform, as text, or in its own type when nothing touches its text.

    Empty text and the texts of `nulls` become null; leading and trailing white space never counts.
    """
    if transform.constant is not None:
        return pa.chunked_array([pa.repeat(pa.scalar(transform.constant), raw.num_rows)])
    parts = [_part(raw, name, nulls, transform) for name in transform.needs]
    column = parts[0]
    if transform.join:
        column = pc.binary_join_element_wise(*[as_text(x) for x in parts], transform.separator)
    for change in (_capture, _slice, _pad, _lower):
        column = change(column, transform)
    return column


def as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as text; a float that is whole is written without its point."""
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_floating(column.type):
        text = pc.cast(column, pa.string())
        return pc.replace_substring_regex(text, r"^(-?\d+)\.0$", r"\1")
    return pc.cast(column, pa.string())


def replaced(text: pa.ChunkedArray, values: dict[str, str]) -> pa.ChunkedArray:
    """Return `text` with their values replaced by ours; `*` stands for every other value."""
    if not values:
        return text
    text = as_text(text)
    listed = [name for name in values if name != "*"]
    found = pc.index_in(text, value_set=pa.array(listed, pa.string()))
    ours = pc.take(pa.array([values[name] or None for name in listed], pa.string()), found)
    other = pc.if_else(pc.is_valid(text), values["*"], None) if "*" in values else text
    return pc.if_else(pc.is_valid(found), ours, other)


def _part(raw: pa.Table, name: str, nulls: tuple[str, ...], transform: Transform) -> pa.ChunkedArray:
    if name == PATH:
        text = (raw.schema.metadata or {}).get(b"path", b"").decode()
        return pa.chunked_array([pa.repeat(pa.scalar(text), raw.num_rows)])
    column = raw[name]
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        column = pc.cast(column, pa.string())
    if pa.types.is_string(column.type):
        column = pc.utf8_trim_whitespace(column)
        return _without(column, column, ("", *nulls))
    touched = transform.capture or transform.slice or transform.pad or transform.lower
    column = as_text(column) if touched else column
    return _without(column, as_text(column), nulls) if nulls else column


def _without(column: pa.ChunkedArray, text: pa.ChunkedArray, nulls: tuple[str, ...]) -> pa.ChunkedArray:
    trimmed = sorted({x.strip() for x in nulls})
    mask = pc.is_in(text, value_set=pa.array(trimmed, pa.string()))
    return pc.if_else(mask, pa.scalar(None, column.type), column) if pc.any(mask).as_py() else column


def _capture(column: pa.ChunkedArray, transform: Transform) -> pa.ChunkedArray:
    if transform.capture is None:
        return column
    found = pc.extract_regex(column, _named(transform.capture))
    return pc.struct_field(found, [0])


def _slice(column: pa.ChunkedArray, transform: Transform) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(column, *transform.slice) if transform.slice else column


def _pad(column: pa.ChunkedArray, transform: Transform) -> pa.ChunkedArray:
    return pc.utf8_lpad(column, transform.pad, padding="0") if transform.pad else column


def _lower(column: pa.ChunkedArray, transform: Transform) -> pa.ChunkedArray:
    return pc.utf8_lower(column) if transform.lower else column


def _named(pattern: str) -> str:
    """Name the one group of a pattern: Arrow's extraction knows named groups only."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?P<it>", pattern, count=1)


def _typed(name: str, value: Any, key: str, path: str) -> Any:
    good = {
        "slice": isinstance(value, list) and len(value) == 2 and all(type(x) is int for x in value),
        "join": isinstance(value, list) and bool(value) and all(isinstance(x, str) for x in value),
        "scale": type(value) in (int, float),
        "constant": isinstance(value, str | int | float | bool),
    }.get(name, type(value) is TYPES.get(name))
    if not good or (name == "capture" and not _is_pattern(value)):
        known = {"slice": "[first, last]", "join": '["column", ...]', "scale": "number", "capture": "regex (one group)"}
        raise ConfigError("wrong_type", path=path, detail=key, known=known.get(name, "text or number"))
    if name in {"slice", "join"}:
        return tuple(value)
    return str(value) if name == "constant" else value


def _is_pattern(pattern: str) -> bool:
    try:
        pc.extract_regex(pa.array([""]), _named(pattern))
        return re.compile(pattern).groups == 1
    except (pa.ArrowInvalid, re.error):
        return False
