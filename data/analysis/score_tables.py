"""The tables of scorecards in operations: sets of weights, targets, exclusions and appeals. No row is ever removed."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Float, Integer, MetaData, String, Table, Text

metadata = MetaData()

weight_set = Table(
    "weight_set",
    metadata,
    Column("set_id", String, primary_key=True),
    Column("level", String, nullable=False, index=True),  # a level of areas | 'unit' | 'worker'
    Column("version", Integer, nullable=False),  # 1, 2, ... of its level, in the order proposed
    Column("effective_from", Date, nullable=False),  # first local day
    Column("weights", Text, nullable=False),  # JSON: weights, scales and cut-offs
    Column("note", String),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", DateTime, nullable=False),
    Column("approved_by", String),  # somebody else
    Column("approved_at", DateTime),
)

metric_target = Table(
    "metric_target",
    metadata,
    Column("target_id", String, primary_key=True),
    Column("metric", String, nullable=False),
    Column("level", String, nullable=False),
    Column("subject_id", String),  # NULL: all of the level
    Column("value", Float, nullable=False),  # in the metric's unit, shares 0-1
    Column("set_by", String, nullable=False),  # the person's name, as said on every ▲
    Column("account", String, nullable=False),
    Column("set_at", DateTime, nullable=False),
    Column("from_day", Date, nullable=False),  # local days, both included
    Column("until_day", Date),
    Column("withdrawn_by", String),
    Column("withdrawn_at", DateTime),
)

case_exclusion = Table(
    "case_exclusion",
    metadata,
    Column("exclusion_id", String, primary_key=True),
    Column("incident_id", String, nullable=False, index=True),
    Column("area_id", String, nullable=False),  # where it lies, which decides who may see it
    Column("reason", String, nullable=False),
    Column("account", String, nullable=False),
    Column("excluded_at", DateTime, nullable=False),
    Column("appeal_id", String),  # upheld, and this came of it
    Column("restored_by", String),
    Column("restored_at", DateTime),
    Column("restored_why", String),
)

appeal = Table(
    "appeal",
    metadata,
    Column("appeal_id", String, primary_key=True),
    Column("level", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("metric", String, nullable=False),
    Column("period", String, nullable=False),  # key of data/analysis/periods.py
    Column("incident_id", String),
    Column("reason", String, nullable=False),  # masked texts
    Column("evidence", String),
    Column("area_id", String, nullable=False),  # which decides who may see it
    Column("account", String, nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("reviewer", String),  # somebody else
    Column("reviewed_at", DateTime),
    Column("result", String),  # 'upheld' | 'rejected'
    Column("answer", String),
    Column("adjusted", String),  # the exclusion that followed
)
