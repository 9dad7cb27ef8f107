"""A made-up city in the input formats of Gridlink, the same bytes for the same seed and end.

`realm.py` reads the names and the rough plan of a city (a TOML and a CSV beside it). `mesh.py` lays one tiling of
parcels and blocks over it; streets, communities and grids are unions of its cells, roads and patrols run along its
edges, so every border is shared exactly and every worker walks where a line is drawn. `people.py`, `roster.py` and
`patrols.py` fill it with a workforce, `incidents.py` and `loop.py` with what happens, `dirt.py` plants what a loader
must find. Every day of fixes and of incidents is a function of (seed, day) alone: a batch cuts it at `end`, a live
feed goes on from there.

Lengths inside the package are kilometres from the city's core (x east, y north) unless a name ends in _m; degrees
appear only where files are written. Times are naive UTC.
"""
