"""A decision of a proposal: what was chosen, how sure it is, and why; below one half it is a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from data.errors import sentence

ASKED = 0.5  # less sure is asked, never written as if it were known


@dataclass(frozen=True)
class Choice:
    """A value and its reason of reasons.toml, with the facts of its sentence; `options` are what it could be."""

    value: str
    sure: float
    why: str
    detail: str = ""
    options: tuple[str, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether a person must decide."""
        return self.sure < ASKED


@dataclass(frozen=True)
class Question:
    """Something only a person can say: the key of the mapping it belongs to, and a sentence."""

    key: str
    reason: str
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return key, reason and the sentence in both languages."""
        said = {f"sentence_{x}": sentence(self.reason, x, **self.facts) for x in ("zh", "en")}
        return {"key": self.key, "reason": self.reason, **said, "options": list(self.facts.get("options", ()))}


def question(key: str, reason: str, choice: Choice, path: object) -> Question:
    """Return the question an unsure choice asks."""
    facts = {"path": path, "detail": choice.detail, "known": " | ".join(choice.options), "options": choice.options}
    return Question(key, reason, facts)
