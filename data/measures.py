"""What a process counts about itself for `/metrics`: names of routes, queries and panels, never of people or accounts.

One registry a process. Labels come from the code (rules of routes, names of query files, ids of panels), so that
nothing a request says can add one.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, CPU, open files

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Histogram(
    "gridlink_request_seconds", "Requests by route and status", ["route", "status"], registry=REGISTRY, buckets=SECONDS
)
queries = Histogram(
    "gridlink_query_seconds", "Queries that were run, by name", ["query"], registry=REGISTRY, buckets=SECONDS
)
rows = Counter("gridlink_query_rows", "Rows of queries, by name", ["query"], registry=REGISTRY)
query_faults = Counter("gridlink_query_faults", "Queries that failed", ["query", "reason"], registry=REGISTRY)
panel_faults = Counter("gridlink_panel_faults", "Panels that kept their last frame", ["panel"], registry=REGISTRY)
jobs_done = Counter("gridlink_jobs_done", "Jobs done by this process", ["kind", "state"], registry=REGISTRY)
