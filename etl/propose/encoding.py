"""Which encoding a text file is in: byte-order marks, what decodes, and which decoding gives common characters."""

from __future__ import annotations

import codecs
from pathlib import Path

from data.errors import FileRefused

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LOOKED_AT = 1 << 22  # bytes
ONE_SIDED = 0.05  # share of zero bytes that may stand on the other side
# First bytes of the characters that are common: level 1 of GB 2312, and of Big5.
COMMON = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}


def guess_encoding(data: bytes, path: Path) -> str:
    """Return utf-8, utf-8-sig, utf-16, gb18030, big5 or cp1252; raises FileRefused `bad_encoding` when none fits."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return name
    head = data[:LOOKED_AT]
    wide = _wide(head)
    if wide and _decodes(head[: len(head) // 2 * 2], wide):
        return wide
    if _decodes(data, "utf-8"):
        return "utf-8"
    fitting = {name: _common(head, name) for name in COMMON if _decodes(data, name)}
    best = max(fitting, key=lambda x: fitting[x], default=None)
    if best and fitting[best] >= 0.5:
        return best
    if _decodes(data, "cp1252"):
        return "cp1252"
    raise FileRefused("bad_encoding", path=path, detail="utf-8 | gb18030 | big5 | utf-16")


def _wide(head: bytes) -> str | None:
    """Return UTF-16 without a mark: no other text holds zero bytes, and here they stand on one side of each pair."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even + odd or min(even, odd) > ONE_SIDED * (even + odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _common(head: bytes, name: str) -> float:
    """Return the share of the double-byte characters that are common ones under an encoding."""
    first, last = COMMON[name]
    firsts = [x.encode(name)[0] for x in head.decode(name, errors="ignore") if ord(x) > 0x7F]
    return sum(first <= x <= last for x in firsts) / len(firsts) if firsts else 0.0
