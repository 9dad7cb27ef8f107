"""The states of an incident: the codes of the closed loop and which of them end it."""

from __future__ import annotations

STATES = frozenset("S10 S15 S20 S30 S40 S50 S60 S65 S90 S91 S92 S93 S94 X1 X2 X3 X4 X5 X6".split())
FINAL = frozenset({"S90", "S91", "S92", "S93", "S94"})
# What open systems call their two states.
PLAIN = {"open": "S10", "closed": "S90"}
