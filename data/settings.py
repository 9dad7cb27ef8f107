"""The sections of a configuration, one frozen class each; meanings and defaults stand in defaults.toml."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Level:
    """One level of the tree of areas, from the city down to the grid."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class City:
    """Names, zone, coordinate system and language of the site (meanings: defaults.toml)."""

    area_id: str
    name: str
    name_en: str
    title: str
    title_en: str
    zone: str
    crs_metric: str
    centre: tuple[float, ...]
    synthetic: bool
    approval: str
    language: str
    town: tuple[float, ...]


@dataclass(frozen=True)
class Duty:
    """Whether there is a roster, what happens to workers nobody listed, and how long fixes wait for a roster."""

    roster: str
    unknown_workers: str
    undecided_days: int


@dataclass(frozen=True)
class Fixes:
    """Thresholds of the validity rules of tracks: metres, seconds, metres per second."""

    margin_m: float
    future_s: float
    accuracy_m: float
    jump_mps: float
    gap_s: float
    frozen_s: float
    stay_radius_m: float
    stay_s: float
    walk_mps: float
    ride_mps: float
    jitter_mps: float
    online_cap_s: float
    simplify_m: float
    earliest: str
    late_s: float
    cover_mps: float
    linger_s: float


@dataclass(frozen=True)
class Suspicion:
    """From when on a stretch of a track is shown to a human as odd (meanings: defaults.toml)."""

    teleport_times: int
    teleport_m: float
    near_m: float
    near_share: float
    together_s: float
    together_m: float
    replay_s: float
    replay_m: float
    shift_s: float
    lattice_degree: float
    lattice_share: float
    lattice_steps: int
    even_s: float
    even_spread: float
    even_share: float
    left_s: float
    left_m: float
    left_share: float


@dataclass(frozen=True)
class Coverage:
    """What is patrolled cell by cell at all."""

    largest_km2: float


@dataclass(frozen=True)
class Boundaries:
    """From when on something about a boundary is worth a look (meanings: defaults.toml)."""

    tolerance_m: float
    least_m2: float
    sliver_m: float
    size_times: float
    households: tuple[int, ...]


@dataclass(frozen=True)
class Elements:
    """How often the counts of elements are to be brought up to date (meanings: defaults.toml)."""

    update_days: int


@dataclass(frozen=True)
class Incidents:
    """What counts as a problem, when it is due soon, and the neutral reference line."""

    mature_kinds_excluded: tuple[str, ...]
    self_resolvable: tuple[str, ...]
    due_soon_s: float
    reference_rate: float
    reference_label: str
    reference_label_en: str


@dataclass(frozen=True)
class Warehouse:
    """How many versions are kept, how a day is divided, and the limits of one query."""

    keep_versions: int
    keep_hours: float
    recent_days: int
    block_rows: int
    query_s: float
    row_cap: int
    memory: str
    threads: int


@dataclass(frozen=True)
class Screen:
    """Theme, refresh interval in seconds, fixed class breaks and fonts.

    `distance_m` metres from which a screen `width_mm` millimetres wide is read; 0: letters follow the pixels alone.
    """

    theme: str
    refresh_s: float
    stale_s: float
    empty_breaks: tuple[float, ...]
    font: str
    distance_m: float
    width_mm: float


@dataclass(frozen=True)
class Playback:
    """Length of a packed chunk and of the tail in seconds, the speeds offered, and how tracks are judged by colour.

    `around_s` before and after a report make the range of a replay around an incident; `speed_classes_kmh` are the
    breaks between the colours of speed, the first of them between standing and moving; a position less accurate
    than `poor_m` is drawn pale.
    """

    slot_s: int
    trail_s: float
    speeds: tuple[int, ...]
    around_s: float
    speed_classes_kmh: tuple[float, ...]
    poor_m: float


@dataclass(frozen=True)
class Server:
    """Address, port, length of sessions, and how many proxies stand in front."""

    host: str
    port: int
    session_hours: float
    idle_minutes: float
    proxies: int


@dataclass(frozen=True)
class Work:
    """Rhythm of the background process: seconds, and a local time."""

    publish_s: float
    nightly_at: str
    lease_s: float
    finish_s: float


@dataclass(frozen=True)
class Ingest:
    """Address and limits of the receiver (units in the names)."""

    host: str
    port: int
    threads: int
    body_kb: int
    rate_per_s: float
    burst: int
    segment_mb: float
    segment_s: float
    backlog_mb: float
    free_mb: float


@dataclass(frozen=True)
class Video:
    """How a camera's picture is asked of the site's gateways, and which cameras are near (data/gateways.py)."""

    url: str
    gateways: dict[str, str] = field(hash=False)
    radius_m: float
    range_m: float
    view_deg: float


@dataclass(frozen=True)
class KeyAreas:
    """When somebody has visited a key area, and when it holds too many people (meanings: defaults.toml)."""

    visit_s: float
    visit_m: float
    again_s: float
    over_s: float
    release_share: float
    count_stale_s: float
    incident_days: int
    near_m: float


@dataclass(frozen=True)
class GridPlus:
    """When an answer is satisfied, a dispute large, and a beat a grid's (meanings: defaults.toml)."""

    satisfied_score: int
    large_people: int
    beat_share: float
