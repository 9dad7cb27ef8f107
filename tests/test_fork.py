"""A process that was forked from one with an open store has locks of its own: nobody clears its journal away."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

from data.config import make_config
from data.operations import Operations

VISIT = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM clock').fetchall(); c.close()"


def hold(home: Path, ours: Connection) -> None:
    """Open the store, and write once when told."""
    operations = Operations.of(make_config(home, {}))
    ours.send(operations.clock("alarm"))
    ours.recv()
    with operations.write() as connection:
        ours.send(operations.tick(connection, "alarm"))


def test_what_a_forked_process_wrote_is_there_after_the_parent_and_a_visitor_closed_the_store(tmp_path: Path) -> None:
    parent = Operations.of(make_config(tmp_path, {}))
    assert parent.clock("alarm") == 0
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=hold, args=(tmp_path, theirs))
    child.start()
    assert ours.recv() == 0
    parent.engine.dispose()
    subprocess.run([sys.executable, "-c", VISIT, str(tmp_path / "operations.db")], check=True)  # the last to close
    ours.send("write")
    assert ours.recv() == 1
    child.join()
    assert Operations.of(make_config(tmp_path, {})).clock("alarm") == 1
