"""A small cache in which fifty screens asking the same question cost one query."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any


class SingleFlight:
    """Keeps the newest `size` answers; callers with the same key wait for the first one instead of asking again."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self.asked = self.made = 0  # how often, and how often the answer was not there

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the answer of `key`, made at most once at a time; a failure is raised to all and not kept."""
        with self._lock:
            future = self._answers.get(key)
            mine = future is None
            self.asked += 1
            self.made += mine
            if future is None:
                future = self._answers[key] = Future()
                while len(self._answers) > self._size:
                    self._answers.popitem(last=False)
            else:
                self._answers.move_to_end(key)
        if mine:
            self._fill(key, future, make)
        return future.result()

    def _fill(self, key: Hashable, future: Future[Any], make: Callable[[], Any]) -> None:
        try:
            future.set_result(make())
        except BaseException as fault:  # noqa: BLE001 - handed to every waiter by result(), never swallowed
            with self._lock:
                self._answers.pop(key, None)
            future.set_exception(fault)
