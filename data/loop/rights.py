"""Who may act on an incident: the rights to lead, dispatch and assess of a level, or having been given the case."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Protocol

from data.config import Config
from data.errors import ConfigError, NotAllowed
from data.loop.acts import Act
from data.scope import ROLES, Scope

RIGHTS = ("lead", "dispatch", "assess")
DEFAULT, LEAF = "default", "leaf"


class Places(Protocol):
    """What the desk must know of the tree of areas."""

    def level(self, area_id: str) -> str | None:
        """Return the level of an area; an unlocated child has that of its parent."""

    def inside(self, area_id: str, root: str) -> bool:
        """Say whether an area lies in the subtree of another, itself included."""

    def unit_level(self, unit_id: str) -> str | None:
        """Return the level of a unit; raises Problem `unknown_unit`."""


class Rights:
    """The table level x right -> roles of one home; raises ConfigError for what it does not know."""

    def __init__(self, config: Config) -> None:
        site = config.home / "rights.toml"
        source = site if site.is_file() else files("data.loop").joinpath("rights.toml")
        self.table: dict[str, dict[str, list[str]]] = tomllib.loads(source.read_text(encoding="utf-8"))
        levels, self.leaf = [level.id for level in config.levels], config.leaf
        for level, rights in self.table.items():
            _known(str(site), level, [*levels, LEAF, DEFAULT])
            for right, roles in rights.items():
                _known(str(site), right, RIGHTS)
                for role in roles:
                    _known(str(site), role, ROLES)

    def of(self, scope: Scope, level: str | None) -> frozenset[str]:
        """Return the rights an account holds over the incidents of its area, which is of this level."""
        kind = LEAF if level == self.leaf and LEAF in self.table else DEFAULT
        row = self.table.get(level or DEFAULT, self.table.get(kind, {}))
        return frozenset(right for right, roles in row.items() if scope.roles & set(roles))


def holds(act: Act, row: Mapping[str, Any], scope: Scope, rights: frozenset[str]) -> bool:
    """Say whether any of what the act asks for is there: a right, the case itself, or having reported it."""
    given = is_handler(row, scope)
    reported = bool(scope.worker_id) and scope.worker_id == row["reporter_id"]
    have = {*rights, *(("handler",) if given else ()), *(("reporter",) if reported else ())}
    return bool(have & set(act.right))


def is_handler(row: Mapping[str, Any], scope: Scope) -> bool:
    """Say whether the case was given to this account's worker or unit."""
    mine = bool(scope.worker_id) and scope.worker_id == row["worker_id"]
    return mine or (bool(scope.unit_id) and scope.has("department") and scope.unit_id == row["unit_id"])


def check(act: Act, row: Mapping[str, Any], scope: Scope, rights: frozenset[str]) -> None:
    """Raise NotAllowed where the account may not do this here.

    Rights reach as far as the account's area; who was given the case acts wherever it lies.
    """
    if not holds(act, row, scope, rights):
        raise NotAllowed("not_allowed", account=scope.account, detail=act.name)


def _known(path: str, name: str, known: Any) -> None:
    if name not in known:
        raise ConfigError("unknown_key", path=path, detail=name, known=", ".join(known))
