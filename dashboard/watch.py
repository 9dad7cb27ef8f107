"""Work handed to `gridlink work`: a page submits a job, watches it, and gets its result in a store.

`watch(name)` once per module that submits, `parts(name)` in the layout. Whoever submits writes the job's id into the
store `<name>-job`; the store `<name>-told` then holds {id, kind, state, progress, arguments, result}, and while there
is no result yet, as `before`, that of the job watched before.
"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, dcc, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.session import door, scope
from dashboard.text import t, voice
from data.errors import reasons, sentence
from data.jobs import DONE, FAILED, Jobs

POLL_MS = 800
ENDED = (DONE, FAILED)

Told = dict[str, Any]


def parts(name: str) -> list[Component]:
    """Return what a page needs to watch one job at a time."""
    poll = dcc.Interval(id=f"{name}-poll", interval=POLL_MS, disabled=True)
    return [dcc.Store(id=f"{name}-job"), dcc.Store(id=f"{name}-told"), poll]


def submit(kind: str, **arguments: Any) -> int:
    """Hand over a job in the name of the account; it is written to the audit log. Returns its id."""
    told = {key: value for key, value in arguments.items() if key in ("path", "paths", "run_id", "reason", "name")}
    door().audit.record(scope(), f"job {kind}", **{f"of_{key}": value for key, value in told.items()})
    return Jobs(door().operations).submit(kind, scope().account, **arguments)


def told(number: int) -> Told | None:
    """Return how a job of this account stands, None of any other's."""
    job = Jobs(door().operations).get(int(number))
    if job.account != scope().account:
        return None
    about = {"id": job.id, "kind": job.kind, "state": job.state, "progress": job.progress}
    return {**about, "result": job.result, "arguments": job.arguments}


def watch(name: str) -> None:
    """Follow the job in the store `<name>-job` until it has ended."""

    @callback(
        Output(f"{name}-told", "data"),
        Output(f"{name}-poll", "disabled"),
        Input(f"{name}-job", "data"),
        Input(f"{name}-poll", "n_intervals"),
        State(f"{name}-told", "data"),
        prevent_initial_call=True,
    )
    def follow(number: int | None, _: int | None, known: Told | None) -> tuple[Any, bool]:
        if number is None:
            raise PreventUpdate
        now = told(number)
        if now is not None and now["result"] is None and known:
            now["before"] = known.get("result") or known.get("before")
        ended = now is None or now["state"] in ENDED
        return (no_update if now == known else now), ended


def words(job: Told | None) -> str:
    """Return where a job stands, or why it failed, in one sentence."""
    if job is None:
        return ""
    if job["state"] != FAILED:
        return t(f"watch.{job['state']}", progress=job["progress"]).strip(" ·")
    result = job["result"] or {}
    code = str(result.get("reason", ""))
    return sentence(code, voice().language, **result.get("facts", {})) if code in reasons() else t("state.failed")
