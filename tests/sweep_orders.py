"""The same question by two accounts, in both orders, against what each is told by a door nobody asked before.

Answers are compared as the marks, areas and words they hold: what says when it was made differs every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard import breath
from tests.marked_city import AREA, AREAS, MARK
from tests.sweep_questions import NOW, Asked
from tests.sweeping import Key, Sweep

Told = tuple[tuple[str, ...], ...]
VIEW = {"day": "2026-01-05", "now": NOW, "period": "7d", "level": "grid", "metric": "reported"}


def questions(sweep: Sweep, outputs: Sequence[str]) -> list[Asked]:
    """Return one request for each of these callbacks, told by one view that names no area."""
    sweep.questions.area = AREAS[0]
    return [sweep.questions.callback(output, VIEW) for output in outputs]


def mixed(sweep: Sweep, asked: Sequence[Asked], one: Key, other: Key) -> Iterator[str]:
    """Yield a line for every question that an account is answered otherwise after the other one asked it."""
    fresh: dict[object, list[Told]] = {}
    for first, second in ((one, other), (other, one)):
        forget(sweep)
        fresh[first] = [_told(sweep, first, question) for question in asked]
        fresh[second, "after"] = [_told(sweep, second, question) for question in asked]
    for key in (one, other):
        for question, alone, after in zip(asked, fresh[key], fresh[key, "after"], strict=True):
            if alone != after:
                yield f"{key} {(question.body or {}).get('output', question.path)}: {alone} is {after}"


def forget(sweep: Sweep) -> None:
    """Empty every cache in which an answer may wait for somebody else."""
    for cache in (sweep.house.door._cache, sweep.house.door._rows, breath._said):
        cache._answers.clear()


def _told(sweep: Sweep, key: Key, asked: Asked) -> Told:
    text = sweep.words(key, asked)
    ids = (one for one in (*sweep.known.incidents, *sweep.known.workers, *sweep.known.names.values()) if one in text)
    held = (MARK.findall(text), AREA.findall(text), [one for one in ids if not one.isdigit()])
    return tuple(tuple(sorted(part)) for part in held)
