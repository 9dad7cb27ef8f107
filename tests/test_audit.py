"""The log of who saw whom: nothing in it can be changed, cut or put in unseen, and without it nobody sees persons."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from data.audit import NAME, Audit
from data.config import Config, make_config
from data.errors import Problem
from data.scope import Scope
from data.trail import files
from data.trail.check import Checked, check_log
from data.trail.witness import Store, remembered

WHO = Scope("wang", frozenset({"leader"}), "city", "案件 7")
LINES = 40


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return make_config(tmp_path, {})


def path_of(config: Config) -> Path:
    return config.home / NAME


def write(config: Config, n: int, log: Audit | None = None) -> Audit:
    log = log or Audit.of(config)
    for number in range(n):
        log.record(WHO, "tracks", subjects=[f"w{number}"], period={"day": "2026-01-05"})
    return log


def write_at_once(config: Config, n: int) -> None:
    Audit.of(config).record_all(WHO, [("tracks", {"subjects": [f"w{number}"]}) for number in range(n)])


def check(config: Config) -> Checked:
    return check_log(config, NAME)


def rows(config: Config) -> list[dict[str, object]]:
    return [json.loads(line) for line in path_of(config).read_bytes().splitlines()]


def test_every_line_carries_its_number_the_digest_of_the_line_before_and_its_own(config: Config) -> None:
    write(config, 3)
    before = sha256(b"").hexdigest()
    for number, line in enumerate(path_of(config).read_bytes().splitlines(), 1):
        told = json.loads(line)
        body = line[: line.rindex(b', "digest": "')]
        assert (told["number"], told["before"]) == (number, before)
        assert told["digest"] == sha256(body).hexdigest()
        before = told["digest"]
    assert check(config).faults == [] and check(config).lines == 3
    assert remembered(config, NAME)["operations"].digest == before


Harm = Callable[[list[bytes], Random], int | None]


def edit(lines: list[bytes], chance: Random) -> int:
    at = chance.randrange(len(lines))
    byte = chance.randrange(len(lines[at]))
    new = lines[at][byte] ^ (1 << chance.randrange(8))
    lines[at] = lines[at][:byte] + bytes([new]) + lines[at][byte + 1 :]
    return at + 1


def delete(lines: list[bytes], chance: Random) -> int:
    at = chance.randrange(len(lines))
    del lines[at]
    return min(at + 1, len(lines))


def reorder(lines: list[bytes], chance: Random) -> int:
    one, two = sorted(chance.sample(range(len(lines)), 2))
    lines[one], lines[two] = lines[two], lines[one]
    return one + 1


def insert(lines: list[bytes], chance: Random) -> int:
    at = chance.randrange(len(lines) + 1)
    forged = json.dumps({"at": "2026-01-05", "account": "nobody", "action": "tracks"}).encode() + b"\n"
    lines.insert(at, chance.choice([forged, chance.choice(lines)]))
    return at + 1


def truncate(lines: list[bytes], chance: Random) -> None:
    whole = b"".join(lines)
    lines[:] = [whole[: chance.randrange(len(whole))]]


def forge_all(lines: list[bytes], chance: Random) -> None:
    """Somebody who knows the rules writes the whole chain anew from a changed line on."""
    from data.trail.chain import NOTHING, Link, seal

    told = [json.loads(line) for line in lines]
    at, head = chance.randrange(len(lines)), Link(0, NOTHING)
    told[at]["account"] = "somebody else"
    for place, facts in enumerate(told):
        kept = {key: value for key, value in facts.items() if key not in ("number", "before", "digest")}
        lines[place], head = seal(kept, head)


@pytest.mark.parametrize("harm", [edit, delete, reorder, insert, truncate, forge_all])
def test_every_harm_is_found(config: Config, harm: Harm) -> None:
    write_at_once(config, LINES)
    whole, chance = path_of(config).read_bytes(), Random(harm.__name__)
    for _ in range(50):
        lines = whole.splitlines(keepends=True)
        at = harm(lines, chance)
        path_of(config).write_bytes(b"".join(lines))
        if b"".join(lines) == whole:
            continue
        faults = check(config).faults
        assert faults, (harm.__name__, at)
        assert all(fault.sentence("en") and f"{fault.line}" in fault.sentence("zh-CN") for fault in faults)
        if at is not None:
            assert min(abs(fault.line - at) for fault in faults) <= 1, (harm.__name__, at, faults)


@pytest.mark.parametrize("harm", [edit, delete, reorder, truncate, forge_all])
def test_a_harm_stays_found_when_the_log_goes_on(config: Config, harm: Harm) -> None:
    chance = Random(harm.__name__)
    for _ in range(3):
        for path in config.home.glob("*"):
            path.unlink()
        write_at_once(config, 12)
        whole = path_of(config).read_bytes()
        lines = whole.splitlines(keepends=True)
        harm(lines, chance)
        path_of(config).write_bytes(b"".join(lines))
        if b"".join(lines) == whole:
            continue
        write(config, 1)
        write_at_once(config, 30)
        assert check(config).faults, harm.__name__


@pytest.mark.parametrize("name", ["number", "before", "digest"])
def test_a_fact_that_would_hide_the_end_of_its_line_is_refused(config: Config, name: str) -> None:
    write(config, 1)
    with pytest.raises(ValueError, match=name):
        Audit(path_of(config)).record(WHO, "export", **{name: 7})
    write(config, 1)
    assert check(config).faults == [] and check(config).lines == 2


def test_a_log_that_was_taken_away_is_missed(config: Config) -> None:
    write(config, 5)
    path_of(config).unlink()
    (fault,) = check(config).faults
    assert fault.reason == "audit_cut" and "5" in fault.sentence("en")
    write(config, 1)
    assert rows(config)[0]["action"] == "audit cut" and rows(config)[0]["number"] == 6
    assert {fault.reason for fault in check(config).faults} >= {"audit_was_cut"}


@pytest.mark.parametrize("kept", [1, 30, 10_000])
def test_a_line_torn_by_a_killed_process_is_set_aside_and_recorded_and_the_chain_goes_on(
    config: Config, kept: int
) -> None:
    write(config, 3)
    torn = b'{"at": "2026-01-05T04:00", "account": "wang", "subjects": "' + b"w" * kept
    with path_of(config).open("ab") as file:
        file.write(torn)
    assert [fault.reason for fault in check(config).faults] == ["audit_stray"]  # nobody has said yet what it is
    write(config, 2)
    told = check(config)
    assert told.faults == [] and [note.reason for note in told.notes] == ["audit_torn"]
    assert told.notes[0].line == 4 and str(len(torn)) in told.notes[0].sentence("en")
    lines = path_of(config).read_bytes().splitlines()
    said = json.loads(lines[4])
    assert (said["action"], said["number"], said["sha256"]) == ("audit torn", 4, sha256(torn).hexdigest())


def _many(home: str) -> None:
    write(make_config(Path(home), {}), 10)


def test_several_processes_and_threads_write_one_chain(config: Config) -> None:
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_many, args=(str(config.home),)) for _ in range(3)]
    log = Audit.of(config)
    threads = [threading.Thread(target=write, args=(config, 5, log)) for _ in range(4)]
    for one in (*others, *threads):
        one.start()
    for one in (*others, *threads):
        one.join()
    told = check(config)
    assert (told.faults, told.notes, told.lines) == ([], [], 3 * 10 + 4 * 5)


def test_lines_of_one_request_are_synced_once(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    log, synced = Audit(path_of(config)), []
    log.record(WHO, "tracks")
    monkeypatch.setattr(os, "fsync", synced.append)
    log.record_all(WHO, [("tracks", {}), ("stays", {}), ("gaps", {})])
    assert len(synced) == 1 and [row["action"] for row in rows(config)] == ["tracks", "tracks", "stays", "gaps"]


def test_a_log_of_an_earlier_release_goes_on_and_cannot_be_changed_from_then(config: Config) -> None:
    at = datetime.now(UTC).isoformat()
    old = f'{{"at": "{at}", "account": "li", "action": "tracks"}}\n'.encode() * 3
    path_of(config).write_bytes(old)
    assert check(config).faults == [] and check(config).before_chain == 3
    write(config, 2)
    begun = rows(config)[3]
    assert (begun["action"], begun["lines"], begun["before"]) == ("audit begun", 3, sha256(old).hexdigest())
    assert check(config).faults == []
    path_of(config).write_bytes(path_of(config).read_bytes().replace(b'"li"', b'"lo"', 1))
    assert [fault.reason for fault in check(config).faults] == ["audit_before"]


def test_files_turn_when_full_and_with_the_month_and_the_chain_goes_on(config: Config) -> None:
    old = '{"at": "2026-01-31T00:00:00+00:00", "account": "li", "action": "tracks"}\n'
    path_of(config).write_text(old, encoding="utf-8")
    write(config, 20, Audit(path_of(config), (Store(config, NAME),), file_mb=0.002))
    listed = files.every(path_of(config))
    assert len(listed) > 2 and listed[0].name == "audit-000000000002.jsonl"  # the month turned behind its first line
    told = check(config)
    assert (told.faults, told.head.number, told.files) == ([], 21, len(listed))
    listed[1].unlink()
    assert [fault.reason for fault in check(config).faults] == ["audit_missing"]


def test_a_disk_that_takes_half_a_line_refuses_and_the_log_goes_on_later(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, real = write(config, 2), os.write

    def half(handle: int, text: bytes) -> int:
        return real(handle, text[: len(text) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(Problem) as refused:
        log.record(WHO, "export", subjects="incidents")
    assert refused.value.reason == "no_audit" and str(path_of(config)) in str(refused.value)
    monkeypatch.undo()
    log.record(WHO, "export", subjects="incidents")
    assert check(config).faults == [] and [note.reason for note in check(config).notes] == ["audit_torn"]


def test_the_operations_store_away_stops_nobody(config: Config) -> None:
    (config.home / "operations.db").mkdir()
    write(config, 2)
    assert check(config).faults == [] and check(config).lines == 2


def test_a_second_place_remembers_the_end_too(tmp_path: Path) -> None:
    config = make_config(tmp_path, {"audit": {"copy": "elsewhere.txt"}})
    write(config, 3)
    (tmp_path / "operations.db").unlink()
    kept = path_of(config).read_bytes().splitlines(keepends=True)
    path_of(config).write_bytes(b"".join(kept[:2]))
    (fault,) = check(config).faults
    assert fault.reason == "audit_cut" and "copy" in fault.sentence("en")


def test_the_log_of_today_is_dated_today(config: Config) -> None:
    write(config, 1)
    at = datetime.fromisoformat(str(rows(config)[0]["at"]))
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
