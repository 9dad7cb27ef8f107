"""The one way out for rows: `/export/<name>.<format>?<view>`, with the account's own scope and an audit line before it.

Few rows are sent right away; many become a job of `gridlink work` (202 and its number), whose file is fetched from
`/export/jobs/<number>/file`. A wall's account takes nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
from flask import Blueprint, Response, abort, request, send_file

from dashboard import reason, watch
from dashboard.refusal import status
from dashboard.session import door, is_kiosk, scope
from dashboard.takeaway import Takeaway, View, heads, taken
from dashboard.taken_about import about, labels, line, provenance
from dashboard.text import voice
from data.errors import NotAllowed, Problem
from data.exports import Extract, Format, Provenance, file_stem, format_of
from data.exports.asked import Asked, count, opened, spelled
from data.exports.extract import BATCH
from data.exports.written import ZIP, admit, folder, write_one
from data.jobs import DONE, RUNNING, WAITING, Jobs
from data.scope import Scope

KIND = "export"
MACHINE = "machine"  # ?heads=machine: columns under their stable names
NOT_A_CHOICE = frozenset({"heads", "version", "u", "far", "retry", "title", "format"})
PICTURES, LONGEST = ("png", "svg"), 80

exports = Blueprint("exports", __name__, url_prefix="/export")


@exports.before_request
def no_wall() -> None:
    """Refuse everything to a wall's account."""
    if is_kiosk():
        raise NotAllowed("no_kiosk_export")


@exports.errorhandler(Problem)
def refused(problem: Problem) -> tuple[str, int, dict[str, str]]:
    """Say in the reader's language why nothing leaves."""
    return problem.sentence(voice().language), status(problem), {"Content-Type": "text/plain; charset=utf-8"}


@exports.get("/<name>.<key>")
def take(name: str, key: str) -> Response | tuple[Response, int]:
    """Send what `name` shows in a format, or hand it to a job where it is long."""
    one, format = taken(name), format_of(key)
    view = chosen()
    who = reason.who() if one.personal else scope()
    rows = one.rows(view)
    if isinstance(rows, Asked):
        rows = replace(rows, words={}) if _for_programs() else rows
        total = count(door(), who, rows)
        if total > door().config.exports.at_once and not one.personal:
            return _handed_over(one, format, rows, total), 202
    else:
        total = rows.num_rows
    told = provenance(one, rows, view)
    with _reader(rows, who, total) as reader:
        made = Extract(one.title(), reader, total, door().config.zone, told, _heads(reader.schema), labels())
        admit(format, made, door().config.exports.most)
        record(who, name, format.key, told, total)
        return _sent(made, format)


@exports.get("/picture")
def picture() -> Response:
    """Write the audit line of a picture the browser is about to make, and say what stands under it and its name."""
    title, key = request.args.get("title", "")[:LONGEST], request.args.get("format", "")
    if key not in PICTURES:
        raise Problem("unknown_export_format", detail=key, known=", ".join(PICTURES))
    made = about("picture", chosen())
    record(scope(), title, key, made, None)
    return _json({"line": line(made), "file": file_stem(title, made.at, door().config.zone), "id": made.id})


def chosen() -> View:
    """Return the view in the address: the choices of the screen the rows are taken from."""
    return {name: value for name, value in request.args.items() if name not in NOT_A_CHOICE}


def record(who: Scope, name: str, key: str, made: Provenance, rows: int | None) -> None:
    """Write the audit line of an export; raises Problem `no_audit`, and then nothing leaves."""
    facts = {"format": key, "export": made.id, "query": made.query, "version": made.version, "rows": rows}
    door().audit.record(who, "export", subjects=name, filters=dict(made.filters), **facts)


@contextmanager
def _reader(rows: pa.Table | Asked, who: Scope, total: int) -> Iterator[pa.RecordBatchReader]:
    if isinstance(rows, Asked):
        with opened(door(), who, rows, total) as (reader, _):
            yield reader
    else:
        yield rows.to_reader(BATCH)


def _heads(schema: pa.Schema) -> dict[str, str]:
    return {} if _for_programs() else heads(schema)


def _for_programs() -> bool:
    """Say whether stable names and codes are wanted rather than words."""
    return request.args.get("heads") == MACHINE


def _sent(made: Extract, format: Format) -> Response:
    """Write the file, open it, and remove it: it is read to its end all the same."""
    with tempfile.TemporaryDirectory(prefix=".", dir=folder(door().config)) as here:
        path = write_one(made, format, Path(here), lambda _: None)
        return sent(path, format.mimetype)


def sent(path: Path, mimetype: str, name: str = "") -> Response:
    """Send a file that may be gone before it is read."""
    kind = ZIP if path.suffix == ".zip" else mimetype
    answer = send_file(path.open("rb"), kind, as_attachment=True, download_name=name or path.name)
    answer.content_length = path.stat().st_size
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _handed_over(one: Takeaway, format: Format, rows: Asked, total: int) -> Response:
    """Give a long export to `gridlink work`; written to the audit log now, and again when its file is fetched."""
    limits, mine = door().config.exports, Jobs(door().operations)
    if total > limits.most:
        raise Problem("too_many_to_export", detail=f"{total:,}", known=f"{limits.most:,}")
    waiting = [job for job in mine.recent(KIND, 100) if job.state in (WAITING, RUNNING)]
    if sum(job.account == scope().account for job in waiting) >= limits.per_account:
        raise Problem("too_many_exports", known=limits.per_account)
    made = provenance(one, rows, chosen())
    asked = {"query": rows.query, "params": spelled(rows.params), "columns": list(rows.columns), "words": rows.words}
    spoken = _heads(pa.schema([(column, pa.string()) for column in rows.columns]))
    record(scope(), one.name, format.key, made, total)
    facts = {"title": one.title(), "heads": spoken, "labels": labels(), "about": made.as_json(), "file": uuid4().hex}
    number = mine.submit(KIND, scope().account, format=format.key, asked=asked, total=total, **facts)
    return _json({"job": number, "total": total})


@exports.get("/jobs/<int:number>")
def progress(number: int) -> Response:
    """Say how far a job of this account is: state, rows done and all of them, a sentence where it failed."""
    told = _mine(number)
    done = int(told["progress"] or 0) if str(told["progress"]).isdigit() else 0
    facts = {"state": told["state"], "done": done, "total": told["arguments"]["total"], "words": watch.words(told)}
    return _json(facts)


@exports.get("/jobs/<int:number>/file")
def fetch(number: int) -> Response:
    """Send the file a job of this account made; written to the audit log before it leaves."""
    told = _mine(number)
    result = told["result"] if told["state"] == DONE else None
    path = folder(door().config) / str((result or {}).get("file", ""))
    if not result or not path.is_file():
        raise Problem("export_gone", detail=number, known=f"{door().config.exports.keep_hours:g}")
    asked = told["arguments"]
    facts = {"format": asked["format"], "export": asked["about"]["id"], "rows": result["rows"]}
    door().audit.record(scope(), "export fetched", subjects=asked["title"], **facts)
    return sent(path, format_of(asked["format"]).mimetype, result["name"])


def _mine(number: int) -> dict[str, Any]:
    told = watch.told(number)
    if told is None or told["kind"] != KIND:
        abort(404)
    return told


def _json(value: Any) -> Response:
    answer = Response(json.dumps(value, ensure_ascii=False), mimetype="text/json")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
