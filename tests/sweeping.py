"""Accounts of many areas and roles ask the real app for whatever comes to a generator's mind; every answer is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient

from dashboard.app import App
from data.accounts import Account
from data.scope import ROLES
from tests.marked_city import AREAS, found, inside, planted, planted_home, told
from tests.web import PASSWORD, csrf, open_site

UPDATE = "/_dash-update-component"
ENDS = ("login.leave", "login.account.sessions", "login.account.password")  # would sign the account out
DAYS = ("2026-01-05", "2026-01-04", "2025-12-05", "")


@dataclass
class Asked:
    """One request of the generator."""

    method: str
    path: str
    body: dict[str, Any] | None = None


class Sweep:
    """The app over a marked city, its accounts, and a generator of requests with a seed."""

    def __init__(self, home: Path, seed: int) -> None:
        self.app: App = open_site(planted_home(home))
        self.house = self.app.server.extensions["gridlink"]
        self.known = planted(self.house.door)
        self.random = Random(seed)
        self.clients = {(area, role): self._client(area, role) for area in AREAS for role in ROLES}
        self.tokens = {key: csrf(one) for key, one in self.clients.items() if key[1] not in ("worker", "department")}
        self.callbacks = [key for key, told in self.app.callback_map.items() if told.get("callback")]
        self.rules = [rule for rule in self.app.server.url_map.iter_rules() if rule.endpoint not in ENDS]
        self.area = AREAS[0]  # of who asks next
        self.answered: dict[int, int] = {}
        self.typed: list[tuple[str, str]] = []

    def _client(self, area: str, role: str) -> FlaskClient:
        about = {"worker": {"worker_id": "w01"}, "department": {"unit_id": "DC"}}.get(role, {})
        name = f"{role}-{area}"
        self.house.accounts.add(name, PASSWORD, {role}, area, **about)
        began = datetime.now(UTC).replace(tzinfo=None)
        client: FlaskClient = self.app.server.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"] = self.house.sessions.begin(self.house.accounts.get(name), "127.0.0.1", began)
            if AREAS.index(area) % 2:
                kept["reason"] = "核查"
        return client

    def leaks(self, times: int) -> Iterator[str]:
        """Ask so many times, each by some account; yield a line for every leak found."""
        for _ in range(times):
            key = self.random.choice(list(self.clients))
            self.area = key[0]
            asked = self._callback() if self.random.random() < 0.7 else self._route()
            yield from (f"{key} {asked}: {leak}" for leak in self.ask(key, asked))

    def ask(self, key: tuple[str, str], asked: Asked) -> list[str]:
        """Ask as this account and return what the answer should not have held."""
        shown = self.words(key, asked)
        text = json.dumps([asked.path, asked.body], ensure_ascii=False)
        self.typed.append((key[0], text))
        if "audit" in text:  # the log names what accounts of the auditor's area asked for, also in vain
            text = " ".join(words for area, words in self.typed if inside(area, key[0]))
        return found(shown, self.known, key, text)

    def words(self, key: tuple[str, str], asked: Asked) -> str:
        """Ask as this account and return all words of the answer."""
        headers = self.tokens.get(key, {})
        answer = self.clients[key].open(asked.path, method=asked.method, json=asked.body, headers=headers)
        self.answered[answer.status_code] = self.answered.get(answer.status_code, 0) + 1
        return told(answer.data)

    def _callback(self) -> Asked:
        output = self.random.choice(self.callbacks)
        about = self.app.callback_map[output]
        view = self.view()
        body: dict[str, Any] = {"output": output, "outputs": self._outputs(output), "changedPropIds": []}
        for part in ("inputs", "state"):
            body[part] = [self._given(one, view) for one in about[part]]
        body["changedPropIds"] = [f"{one['id']}.{one['property']}" for one in body["inputs"] if "id" in one][:1]
        return Asked("POST", UPDATE, body)

    def _outputs(self, output: str) -> Any:
        parts = output.strip(".").split("...") if output.startswith("..") else [output]
        pairs = [{"id": _id(one.rpartition(".")[0]), "property": one.rpartition(".")[2].split("@")[0]} for one in parts]
        return pairs if output.startswith("..") else pairs[0]

    def _given(self, one: dict[str, Any], view: dict[str, Any]) -> Any:
        if one["id"].startswith("{"):
            return []
        kind = one["property"]
        number, words = self.random.randrange(1, 4), self.random.choice(["核查", "E001", "QH02", "w03", ""])
        if one["id"] == "_pages_location":
            path = self.random.choice(["/board", "/case/E020", "/leader", "/area", "/tracks", "/quality"])
            return {"id": one["id"], "property": kind, "value": path if kind == "pathname" else "?area=" + self.area}
        value = (
            number
            if kind.startswith("n_") or one["id"].endswith("-job")
            else words
            if kind == "value"
            else []
            if kind == "rowData"
            else view
        )
        return {"id": one["id"], "property": kind, "value": value}

    def view(self) -> dict[str, Any]:
        """Return choices of a screen as its address may tell them, of anywhere in the city."""
        pick = self.random.choice
        number = self.random.randrange(1, 46)
        mine = [one for one in self.known.names if inside(one, self.area)]
        choices = {
            "area": pick([*self.known.names, "QH~", "QH02~"] if self.random.random() < 0.3 else mine),
            "level": pick(["city", "street", "community", "grid", "unit", "worker"]),
            "day": pick(DAYS),
            "period": pick(["1d", "7d", "30d", "m:2026-01", "90d"]),
            "metric": pick(["reported", "on_time_handling", "valid_track", "coverage", "rework"]),
            "layers": pick(["incidents", "heat", "incidents,workers", "cameras,key_areas"]),
            "workers": pick(["w01", "w03,w05", "w02,w04,w06", ""]),
            "worker": pick(["w01", "w04", "w06"]),
            "incident": f"E{number:03}",
            "case": f"E{number:03}",
            "id": f"E{number:03}",
            "find": pick(["慕容", "记戊", "QH02", ""]),
            "reason": pick(["核查", ""]),
            "lang": pick(["zh-CN", "en"]),
            "t": pick(["30000", "36000"]),
            "camera": pick(["S001", "S002", "S003"]),
            "key_area": pick(["K1", "K2"]),
        }
        kept = {key: value for key, value in choices.items() if self.random.random() < 0.6}
        return kept | ({"now": "2026-01-05T10:00:00"} if pick([True, False]) else {})

    def _route(self) -> Asked:
        rule = self.random.choice(self.rules)
        filled = {name: self._part(name) for name in rule.arguments}
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: filled[found[1]], str(rule))
        more = {"w": "600", "h": "400", "em": "16", "theme": "dark", "lon": "119.51", "lat": "32.005", "page": "/"}
        told = "&".join(f"{key}={value}" for key, value in (self.view() | more).items())
        method = self.random.choice(sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}))
        return Asked(method, f"{path}?{told}", self.view() if method != "GET" else None)

    def _part(self, name: str) -> str:
        pick, pages = self.random.choice, ("board", "case/E020", "incidents", "live", "tracks", "leader", "area", "sql")
        folders = {"name": "dashboard/takeaways", "kind": "dashboard/pages"}
        choices: dict[str, list[str]] = {
            "release": [self.house.door.version()],
            "level": ["street", "community", "grid"],
            "day": list(DAYS[:3]),
            "slot": [str(at) for at in range(30, 48)],
            "key": ["csv", "xlsx", "geojson", "json"],
            "form": ["md", "docx", "html"],
            "path": list(pages),
            "number": ["1", "2", "3"],
            "of": ["0", "1", "a"],
        }
        if name in folders:
            choices[name] = [one.stem for one in (Path(__file__).parent.parent / folders[name]).glob("[a-z]*.py")]
        return pick(choices.get(name, ["x", "1"]))


def _id(name: str) -> Any:
    return json.loads(name) if name.startswith("{") else name


@contextmanager
def everything_shown() -> Iterator[None]:
    """Let every account see the whole city, whatever its area: the leak the sweep has to find."""
    real = Account.scope
    with patch.object(Account, "scope", lambda account: replace(real(account), area_id=AREAS[0])):
        yield
