"""CSV as a spreadsheet opens it: UTF-8 with its mark, CRLF, heads in the reader's language, no cell a formula.

Where the rows are from stands in a second file beside it, `<name>.csv-metadata.json` as the W3C's "Model for Tabular
Data" finds it: lines of remarks inside the table would turn numbers and times into text for every program that reads
columns by their type. A download is a ZIP of the two.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.exports.columns import local_rows, plain, told
from data.exports.extract import Extract, Format, Progress
from data.exports.plain_text import safe

MARK = "utf-8-sig"  # without its mark a spreadsheet takes Chinese for something else
BESIDE = "-metadata.json"
KINDS = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_timestamp, "datetime"),
    (pa.types.is_date, "date"),
)


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write the table to `path` and what it is to the file beside it."""
    names = told(extract.schema)
    with path.open("w", encoding=MARK, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([safe(extract.head(name)) for name in names])
        for batch in extract.batches(report):
            writer.writerows([_cell(value) for value in row] for row in local_rows(batch, names, extract.zone))
    about = json.dumps(_about(extract, path.name, names), ensure_ascii=False, indent=2)
    path.with_name(path.name + BESIDE).write_text(about, encoding="utf-8")


def _cell(value: Any) -> Any:
    known = plain(value)
    if isinstance(known, bool):
        return "true" if known else "false"
    return "" if known is None else safe(known) if isinstance(known, str) else known


def _about(extract: Extract, url: str, names: list[str]) -> dict[str, Any]:
    columns = [
        {"name": name, "titles": extract.head(name), "datatype": _kind(extract.schema.field(name).type)}
        for name in names
    ]
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": url,
        "dc:title": extract.title,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": columns},
        "gridlink:zone": extract.zone.key,
        "gridlink:guard": "a text that would be a formula has one apostrophe before it",
        "gridlink:provenance": extract.provenance.as_json(),
        "gridlink:facts": [list(line) for line in extract.provenance.lines(extract.zone, extract.labels)],
    }


def _kind(kind: pa.DataType) -> str:
    return next((name for is_kind, name in KINDS if is_kind(kind)), "string")


FORMAT = Format("csv", ".csv", "text/csv", write, beside=BESIDE)
