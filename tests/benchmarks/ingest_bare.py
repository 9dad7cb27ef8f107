"""What durability and judgement cost a fix: the receiver against an application that answers 200 and does nothing."""

from tests.benchmarks import Bench
from tests.benchmarks.ingest import EACH, SENDERS, bare_seconds, ours

NOTE = f"{SENDERS * EACH:,} single fixes over HTTP, on the disk before their 200, against bare 200s that do nothing"
BENCH = Bench("ingest_bare", ours, bare_seconds, 0.05, NOTE)
