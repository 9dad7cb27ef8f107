"""Proposes how a file nobody saw before would load: its format, feed, columns, coordinate system, zone and values.

`sniff` finds how the file is written, `read_table` reads it as it is, every feed is matched with its columns
(`match.py`, by the names of `synonyms.toml`, the shapes of values and the ids the home knows) and the best one
becomes a mapping, tried on the first rows by the very code that loads. What cannot be known is never guessed silently:
a coordinate system or zone that is not sure stands in the TOML as a comment with its question, so that loading refuses
the file until somebody has answered. Columns of persons' numbers are recognised by name and by value, never shown.
"""

from etl.propose.proposal import OVERRIDES, Proposal, propose

__all__ = ["OVERRIDES", "Proposal", "propose"]
