"""Compressed files opened with limits: a small file that would fill the disk or the memory is refused."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from data.errors import FileRefused

LARGEST = 4 << 30  # bytes after decompression
HIGHEST_RATIO = 100  # decompressed to compressed, beyond ALWAYS_FINE
ALWAYS_FINE = 16 << 20
MOST_MEMBERS = 1_000
LONGEST_READ = 1 << 20  # bytes of a zip's directory: each member named takes half a kilobyte of memory
NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst", ".jar")
BLOCK = 1 << 20


class _Bounded(io.FileIO):
    """A file of which nobody reads much at once: the directory of a zip may claim any length."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_READ:
            raise zipfile.BadZipFile("directory too long")
        return super().read(size) or b""


def check_zip(path: Path, largest: int = LARGEST) -> list[str]:
    """Return the names in a zip; raises FileRefused `zip_refused` for bombs, escaping paths, locks and damage.

    largest: bytes all members may have together.
    """
    try:
        with _Bounded(path) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise FileRefused("zip_refused", path=path, detail=str(fault)) from fault
    if len(members) > MOST_MEMBERS:
        raise FileRefused("zip_refused", path=path, detail=f"{len(members)} members")
    for member in members:
        _check_member(member, path)
    _check_size(sum(x.file_size for x in members), sum(x.compress_size for x in members), path, largest)
    return [x.filename for x in members]


def gunzip(path: Path) -> bytes:
    """Return the content of a gzip file, read in blocks under the same limits; raises FileRefused."""
    return b"".join(gunzipped(path))


def gunzipped(path: Path) -> Iterator[bytes]:
    """Yield the content of a gzip file block by block; raises FileRefused as soon as it is too much."""
    packed, size = path.stat().st_size, 0
    try:
        with gzip.open(path) as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                _check_size(size, packed, path)
                yield block
    except (OSError, EOFError, zlib.error) as fault:
        raise FileRefused("unreadable", path=path, detail=str(fault)) from fault


def _check_member(member: zipfile.ZipInfo, path: Path) -> None:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in member.filename:
        raise FileRefused("zip_refused", path=path, detail=f"path {member.filename}")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileRefused("zip_refused", path=path, detail=f"link {member.filename}")
    if name.suffix.lower() in NESTED:
        raise FileRefused("zip_refused", path=path, detail=f"{member.filename} is an archive")
    if member.flag_bits & 0x1:
        raise FileRefused("zip_refused", path=path, detail=f"{member.filename} is encrypted")


def _check_size(size: int, packed: int, path: Path, largest: int = LARGEST) -> None:
    if size > largest or (size > ALWAYS_FINE and size > HIGHEST_RATIO * packed):
        raise FileRefused("zip_refused", path=path, detail=f"{packed} -> {size}+ bytes")
