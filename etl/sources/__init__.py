"""One file format per file, ending in `SOURCE`; a new file in this folder is a new format.

Every `read` gives the file's own columns as they are, one row per row of the file: a row that cannot be read is a
row with its `_problem`, and only a file that cannot be read at all is refused.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from data.errors import ConfigError, FileRefused
from etl.mapping_file import Mapping
from etl.sources.base import Source

SOURCES: dict[str, Source] = {
    module.name: import_module(f"{__name__}.{module.name}").SOURCE
    for module in iter_modules(__path__)
    if module.name not in {"base"}
}


def source_for(path: Path, mapping: Mapping) -> Source:
    """Return the source that reads `path`: the mapping's format, else the one of the longest fitting suffix.

    The file has passed the source's check then: it may be parsed. Raises FileRefused `not_a_file`, `empty_file`,
    `unknown_format` or what the check finds, ConfigError for a format nobody reads.
    """
    if not path.is_file():
        raise FileRefused("not_a_file", path=path)
    if path.stat().st_size == 0:
        raise FileRefused("empty_file", path=path)
    if mapping.format is not None:
        if mapping.format not in SOURCES:
            raise ConfigError("unknown_format", path=mapping.path, detail=mapping.format, known=", ".join(SOURCES))
        return _checked(SOURCES[mapping.format], path, mapping)
    fitting = [(len(x), s) for s in SOURCES.values() for x in s.suffixes if path.name.lower().endswith(x)]
    if not fitting:
        known = ", ".join(sorted(x for s in SOURCES.values() for x in s.suffixes))
        raise FileRefused("unknown_format", path=path, detail=path.suffix, known=known)
    return _checked(max(fitting, key=lambda x: x[0])[1], path, mapping)


def _checked(source: Source, path: Path, mapping: Mapping) -> Source:
    source.check(path, mapping)
    return source
