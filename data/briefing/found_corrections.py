"""What was corrected in a closed month after it was closed, with the reason: nothing where nothing was."""

from __future__ import annotations

from data.analysis.periods import Period
from data.briefing.closed import closed
from data.briefing.model import Chapter, Finding, Table
from data.briefing.numbers import Numbers
from data.corrections import Corrections
from data.metrics import METRICS

CHAPTER = "corrections"


def chapter(numbers: Numbers, period: Period) -> Chapter | None:
    """Return the chapter of corrections of the briefing's area; None where the month is open or none was made."""
    sealed = closed(numbers.door, period)
    inside = {row["area_id"] for row in numbers.places}
    found = Corrections(numbers.door.operations).of(sealed.month) if sealed else []
    mine = [row for row in found if row["area_id"].removesuffix("~") in inside and row["metric"] in METRICS]
    if not mine:
        return None
    words = numbers.words
    told = words.t("corrections.told", n=words.number(len(mine)))
    head = tuple(words.t(f"table.{key}") for key in ("metric", "area", "reason", "was", "is"))
    rows = tuple(
        (
            words.name(METRICS[row["metric"]]),
            words.named(row),
            row["reason"],
            _amount(numbers, row, "before"),
            _amount(numbers, row, "after"),
        )
        for row in mine
    )
    table = Table(CHAPTER, words.t("table.corrections"), head, rows, words=3)
    finding = Finding(CHAPTER, told, {"n": len(mine)}, CHAPTER)
    return Chapter(CHAPTER, words.t(f"chapter.{CHAPTER}"), (finding,), tables=(table,))


def _amount(numbers: Numbers, row: dict[str, float | None], when: str) -> str:
    part, whole = row[f"part_{when}"], row[f"whole_{when}"]
    told = numbers.words.number(part)
    return told if whole is None else f"{told}/{numbers.words.number(whole)}"
