"""The whole made-up city as one value, made from its parameters alone and kept while the process lives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from etl.synthetic.mesh import Mesh, make_mesh
from etl.synthetic.realm import Realm, load_realm
from etl.synthetic.roads import Roads, make_roads
from etl.synthetic.tree import Grid, Tree, make_tree


@dataclass(frozen=True, eq=False)
class City:
    """The drawn city and the parameters it follows from."""

    seed: int
    realm: Realm
    mesh: Mesh
    tree: Tree
    roads: Roads
    workers: int

    @property
    def grids(self) -> list[Grid]:
        """The leaves of the tree in the order of their ids."""
        return self.tree.grids


@lru_cache(maxsize=2)
def make_city(seed: int, grids: int, workers: int, names: str) -> City:
    """Draw the city of these parameters; the same parameters give the same city."""
    realm = load_realm(names, grids)
    mesh = make_mesh(realm, seed)
    tree = make_tree(realm, mesh, grids, seed)
    return City(seed, realm, mesh, tree, make_roads(realm, mesh, tree, seed), workers)
