"""Keeps the raster of an index beside the areas, so that a second load need not draw it again.

A cache is never trusted: an archive carries the checksum of each array, its name the content it was made from,
and one that cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT = "raster-1"  # changes when the meaning of the raster does
KEPT = 8  # rasters of as many sets of areas stay


def cache_key(*parts: Iterable[Any]) -> str:
    """Return the SHA-256 of the parts (texts, bytes, numbers), each with its length before it."""
    digest = hashlib.sha256(FORMAT.encode())
    for part in parts:
        for item in part:
            content = item if isinstance(item, bytes) else str(item).encode()
            digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def read_raster(folder: Path, key: str) -> NDArray[np.signedinteger[Any]] | None:
    """Return the raster kept under the key, None where there is none that can be read whole."""
    path = folder / f"{key}.npz"
    try:
        with np.load(path, allow_pickle=False) as kept:
            raster: NDArray[np.signedinteger[Any]] = kept["raster"]
        os.utime(path)  # used: the last to be swept
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return raster


def keep_raster(folder: Path, key: str, raster: NDArray[np.signedinteger[Any]]) -> None:
    """Keep a raster under the key and sweep the longest unused; a disk that takes nothing is no failure."""
    draft = folder / f"{key}.{secrets.token_hex(4)}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(draft, "wb") as file:
            np.savez(file, raster=raster)
        os.replace(draft, folder / f"{key}.npz")
        for path in sorted(folder.iterdir(), key=lambda x: x.stat().st_mtime)[:-KEPT]:
            path.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            draft.unlink()
