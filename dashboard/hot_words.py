"""A hot spot in plain words: one sentence made from its numbers, and the shorter pieces around it.

Templates stand in the locale, table [hot]; nothing here computes a figure, so that another figure makes another
sentence. The briefing uses the same words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import place
from dashboard.session import door
from dashboard.text import number, percent, t

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots, Spot

FEW = 10  # incidents: of fewer, a share of change says more than the numbers do
KINDS = 2  # kinds named under a hot spot
COLD = "cold_"  # begins the class of a cold spot
LASTING = ("intensifying", "persistent", "diminishing")


def sentence(spot: Spot, spots: HotSpots) -> str:
    """Return the hot spot as one sentence: where, how many, against its base and the whole, its course, who says so."""
    clauses = [where_and_how_many(spot, spots), f"{course(spot)}{t('hot.comma')}{change(spot)}", public(spot, spots)]
    if spot.small:
        clauses.append(t("hot.small"))
    return t("hot.sentence", clauses=t("hot.semicolon").join(filter(None, clauses)))


def where_and_how_many(spot: Spot, spots: HotSpots) -> str:
    """Return how many units with how many incidents, per base, and how many times the whole."""
    facts = {"units": units(len(spot.area_ids), spots), "weeks": spots.method["weeks"], "n": number(spot.n)}
    told = t("hot.counted", **facts)
    if spots.base == "area" or not spot.rate:
        return told
    return t("hot.rated", counted=told, rate=rate(spot.rate, spots), ratio=number(spot.ratio, 1), whole=_whole(spots))


def _whole(spots: HotSpots) -> str:
    """Return what a rate is held against: all the account may see, the city or less."""
    city = door().config.city.area_id
    return t("hot.whole_city" if spots.method.get("whole", city) == city else "hot.whole_scope")


def units(n: int, spots: HotSpots) -> str:
    """Return how many grids, or cells of so many metres."""
    if spots.method.get("cells"):
        return t("hot.cells" if n != 1 else "hot.cell", n=number(n))
    level = place.level_name(door().config.leaf).lower()
    return t("hot.units" if n != 1 else "hot.unit", n=number(n), level=level)


def rate(value: float | None, spots: HotSpots) -> str:
    """Return a rate with what it is per: 每千户 29.7 起."""
    return t(f"hot.rate_{spots.base}", rate=number(value, 1))


def course(spot: Spot) -> str:
    """Return how the hot spot came about, step by step, in words."""
    name = spot.emerging or "none"
    told = t(f"hot.course_{name}", run=number(spot.run))
    return t("hot.lasting", course=told, run=number(spot.run)) if name in LASTING and spot.run > 1 else told


def change(spot: Spot) -> str:
    """Return the change against the step before: a share, or plain counts where they are few."""
    if spot.n == spot.before:
        return t("hot.same")
    if spot.before < FEW:
        return t("hot.few_before", before=number(spot.before))
    share = spot.n / spot.before - 1
    return t("hot.more" if share > 0 else "hot.less", share=f"{abs(share) * 100:.0f}%")


def public(spot: Spot, spots: HotSpots) -> str:
    """Return whether what the public reported would show the hot spot by itself; nothing where only that is shown."""
    if spots.method.get("public_only"):
        return t("hot.only_public")
    key = "hot.public_holds" if spot.public_holds else "hot.public_not" if spot.public_n else "hot.public_none"
    return t(key, n=number(spot.public_n))


def kinds(spot: Spot) -> str:
    """Return the most frequent kinds of a hot spot with their share together."""
    named = spot.kinds[:KINDS]
    if not named:
        return ""
    words = t("hot.and").join(name for name, _ in named)
    return t("hot.kinds", kinds=words, share=percent(sum(share for _, share in named)))


def statistics(spot: Spot) -> str:
    """Return what stands under the sentence in small: the score behind it."""
    return t("hot.statistics", z=number(spot.z, 1))


def class_name(emerging: str | None) -> str:
    """Return the name of an emerging class: 新增, 连续, ... ; plain 热点 where the course has no pattern."""
    name = emerging or "none"
    if name.startswith(COLD):
        return t("hot.cold_class", name=t(f"hot.class_{name.removeprefix(COLD)}"))
    return t(f"hot.class_{name}")
