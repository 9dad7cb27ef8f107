"""XML looked through before it is parsed: no document type, so no entities, and not deeper than anything honest is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

from data.errors import FileRefused

DEEPEST = 64
MOST_ELEMENTS = 20_000_000
LONGEST_PROLOGUE = 1 << 16  # bytes before the first element


class _Watch:
    """Counts elements on the way; refuses a document type."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name, self.depth, self.elements = path, name, 0, 0
        # without name spaces: nothing is built, only counted
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, block: bytes, last: bool = False) -> None:
        try:
            self.parser.Parse(block, last)
        except expat.ExpatError as fault:
            raise self._refused(f"XML: {fault}") from fault

    def _begin(self, *_: object) -> None:
        self.depth, self.elements = self.depth + 1, self.elements + 1
        if self.depth > DEEPEST:
            raise FileRefused("nested_too_deep", path=self.path, known=DEEPEST)
        if self.elements > MOST_ELEMENTS:
            raise FileRefused("too_many_points", path=self.path, known=f"{MOST_ELEMENTS:,}")

    def _end(self, _: str) -> None:
        self.depth -= 1

    def _doctype(self, *_: object) -> None:
        raise self._refused("XML: DOCTYPE")

    def _refused(self, detail: str) -> FileRefused:
        return FileRefused("unreadable", path=self.path, detail=f"{self.name} {detail}".strip()[:200])


def check_xml(blocks: Iterable[bytes], path: Path) -> None:
    """Look through a whole document; raises FileRefused `unreadable`, `nested_too_deep`, `too_many_points`."""
    watch = _Watch(path, "")
    for block in blocks:
        watch.feed(block)
    watch.feed(b"", last=True)


def check_prologue(block: bytes, path: Path, name: str) -> None:
    """Look through the beginning of a document, which must hold its first element; raises FileRefused `unreadable`."""
    watch = _Watch(path, name)
    watch.feed(block[:LONGEST_PROLOGUE])
    if not watch.elements:
        raise FileRefused("unreadable", path=path, detail=f"{name} XML")
