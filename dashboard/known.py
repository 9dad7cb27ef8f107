"""Who was signed in when the operations store last answered: a screen goes on while the store is away.

A wall, which is read-only and bound to its address, goes on for as long as that lasts; anybody else for ten minutes.
Nobody can be signed out meanwhile, and nobody in. Only who was asking when the store last answered goes on: a screen
that was away by then may have been signed out since. Kept in memory only, by the digest of the token.
"""

from __future__ import annotations

import hashlib
import threading
from time import monotonic

from data.accounts import Account
from data.sessions import WALL_ROLE

GRACE_S = 600.0
ASKS_S = 60.0  # an open screen asks far more often
MOST = 2000


class Known:
    """The sessions of one process as the store last told of them."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, Account, float]] = {}
        self._answered = 0.0  # when the store last told of anybody
        self._lock = threading.Lock()

    def keep(self, token: str, place: str, account: Account | None) -> None:
        """Note whose session a token is, from which address; None: nobody's any more."""
        key = _digest(token)
        with self._lock:
            self._answered = monotonic()
            self._held.pop(key, None)
            if account is not None:
                self._held[key] = place, account, monotonic()
                if len(self._held) > MOST:
                    del self._held[next(iter(self._held))]

    def recall(self, token: str, place: str) -> Account | None:
        """Return whose session it was, from the same address and not too long ago; None: nobody's we know of."""
        with self._lock:
            held = self._held.get(_digest(token))
        if held is None or held[0] != place or self._answered - held[2] > ASKS_S:
            return None
        lasts = WALL_ROLE in held[1].roles or monotonic() - held[2] < GRACE_S
        return held[1] if lasts else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
