"""A worker hears that it is about to be told to end, whichever of its threads the kernel gives the signal to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TIMES = 40
# A main thread that waits, as granian's does, beside threads that come and go, as those of requests do.
WORKER = """
import os, signal, threading
from data.graceful import on_drain

def come_and_go():
    while True:
        some = [threading.Thread(target=int) for _ in range(8)]
        [one.start() for one in some], [one.join() for one in some]

on_drain(lambda: print("told", flush=True))
signal.signal(signal.SIGTERM, lambda *_: print("to end", flush=True))
threading.Timer(60, os._exit, (1,)).start()  # one that is never told ends without a word
[threading.Thread(target=come_and_go, daemon=True).start() for _ in range(3)]
print("ready", flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize(("sign", "says"), [(signal.SIGUSR1, "told"), (signal.SIGTERM, "to end")])
def test_a_worker_hears_each_time_whichever_thread_the_signal_met(sign: signal.Signals, says: str) -> None:
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    for _ in range(TIMES):
        os.kill(worker.pid, sign)
        assert worker.stdout.readline() == f"{says}\n"
    worker.kill()
    worker.wait()
    worker.stdout.close()
