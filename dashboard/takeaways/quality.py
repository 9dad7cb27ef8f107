"""What the quality page shows: feeds, reasons, completeness, reconciliation, and the refused rows themselves."""

from __future__ import annotations

import pyarrow as pa

from dashboard import moment, place, quality, refused
from dashboard.panels import completeness as months
from dashboard.panels.reconciliation import rows as compared
from dashboard.session import door, scope
from dashboard.takeaway import View, headed, rows_of, takeaway
from dashboard.text import named, t

TEXT, WHOLE, TIME, NUMBER, DAY = pa.string(), pa.int64(), pa.timestamp("us"), pa.float64(), pa.date32()
COUNTS = ("files", "refused", "rows_in", "loaded", "rejected", "duplicate")


@takeaway("feeds")
def feeds(view: View) -> pa.Table:
    """Return what came from each feed in the period and what became of it."""
    start, end = quality.period(view)
    rows = door().query("quality_feeds", scope(), start=start, end=end).to_pylist()
    columns = {"feed": TEXT, "feed_name": TEXT, **dict.fromkeys(COUNTS, WHOLE)}
    columns |= {"lag_p50_s": NUMBER, "lag_p95_s": NUMBER, "last_at": TIME, "loaded_at": TIME}
    told = {name: t(f"feeds.{name}") for name in ("files", "rows_in", "loaded", "rejected", "duplicate")}
    told |= {"lag_p50_s": t("take.head.lag_p50_s"), "last_at": t("feeds.last"), "loaded_at": t("feeds.load")}
    return rows_of([{**row, "feed_name": quality.feed_name(row["feed"])} for row in rows], columns, told)


@takeaway("reasons")
def reasons(view: View) -> pa.Table:
    """Return why rows were refused in the period, with the sentence of each reason."""
    start, end = quality.period(view)
    facts = {"start": start, "end": end, "feed": view.get("feed") or "", "zone": door().config.city.zone}
    rows = door().query("quality_reasons", scope(), **facts).to_pylist()
    columns = {"feed": TEXT, "reason": TEXT, "sentence": TEXT, "whole_file": pa.bool_(), "n": WHOLE}
    return rows_of([{**row, "sentence": quality.why(row["reason"])} for row in rows], columns, {})


@takeaway("completeness")
def completeness(view: View) -> pa.Table:
    """Return for each area, data set and month the days with rows, the days there should be, and the rows."""
    today, area, level = moment.today(view), place.area(view), place.below(view)
    listed = months.last_months(today)
    facts = {"area": area, "level": level, "first_day": listed[0], "last_day": today, "zone": door().config.city.zone}
    found = door().query("completeness", scope(), **facts).to_pylist()
    cells = {(row["area_id"], row["dataset"], row["month"]): row for row in found}
    since = {row["dataset"]: row["since"] for row in found}
    rows = []
    for one in months.areas(view, cells):
        name = named(one) if one["level"] != "unlocated" else t("children.unlocated")
        for dataset in months.DATASETS:
            for month in listed:
                cell = cells.get((one["area_id"], dataset, month), {"days": 0, "n": 0})
                due = months.expected(month, since.get(dataset), today)
                about = {"area_id": one["area_id"], "name": name, "dataset": quality.feed_name(dataset), "month": month}
                rows.append({**about, "days": cell["days"], "expected": due, "n": cell["n"]})
    columns = {**dict.fromkeys(("area_id", "name", "dataset"), TEXT), "month": DAY}
    return rows_of(rows, columns | dict.fromkeys(("days", "expected", "n"), WHOLE), {"n": t("take.head.rows")})


@takeaway("reconciliation")
def reconciliation(view: View) -> pa.Table:
    """Return each area's own count beside the sum of its children and what nobody placed."""
    rows = []
    for row in compared(view):
        told = {"level": place.level_name(row["level"]), "dataset": quality.feed_name(row["dataset"])}
        rows.append({**row, "name": named(row), **told})
    counted = ("whole", "children", "unlocated", "difference")
    columns = dict.fromkeys(("area_id", "name", "level", "dataset"), TEXT) | dict.fromkeys(counted, WHOLE)
    return rows_of(rows, columns, {name: t(f"reconciliation.{name}") for name in counted})


@takeaway("rejects", personal=True)
def rejects(view: View) -> pa.Table:
    """Return the chosen refused rows, a column for everything they held; numbers of persons are hidden."""
    found = refused.rows(refused.Source.of(view.get("refused")), refused.ALL)
    held = refused.columns(found)
    names = {f"held_{at}": name for at, name in enumerate(held)}
    rows = [{**{fact: refused.fact(row, fact) for fact in refused.FACTS}, **_held(row, names)} for row in found]
    kinds = {fact: WHOLE if fact == "row" else TEXT for fact in refused.FACTS} | dict.fromkeys(names, TEXT)
    listed = [{key: row[key] if key == "row" or row[key] is None else str(row[key]) for key in kinds} for row in rows]
    told = {fact: t(f"refused.{fact}") for fact in refused.FACTS} | names
    return headed(pa.Table.from_pylist(listed, pa.schema(list(kinds.items()))), told)


def _held(row: dict[str, object], names: dict[str, str]) -> dict[str, object]:
    content: object = row["held"]
    known = content if isinstance(content, dict) else {}
    return {key: known.get(name) for key, name in names.items()}
