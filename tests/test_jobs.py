"""A page asks for work, one process does it, and the page reads what came of it."""

import threading
from pathlib import Path

import pytest

from data.errors import Problem
from data.jobs import Job, Jobs
from data.operations import Operations
from etl.jobs import JOBS


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(Operations(f"sqlite:///{tmp_path / 'operations.db'}"))


def test_jobs_are_done_in_the_order_they_were_asked_for(jobs: Jobs) -> None:
    first, second = jobs.submit("load", "anna", paths=["a.csv"]), jobs.submit("verify", "ben")
    taken = [jobs.take(), jobs.take(), jobs.take()]
    assert [job and job.id for job in taken] == [first, second, None]


def test_a_job_keeps_its_arguments_progress_and_result(jobs: Jobs, tmp_path: Path) -> None:
    id = jobs.submit("load", "anna", paths=[tmp_path / "网格.csv"], mapping=None)
    assert jobs.get(id).state == "waiting"
    assert jobs.get(id).arguments == {"paths": [str(tmp_path / "网格.csv")], "mapping": None}
    taken = jobs.take()
    assert taken and taken.state == "running" and taken.started_at
    jobs.report(id, "网格.csv")
    assert jobs.get(id).progress == "网格.csv"
    jobs.finish(id, {"version": "v1"})
    done = jobs.get(id)
    assert (done.state, done.result, done.account) == ("done", {"version": "v1"}, "anna")
    assert done.ended_at and done.started_at and done.ended_at >= done.started_at >= done.submitted_at


def test_a_failed_job_says_why_in_a_reason_and_facts(jobs: Jobs) -> None:
    id = jobs.submit("load", "anna")
    jobs.take()
    jobs.fail(id, "not_a_file", {"path": "x.csv"})
    result = jobs.get(id).result
    assert jobs.get(id).state == "failed" and result == {"reason": "not_a_file", "facts": {"path": "x.csv"}}
    assert "x.csv" in Problem(result["reason"], **result["facts"]).sentence("en")


def test_recent_jobs_come_newest_first_and_by_kind(jobs: Jobs) -> None:
    ids = [jobs.submit(kind, "anna") for kind in ("load", "verify", "load")]
    assert [job.id for job in jobs.recent()] == ids[::-1]
    assert [job.id for job in jobs.recent("load", limit=1)] == ids[-1:]


def test_an_unknown_job_is_refused(jobs: Jobs) -> None:
    for act in (lambda: jobs.get(7), lambda: jobs.finish(7, {}), lambda: jobs.report(7, "x")):
        with pytest.raises(Problem, match="7"):
            act()


def test_a_job_whose_process_died_is_tried_once_more_and_then_given_up(jobs: Jobs) -> None:
    id = jobs.submit("load", "anna")
    jobs.take()
    assert jobs.recover() == 1 and jobs.get(id).state == "waiting"
    jobs.take()
    assert jobs.recover() == 1
    assert jobs.get(id).state == "failed" and jobs.get(id).result == {"reason": "job_interrupted", "facts": {}}
    assert jobs.recover() == 0


def test_two_takers_never_get_the_same_job(jobs: Jobs) -> None:
    ids = [jobs.submit("load", "anna", number=k) for k in range(20)]
    taken: list[Job] = []

    def take_all() -> None:
        while found := jobs.take():
            taken.append(found)

    threads = [threading.Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job.id for job in taken) == ids


def test_every_kind_of_job_is_a_file_that_ends_in_its_work() -> None:
    assert "load" in JOBS
    assert all(callable(run) for run in JOBS.values())
