"""Files a steward brings: streamed into <home>/uploads/ under a name of our own making, never the client's."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from dashboard.session import door, scope

LARGEST = 512 * 1024 * 1024
LONGEST = 80  # characters of a name, its suffixes included
CHUNK = 1 << 20
UNSAFE = re.compile(r"[^\w.\-]+")
# What a file may be called at its end; what can really be read is for the loader to say.
SUFFIX = re.compile(r"(\.[A-Za-z0-9]{1,8}){1,2}$")

uploads = Blueprint("uploads", __name__)


@dataclass(frozen=True)
class Upload:
    """One file brought: its name in the folder, its size in bytes, and when it came (naive UTC)."""

    name: str
    size: int
    at: datetime


def folder() -> Path:
    """Return the folder of brought files of the home."""
    return door().config.home / "uploads"


def listed() -> list[Upload]:
    """Return the files brought so far, the newest first."""
    if not folder().is_dir():
        return []
    files = [path for path in folder().iterdir() if path.is_file() and not path.is_symlink() and path.name[0] != "."]
    found = [Upload(path.name, path.stat().st_size, _time(path.stat().st_mtime)) for path in files]
    return sorted(found, key=lambda one: (one.at, one.name), reverse=True)


def path_of(name: str | None) -> Path | None:
    """Return the path of a brought file by its name; None for any other name, whatever it may point at."""
    return next((folder() / one.name for one in listed() if one.name == name), None)


def safe(name: str) -> str:
    """Return a file name made of letters, digits, dots and dashes; what stood before the last slash is gone."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = UNSAFE.sub("_", last).strip("._-") or "file"
    suffix = SUFFIX.search(plain)
    end = suffix.group(0) if suffix else ""
    return plain[: len(plain) - len(end)][: LONGEST - len(end)].rstrip("._-") + end.lower() if end else plain[:LONGEST]


@uploads.url_value_preprocessor
def allow_large(_: str | None, __: dict[str, Any] | None) -> None:
    """Let this one body be large: set before anything looks at it."""
    request.max_content_length = LARGEST


@uploads.post("/uploads")
def bring() -> Response | tuple[Response, int]:
    """Keep the body of the request as a file and return its name: {"file": name}."""
    if not scope().tends_data:
        abort(403)
    folder().mkdir(mode=0o750, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".", dir=folder())
    try:
        with os.fdopen(handle, "wb") as file:
            size = _copy(file)
        name = _settled(Path(draft), safe(request.args.get("name", "")))
    finally:
        Path(draft).unlink(missing_ok=True)
    door().audit.record(scope(), "upload", subjects=name, bytes=size)
    return jsonify({"file": name})


def _copy(file: IO[bytes]) -> int:
    """Write the body piece by piece; one that is empty, too long or breaks off leaves nothing behind."""
    size = 0
    while piece := request.stream.read(CHUNK):
        size += len(piece)
        if size > LARGEST:
            abort(413)
        file.write(piece)
    if not size or (request.content_length is not None and size != request.content_length):
        abort(400)
    file.flush()
    os.fsync(file.fileno())
    return size


def _settled(draft: Path, name: str) -> str:
    """Give a file its name, or the next free one: nothing brought before is ever replaced."""
    stem, dot, end = name.partition(".")
    for number in range(1, 1000):
        chosen = name if number == 1 else f"{stem}-{number}{dot}{end}"
        try:
            os.link(draft, folder() / chosen)
        except FileExistsError:
            continue
        return chosen
    abort(409)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
