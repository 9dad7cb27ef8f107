"""The engine on a Dask cluster: the same functions, run by workers on other hosts that share the lake.

Workers write parts under the warehouse's absolute path, which every host must see (one NFS lake); only the
coordinator publishes. Rows taken in stay on the workers and move between them; what a lost worker held is done again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.errors import ConfigError, Problem
from data.release import release

JOIN_S = 30.0  # how long a scheduler may take to answer


class Cluster:
    """Submits calls to a Dask scheduler; a handle is a Dask future."""

    def __init__(self, scheduler: str) -> None:
        """Join the cluster at `scheduler` (tcp://host:port).

        Raises ConfigError `no_dask` without the extra, `no_scheduler` where nobody answers or no worker is there, and
        Problem `other_release` where a worker runs another release.
        """
        try:
            from distributed import Client
        except ModuleNotFoundError as fault:
            raise ConfigError("no_dask") from fault
        try:
            self._client: Any = Client(scheduler, timeout=JOIN_S, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, TimeoutError, ValueError) as fault:
            raise ConfigError("no_scheduler", detail=scheduler) from fault
        self._check(scheduler)

    def submit(self, function: Callable[..., Any], *args: Any) -> Any:
        """Begin a call on some worker; `pure=False`: writing a part is no value to be shared."""
        return self._client.submit(function, *args, pure=False)

    def result(self, handle: Any) -> Any:
        """Wait for the result of a call."""
        return handle.result()

    def close(self) -> None:
        """Leave the cluster; results nobody waits for are dropped."""
        self._client.close()

    def releases(self) -> dict[str, str]:
        """Ask every worker (address) which release it runs."""
        return dict(self._client.run(release))

    def _check(self, scheduler: str) -> None:
        found = self.releases()
        if not found:
            self.close()
            raise ConfigError("no_scheduler", detail=scheduler)
        other = sorted(set(found.values()) - {release()})
        if other:
            self.close()
            raise Problem("other_release", detail=other[0], known=release())
