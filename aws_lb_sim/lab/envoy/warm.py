"""Envoys that stay up: listeners come and go by Envoy's file-based discovery.

Starting an Envoy costs most of a scenario's time. A warm one is given each scenario's
listeners and clusters in two files that it watches. Every scenario has addresses of its own,
so that nothing of the one before can answer.

Source: Envoy documentation, xDS configuration API overview: filesystem subscription; stats
``listener_manager.lds.*``, ``cluster_manager.cds.*``.
"""

from __future__ import annotations

import itertools
import json
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from aws_lb_sim.lab.envoy.addresses import claim_address
from aws_lb_sim.lab.envoy.files import short_lived_folder
from aws_lb_sim.lab.envoy.process import ConfigRejected, EnvoyProcess
from aws_lb_sim.lab.envoy.stoppable import Stoppable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WarmEnvoy"]

Json = dict[str, Any]

_SECONDS = 5.0
_POLL_SECONDS = 0.001
_KINDS = {
    "cds": ("clusters", "cluster_manager.cds", "envoy.config.cluster.v3.Cluster"),
    "lds": ("listeners", "listener_manager.lds", "envoy.config.listener.v3.Listener"),
}


class WarmEnvoy(Stoppable):
    """An Envoy without listeners of its own; a context manager that ends it.

    Parameters
    ----------
    runtime
        The static layer of its runtime.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.

    Examples
    --------
    >>> with WarmEnvoy() as warm:
    ...     warm.show({"listeners": [], "clusters": []})
    ...     warm.envoy.pid > 0
    True
    """

    def __init__(self, runtime: Json | None = None) -> None:
        guard, address = claim_address()
        self._versions = itertools.count(1)
        self._ending = ExitStack()
        self._ending.callback(guard.close)
        try:
            folder = self._ending.enter_context(short_lived_folder())
            self._files = {kind: folder / f"{kind}.json" for kind in _KINDS}
            for kind in _KINDS:
                self._write(kind, [])
            admin = f"@aws-lb-sim-lab-{address}"
            self.envoy = EnvoyProcess(self._bootstrap(admin, runtime), admin)
        except BaseException:
            self._ending.close()
            raise

    def stop(self) -> None:
        """End it, and remove its files."""
        self.envoy.stop()
        self._ending.close()

    def show(self, resources: Mapping[str, list[Json]]) -> None:
        """Replace all listeners and clusters, and wait until they are served.

        Parameters
        ----------
        resources
            ``listeners`` and ``clusters``, as in a static bootstrap.

        Raises
        ------
        ConfigRejected
            Envoy refuses one of them; what it took is served.
        TimeoutError
            It did not take them in time.
        """
        # Clusters first: a listener may name them.
        for kind, (name, _, _) in _KINDS.items():
            self._replace(kind, resources[name])

    def _bootstrap(self, admin: str, runtime: Json | None) -> Json:
        return {
            "node": {"id": "lab", "cluster": "lab"},
            "admin": {"address": {"pipe": {"path": admin}}},
            "dynamic_resources": {
                f"{kind}_config": {
                    "resource_api_version": "V3",
                    "path_config_source": {"path": str(path)},
                }
                for kind, path in self._files.items()
            },
            "layered_runtime": {
                "layers": [{"name": "static_layer", "static_layer": runtime or {}}]
            },
        }

    def _write(self, kind: str, resources: list[Json]) -> None:
        """Write a file in one move, as Envoy wants to see it."""
        type_url = f"type.googleapis.com/{_KINDS[kind][2]}"
        written = {
            "version_info": str(next(self._versions)),
            "resources": [{"@type": type_url, **each} for each in resources],
        }
        path = self._files[kind]
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)

    def _replace(self, kind: str, resources: list[Json]) -> None:
        before = self._counts(kind)
        self._write(kind, resources)
        deadline = time.monotonic() + _SECONDS
        while (now := self._counts(kind)) == before:
            if time.monotonic() > deadline:
                raise TimeoutError(f"Envoy did not take new {_KINDS[kind][0]} in {_SECONDS:g} s")
            time.sleep(_POLL_SECONDS)
        if now[1] > before[1]:
            raise ConfigRejected(f"Envoy refuses the {_KINDS[kind][0]}")

    def _counts(self, kind: str) -> tuple[int, int]:
        """Return how many updates were taken, and how many refused."""
        prefix = _KINDS[kind][1]
        answer = self.envoy.admin_get(f"/stats?filter=^{prefix}.update_(success|rejected)$")
        found = dict(line.split(": ") for line in answer.decode().splitlines() if ": " in line)
        success, rejected = (
            int(found.get(f"{prefix}.update_{what}", 0)) for what in ("success", "rejected")
        )
        return success, rejected
