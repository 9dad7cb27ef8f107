"""Photos of incidents: re-encoded on arrival, so that no place, device or anything hidden travels with them.

They lie in <home>/photos/<photo_id>.jpg, mode 0600, and are opened only through a page that writes who looked.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import Column, DateTime, MetaData, String, Table, insert, select

from data.errors import Problem
from data.operations import Operations

metadata = MetaData()

photo = Table(
    "photo",
    metadata,
    Column("photo_id", String, primary_key=True),
    Column("incident_id", String, nullable=False, index=True),
    Column("state", String, nullable=False),  # of the case when it was taken: before or after the handling
    Column("account", String, nullable=False),
    Column("added_at", DateTime, nullable=False),
)

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_PIXELS = 40_000_000  # what a telephone takes; a picture that unpacks to more is refused unread
# What the reader of pictures and of what cameras write beside them raises over bytes that are none.
DAMAGE = (
    *(UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, TypeError, LookupError),
    *(AttributeError, EOFError, OverflowError, struct.error, zlib.error),
)
SIDE = 1600  # pixels: enough to see what was done


class Photos:
    """The photos of one home."""

    def __init__(self, operations: Operations, home: Path) -> None:
        self.operations, self.folder = operations, home / "photos"
        operations.make(metadata)

    def add(self, incident_id: str, state: str, account: str, content: bytes) -> str:
        """Keep a photo of a case and return its id; raises Problem `bad_photo` for what is no JPEG, PNG or WebP."""
        plain, photo_id = _plain(content), uuid4().hex
        self.folder.mkdir(mode=0o700, exist_ok=True)
        draft = self.folder / f".{photo_id}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(plain)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.folder / f"{photo_id}.jpg")
        row = {"photo_id": photo_id, "incident_id": incident_id, "state": state, "account": account}
        with self.operations.write() as connection:
            connection.execute(insert(photo).values(**row, added_at=datetime.now(UTC).replace(tzinfo=None)))
        return photo_id

    def of(self, incident_id: str) -> list[dict[str, Any]]:
        """Return the photos of a case, oldest first: photo_id, state, account, added_at."""
        mine = select(photo).where(photo.c.incident_id == incident_id).order_by(photo.c.added_at)
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(mine)]

    def get(self, photo_id: str) -> dict[str, Any]:
        """Return the row of a photo and its `path`; raises Problem `bad_photo`."""
        with self.operations.engine.connect() as connection:
            row = connection.execute(select(photo).where(photo.c.photo_id == photo_id)).first()
        if row is None:
            raise Problem("bad_photo", detail=photo_id)
        return {**row._asdict(), "path": self.folder / f"{row.photo_id}.jpg"}


def _plain(content: bytes) -> bytes:
    """Return the picture alone: turned as it was held, no larger than needed, without any metadata."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise Problem("bad_photo", detail=f"{image.width} x {image.height}")
            image.draft("RGB", (SIDE, SIDE))  # a JPEG need not be unpacked larger than it is kept
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except DAMAGE as fault:
        raise Problem("bad_photo", detail=type(fault).__name__) from fault
    upright.thumbnail((SIDE, SIDE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=85)
    return out.getvalue()
