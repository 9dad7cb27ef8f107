"""A briefing leaves only for who may have it, with a line in the audit log first; remarks keep every draft."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from data.accounts import Accounts
from data.briefing.atlas import atlas
from data.briefing.notes import Notes, remarks
from data.briefing.numbers import Numbers, Question
from data.config import load_config
from data.errors import NotAllowed, Problem
from data.jobs import Jobs
from data.query import Door
from data.scope import Scope
from etl.commands.briefing import briefing
from etl.jobs.atlas import run
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.web import csrf, open_site, sign_in

ABOUT = {"kind": "brief", "area_id": "QH", "span": "2025-12-30/2026-01-05", "chapter": "overview"}
BRIEF = Question("brief", "QH", "7d", SAMPLE_NOW, "zh-CN")
LEADER = Scope("anna", frozenset({"leader"}), "QH")
ADDRESS = "/briefing/file.html?area=QH&period=7d&day=2026-01-05"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = copy_home(SAMPLES, tmp_path_factory.mktemp("briefing") / "home")
    text = (made / "gridlink.toml").read_text("utf-8")
    (made / "gridlink.toml").write_text(text + '\n[briefing]\nchromium = "no browser of this name"\n', "utf-8")
    load([SAMPLES], load_config(made), now=SAMPLE_NOW)
    return made


@contextmanager
def refused(reason: str) -> Iterator[None]:
    with pytest.raises(Problem) as fault:
        yield
    assert fault.value.reason == reason


def client(home: Path, name: str = "leader") -> FlaskClient:
    return sign_in(open_site(home), name)


def audited(home: Path) -> list[dict[str, Any]]:
    path = home / "audit.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_a_file_is_in_the_audit_log_with_what_was_taken(home: Path) -> None:
    answer = client(home).get(ADDRESS)
    assert answer.status_code == 200 and "上报事件" in answer.get_data(as_text=True)
    assert "账号 leader" in answer.get_data(as_text=True)
    line = audited(home)[-1]
    facts = [line[key] for key in ("action", "account", "subjects", "form")]
    assert facts == ["export briefing", "leader", "QH", "html"]


def test_a_document_is_to_be_kept_and_never_by_a_cache(home: Path) -> None:
    answer = client(home).get(ADDRESS.replace("html", "docx"))
    assert answer.data[:2] == b"PK" and answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_where_no_browser_prints_the_answer_says_so_in_a_sentence(home: Path) -> None:
    answer = client(home).get(ADDRESS.replace("html", "pdf"))
    assert answer.status_code == 400 and "请改用网页版打印" in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["wall", "steward", "auditor"])
def test_a_wall_and_who_has_no_part_in_it_get_nothing_and_nothing_is_logged(home: Path, name: str) -> None:
    before = len(audited(home))
    answer = client(home, name).get(ADDRESS)
    assert answer.status_code == 403 and "上报" not in answer.get_data(as_text=True)
    assert [line["action"] for line in audited(home)[before:]] == ["refused"]


def test_another_part_of_the_city_is_refused(home: Path) -> None:
    app = open_site(home)
    accounts: Accounts = app.server.extensions["gridlink"].accounts
    accounts.add("street", "a long password", {"leader"}, "QH01")
    signed = sign_in(app, "street")
    assert signed.get(ADDRESS.replace("area=QH", "area=QH02")).status_code == 403
    assert signed.get(ADDRESS.replace("area=QH", "area=QH01")).status_code == 200


def test_an_address_nobody_made_by_clicking_is_refused(home: Path) -> None:
    signed = client(home)
    assert signed.get("/briefing/file.exe").status_code == 404
    assert signed.get(ADDRESS.replace("7d", "x:y")).status_code == 400


def test_a_remark_keeps_every_draft_and_shows_the_newest(home: Path) -> None:
    notes = Notes(Door(load_config(home)).operations)
    assert notes.write(LEADER, ABOUT, "因暴雨，上报增加。", 0) == 1
    assert notes.write(LEADER, ABOUT, "因暴雨，上报增加。", 0) == 1  # pressed twice
    assert notes.write(replace(LEADER, account="boris"), ABOUT, "因暴雨，联系 13812345678。", 1) == 2
    with refused("note_changed"):
        notes.write(LEADER, ABOUT, "另一句", 1)
    shown = remarks(Numbers(Door(load_config(home)), LEADER, BRIEF))
    assert len(shown) == 1 and "13812345678" not in shown[0].text and "暴雨" in shown[0].text
    assert shown[0].by.startswith("人工撰写 · boris · ") and shown[0].by.endswith("第 2 稿")
    text = client(home).get(ADDRESS).get_data(as_text=True)
    assert f'<div class="by">{shown[0].by}</div>' in text
    assert notes.write(LEADER, ABOUT, " ", 2) == 3
    assert remarks(Numbers(Door(load_config(home)), LEADER, BRIEF)) == ()


def test_a_remark_of_another_span_of_days_is_another_remark(home: Path) -> None:
    notes = Notes(Door(load_config(home)).operations)
    notes.write(LEADER, ABOUT | {"span": "2026-01-01/2026-01-31"}, "一月", 0)
    assert remarks(Numbers(Door(load_config(home)), LEADER, BRIEF)) == ()


def test_a_wall_writes_nothing_and_a_long_text_is_refused(home: Path) -> None:
    notes = Notes(Door(load_config(home)).operations)
    with pytest.raises(NotAllowed):
        notes.write(Scope("wall", frozenset({"kiosk", "leader"}), "QH"), ABOUT, "字", 0)
    with refused("too_long_note"):
        notes.write(LEADER, ABOUT, "字" * 2001, 0)


def test_a_remark_is_shown_to_nobody_who_may_not_have_the_briefing(home: Path) -> None:
    Notes(Door(load_config(home)).operations).write(LEADER, ABOUT | {"chapter": "kinds"}, "内部意见", 0)
    view = {"area": "QH", "period": "7d", "day": "2026-01-05", "chapter": "kinds"}
    ids = [("remark-text", "value"), ("remark-held", "data"), ("remark-said", "children")]
    body = {
        "output": f"..{'...'.join('.'.join(one) for one in ids)}..",
        "outputs": [{"id": id_, "property": name} for id_, name in ids],
        "inputs": [{"id": "view", "property": "data", "value": view}],
        "state": [{"id": "remark-held", "property": "data", "value": None}],
        "changedPropIds": ["view.data"],
    }
    for name, seen in (("leader", True), ("wall", False), ("steward", False)):
        signed = client(home, name)
        answer = signed.post("/_dash-update-component", json=body, headers=csrf(signed))
        told = json.dumps(answer.get_json(), ensure_ascii=False)
        assert (answer.status_code == 200, "内部意见" in told) == (seen, seen), name


def test_the_command_writes_the_same_report_with_its_own_last_line(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "month.html"
    briefing(out, "monthly", "m:2026-01", "", home)
    assert audited(home)[-1]["account"] == "command"
    answer = client(home).get("/briefing/file.html?area=QH&period=m:2026-01&report=monthly&day=2026-02-01")
    pairs = zip(out.read_text("utf-8").splitlines(), answer.get_data(as_text=True).splitlines(), strict=True)
    assert len([1 for one, other in pairs if one != other]) == 1
    with refused("unknown_briefing_form"):
        briefing(tmp_path / "month.exe", "monthly", "m:2026-01", "", home)


def test_an_atlas_has_a_sheet_for_every_street_and_says_how_far_it_is(home: Path) -> None:
    progress: list[tuple[int, int]] = []
    door = Door(load_config(home))
    made = atlas(door, LEADER, BRIEF, "street", lambda done, of, _: progress.append((done, of)))
    assert [one.place for one in made.pages] == ["东岸街道", "西岭街道"]
    assert progress == [(0, 2), (1, 2)]
    assert all(one.chapters[0].pictures and one.chapters[0].findings for one in made.pages)
    with refused("no_sheets"):
        atlas(door, LEADER, replace(BRIEF, area="QH01"), "city", lambda *_: None)


def test_an_atlas_made_in_the_background_is_fetched_by_who_asked_for_it_and_nobody_else(home: Path) -> None:
    signed = client(home)
    door = Door(load_config(home))
    arguments = {
        "by": "leader", "area": "QH", "level": "street", "period": "7d", "now": SAMPLE_NOW.isoformat(),
        "language": "zh-CN", "provenance": "一行", "key": "abc",
    }  # fmt: skip
    jobs = Jobs(door.operations)
    number = jobs.submit("atlas", "leader", **arguments)
    said: list[str] = []
    result = run(load_config(home), arguments, said.append)
    assert result["sheets"] == 2 and result["form"] == "html" and said[0].startswith("1/2 ")
    assert signed.get(f"/briefing/atlas/{number}").status_code == 404  # not yet done
    jobs.take()
    jobs.finish(number, result)
    answer = signed.get(f"/briefing/atlas/{number}")
    assert answer.status_code == 200 and answer.get_data(as_text=True).count('<article class="sheet"') == 2
    assert audited(home)[-1]["action"] == "export atlas"
    assert client(home, "analyst").get(f"/briefing/atlas/{number}").status_code == 404
