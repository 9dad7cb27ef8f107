"""Their values into ours: states, kinds, urgencies and sources where the words are clear."""

from __future__ import annotations

import pyarrow.compute as pc

from data.feeds import Feed
from etl.propose.seen import Seen
from etl.propose.words import value_words

MOST_VALUES = 200  # distinct texts of a column that still is a list of values
OTHERS = {"kind": "OTH"}  # what an incident's value that nobody knows becomes


def covered(feed: str, column: str, theirs: Seen) -> float:
    """Return the share of a column's texts whose meaning is clear: ours already, or a word of the table."""
    words = value_words(feed, column)
    counts = {x["values"]: x["counts"] for x in pc.value_counts(theirs.filled).to_pylist()}
    if not words or len(counts) > MOST_VALUES:
        return 0.0
    known = sum(n for text, n in counts.items() if text in words or meaning(text, words))
    return float(known / max(sum(counts.values()), 1))


def meaning(text: str, words: dict[str, list[str]]) -> str | None:
    """Return our value for a text: the one whose longest word it is or holds; None when none or two fit alike."""
    plain = text.strip().lower()
    fits = [
        (word.lower() == plain, len(word), ours)
        for ours, said in words.items()
        for word in said
        if word.lower() in plain
    ]
    if not fits:
        return None
    best = max(fits)[:2]
    chosen = {ours for exact, length, ours in fits if (exact, length) == best}
    return chosen.pop() if len(chosen) == 1 else None


def value_table(feed: Feed, column: str, texts: list[str]) -> dict[str, str]:
    """Return [values.column] for the distinct texts of a column: theirs = ours where the words are clear."""
    words = value_words(feed.name, column)
    found = {text: meaning(text, words) for text in texts if text not in words}
    table = {text: ours for text, ours in found.items() if ours is not None}
    if table and feed.name == "incident" and column in OTHERS and len(table) < len(found):
        table["*"] = OTHERS[column]
    return table
