"""`gridlink serve`: the dashboard, one web process."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.accounts import Accounts
from data.config import Config, load_config
from data.query import Door
from data.scenes import load_scenes

if TYPE_CHECKING:
    from dashboard.app import App

SECRET_FILE = "secret"
THREADS = 8
WORK_ENDS_S = 10.0
HOME_VARIABLE = "GRIDLINK_HOME"


def serve(
    home: Annotated[Path, typer.Option(envvar=HOME_VARIABLE, help="Folder of the site.")] = Path("home"),
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: the site's.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; default: the site's.")] = None,
    no_work: Annotated[bool, typer.Option("--no-work", help="Start no background process.")] = False,
) -> None:
    """Serve the dashboard of a home until stopped, and do its background work."""
    load_scenes(load_config(home).home)
    with nullcontext() if no_work else working(home):
        run(home, host, port)


@contextmanager
def working(home: Path) -> Iterator[None]:
    """Keep `gridlink work` running beside the block; where another one is at work already, it waits."""
    command = [sys.executable, "-m", "gridlink", "work", "--home", str(home), "--with-parent"]
    process = subprocess.Popen(command)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(WORK_ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(home: Path, host: str | None, port: int | None) -> None:
    """Serve on granian: one worker process, so that limits and caches are one; threads for its requests."""
    from granian import Granian
    from granian.constants import Interfaces

    config = load_config(home)
    os.environ[HOME_VARIABLE] = str(config.home)
    address, door_number = host or config.server.host, port or config.server.port
    print(f"http://{address}:{door_number}")
    Granian(
        "dashboard.commands.serve:wsgi",
        address=address,
        port=door_number,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        factory=True,
        log_enabled=False,
    ).serve()


def wsgi() -> Any:
    """Return the WSGI application of the home named by GRIDLINK_HOME; called in the worker process."""
    return open_app(load_config(Path(os.environ[HOME_VARIABLE]))).server


def open_app(config: Config) -> App:
    """Return the app over a home's own stores."""
    from dashboard.app import create_app

    door = Door(config)
    return create_app(door, Accounts(door.operations), secret(config.home))


def secret(home: Path) -> str:
    """Return the key that signs cookies: made once, readable by its owner only, never in configuration."""
    path = home / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return path.read_text(encoding="ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
