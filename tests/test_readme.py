"""The READMEs say what the product does: their table comes from the feeds, their commands exist.

`python -m tests.test_readme` writes the table anew.
"""

import re
from pathlib import Path

import pytest

from data.feeds import feeds
from data.metrics import METRICS
from gridlink import make_app

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
TABLE = re.compile(r"(<!-- feeds:[^\n]*-->\n).*?(<!-- /feeds -->)", re.S)
HEADS = {"en": ("feed", "columns (required in bold)", "metrics"), "zh": ("数据源", "列（必填加粗）", "指标")}


def feed_table(language: str) -> str:
    """Return the Markdown table of feeds, columns and the metrics that need them."""
    lines = ["| " + " | ".join(HEADS[language]) + " |", "|---|---|---|"]
    for feed in feeds().values():
        columns = [f"**{c.name}**" if c.required and c.default is None else c.name for c in feed.columns.values()]
        metrics = [m.zh if language == "zh" else m.en for m in METRICS.values() if feed.name in m.inputs]
        name = feed.zh if language == "zh" else feed.en
        lines.append(f"| {feed.name} {name} | {', '.join(columns)} | {', '.join(metrics) or '—'} |")
    return "\n".join(lines) + "\n"


def with_table(text: str, language: str) -> str:
    return TABLE.sub(lambda m: m.group(1) + feed_table(language) + m.group(2), text)


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_feeds_is_the_one_the_loader_uses(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert with_table(text, READMES[name]) == text, "run: python -m tests.test_readme"


def test_both_readmes_show_the_same_commands_and_mapping() -> None:
    blocks = []
    for name in READMES:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        blocks.append([line.split("#")[0].strip() for line in lines if line.startswith("    ")])
    houses = ("gridlink.py", "data/", "etl/", "layers/", "dashboard/", "tests/")
    english, chinese = ([line for line in block if not line.startswith(houses)] for block in blocks)
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_the_readme_exists(name: str) -> None:
    verbs = {command.name for command in make_app().registered_commands}
    verbs |= {group.name for group in make_app().registered_groups}
    told = set(re.findall(r"-m gridlink ([\w-]+)", (ROOT / name).read_text(encoding="utf-8")))
    assert told and told <= verbs


@pytest.mark.parametrize("name", READMES)
def test_every_file_the_readme_names_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:data|etl|layers|dashboard|tests)/[\w./-]+?)(?:::\w+)?`", text))
    linked = set(re.findall(r"\]\(([\w./-]+)\)", text))
    assert named and linked
    assert [path for path in named | linked if not (ROOT / path).exists()] == []


def main() -> None:
    for name, language in READMES.items():
        path = ROOT / name
        path.write_text(with_table(path.read_text(encoding="utf-8"), language), encoding="utf-8")


if __name__ == "__main__":
    main()
