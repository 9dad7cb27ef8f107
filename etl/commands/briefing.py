"""`gridlink briefing`: the briefing or the monthly report as a file, for a clock to make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from data.briefing.forms import FORMS
from data.briefing.notes import remarks
from data.briefing.numbers import Question
from data.briefing.provenance import provenance
from data.briefing.write import numbers_of, write
from data.config import load_config
from data.errors import ConfigError
from data.query import Door
from data.scope import Scope
from etl.commands import Home, say

ACCOUNT = "command"


def briefing(
    out: Annotated[Path, typer.Argument(help="File to write: .html, .pdf or .docx.")],
    kind: Annotated[str, typer.Option(help="brief | monthly")] = "monthly",
    period: Annotated[str, typer.Option(help="30d, m:2026-10, q:2026-Q4 ...")] = "30d",
    area: Annotated[str, typer.Option(help="Area id; default: the whole city.")] = "",
    home: Home = Path("home"),
) -> None:
    """Write a briefing (简报) or monthly report (综治月报) as a file; it is in the audit log first."""
    config = load_config(home)
    form = out.suffix.removeprefix(".").lower()
    if form not in FORMS:
        raise ConfigError("unknown_briefing_form", path=out, known=", ".join(FORMS))
    now = datetime.now(UTC).replace(tzinfo=None)
    door, scope = Door(config), Scope(ACCOUNT, frozenset({"leader"}), config.city.area_id)
    numbers = numbers_of(door, scope, Question(kind, area or scope.area_id, period, now, config.city.language))
    told = write(door, scope, numbers.question, remarks(numbers))
    told = replace(told, provenance=provenance(numbers, told.title, now, ACCOUNT))
    door.audit.record(scope, "export briefing", subjects=told.area, period=told.span, kind=kind, form=form)
    out.write_bytes(FORMS[form].make(told, config.briefing))
    say("briefing_written", path=out, title=told.title, span=told.span)
