"""The databases operations may stand on: SQLite in the home, and a PostgreSQL server started for the tests.

The server is the system's own (tests/system-packages installs it); PostgreSQL refuses to run as root, so that a root
test run starts it as the user the package made.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg

DATABASES = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Lend the address of an empty database; that of SQLite is the one in the home."""
    if kind == "sqlite":
        yield ""
        return
    socket, name = _server(), f"t{uuid4().hex}"
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"postgresql+psycopg://postgres@/{name}?host={socket}"
    with psycopg.connect(f"host={socket} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def _server() -> str:
    """Start a server that listens on a socket of its own and on no port; returns the socket's folder."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    _run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c timezone=Asia/Shanghai"
    _run("pg_ctl", "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    atexit.register(_stop, folder)
    return str(folder)


def _stop(folder: Path) -> None:
    _run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder)


def _run(command: str, *arguments: str) -> None:
    binary = shutil.which(command) or str(max(Path("/usr/lib/postgresql").glob(f"*/bin/{command}")))
    before = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*before, binary, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/")
