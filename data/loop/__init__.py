"""The closed loop 发现 → 解决 → 监督考核: incidents in progress, and what people decide about them.

`store.py` holds the tables, `acts.toml` every legal transition and `rights.toml` who may make it at which level,
`change.py` what an act does to an incident (a pure function), `desk.py` the transaction around it. `limits.csv` and
`working.py` say by when. Steps are append-only; the incident row follows from them and is kept beside them only so
that a board answers at once. The next publish carries the steps into the warehouse; nobody waits for it.
"""
