"""`gridlink map`: a mapping for a file nobody saw before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data.config import load_config
from data.errors import sentence
from data.words import word
from etl.commands import Home, Json, say, show_json, spoken_language
from etl.propose import Proposal, propose
from etl.propose.save import save_draft, save_mapping, write

IN_HOME = {Path("."), Path("mappings")}
REASONS_SHOWN = 5
UNSURE = 0.75  # below this a line is marked


def map(
    file: Annotated[Path, typer.Argument(help="The file to bring.")],
    home: Home = Path("home"),
    to: Annotated[Path | None, typer.Option("--write", help="mappings/NAME.toml: keep it in the home.")] = None,
    feed: Annotated[str, typer.Option(help="What the file holds: area, fix, incident, ...")] = "",
    crs: Annotated[str, typer.Option(help="EPSG:code, GCJ-02 or BD-09.")] = "",
    time_zone: Annotated[str, typer.Option(help="Zone of its clocks: Asia/Shanghai, UTC, ...")] = "",
    column: Annotated[list[str] | None, typer.Option(help="OURS=THEIRS; OURS==constant; OURS= for none.")] = None,
    encoding: Annotated[str, typer.Option(help="utf-8, gb18030, ...")] = "",
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook.")] = "",
    overwrite: Annotated[bool, typer.Option(help="Replace a mapping of that name.")] = False,
    as_json: Json = False,
) -> None:
    """Propose which columns are which, show the first rows as they would load, and write the mapping."""
    config = load_config(home)
    told = {"feed": feed, "crs": crs, "time_zone": time_zone, "encoding": encoding, "sheet": sheet}
    proposal = propose(file, config, {**told, "columns": dict(_answer(x) for x in column or [])})
    if as_json:
        show_json(proposal.as_json())
    else:
        _show(proposal)
    if to is not None and proposal.toml:
        _keep(proposal, to, overwrite)
    if not proposal.is_ready:
        _ask(proposal, home)
        sys.exit(1)
    say("map_next" if to is not None else "map_write", file=file, home=home)


def _answer(text: str) -> tuple[str, str | dict[str, str] | None]:
    """Read OURS=THEIRS, OURS==constant or OURS=."""
    ours, _, theirs = text.partition("=")
    if theirs.startswith("="):
        return ours.strip(), {"constant": theirs[1:]}
    return ours.strip(), theirs.strip() or None


def _keep(proposal: Proposal, to: Path, overwrite: bool) -> None:
    """Write the mapping; one with open questions becomes a draft, which no load reads."""
    config = proposal.table.config
    if to.parent not in IN_HOME:
        path = write(to, proposal.toml, overwrite)
    elif proposal.is_ready:
        path = save_mapping(config, to.name, proposal.toml, overwrite=overwrite)
    else:
        path = save_draft(config, to.name, proposal.toml)
    say("written", path=path)


def _show(proposal: Proposal) -> None:
    about, language = proposal.as_json(), spoken_language()
    places = " ".join(x for x in (about["crs"], about["time_zone"]) if x)
    say("map_seen", format=about["format"], encoding=about["encoding"], feed=about["feed"] or "?", places=places)
    if proposal.toml:
        Console().print(_columns(about, language))
    if about["personal"]:
        say("map_personal", columns=", ".join(about["personal"]))
    if about["unused"]:
        say("map_unused", columns=", ".join(about["unused"]))
    tried = about["preview"]
    if tried["rows"]:
        Console().print(_rows(tried))
    say(
        "map_tried",
        **{x: tried[x] for x in ("rows_in", "would_load", "would_reject")},
        counted=sum(tried["counted"].values()),
    )
    if tried["note"]:
        say("warning", sentence=sentence(tried["note"], language, path=proposal.table.path.name))
    for row in tried["rejects"][:REASONS_SHOWN]:
        print(f"  {row['row']}: {row['sentence_zh' if language == 'zh-CN' else 'sentence_en']}", file=sys.stderr)


def _columns(about: dict[str, Any], language: str) -> Table:
    table = Table(*(word(x, language) for x in ("map_theirs", "map_ours", "map_meaning", "map_sure", "map_sample")))
    meaning = "zh" if language == "zh-CN" else "en"
    for row in about["columns"]:
        if row["how"] or row["required"]:
            theirs = row["theirs"] or ("=" if row["how"] == "constant" else "—")
            sure = f"{row['sure']:.0%}" + ("" if row["sure"] >= UNSURE else " ?")
            ours = row["ours"] + ("*" if row["required"] else "")
            table.add_row(*(escape(str(x)) for x in (theirs, ours, row[meaning], sure, row["sample"])))
    return table


def _rows(tried: dict[str, Any]) -> Table:
    table = Table(*tried["columns"])
    for row in tried["rows"][:REASONS_SHOWN]:
        table.add_row(*("" if x is None else escape(str(x)[:24]) for x in row))
    return table


def _ask(proposal: Proposal, home: Path) -> None:
    language = spoken_language()
    for question in proposal.questions:
        say("map_asked", sentence=sentence(question.reason, language, **question.facts))
    say("map_again", file=proposal.table.path, home=home)
