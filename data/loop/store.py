"""The tables of the closed loop in operations: one row per incident in progress, its steps, orders and notes.

All times are naive UTC. `seq` is the clock of a topic (`Operations.tick`): it grows with every change, so that a
screen asks `since`.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, Float, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint

metadata = MetaData()

incident = Table(
    "incident",
    metadata,
    Column("incident_id", String, primary_key=True),
    Column("source", String, nullable=False),
    Column("owner", String, nullable=False),  # 'own': decided here | 'mirror': another system decides, read-only here
    Column("kind", String, nullable=False),
    Column("subkind", String),
    Column("severity", Integer, nullable=False),
    Column("title", String),  # masked before it is stored, and so is detail
    Column("detail", String),
    Column("area_id", String, nullable=False),  # leaf or '<area>~'
    Column("located", String, nullable=False),
    Column("lon", Float),  # of every located incident; special groups are never shown as a point
    Column("lat", Float),
    Column("reported_at", DateTime, nullable=False),
    Column("discovered_level", String),
    Column("reporter_id", String),  # the worker who reported
    Column("state", String, nullable=False, index=True),
    Column("unit_id", String),  # who has to act, once dispatched
    Column("level", String),  # level of that unit, or whose turn it is
    Column("worker_id", String),  # who was sent
    Column("deadline_at", DateTime),  # of the handling, in force now
    Column("first_deadline_at", DateTime),  # as filed
    Column("due_step", String),  # the step whose limit is running
    Column("due_at", DateTime),
    Column("accepted_at", DateTime),
    Column("filed_at", DateTime),
    Column("dispatched_at", DateTime),
    Column("arrived_at", DateTime),  # by the button
    Column("arrived_track_at", DateTime),  # by the track
    Column("handled_at", DateTime),
    Column("closed_at", DateTime),  # reached a final state
    Column("paused_at", DateTime),
    Column("review_at", DateTime),  # of a shelved one: by when somebody looks again
    Column("max_level", String),
    Column("supervised", Boolean, nullable=False),
    Column("unlisted", Boolean, nullable=False),  # given to a grid outside the admission list
    Column("merged_into", String, index=True),
    Column("published_at", DateTime, index=True),  # its final state stands in a published version since then
    Column("cycle", Integer, nullable=False),  # 1, and one more with each re-opening
    Column("version", Integer, nullable=False),  # grows with every change of the row: the optimistic lock
    Column("seq", Integer, nullable=False, index=True),
)

step = Table(
    "step",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("step_id", String, nullable=False),
    Column("incident_id", String, nullable=False, index=True),
    Column("source", String, nullable=False),  # 'gridlink' for what was decided here
    Column("stepped_at", DateTime, nullable=False),
    Column("act", String),  # a key of acts.toml; NULL: imported
    Column("from_state", String),
    Column("to_state", String, nullable=False),
    Column("unit_id", String),
    Column("level", String),
    Column("actor_role", String),
    Column("account", String),
    Column("worker_id", String),
    Column("deadline_at", DateTime),
    Column("reason", String),
    Column("decided", Boolean, nullable=False),  # by a person or a timer here: no import ever overrides it
    UniqueConstraint("incident_id", "source", "step_id"),
)

# What a client asked for once is done once: the same id again gets the same answer.
command = Table(
    "command",
    metadata,
    Column("command_id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("done_at", DateTime, nullable=False, index=True),
    Column("answer", String, nullable=False),  # JSON
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", String, index=True),
    Column("whistle_id", String, index=True),
    Column("order", String, nullable=False),  # the act or event told of
    Column("to_kind", String, nullable=False),  # 'worker' | 'unit' | 'level'
    Column("to_id", String, nullable=False),
    Column("body", String, nullable=False),  # JSON: facts, never a person's number
    Column("state", String, nullable=False, index=True),  # 'waiting' | 'delivered' | 'failed'
    Column("attempts", Integer, nullable=False),
    Column("next_at", DateTime, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("delivered_at", DateTime),
    Column("error", String),
    Column("seq", Integer, nullable=False, index=True),
)

whistle = Table(
    "whistle",
    metadata,
    Column("whistle_id", String, primary_key=True),
    Column("incident_id", String, index=True),
    Column("topic", String, nullable=False),
    Column("area_id", String, nullable=False),  # whose street called
    Column("urgent", Boolean, nullable=False),
    Column("issued_at", DateTime, nullable=False),
    Column("issued_by", String, nullable=False),
    Column("confirm_by", DateTime, nullable=False),
    Column("arrive_by", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("outcome", String),  # 'resolved' | 'unresolved' | 'cancelled'
    Column("seq", Integer, nullable=False, index=True),
)

whistle_call = Table(
    "whistle_call",
    metadata,
    Column("whistle_id", String, ForeignKey("whistle.whistle_id"), primary_key=True),
    Column("unit_id", String, primary_key=True),
    Column("confirmed_at", DateTime),
    Column("confirmed_by", String),
    Column("arrived_at", DateTime),
    Column("reported_at", DateTime),
    Column("report", String),
)

note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident_id", String, nullable=False, index=True),
    Column("noted_at", DateTime, nullable=False),
    Column("account", String, nullable=False),
    Column("text", String, nullable=False),  # masked before it is stored
    Column("seq", Integer, nullable=False),
)

# One row per cause from the first moment its condition held. raised_at NULL: not yet for long enough, nobody is told.
alarm = Table(
    "alarm",
    metadata,
    Column("alarm_id", String, primary_key=True),  # rule, cause and beginning: the same alarm is raised once
    Column("rule", String, nullable=False),
    Column("cause", String),  # what its members have in common; a worker, a gateway, an area
    Column("severity", Integer),  # 1-3, 1 = critical
    Column("subject", String),  # of things, in the city's own words; never a person's name
    Column("incident_id", String, index=True),
    Column("key_area_id", String),
    Column("camera_id", String),
    Column("worker_id", String),
    Column("area_id", String, nullable=False),
    Column("area_name", String),
    Column("level", String),  # to whom it goes when nobody acknowledges it
    Column("lon", Float),
    Column("lat", Float),
    Column("value", Float),
    Column("limit", Float),
    Column("n_members", Integer),
    Column("began_at", DateTime, nullable=False),
    Column("joined_at", DateTime),  # when the youngest member's condition began
    Column("raised_at", DateTime, index=True),
    Column("ended_at", DateTime, index=True),
    Column("acked_at", DateTime),
    Column("acked_by", String),
    Column("note", String),
    Column("escalated_at", DateTime),
    Column("seq", Integer, nullable=False, index=True),
)

alarm_member = Table(
    "alarm_member",
    metadata,
    Column("alarm_id", String, ForeignKey("alarm.alarm_id"), primary_key=True),
    Column("kind", String, primary_key=True),  # 'worker' | 'camera' | 'key_area' | 'incident'
    Column("subject_id", String, primary_key=True),
    Column("began_at", DateTime, nullable=False),
    Column("ended_at", DateTime),  # since when its condition does not hold
)

# Who is in a watched key area; a row goes some time after its worker left.
key_presence = Table(
    "key_presence",
    metadata,
    Column("worker_id", String, primary_key=True),
    Column("key_area_id", String, primary_key=True),
    Column("entered_at", DateTime, nullable=False),
    Column("left_at", DateTime),
)
