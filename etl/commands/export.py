"""`gridlink export`: the rows of a query as a file, as an account sees them, or as the whole city has them."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from data.accounts import Accounts
from data.config import load_config
from data.errors import ConfigError, NotAllowed, Problem
from data.exports import Extract, Format, Provenance, format_of
from data.exports.asked import Asked, opened, parse, spelled
from data.exports.written import admit
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files
from etl.commands import Home, Json, say, show_json

COMMAND, KIOSK = "command", "kiosk"


def export(
    query: Annotated[str, typer.Argument(help="Name of a query, e.g. incidents_between.")],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    format: Annotated[str, typer.Option("--format", help="csv | xlsx | geojson | gpkg | parquet | mf-json | duckdb")],
    given: Annotated[list[str] | None, typer.Option("--set", help="A parameter, name=value; instants UTC.")] = None,
    account: Annotated[str, typer.Option(help="See no more than this account; default: the whole city.")] = "",
    reason: Annotated[str, typer.Option(help="Why persons are looked at, where the query is about them.")] = "",
    second: Annotated[str, typer.Option("--second-reason", help="The other reason that old tracks need.")] = "",
    home: Home = Path("home"),
    as_json: Json = False,
) -> None:
    """Write the rows of a query to a file with where they are from; recorded in the audit log before."""
    door, kind = Door(load_config(home)), format_of(format)
    who = _scope(door, account).because(reason, second)
    asked = Asked(query, _params(door, who, query, given or []))
    about = _about(door, who, asked)
    facts = {"format": format, "export": about.id, "query": query, "version": about.version}
    with opened(door, who, asked) as (reader, total):
        made = Extract(query, reader, total, door.config.zone, about)
        admit(kind, made, door.config.exports.most)
        door.audit.record(who, "export", subjects=query, filters=dict(about.filters), rows=total, **facts)
        _write(made, kind, out)
    if as_json:
        show_json({**about.as_json(), "rows": total, "format": format, "file": str(out)})
    else:
        say("exported", rows=f"{total:,}", file=out)


def _write(made: Extract, kind: Format, out: Path) -> None:
    """Write a draft beside the file and put it in its place when it is whole, with a bar on a terminal."""
    if not out.parent.is_dir():
        raise ConfigError("no_folder", path=out.parent)
    with tempfile.TemporaryDirectory(prefix=".", dir=out.parent) as folder, Bar(console=Console(stderr=True)) as bar:
        task, draft = bar.add_task(out.name, total=made.total or None), Path(folder) / out.name
        kind.write(made, draft, lambda done: bar.update(task, completed=done))
        for path in Path(folder).iterdir():
            path.replace(out.parent / path.name)


def _scope(door: Door, name: str) -> Scope:
    """Return the scope of an account; without one that of whoever has the machine: all roles, the whole city."""
    if not name:
        return Scope(COMMAND, frozenset({"administrator", "auditor", "analyst"}), door.config.city.area_id)
    known = Accounts(door.operations).get(name)
    if known is None or known.disabled:
        raise ConfigError("unknown_account", detail=name)
    if KIOSK in known.roles:
        raise NotAllowed("no_kiosk_export")
    return known.scope()


def _params(door: Door, who: Scope, query: str, given: list[str]) -> dict[str, object]:
    """Return the parameters given; `area` is the whole scope and `now` is now unless said otherwise."""
    pairs = [one.partition("=") for one in given]
    for name, sign, _ in pairs:
        if not sign:
            raise Problem("bad_parameter", detail=name)
    files = sql_files("queries")
    wanted = files[query].parameters if query in files else frozenset()
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    usual = {"area": who.area_id, "now": now, "workers": None}
    return {name: value for name, value in usual.items() if name in wanted} | parse({n: v for n, _, v in pairs})


def _about(door: Door, who: Scope, asked: Asked) -> Provenance:
    told = {name: text for name, text in spelled(asked.params).items() if text is not None}
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return Provenance(told, asked.query, door.version(), now, who.account, uuid4().hex[:12])
