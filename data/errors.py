"""What can go wrong, said so that the reader knows what, where and what to do."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


class Problem(Exception):
    """A refusal with a reason of `reasons.toml` and the facts that fill its sentence."""

    status = 1  # exit status of the command: nothing changed

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.facts = facts

    def sentence(self, language: str = "zh-CN") -> str:
        """Say what is wrong, where, and what to do, in `zh-CN` or `en`."""
        return sentence(self.reason, language, **self.facts)

    def __str__(self) -> str:
        return self.sentence("en")


class FileRefused(Problem):
    """A whole file cannot be loaded; nothing of it was."""


class ConfigError(Problem):
    """The configuration or the call is wrong: the sentence names file, key and nearest known key."""

    status = 2


class NotAllowed(Problem):
    """The account's roles or area do not cover what was asked for."""


class WarehouseError(Problem):
    """The warehouse has no usable version, or a newer one than this release reads."""


@cache
def reasons() -> dict[str, dict[str, object]]:
    """Return the table of reasons: code -> {zh, en, kept}."""
    return tomllib.loads(files("data").joinpath("reasons.toml").read_text(encoding="utf-8"))


def sentence(reason: str, language: str = "zh-CN", /, **facts: object) -> str:
    """Fill the sentence of a reason; a fact that is not known stands as ?."""
    text = str(reasons()[reason]["en" if language.startswith("en") else "zh"])
    return text.format_map(_Facts(facts))


def is_kept(reason: str) -> bool:
    """Say whether a row refused for this reason may be stored, or only counted."""
    return bool(reasons()[reason].get("kept", True))


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
