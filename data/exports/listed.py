"""The formats there are, by key: the files of this folder that end in `FORMAT`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from data.errors import Problem
from data.exports.extract import Extract, Format

ORDER = ("csv", "xlsx", "geojson", "gpkg", "parquet", "mf-json", "duckdb")
UNSAFE = re.compile(r"[\\/:*?\"<>|\x00-\x1f]+")


def _found() -> dict[str, Format]:
    names = [module.name for module in iter_modules([str(Path(__file__).parent)])]
    modules: list[Any] = [import_module(f"data.exports.{name}") for name in names if name != "listed"]
    found = {module.FORMAT.key: module.FORMAT for module in modules if hasattr(module, "FORMAT")}
    order = [*(key for key in ORDER if key in found), *sorted(found.keys() - set(ORDER))]
    return {key: found[key] for key in order}


def format_of(key: str) -> Format:
    """Return a format by its key; raises Problem `unknown_export_format`."""
    if key not in FORMATS:
        raise Problem("unknown_export_format", detail=key, known=", ".join(FORMATS))
    return FORMATS[key]


def formats_for(schema: pa.Schema) -> list[Format]:
    """Return the formats rows of these columns can be written in."""
    return [one for one in FORMATS.values() if one.fits(schema)]


def file_name(extract: Extract, suffix: str) -> str:
    """Return what the file of an extract is called."""
    return file_stem(extract.title, extract.provenance.at, extract.zone) + suffix


def file_stem(title: str, at: datetime, zone: ZoneInfo) -> str:
    """Return `<title>_<day>-<hhmm>` in the city's zone, without anything a file system refuses; `at` is naive UTC."""
    stem = UNSAFE.sub("_", title).strip(" .") or "export"
    return f"{stem}_{at.replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d-%H%M}"


FORMATS: dict[str, Format] = _found()
