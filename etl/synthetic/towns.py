"""Built-up towns as lattices of blocks: uneven, turned, one lattice for towns that have grown together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from etl.synthetic.curves import Points, blob
from etl.synthetic.realm import Realm

BLOCK_KM = 0.2
TOUCH_KM = 0.8
AVENUE_EVERY = 4

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Blocks:
    """Middles of blocks (n, 2) km, their town's number, (column, row) on its lattice, and the built-up ground."""

    site: Points
    town: Ints
    index: Ints
    ground: shapely.Geometry


def make_blocks(realm: Realm, rng: np.random.Generator) -> Blocks:
    """Lay a lattice over the core, where several towns meet, and one over each other town."""
    shapes = [blob((s.x, s.y), s.radius, rng, 0.24) for s in realm.streets]
    core = _grown_together(shapes)
    groups = [core, *([n] for n in range(len(shapes)) if n not in core)]
    parts = [_lattice(realm, shapes, group, rng) for group in groups]
    site, town, index = (np.concatenate([part[k] for part in parts]) for k in range(3))
    ground = shapely.union_all([part[3] for part in parts])
    return Blocks(site, town.astype(np.int64), index.astype(np.int64), ground)


def _grown_together(shapes: list[shapely.Polygon]) -> list[int]:
    """The first town and all that touch it, directly or through others."""
    core, ground = [0], shapes[0]
    for _ in shapes:
        for number, shape in enumerate(shapes):
            if number not in core and shape.distance(ground) < TOUCH_KM:
                core.append(number)
                ground = ground.union(shape)
    return sorted(core)


def _lattice(
    realm: Realm, shapes: list[shapely.Polygon], group: list[int], rng: np.random.Generator
) -> tuple[Points, Ints, Ints, shapely.Geometry]:
    middle = np.array([(realm.streets[n].x, realm.streets[n].y) for n in group])
    radius = np.array([realm.streets[n].radius for n in group])
    ground = shapely.union_all([shapes[n] for n in group]).buffer(0.5 * TOUCH_KM).buffer(-0.5 * TOUCH_KM)
    turn, start = rng.uniform(-0.3, 0.4), middle.mean(axis=0)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    reach = 1.5 * float(radius.max() + np.hypot(*(middle - start).T).max()) + 1.0
    axes = [_axis(reach, rng) for _ in range(2)]
    uv = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    index = np.stack(np.meshgrid(*(np.arange(len(a)) for a in axes), indexing="ij"), axis=-1).reshape(-1, 2)
    xy = (uv + rng.normal(0, 0.006, uv.shape)) @ turned + start
    keep = shapely.contains_xy(ground, xy)
    owner = _owners(xy[keep], index[keep], middle, radius)
    return xy[keep], np.array(group)[owner], index[keep], ground


def _owners(site: Points, index: Ints, middle: Points, radius: NDArray[np.float64]) -> Ints:
    """The town each block belongs to: blocks between the same avenues go together to the town nearest to most."""
    away = np.hypot(*(site[:, None] - middle[None]).transpose(2, 0, 1)) / radius
    bundle = np.unique(index // AVENUE_EVERY, axis=0, return_inverse=True)[1].ravel()
    votes = np.zeros((bundle.max() + 1, len(middle)))
    np.add.at(votes, (bundle, away.argmin(axis=1)), 1.0)
    owner: Ints = votes.argmax(axis=1)[bundle]
    return owner


def _axis(reach: float, rng: np.random.Generator) -> Points:
    """Uneven steps along one direction: wider blocks in some stretches than in others."""
    count = int(2.6 * reach / BLOCK_KM) + 4
    stretch = np.repeat(rng.choice([0.75, 0.95, 1.15, 1.35], count // AVENUE_EVERY + 1), AVENUE_EVERY)[:count]
    axis = np.cumsum(BLOCK_KM * stretch * rng.uniform(0.85, 1.15, count))
    axis -= axis[count // 2]
    return axis[np.abs(axis) <= reach]
