"""The briefing as DOCX: headings, tables whose heads repeat, pictures, and what people wrote set apart.

The same briefing gives the same bytes: the times in it are those of the data.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from typing import Any

from data.briefing.model import Briefing, Chapter, Table
from data.briefing.paper import Paper

ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def document(briefing: Briefing, pictures: dict[str, bytes]) -> bytes:
    """Return the briefing as DOCX; `pictures`: PNG by "chapter/key", empty where nothing draws."""
    paper = Paper(briefing.labels["font_text"], briefing.labels["font_head"])
    _about(paper, briefing)
    _cover(paper, briefing)
    for chapter in briefing.chapters:
        _chapter(paper, chapter, pictures)
    if not pictures and any(chapter.pictures for chapter in briefing.chapters):
        paper.note(briefing.labels["no_pictures"])
    _definitions(paper, briefing)
    return _settled(paper.file)


def _about(paper: Paper, briefing: Briefing) -> None:
    """Set the document's own facts: never the clock of this machine, never its user."""
    facts = paper.file.core_properties
    at = briefing.as_of.replace(microsecond=0, tzinfo=UTC)
    facts.title, facts.author = f"{briefing.place} {briefing.title}", briefing.labels["house"]
    facts.created = facts.modified = at
    facts.last_modified_by, facts.revision, facts.language = "", 1, briefing.language
    facts.comments = ""
    paper.running(f"{briefing.place} {briefing.title} · {briefing.span}")


def _cover(paper: Paper, briefing: Briefing) -> None:
    labels = briefing.labels
    paper.note(labels["house"])
    paper.title(briefing.title)
    paper.text(f"{briefing.place} · {briefing.span} · {briefing.stamp}")
    if briefing.lead:
        paper.strong(labels["findings"])
    for finding in briefing.lead:
        paper.text(finding.text)
    paper.strong(labels["contents"])
    for name in (*(chapter.title for chapter in briefing.chapters), labels["definitions"]):
        paper.text(name)
    for key in ("stamp_long", "as_of", "approval", "synthetic"):
        if labels[key]:
            paper.note(labels[key])
    paper.new_page()


def _chapter(paper: Paper, chapter: Chapter, pictures: dict[str, bytes]) -> None:
    paper.heading(chapter.title)
    for finding in chapter.findings:
        (paper.note if finding.small else paper.text)(finding.text)
    if not chapter.findings:
        paper.note(chapter.empty)
    for remark in chapter.remarks:
        paper.remark(remark.by, remark.text)
    for picture in chapter.pictures:
        drawn = pictures.get(f"{chapter.id}/{picture.key}")
        if drawn:
            paper.strong(picture.title)
            paper.picture(drawn)
            paper.note(picture.note)
    for table in chapter.tables:
        _table(paper, table)


def _table(paper: Paper, table: Table) -> None:
    paper.strong(table.title)
    paper.table(table.head, [*table.rows, *([table.total] if table.total else [])], table.words, bool(table.total))
    if table.note:
        paper.note(table.note)


def _definitions(paper: Paper, briefing: Briefing) -> None:
    paper.heading(briefing.labels["definitions"])
    for one in briefing.definitions:
        paper.strong(f"{one.name}  {one.code}")
        paper.text(one.text)
    paper.note(briefing.provenance)


def _settled(file: Any) -> bytes:
    """Return the document with every entry of its archive at the same time."""
    raw, out = io.BytesIO(), io.BytesIO()
    file.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled:
        for entry in made.infolist():
            settled.writestr(zipfile.ZipInfo(entry.filename, ZIP_TIME), made.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()
