"""The stores, and what their rows mean.

Two stores, one reason each. The warehouse is what happened: immutable Parquet files in `warehouse/lake/`
and one versioned `serve-<run>.duckdb` over them, never modified once published. Operations is what is
happening now and what people decided: small transactions in `operations.db`. The audit log has a file
of its own.

`Door` (query.py) is the only way to their rows for anything that shows or exports: every query takes a
`Scope`, and every personal query is written to the audit log before its rows leave. Rows travel as Arrow
tables. SQL lives in `sql/`, one SELECT a file, with a TOML header saying what a row is. Times are naive
UTC timestamps, days are local days of the city, coordinates are EPSG:4326, lengths are metres.

The package imports neither etl nor dashboard, and draws nothing. It is flat on purpose: a reader sees
`data`, `etl`, `layers`, `dashboard` and knows where a line of code lives.
"""
