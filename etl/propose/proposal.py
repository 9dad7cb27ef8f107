"""A file in, a proposed mapping out, with everything a person needs to judge it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.config import Config
from data.errors import ConfigError, FileRefused
from data.feeds import feeds
from etl.mapping_file import nearest
from etl.propose.choice import Choice, Question
from etl.propose.draft import Draft, drafted
from etl.propose.known import known_to
from etl.propose.layout import sniff
from etl.propose.match import Fit, Match, sources_of
from etl.propose.preview import Preview, no_preview, preview
from etl.propose.special import fitted
from etl.propose.table import Table, read_table

OVERRIDES = ("feed", "crs", "time_zone", "format", "encoding", "delimiter", "skip_rows", "sheet", "layer", "columns")
LEAST_SCORE = 0.33  # a feed that fits worse is none
NOTHING = Choice("", 1.0, "crs_none")


@dataclass(frozen=True)
class Proposal:
    """What a file seems to be; `draft` is None when it looks like no feed."""

    table: Table
    scores: list[tuple[str, float]]
    draft: Draft | None
    questions: list[Question]
    preview: Preview

    @property
    def feed(self) -> str:
        """The feed proposed, '' for none."""
        return self.draft.fit.feed.name if self.draft else ""

    @property
    def toml(self) -> str:
        """The mapping file to write, '' when no feed fits."""
        return self.draft.toml if self.draft else ""

    @property
    def is_ready(self) -> bool:
        """Whether the mapping would load as it stands: a feed, every required column, no question open."""
        return self.draft is not None and not self.questions

    def as_json(self) -> dict[str, Any]:
        """Return what the command prints and the page shows; sentences in both languages."""
        layout, draft = self.table.layout, self.draft
        crs, zone = (draft.crs, draft.zone) if draft else (NOTHING, NOTHING)
        return {
            "path": self.table.path.as_posix(),
            "format": layout.format,
            "encoding": layout.encoding,
            "delimiter": layout.delimiter,
            "skip_rows": layout.skip_rows,
            "sheet": layout.sheet,
            "feed": self.feed,
            "feeds": [{"feed": name, "score": round(score, 2)} for name, score in self.scores],
            "crs": crs.value,
            "crs_sure": crs.sure,
            "crs_why": crs.why,
            "crs_options": list(crs.options),
            "time_zone": zone.value,
            "time_zone_sure": zone.sure,
            "time_zone_why": zone.why,
            "columns": self.columns(),
            "unused": self.unused(),
            "personal": self.table.personal,
            "missing": draft.fit.missing if draft else [],
            "questions": [x.as_json() for x in self.questions],
            "ready": self.is_ready,
            "toml": self.toml,
            "preview": self.preview.as_json(),
            "points": self.preview.points,
            "outline": self.preview.outline,
        }

    def columns(self) -> list[dict[str, Any]]:
        """Return each of our columns with what was found for it."""
        if self.draft is None:
            return []
        fit = self.draft.fit
        rows = []
        for column in fit.feed.columns.values():
            match = fit.matches.get(column.name)
            about = {"ours": column.name, "zh": column.zh, "en": column.en, "required": column.name in fit.required}
            found = _found(match, fit.feed.name) if match else {"theirs": None, "how": "", "sure": 0.0, "sample": ""}
            rows.append(about | found)
        return rows

    def unused(self) -> list[str]:
        """Return their columns that go nowhere, those of persons' numbers left out."""
        fit = self.draft.fit if self.draft else None
        specs = [m.spec for m in fit.matches.values()] if fit else []
        specs += [x[key] for x in (fit.ancestors if fit else []) for key in ("area_id", "name")]
        used = {name for spec in specs for name in sources_of(spec)}
        return [name for name in self.table.usable if name not in used]


def propose(path: Path, config: Config, overrides: dict[str, Any] | None = None) -> Proposal:
    """Propose a mapping for a file; `overrides` (see OVERRIDES) are what a person has answered already.

    columns: ours -> theirs, {"constant": ...} or any other spec of [columns], or None to leave a column out.
    Raises FileRefused when the file cannot be read at all, ConfigError for an answer that cannot be.
    """
    told = _checked(overrides or {})
    table = read_table(path, sniff(path, told), known_to(config))
    if not table.raw.num_rows:
        raise FileRefused("empty_file", path=path)
    fits = {name: fitted(table, feed) for name, feed in feeds().items()}
    scores = sorted(((name, fit.score(table)) for name, fit in fits.items()), key=lambda x: -x[1])
    name = told.get("feed") or scores[0][0]
    if not told.get("feed") and (scores[0][1] < LEAST_SCORE or len(fits[name].missing) == len(fits[name].required)):
        facts = {"path": path, "detail": ", ".join(list(table.usable)[:12]), "known": name}
        return Proposal(table, scores, None, [Question("feed", "no_feed", facts)], no_preview(table))
    fit = fits[name]
    _tell_columns(table, fit, told.get("columns") or {})
    draft = drafted(table, fit, told)
    tried = preview(table, draft)
    return Proposal(table, scores, draft, draft.questions + _in_vain(draft, tried), tried)


def _in_vain(draft: Draft, tried: Preview) -> list[Question]:
    """Say so when every row tried was refused: the mapping may be written, but nothing would come of it."""
    if draft.questions or tried.would_load or not tried.rejects:
        return []
    return [
        Question(
            "rows", "nothing_would_load", {"detail": tried.rejects[0]["detail"], "known": tried.rejects[0]["reason"]}
        )
    ]


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    for key in told:
        if key not in OVERRIDES:
            raise ConfigError("unknown_key", path="overrides", detail=key, known=nearest(key, OVERRIDES))
    feed = told.get("feed")
    if feed and feed not in feeds():
        raise ConfigError("unknown_key", path="feed", detail=feed, known=nearest(feed, tuple(feeds())))
    return {key: value for key, value in told.items() if value not in (None, "")}


def _tell_columns(table: Table, fit: Fit, told: dict[str, Any]) -> None:
    """Put in what a person said about columns; raises ConfigError for columns nobody has, and for persons' numbers."""
    for ours, spec in told.items():
        if ours not in fit.feed.columns:
            known = nearest(ours, tuple(fit.feed.columns))
            raise ConfigError("unknown_key", path=fit.feed.name, detail=ours, known=known)
        if spec is None:
            fit.matches.pop(ours, None)
            continue
        for name in sources_of(spec):
            if name in table.personal:
                raise ConfigError("personal_column", detail=name)
            if name not in table.raw.column_names and name != "_path":
                raise FileRefused("wrong_columns", path=table.path, detail=name, known=", ".join(table.usable))
        theirs = " + ".join(sources_of(spec))
        seen = table.columns.get(theirs)
        before = fit.matches.get(ours)
        if before and before.spec == spec:
            fit.put(replace(before, sure=1.0, how="told"))
        else:
            fit.put(Match(ours, _with_form(fit, ours, spec, table), theirs, "told", 1.0, seen.sample() if seen else ""))


def _with_form(fit: Fit, ours: str, spec: Any, table: Table) -> Any:
    from etl.propose.match import spec_of

    seen = table.columns.get(spec) if isinstance(spec, str) else None
    return spec_of(fit.feed.columns[ours], seen) if seen is not None else spec


def _found(match: Match, feed: str) -> dict[str, Any]:
    from etl.propose.preview import shown

    sample = shown(feed, match.ours, match.sample)
    return {"theirs": match.theirs or None, "how": match.how, "sure": round(match.sure, 2), "sample": sample}
