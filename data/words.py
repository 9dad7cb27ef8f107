"""What the command says: one table of sentences in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def words() -> dict[str, dict[str, str]]:
    """Return the table of data/words.toml: key -> {zh, en}."""
    return tomllib.loads(files("data").joinpath("words.toml").read_text(encoding="utf-8"))


def word(key: str, language: str, **facts: object) -> str:
    """Fill a sentence of the command in `zh-CN` or `en`."""
    return words()[key]["en" if language.startswith("en") else "zh"].format(**facts)
