"""The command: finds the verbs in etl/commands and dashboard/commands, and joins both halves in `demo`."""

from __future__ import annotations

import secrets
import shutil
import sys
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing import Process
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any

import typer

import dashboard.commands
import etl.commands
from data.errors import ConfigError, Problem
from etl.commands import Home, say, spoken_language

PACKAGES = (etl.commands, dashboard.commands)
DEMO_ROLES = ("operator", "leader", "analyst", "steward", "auditor", "administrator", "security")
if TYPE_CHECKING:  # the command starts without the stores
    from data.accounts import Accounts
    from data.config import Config

HANDLERS = ("worker", "department")
DEMO_ACCOUNTS = {**{name: {name} for name in DEMO_ROLES}, "wall": {"kiosk"}}


def main() -> None:
    """Run the command; a refusal is one sentence on stderr and the exit status of its kind."""
    try:
        make_app(*sys.argv[1:2])()
    except Problem as problem:
        print(problem.sentence(spoken_language()), file=sys.stderr)
        sys.exit(problem.status)


def make_app(wanted: str = "") -> typer.Typer:
    """Return the command with `demo` and every verb found in etl/commands and dashboard/commands.

    A wanted verb is imported without the others: each needs libraries of its own.
    """
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    modules = [f"{package.__name__}.{x.name}" for package in PACKAGES for x in iter_modules(package.__path__)]
    for module in [x for x in modules if _verb(x) == wanted] or modules:
        verb = getattr(import_module(module), module.rsplit(".", 1)[1])
        if isinstance(verb, typer.Typer):
            app.add_typer(verb, name=_verb(module))
        else:
            app.command(_verb(module))(verb)
    app.command("demo")(demo)
    return app


def _verb(module: str) -> str:
    return module.rsplit(".", 1)[1].replace("_", "-")


def demo(
    home: Home = Path("home"),
    end: Annotated[str, typer.Option(help="Last moment of the city, ISO UTC; default: now.")] = "",
    frozen: Annotated[bool, typer.Option(help="Feed nothing after loading.")] = False,
    grids: Annotated[int, typer.Option(help="Number of grids, with one worker each.")] = 300,
    days: Annotated[int, typer.Option(help="Days of tracks.")] = 14,
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8050,
    names: Annotated[str, typer.Option(help="real | fictional")] = "real",
) -> None:
    """Make a synthetic city ending now, load it, serve it, and go on feeding it."""
    from dashboard.commands.serve import serve

    moment = datetime.fromisoformat(end) if end else datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    password = prepare_demo(home, moment, {"grids": grids, "days": days, "names": names})
    accounts = ", ".join([*DEMO_ACCOUNTS, *HANDLERS])
    say("demo_ready", url=f"http://127.0.0.1:{port}", accounts=accounts, password=password)
    feeder = None if frozen else _start_feeder(home)
    try:
        serve(home=home, port=port)
    finally:
        if feeder:
            feeder.terminate()


def prepare_demo(home: Path, end: datetime, size: dict[str, Any], password: str = "") -> str:
    """Synthesize and load the demo city into `home` and add its accounts; return their common password."""
    from data.accounts import Accounts
    from data.config import load_config
    from data.operations import Operations
    from etl.commands.template import write_form
    from etl.demo_scenes import write_scenes
    from etl.load import load
    from etl.synthesize import synthesize

    _clear_demo(home)
    say("demo_making")
    synthesize(home, end=end, **size)
    config = load_config(home)
    say("demo_loading")
    load([home], config, now=end)
    write_scenes(config, end)
    write_form(config)
    password = password or "grid-" + secrets.token_hex(3)
    accounts = Accounts(Operations.of(config))
    for name, roles in DEMO_ACCOUNTS.items():
        accounts.add(name, password, roles, config.city.area_id)
    _add_handlers(accounts, config, password)
    return password


def _add_handlers(accounts: Accounts, config: Config, password: str) -> None:
    """Give a worker who sends positions and the busiest department an account each, for the page of their own."""
    fetch = accounts.operations.fetch
    latest = "SELECT worker_id, area_id FROM position ORDER BY fixed_at DESC, worker_id LIMIT 1"
    for row in fetch(latest, {}).to_pylist():
        accounts.add("worker", password, {"worker"}, row["area_id"], worker_id=row["worker_id"])
    busy = "SELECT unit_id FROM incident WHERE unit_id LIKE 'D%' AND closed_at IS NULL GROUP BY unit_id"
    for row in fetch(f"{busy} ORDER BY count(*) DESC, unit_id LIMIT 1", {}).to_pylist():
        accounts.add("department", password, {"department"}, config.city.area_id, unit_id=row["unit_id"])


def _clear_demo(home: Path) -> None:
    """Remove an earlier demo city; any other home is refused untouched."""
    from data.config import load_config

    if not home.exists() or not any(home.iterdir()):
        return
    if not (home / "gridlink.toml").exists() or not load_config(home).city.synthetic:
        raise ConfigError("not_a_demo", path=home)
    shutil.rmtree(home)


def _start_feeder(home: Path) -> Process:
    from etl.feeder import feed_forever

    process = Process(target=feed_forever, args=(home,), daemon=True)
    process.start()
    return process


if __name__ == "__main__":
    main()
