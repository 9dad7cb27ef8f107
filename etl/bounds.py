"""How much of a file is read: found out before it is parsed, in blocks, so that refusing costs neither time nor room.

A file that passes can be parsed in memory of the order of its size; one that does not is refused with what is too much.
"""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from data.errors import ConfigError, FileRefused

BLOCK = 1 << 20
LONGEST_LINE = 16 << 20  # bytes: the shape of a coast is a few megabytes of text
MOST_COLUMNS = 2_000
MOST_CELLS = 200_000_000
DEEPEST = 32  # lists and objects inside one another: a MultiPolygon in a collection needs seven
MOST_LISTS = 20_000_000  # in one JSON: each vertex of a shape is one
MOST_VERTICES = 1_000_000  # of one shape
STEP = np.zeros(256, np.int8)
STEP[[ord("["), ord("{")]], STEP[[ord("]"), ord("}")]] = 1, -1
DULL = bytes(set(range(256)) - set(b'[]{}"'))  # what says nothing about nesting


def check_table(columns: int, rows: int, path: Path) -> None:
    """Refuse a table of more columns or cells than are held; raises FileRefused `too_much`."""
    if columns > MOST_COLUMNS or columns * rows > MOST_CELLS:
        raise FileRefused("too_much", path=path, detail=f"{columns:,} × {rows:,}", known=f"{MOST_COLUMNS:,}")


def check_texts(columns: dict[str, pa.ChunkedArray], path: Path) -> None:
    """Refuse columns called text whose bytes are none; raises FileRefused `bad_encoding`."""
    for name, column in columns.items():
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            try:
                column.validate(full=True)
            except pa.ArrowInvalid as fault:
                raise FileRefused("bad_encoding", path=path, detail=f"utf-8 ({name[:40]})") from fault


def check_lines(path: Path) -> None:
    """Refuse a text of which one line is too long to be a row; raises FileRefused `long_line`."""
    size = path.stat().st_size
    if size <= LONGEST_LINE:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        at = 0
        while size - at > LONGEST_LINE:
            end = at + LONGEST_LINE
            last = max(text.rfind(b"\n", at, end), text.rfind(b"\r", at, end))
            if last < 0:
                raise FileRefused("long_line", path=path, known=LONGEST_LINE >> 20)
            at = last + 1


class Lines:
    """The same for a text that comes block by block."""

    def __init__(self, path: Path) -> None:
        self.path, self.open = path, 0

    def see(self, block: bytes) -> None:
        """Look at the next block; raises FileRefused `long_line`."""
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self.open = len(block) - last - 1 if last >= 0 else self.open + len(block)
        if self.open > LONGEST_LINE:
            raise FileRefused("long_line", path=self.path, known=LONGEST_LINE >> 20)


def check_json(blocks: Iterable[bytes], encoding: str, path: Path) -> None:
    """Refuse JSON nested too deep or of too many lists; raises FileRefused `nested_too_deep`, `too_many_points`."""
    depth, lists = 0, 0
    for brackets in _brackets(_utf8(blocks, encoding, path)):
        heights = depth + np.cumsum(STEP[brackets], dtype=np.int64)
        lists += int((brackets == ord("[")).sum())
        if lists > MOST_LISTS:
            raise FileRefused("too_many_points", path=path, known=f"{MOST_LISTS:,}")
        if len(heights) and heights.max() > DEEPEST:
            raise FileRefused("nested_too_deep", path=path, known=DEEPEST)
        depth = int(heights[-1]) if len(heights) else depth


def blocks_of(path: Path) -> Iterator[bytes]:
    """Yield a file block by block."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _brackets(blocks: Iterable[bytes]) -> Iterator[NDArray[np.uint8]]:
    """Yield the brackets of JSON that stand outside its texts, block by block."""
    quoted, carried = 0, b""
    for block in blocks:
        whole = carried + block
        ended = whole.rstrip(b"\\")  # an escape may go on in the next block
        carried = whole[len(ended) :]
        plain = ended.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, DULL)
        marks = np.frombuffer(plain, np.uint8)
        quotes = marks == ord('"')
        inside = (quoted + np.cumsum(quotes)) % 2
        quoted = int(inside[-1]) if len(inside) else quoted
        yield marks[~quotes & (inside == 0)]


def _utf8(blocks: Iterable[bytes], encoding: str, path: Path) -> Iterator[bytes]:
    """Yield blocks in which a byte below 128 is that character, up to what cannot be decoded: its source tells that."""
    try:
        for text in codecs.iterdecode(blocks, encoding):
            yield text.encode("utf-8", "surrogatepass")
    except UnicodeError:
        return
    except LookupError as fault:
        raise ConfigError("wrong_type", path=path, detail="source.encoding", known="utf-8 | gb18030 | ...") from fault
