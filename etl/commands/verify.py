"""`gridlink verify`: is everything still what it should be?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.config import load_config
from etl.commands import Home, Json, say, show_json
from etl.repair import repair
from etl.run import silent
from etl.verify import Report
from etl.verify import verify as verify_home


def verify(
    home: Home = Path("home"),
    every: Annotated[bool, typer.Option("--all", help="Every kept version, not only the one served.")] = False,
    mend: Annotated[bool, typer.Option("--repair", help="Take damaged files out and publish what is sound.")] = False,
    as_json: Json = False,
) -> None:
    """Hold every file against its recorded digest, operations and audit log included; exit 1 where one differs."""
    config, console = load_config(home), Console(stderr=True)
    with console.status("") as status:
        watch = (lambda text: status.update(text)) if console.is_terminal else silent
        report = repair(config, watch) if mend else verify_home(config, every=every, say=watch)
    if as_json:
        show_json(report.as_json())
    else:
        _tell(report, home, mend)
    sys.exit(1 if report.findings and not mend else 0)


def _tell(report: Report, home: Path, mended: bool) -> None:
    for finding in report.findings:
        print(f"{finding.path}: {finding.detail}", file=sys.stderr)
    if not report.findings:
        say("verified", files=report.files, bytes=f"{report.bytes / 1e6:,.0f}", version=report.version or "—")
        say("next_serve", home=home)
        return
    lost = sorted({f"{finding.table} {finding.day}".strip() for finding in report.findings if finding.table})
    if lost:
        say("load_again", what=", ".join(lost))
    if any(finding.kind == "manifest" for finding in report.findings):
        newest = report.manifests[0].created_at if report.manifests else "—"
        say("load_since", since=newest)
    say("next_load" if mended else "next_repair", home=home)
