"""Whatever comes to a generator's mind to ask of the site: any callback with any inputs, any address with any choices.

Ids it asks about are those of the marked city, of anywhere; what it types are words, telephone numbers among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import dash

from dashboard.app import App
from dashboard.judging import ACTS as JUDGED
from dashboard.seat_acts import ACTS as SEATED
from dashboard.takeaway import TAKEAWAYS
from dashboard.tasks import ACTS as TASKS
from data.exports import FORMATS
from data.loop.acts import acts
from tests.marked_city import INCIDENTS, WORKERS, Planted, account, inside

UPDATE = "/_dash-update-component"
ENDS = ("login.leave", "login.account.sessions", "login.account.password")  # would sign the account out
DAYS = ("2026-01-05", "2026-01-04", "2025-12-05", "")
NOW = "2026-01-05T10:00:00"
UNITS = ("Z1", "Z2", "B1", "DC", "HS")
TYPED = ("核查", "来电13987654321", "证件320311199001011999", "")
# What a callback with inputs of a pattern is told of each: the keys the ids of such a pattern may hold.
PATTERNS = {
    "deed": ("unit_id", "worker_id", "reason", "deadline_at", "review_at", "into"),
    "ours": ("worker_id", "name", "area_id", "title", "reported_at"),
    "proposal": ("feed", "crs", "time_zone"),
}
ASKS = {
    "deed-asked": sorted(acts()),
    "seat-asked": sorted(SEATED),
    "task-asked": sorted(TASKS),
    "judge-asked": sorted(JUDGED),
    "whistle-asked": ["blow", "confirm", "arrive", "end"],
    "new-asked": ["report"],
}


@dataclass
class Asked:
    """One request of the generator."""

    method: str
    path: str
    body: dict[str, Any] | None = None


class Questions:
    """A generator of requests with a seed; `brief`: of one day and few periods, so that answers are made once."""

    def __init__(self, app: App, known: Planted, random: Random, brief: bool = False) -> None:
        self.app, self.known, self.random, self.brief = app, known, random, brief
        self.callbacks = [key for key, told in app.callback_map.items() if told.get("callback")]
        self.rules = [rule for rule in app.server.url_map.iter_rules() if rule.endpoint not in ENDS]
        self.area = ""  # of who asks next
        self.asked = 0

    def next(self, area: str) -> Asked:
        """Return the next request of an account of this area."""
        self.area = area
        self.asked += 1
        if self.random.random() >= 0.7:
            return self.route(self.random.choice(self.rules))
        return self.callback(self.random.choice(self.callbacks))

    def callback(self, output: str, view: dict[str, Any] | None = None) -> Asked:
        """Return the request that runs the callback of an output, all its inputs told by one view."""
        about, view = self.app.callback_map[output], self.view() if view is None else view
        body: dict[str, Any] = {"output": output, "outputs": _outputs(output)}
        names = {key: self.random.sample(listed, 3) for key, listed in PATTERNS.items()}
        for part in ("inputs", "state"):
            body[part] = [self._given(one, view, names) for one in about[part]]
        plain = [one for one in body["inputs"] if isinstance(one, dict)]
        body["changedPropIds"] = [f"{one['id']}.{one['property']}" for one in plain][:1]
        return Asked("POST", UPDATE, body)

    def _given(self, one: dict[str, Any], view: dict[str, Any], names: dict[str, list[str]]) -> Any:
        name, kind = one["id"], one["property"]
        if name.startswith("{"):  # every component of the pattern there is
            (key,) = json.loads(name)
            return [self._matched({key: at}, kind) for at in names.get(key, [])]
        return {"id": name, "property": kind, "value": self._value(name, kind, view)}

    def _matched(self, one: dict[str, str], kind: str) -> dict[str, Any]:
        (of,) = one.values()
        return {"id": one, "property": kind, "value": one if kind == "id" else self.typed(of)}

    def _value(self, name: str, kind: str, view: dict[str, Any]) -> Any:
        pick = self.random.choice
        if name == "_pages_location":
            paths = [page["path"] for page in dash.page_registry.values() if page["path"]]
            address = "&".join(f"{key}={value}" for key, value in view.items())
            return pick([*paths, "/case/" + pick(INCIDENTS)]) if kind == "pathname" else f"?{address}"
        if name in ASKS:
            return self.act(pick(ASKS[name]))
        if name.endswith("-told"):
            return pick([None, {"state": "done", "result": {}}, {"state": "failed", "reason": "job_broken"}])
        if kind.startswith("n_") or name.endswith("-job"):
            return self.random.randrange(1, 4)
        return {"value": self.typed(name), "rowData": []}.get(kind, view)

    def typed(self, of: str) -> Any:
        """Return what somebody enters in a field: an id of anywhere where it takes one, else words or a time."""
        pick, kind = self.random.choice, of.removesuffix("_id").rpartition("-")[2]
        choices: dict[str, tuple[Any, ...]] = {
            "unit": UNITS,
            "units": (list(UNITS[:2]), [UNITS[3]]),
            "worker": WORKERS,
            "into": INCIDENTS,
            "deadline_at": ("2026-01-09T10:00",),
            "review_at": ("2026-01-09T10:00", "x"),
            "level": ("street", "grid"),
            "kind": ("FAC", "ENV", "PUB"),
            "feed": ("worker", "incident"),
            "crs": ("EPSG:4326", "GCJ-02"),
            "time_zone": ("Asia/Shanghai", "UTC"),
        }
        return pick(choices.get(kind, TYPED))

    def act(self, act: str) -> dict[str, Any]:
        """Return what a button tells the server: the act, what it is about, and what its form holds."""
        pick, area = self.random.choice, pick_area(self.random, self.known, self.area)
        about: dict[str, Any] = {"act": act, "command_id": f"sweep-{self.asked}-{self.random.random()}", "version": 1}
        about |= {"incident": pick(INCIDENTS), "subject": pick([area, *WORKERS]), "unit": pick(UNITS), "level": "grid"}
        about |= {"id": pick([f"sos:{pick(WORKERS)}", pick(INCIDENTS), "1"]), "metric": "rework", "result": "upheld"}
        about |= {"kind": pick(["incident", "area"]), "target": pick([area, pick(INCIDENTS)]), "outcome": "solved"}
        fields = {"note": pick(TYPED), "title": pick(TYPED), "owner": account(self.area, "leader"), "area": area}
        fields |= {"reason": pick(TYPED), "due": "2026-02-01", "incident": pick(INCIDENTS), "evidence": pick(TYPED)}
        return about | {"fields": fields | {"to": account(self.area, "operator"), "minutes": "5", "value": "90"}}

    def view(self) -> dict[str, Any]:
        """Return choices of a screen as its address may tell them, of anywhere in the city."""
        pick = self.random.choice
        choices = {
            "area": pick_area(self.random, self.known, self.area),
            "level": pick(["city", "street", "community", "grid", "unit", "worker"]),
            "period": pick(["1d", "7d"] if self.brief else ["1d", "7d", "30d", "m:2026-01", "90d"]),
            "metric": pick(["reported", "on_time_handling", "valid_track", "coverage", "rework"]),
            "layers": pick(["incidents", "heat", "incidents,workers", "cameras,key_areas"]),
            "workers": pick([WORKERS[0], ",".join(WORKERS[2:5:2]), ",".join(WORKERS[1::2]), ""]),
            **{key: pick(WORKERS) for key in ("worker", "subject", "follow")},
            **{key: pick(INCIDENTS) for key in ("incident", "case", "id")},
            "find": pick(["慕容", "记戊", "QH02", pick(WORKERS), ""]),
            "reason": pick(TYPED),
            "lang": pick(["zh-CN", "en"]),
            "t": pick(["30000", "36000"]),
            "camera": pick(["S001", "S002", "S003"]),
            "key_area": pick(["K1", "K2"]),
            "spot": pick(["119.51,32.005", "119.502,32.01"]),
            "alarm": f"sos:{pick(WORKERS)}",
        }
        kept = {key: value for key, value in choices.items() if self.random.random() < 0.6}
        if self.brief:
            return kept | {"day": DAYS[0], "now": NOW}
        told = {"day": pick(DAYS)} if self.random.random() < 0.6 else {}
        return kept | told | ({"now": NOW} if pick([True, True, False]) else {})

    def route(self, rule: Any) -> Asked:
        """Return a request of an address of this rule."""
        filled = {name: self._part(name) for name in rule.arguments}
        path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: filled[found[1]], str(rule))
        more = {"w": "600", "h": "400", "em": "16", "theme": "dark", "lon": "119.51", "lat": "32.005", "page": "/"}
        told = "&".join(f"{key}={value}" for key, value in (self.view() | more).items())
        method = self.random.choice(sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}))
        return Asked(method, f"{path}?{told}", self.view() if method != "GET" else None)

    def _part(self, name: str) -> str:
        here = Path(__file__).parent.parent / "dashboard" / "pages"
        version: Callable[[], str] = self.app.server.extensions["gridlink"].door.version
        choices: dict[str, list[str]] = {
            "release": [version()],
            "level": ["street", "community", "grid"],
            "day": list(DAYS[:3]),
            "slot": [str(at) for at in range(30, 48)],
            "key": list(FORMATS),
            "form": ["md", "docx", "html"],
            "path": [*(page["path"].strip("/") or "board" for page in dash.page_registry.values() if page["path"])],
            "number": ["1", "2", "3"],
            "of": ["0", "1", "a"],
            "name": list(TAKEAWAYS),
            "kind": [one.stem for one in here.glob("[a-z]*.py")],
            "overlay": ["party", "police", "court"],
        }
        return self.random.choice(choices.get(name, ["x", "1"]))


def pick_area(random: Random, known: Planted, area: str) -> str:
    """Return an area, mostly one inside that of who asks."""
    everywhere = random.random() < 0.3
    mine = [one for one in known.names if inside(one, area)]
    return random.choice([*known.names, "QH~", "QH02~"] if everywhere else mine)


def _outputs(output: str) -> Any:
    parts = output.strip(".").split("...") if output.startswith("..") else [output]
    pairs = [{"id": _id(one.rpartition(".")[0]), "property": one.rpartition(".")[2].split("@")[0]} for one in parts]
    return pairs if output.startswith("..") else pairs[0]


def _id(name: str) -> Any:
    return json.loads(name) if name.startswith("{") else name
