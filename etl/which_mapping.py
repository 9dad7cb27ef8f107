"""Which of a home's mappings reads a file: the one whose pattern says most about its name."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from data.errors import FileRefused
from etl.mapping_file import Mapping

WILD = re.compile(r"\[[^\]]*\]|[*?]")


def find_mapping(path: Path, mappings: list[Mapping]) -> Mapping:
    """Return the mapping with the most specific pattern that matches; raises FileRefused `no_mapping`.

    A pattern is compared with the file's name, and with the end of its path. The one that spells most of the name out
    wins, then the one with fewest wildcards.
    """
    whole = path.as_posix()
    fitting = [
        x for x in mappings if fnmatchcase(path.name, x.match) or fnmatchcase("/" + whole.lstrip("/"), "*/" + x.match)
    ]
    if not fitting:
        raise FileRefused("no_mapping", path=path)
    return max(fitting, key=lambda x: (*_specific(x.match), x.path.name))


def _specific(pattern: str) -> tuple[int, int]:
    wild = len(WILD.findall(pattern))
    return len(WILD.sub("", pattern)), -wild
