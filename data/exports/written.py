"""Writes an extract as the one file that leaves: what has a second file beside it becomes a ZIP of both."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path

from data.config import Config
from data.errors import Problem
from data.exports.extract import Extract, Format, Progress
from data.exports.listed import file_name

ZIP = "application/zip"


def folder(config: Config) -> Path:
    """Return the folder of files on their way out of a home, rid of those kept long enough."""
    here = config.home / "exports"
    here.mkdir(mode=0o700, exist_ok=True)
    oldest = time.time() - config.exports.keep_hours * 3600
    for path in here.iterdir():
        if path.stat().st_mtime < oldest:
            _remove(path)
    return here


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def admit(format: Format, extract: Extract, most: int) -> None:
    """Raise Problem where the rows do not fit the format (`export_does_not_fit`) or are too many."""
    if not format.fits(extract.schema):
        raise Problem("export_does_not_fit", detail=extract.title, known=format.key)
    if extract.total > most:
        raise Problem("too_many_to_export", detail=f"{extract.total:,}", known=f"{most:,}")


def write_one(extract: Extract, format: Format, here: Path, report: Progress) -> Path:
    """Write the rows into an empty folder and return the file that leaves: `<title>_<time><suffix>`."""
    path = here / file_name(extract, format.suffix)
    format.write(extract, path, report)
    return _zipped(path, format.beside) if format.beside else path


def _zipped(path: Path, beside: str) -> Path:
    second, whole = path.with_name(path.name + beside), path.with_suffix(".zip")
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        for one in (path, second):
            file.write(one, one.name)
            one.unlink()
    return whole
