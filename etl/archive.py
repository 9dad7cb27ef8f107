"""Compressed files opened with limits: a small file that would fill the disk or the memory is refused."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from data.errors import FileRefused

LARGEST = 4 << 30  # bytes after decompression
HIGHEST_RATIO = 200  # decompressed to compressed, beyond ALWAYS_FINE
ALWAYS_FINE = 16 << 20
MOST_MEMBERS = 10_000
BLOCK = 1 << 20


def check_zip(path: Path) -> list[str]:
    """Return the names in a zip; raises FileRefused `zip_refused` for bombs, escaping paths, locks and damage."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise FileRefused("zip_refused", path=path, detail=str(fault)) from fault
    for member in members:
        _check_member(member, path)
    size, packed = sum(x.file_size for x in members), sum(x.compress_size for x in members)
    if len(members) > MOST_MEMBERS:
        raise FileRefused("zip_refused", path=path, detail=f"{len(members)} members")
    _check_size(size, packed, path)
    return [x.filename for x in members]


def gunzip(path: Path) -> bytes:
    """Return the content of a gzip file, read in blocks under the same limits; raises FileRefused."""
    packed, blocks, size = path.stat().st_size, [], 0
    try:
        with gzip.open(path) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                _check_size(size, packed, path)
                blocks.append(block)
    except (OSError, EOFError, zlib.error) as fault:
        raise FileRefused("unreadable", path=path, detail=str(fault)) from fault
    return b"".join(blocks)


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in member.filename:
        raise FileRefused("zip_refused", path=path, detail=f"path {member.filename}")
    if member.flag_bits & 0x1:
        raise FileRefused("zip_refused", path=path, detail=f"{member.filename} is encrypted")


def _check_size(size: int, packed: int, path: Path) -> None:
    if size > LARGEST or (size > ALWAYS_FINE and size > HIGHEST_RATIO * packed):
        raise FileRefused("zip_refused", path=path, detail=f"{packed} -> {size}+ bytes")
