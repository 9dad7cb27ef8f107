"""Where the work of a load is done: in threads of this process; etl/cluster.py does the same on a cluster."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self

THREADS = 2


class Engine(Protocol):
    """Runs pure functions; a handle may be an argument of a later call, so that its result need not come here."""

    def submit(self, function: Callable[..., Any], *args: Any) -> Any:
        """Begin `function(*args)` and return a handle; handles among the arguments stand for their results."""

    def result(self, handle: Any) -> Any:
        """Wait for a result; raises what the function raised."""

    def close(self) -> None:
        """End the engine."""


class Local:
    """Threads of this process: the libraries below leave the interpreter's lock while they work."""

    def __init__(self, threads: int = THREADS) -> None:
        """Begin with `threads` workers."""
        self._pool = ThreadPoolExecutor(threads)

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Begin a call; it waits for the handles among its arguments, which were begun before it."""
        return self._pool.submit(_called, function, args)

    def result(self, handle: Future[Any]) -> Any:
        """Wait for the result of a call."""
        return handle.result()

    def close(self) -> None:
        """Forget what has not begun and end the threads."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _called(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return function(*(arg.result() if isinstance(arg, Future) else arg for arg in args))
