"""`gridlink serve`: the dashboard, one web process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.beside import Beside
from dashboard.secret import secret
from data.accounts import Accounts
from data.config import Config, load_config
from data.graceful import FINISH_S, TAKES_OVER_S, Graceful, on_drain
from data.logs import start_logs
from data.operations import Operations
from data.orphan import end_with_parent
from data.scenes import load_scenes
from data.sign_in.oidc import provider_of
from data.watched import WatchedDoor

if TYPE_CHECKING:
    from dashboard.app import App
    from data.query import Door

THREADS = 8
HOME_VARIABLE = "GRIDLINK_HOME"


def serve(
    home: Annotated[Path, typer.Option(envvar=HOME_VARIABLE, help="Folder of the site.")] = Path("home"),
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: the site's.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; default: the site's.")] = None,
    no_work: Annotated[bool, typer.Option("--no-work", help="Start no background process.")] = False,
) -> None:
    """Serve the dashboard of a home until stopped, and do its background work."""
    config = load_config(home)
    load_scenes(config.home)
    start_logs(config.logs, "serve")
    with nullcontext() if no_work else working(home):
        run(home, host, port)


@contextmanager
def working(home: Path) -> Iterator[None]:
    """Keep `gridlink work` running beside the block; where another one is at work already, it waits.

    One that ends by itself is started again.
    """
    command = [sys.executable, "-m", "gridlink", "work", "--home", str(home), "--with-parent"]
    beside = Beside(command)
    try:
        yield
    finally:
        beside.stop()


def run(home: Path, host: str | None, port: int | None) -> None:
    """Serve on granian: one worker process, so that limits and caches are one; threads for its requests."""
    from granian import Granian
    from granian.constants import Interfaces

    config = load_config(home)
    os.environ[HOME_VARIABLE] = str(config.home)
    secret(config.home), provider_of(config)  # what is wrong with them ends here, not in the worker process
    Operations.of(config).engine.dispose()  # and a store of a newer release
    address, door_number = host or config.server.host, port or config.server.port
    print(f"http://{address}:{door_number}")
    server = Granian(
        "dashboard.commands.serve:wsgi",
        address=address,
        port=door_number,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        factory=True,
        log_enabled=False,
        workers_kill_timeout=FINISH_S,
        respawn_interval=TAKES_OVER_S,
    )
    Graceful(server, config.vitals.drain_s, lambda: load_config(home))
    server.serve()


def wsgi() -> Any:
    """Return the WSGI application of the home named by GRIDLINK_HOME; called in the worker process, which ends it."""
    end_with_parent()
    config = load_config(Path(os.environ[HOME_VARIABLE]))
    start_logs(config.logs, "serve")
    door = WatchedDoor(config)
    server = app_of(door).server
    # Dash gathers its callbacks at the first request; a second one beside it would find some of them missing.
    server.test_client().get("/healthz")
    tell_vitals(door)
    return server


def tell_vitals(door: WatchedDoor) -> None:
    """Begin to answer whether this process lives and is ready; it is red as soon as it is about to be ended."""
    from data.home_figures import HomeFigures
    from data.readiness import serving
    from data.vitals import Vitals

    readiness, vitals = serving(door), door.config.vitals
    on_drain(readiness.stop)
    Vitals(vitals.host, vitals.port, readiness, HomeFigures(door.config, door.operations, door)).start()


def open_app(config: Config) -> App:
    """Return the app over a home's own stores."""
    return app_of(WatchedDoor(config))


def app_of(door: Door) -> App:
    """Return the app over the stores behind a door."""
    from dashboard.app import create_app

    return create_app(door, Accounts(door.operations), secret(door.config.home))
