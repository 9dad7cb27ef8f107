"""Both languages say the same things, and nothing on a screen is without words."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from dashboard.text import languages, words

DASHBOARD = Path(__file__).parent.parent / "dashboard"
SOURCES = sorted(DASHBOARD.rglob("*.py"))
FIELD = re.compile(r"\{(\w+)\}")


def flat(table: dict[str, Any], above: str = "") -> dict[str, str]:
    """Return dotted key -> sentence."""
    rows: dict[str, str] = {}
    for key, value in table.items():
        rows |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return rows


LANGUAGES = {language: flat(words(language)) for language in languages()}
FIRST = LANGUAGES["zh-CN"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys(language: str) -> None:
    assert sorted(LANGUAGES[language]) == sorted(FIRST)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_the_same_fields(language: str) -> None:
    differing = [
        key for key, said in LANGUAGES[language].items() if set(FIELD.findall(said)) != set(FIELD.findall(FIRST[key]))
    ]
    assert [key for key in differing if not key.endswith(("day_long", "day_short"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, said in LANGUAGES[language].items() if not said.strip()] == []


def test_every_key_in_the_code_has_words() -> None:
    used = {(key, file.name) for file in SOURCES for key in literal_keys(file)}
    assert [(key, name) for key, name in used if key not in FIRST] == []


def test_every_page_has_a_name() -> None:
    pages = (file.stem for file in (DASHBOARD / "pages").glob("*.py"))
    assert [page for page in pages if f"page.{page}.name" not in FIRST] == []


def test_english_holds_no_chinese_but_the_name_of_the_language() -> None:
    chinese = [key for key, said in LANGUAGES["en"].items() if re.search(r"[一-鿿]", said)]
    assert chinese == ["language.zh-CN"]


def literal_keys(file: Path) -> set[str]:
    """Return the keys given to t() as they stand."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if ast.unparse(call.func) in ("t", "text.t") and call.args)
    firsts = (call.args[0] for call in named)
    return {first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}
