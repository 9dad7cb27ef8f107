"""Accounts of many areas and roles ask the real app for whatever comes to a generator's mind; every answer is read."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from unittest.mock import patch

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from dashboard.app import App
from data.accounts import Account
from data.scope import ROLES
from tests.marked_city import (
    AREAS,
    HANDLERS,
    account,
    call_for_help,
    found,
    handed_out,
    inside,
    marked,
    planted,
    planted_home,
)
from tests.read_answers import told
from tests.sweep_questions import UPDATE, Asked, Questions
from tests.web import PASSWORD, open_site

__all__ = ["Asked", "Sweep", "everything_shown"]

Key = tuple[str, str]
NAMED = ("leader", "auditor")  # who sees names once there is a reason


class Sweep:
    """The app over a marked city, its accounts, and a generator of requests with a seed."""

    def __init__(self, home: Path, seed: int, brief: bool = False) -> None:
        self.app: App = open_site(planted_home(home))
        self.app.server.test_client().get("/healthz")  # the first request makes Dash gather its callbacks
        self.house = self.app.server.extensions["gridlink"]
        call_for_help(self.house.door, datetime.now(UTC).replace(tzinfo=None))
        self.known = planted(self.house.door)
        self.random = Random(seed)
        self.questions = Questions(self.app, self.known, self.random, brief)
        self.keys: list[Key] = [(area, role) for area in AREAS for role in ROLES]
        self.clients: dict[Key, FlaskClient] = {}
        self.tokens: dict[Key, str] = {}
        self.answered: Counter[int] = Counter()
        self.covered: set[str] = set()  # outputs of callbacks that answered somebody
        self.typed: list[tuple[str, str]] = []

    def client(self, key: Key) -> FlaskClient:
        """Return the signed-in browser of an account, made when it is first asked for."""
        if key not in self.clients:
            self.clients[key] = self._client(*key)
        return self.clients[key]

    def _client(self, area: str, role: str) -> FlaskClient:
        one = HANDLERS.get(role, "")
        about = {"worker": {"worker_id": marked(one or "w01")}, "department": {"unit_id": one}}.get(role, {})
        name, raw = account(area, role), secrets.token_hex(20)
        self.house.accounts.add(name, PASSWORD, {role}, area, **about)
        began = datetime.now(UTC).replace(tzinfo=None)
        client: FlaskClient = self.app.server.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = self.house.sessions.begin(self.house.accounts.get(name), "127.0.0.1", began)
            kept["csrf_token"] = raw
            if AREAS.index(area) % 2:
                kept["reason"] = "核查"
        signer = URLSafeTimedSerializer(str(self.app.server.secret_key), salt="wtf-csrf-token")
        self.tokens[area, role] = str(signer.dumps(raw))
        return client

    def leaks(self, times: int) -> Iterator[str]:
        """Ask so many times, each by some account; yield a line for every leak found."""
        for _ in range(times):
            key = self.random.choice(self.keys)
            asked = self.questions.next(key[0])
            yield from (f"{key} {asked}: {leak}" for leak in self.ask(key, asked))

    def ask(self, key: Key, asked: Asked) -> list[str]:
        """Ask as this account and return what the answer should not have held."""
        shown = self.words(key, asked)
        text = json.dumps([asked.path, asked.body], ensure_ascii=False)
        self.typed.append((key[0], text))
        if "audit" in text:  # the log names what accounts of the auditor's area asked for, also in vain
            text = " ".join(words for area, words in self.typed if inside(area, key[0]))
        leaks = found(shown, self.known, key, text)
        if leaks and key[1] in HANDLERS:  # somebody may have given it to them on the way
            self.known = replace(self.known, given=handed_out(self.house.door))
            leaks = found(shown, self.known, key, text)
        return [leak for leak in leaks if not (leak.startswith("name ") and self._may_name(key))]

    def _may_name(self, key: Key) -> bool:
        """Say whether the account gave a reason on the way, in one of the forms that ask for it."""
        with self.client(key).session_transaction() as kept:
            return key[1] in NAMED and bool(kept.get("reason"))

    def words(self, key: Key, asked: Asked) -> str:
        """Ask as this account and return all words of the answer."""
        client = self.client(key)
        headers = {"X-CSRFToken": self.tokens[key]}
        answer = client.open(asked.path, method=asked.method, json=asked.body, headers=headers)
        self.answered[answer.status_code] += 1
        if asked.path == UPDATE and answer.status_code in (200, 204):
            self.covered.add(str((asked.body or {})["output"]))
        return told(answer.data)


@contextmanager
def everything_shown() -> Iterator[None]:
    """Let every account see the whole city, whatever its area: the leak the sweep has to find."""
    real = Account.scope
    with patch.object(Account, "scope", lambda account: replace(real(account), area_id=AREAS[0])):
        yield
