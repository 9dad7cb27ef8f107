"""The code tables a site fills in: data/codes/<name>.csv, each replaced by `<home>/codes/<name>.csv`.

64922 (6 roles, 4 tasks, 9 element groups, 22 items), the five slots of 三长两员, the five of 五事, five service brands,
six mechanisms, and the classes of population. How many rows a numbered scheme has is part of its name: a site's file
with another number, or with other codes where the codes are slots, is refused. Names not known here say 待填.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from data.config import Config
from data.errors import ConfigError
from data.loop.site_table import bad_row, read_rows, repeated_row

COLUMNS = ("code", "zh", "en")
UNNAMED = "待填"
SPECIAL = "SPG_"  # classes of special groups begin with it


@dataclass(frozen=True)
class Scheme:
    """What a table must be: its codes as slots (empty: the site's own), how many rows, one more column it needs."""

    slots: tuple[str, ...] = ()
    rows: int | None = None
    more: str = ""


@dataclass(frozen=True)
class Code:
    """One row: code, names, and the further column of its table (parent, kind or pages; else empty)."""

    code: str
    zh: str
    en: str
    more: str = ""

    @property
    def is_named(self) -> bool:
        """Whether somebody has filled in the name."""
        return UNNAMED not in self.zh

    @property
    def is_special(self) -> bool:
        """Whether it is a class of special groups (特殊人群)."""
        return self.code.startswith(SPECIAL)


def _numbered(letter: str, count: int, width: int = 1) -> tuple[str, ...]:
    return tuple(f"{letter}{number:0{width}d}" for number in range(1, count + 1))


SCHEMES = {
    "worker_roles": Scheme(_numbered("R", 6), 6),
    "tasks": Scheme(_numbered("T", 4), 4),
    "element_groups": Scheme(_numbered("C", 9), 9),
    "element_items": Scheme(_numbered("I", 22, 2), 22, "parent"),
    "team_slots": Scheme((*_numbered("L", 3), *_numbered("M", 2)), 5, "kind"),
    "five_matters": Scheme(_numbered("W", 5), 5),
    "brands": Scheme((), 5),
    "mechanisms": Scheme((), 6, "pages"),
    "population_classes": Scheme(),
}
KINDS = ("leader", "member")


def codes(config: Config, name: str) -> tuple[Code, ...]:
    """Return the rows of a code table in the order of the file; `name` is one of SCHEMES.

    Raises ConfigError: wrong_columns, bad_table_row, repeated_table_row, code_count (a site's file is not this scheme).
    """
    site = config.home / "codes" / f"{name}.csv"
    return read_codes(site if site.is_file() else files("data").joinpath("codes", f"{name}.csv"), name)


def read_codes(source: Path | Traversable, name: str) -> tuple[Code, ...]:
    """Return the rows of one file, held against the scheme of that name; raises as `codes`."""
    scheme = SCHEMES[name]
    found: dict[str, Code] = {}
    lines: dict[str, int] = {}
    for number, row in read_rows(source, (*COLUMNS, *filter(None, (scheme.more,)))):
        code = Code(row["code"], row["zh"], row["en"] or row["zh"], row.get(scheme.more, ""))
        _check(source, number, code, scheme)
        if code.code in found:
            raise repeated_row(source, number, lines[code.code], code.code)
        found[code.code], lines[code.code] = code, number
    if scheme.rows not in (None, len(found)):
        raise ConfigError("code_count", path=source, detail=len(found), known=scheme.rows)
    return tuple(found.values())


def _check(source: Path | Traversable, number: int, code: Code, scheme: Scheme) -> None:
    """Refuse a row without code or name, in a slot there is none of, or pointing nowhere."""
    if not code.code or (scheme.slots and code.code not in scheme.slots):
        raise bad_row(source, number, ("code", code.code), ", ".join(scheme.slots) or "?")
    if not code.zh:
        raise bad_row(source, number, ("zh", ""), UNNAMED)
    known = {"parent": SCHEMES["element_groups"].slots, "kind": KINDS}.get(scheme.more)
    if known and code.more not in known:
        raise bad_row(source, number, (scheme.more, code.more), ", ".join(known))
    if scheme.more == "kind" and code.more != KINDS[code.code[0] != "L"]:
        raise bad_row(source, number, ("kind", code.more), KINDS[code.code[0] != "L"])
