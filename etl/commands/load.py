"""`gridlink load`: files into the warehouse."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data.config import load_config
from data.errors import ConfigError, sentence
from etl.cluster import Cluster
from etl.commands import Home, Json, say, show_json, spoken_language
from etl.engine import Engine, Local
from etl.load import LoadResult
from etl.load import load as load_files
from etl.mapping import load_mapping, load_mappings

COUNTS = ("rows_in", "rows_loaded", "rows_rejected", "rows_duplicate")


def load(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    home: Home = Path("home"),
    mapping: Annotated[Path | None, typer.Option(help="A mapping for these files instead of mappings/.")] = None,
    engine: Annotated[str, typer.Option(help="local: threads of this process | dask: a cluster.")] = "local",
    scheduler: Annotated[str, typer.Option(help="Address of the Dask scheduler, tcp://host:port.")] = "",
    dry_run: Annotated[bool, typer.Option(help="Judge everything, publish nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Load files; every row is loaded, rejected with a reason, or a duplicate."""
    config = load_config(home)
    mappings = [load_mapping(mapping)] if mapping else load_mappings(config.home / "mappings")
    console = Console(stderr=True)
    with console.status("") as status:
        watch = status.update if console.is_terminal else lambda text: None
        works = _engine(engine, scheduler)
        result = load_files(paths, config, mappings=mappings, dry_run=dry_run, engine=works, progress=watch)
    if as_json:
        show_json(result.as_json(spoken_language()))
    else:
        _report(result, home)
    if all(entry.problem for entry in result.entries):
        sys.exit(1)


def _engine(name: str, scheduler: str) -> Engine:
    """Return the engine of that name; raises ConfigError `no_engine`."""
    if name == "local":
        return Local()
    if name != "dask" or not scheduler:
        raise ConfigError("no_engine", detail=name)
    return Cluster(scheduler)


def _report(result: LoadResult, home: Path) -> None:
    language = spoken_language()
    for entry in result.entries:
        if entry.problem:
            print(entry.problem.sentence(language), file=sys.stderr)
    for warning in result.warnings:
        say("warning", sentence=f"{warning['key']}: {sentence(warning['reason'], language, **warning)}")
    if result.passed_over:
        say("passed_over", files=", ".join(result.passed_over))
    totals = {key: sum(getattr(entry, key) for entry in result.entries) for key in COUNTS}
    if not totals["rows_in"]:
        say("nothing_loaded")
        return
    say("loaded", version=result.version, **totals)
    say("next_rejects" if totals["rows_rejected"] else "next_serve", home=home)
