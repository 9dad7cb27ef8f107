"""Divides connected sets of cells into compact connected parts, smaller where more people live."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from etl.synthetic.curves import Points

Ints = NDArray[np.int64]
ROUNDS = 14


def split(where: Points, weight: NDArray[np.float64], parts: int, rng: np.random.Generator) -> Ints:
    """Return a part number per cell: weighted k-means over any coordinates; every part has at least one cell."""
    if parts <= 1:
        return np.zeros(len(where), np.int64)
    middle = _seeds(where, weight, parts, rng)
    for _ in range(ROUNDS):
        label = cKDTree(middle).query(where)[1]
        total = np.bincount(label, weight, parts)
        if (total == 0).any():
            middle[total == 0] = where[rng.choice(len(where), int((total == 0).sum()), replace=False)]
            continue
        middle = np.column_stack([np.bincount(label, weight * axis, parts) / total for axis in where.T])
    label = np.asarray(cKDTree(middle).query(where)[1], np.int64)
    for part in np.flatnonzero(np.bincount(label, minlength=parts) == 0):
        donor = np.bincount(label, minlength=parts).argmax()
        label[np.flatnonzero(label == donor)[0]] = part
    return label


def bisect(index: Ints, weight: NDArray[np.float64], parts: int) -> Ints:
    """Return a part number per block: cut along whole streets until there are enough parts of similar weight.

    index (n, 2): column and row of each block; every part has at least one block.
    """
    label = np.zeros(len(index), np.int64)
    if parts <= 1 or len(index) <= parts:
        return np.minimum(np.arange(len(index)), parts - 1) if parts > 1 else label
    spread = [np.sqrt(np.cov(axis, aweights=weight)) for axis in index.T]
    left = parts // 2
    for axis in np.argsort(spread, kind="stable")[::-1]:
        values = np.unique(index[:, axis])
        share = np.array([weight[index[:, axis] <= value].sum() for value in values[:-1]]) / weight.sum()
        size = np.array([(index[:, axis] <= value).sum() for value in values[:-1]])
        fits = (size >= left) & (len(index) - size >= parts - left)
        if fits.any():
            cut = values[np.where(fits, np.abs(share - left / parts), 9.0).argmin()]
            low = index[:, axis] <= cut
            label[low] = bisect(index[low], weight[low], left)
            label[~low] = left + bisect(index[~low], weight[~low], parts - left)
            return label
    order = np.lexsort(index.T)
    label[order] = np.minimum(np.arange(len(order)), parts - 1)
    return label


def _seeds(where: Points, weight: NDArray[np.float64], parts: int, rng: np.random.Generator) -> Points:
    """Spread first middles: each far from those before it, by weight (k-means++)."""
    chosen = [int(rng.choice(len(where), p=weight / weight.sum()))]
    reach = ((where - where[chosen[0]]) ** 2).sum(axis=1)
    for _ in range(parts - 1):
        chance = np.maximum(reach, 1e-12) * np.sqrt(weight)
        chosen.append(int(rng.choice(len(where), p=chance / chance.sum())))
        reach = np.minimum(reach, ((where - where[chosen[-1]]) ** 2).sum(axis=1))
    return where[chosen].astype(float)


def mend(label: Ints, pairs: Ints) -> Ints:
    """Make every part connected: a piece cut off from its part's largest piece joins the neighbour it touches most.

    pairs (n, 2): cells that share an edge. No part disappears, because its largest piece stays.
    """
    label = label.copy()
    for _ in range(len(label)):
        piece = _pieces(label, pairs)
        size = np.bincount(piece)
        best = np.zeros(label.max() + 1, np.int64)
        order = np.argsort(size[piece], kind="stable")
        best[label[order]] = piece[order]
        loose = piece != best[label]
        if not loose.any():
            break
        both = np.vstack([pairs, pairs[:, ::-1]])
        rim = both[loose[both[:, 0]] & ~loose[both[:, 1]]]
        votes = coo_array((np.ones(len(rim)), (piece[rim[:, 0]], label[rim[:, 1]])), shape=(len(size), len(best)))
        table = votes.tocsr()
        for number in np.unique(piece[rim[:, 0]]):
            row = table[[number]].toarray()[0]
            label[piece == number] = int(row.argmax())
    return label


def _pieces(label: Ints, pairs: Ints) -> Ints:
    same = pairs[label[pairs[:, 0]] == label[pairs[:, 1]]]
    links = coo_array((np.ones(len(same)), (same[:, 0], same[:, 1])), shape=(len(label), len(label)))
    out: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return out
