"""Rows as files to take away: one format per file, ending in `FORMAT = Format(...)`; a new file is a new format.

Every format writes an `Extract` batch by batch, so that memory stays as small as a batch however many rows there are,
and puts the same `Provenance` into its file. No cell of any of them is ever a formula.
"""

from data.exports.extract import Extract, Format, Progress, Provenance
from data.exports.listed import FORMATS, file_name, file_stem, format_of, formats_for

__all__ = [
    "FORMATS",
    "Extract",
    "Format",
    "Progress",
    "Provenance",
    "file_name",
    "file_stem",
    "format_of",
    "formats_for",
]
