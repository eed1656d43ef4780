"""Watching a request on real Envoys: what they were told, what they log, what they count.

All of it in the scenario's addresses, and without what differs from run to run (ports of
clients, times, ids): so the same request gives the same words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.cluster import Cluster, read_manifests
from aws_lb_sim.lab.envoy.addresses import claim_address
from aws_lb_sim.lab.envoy.configuration import bootstrap
from aws_lb_sim.lab.envoy.process import EnvoyProcess
from aws_lb_sim.lab.lesson.access_log import LOG_FIELDS, log_entry, trails
from aws_lb_sim.lab.lesson.counters import count
from aws_lb_sim.lab.testbed import Testbed
from aws_lb_sim.lab.verification import Verification
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.lab.envoy.configuration import Json
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = ["FORGERIES", "LIE", "Counter", "Watched", "envoy_version", "watch"]

LIE = "198.51.100.66"
"""The address that an attacker claims to have (RFC 5737)."""
FORGERIES = (
    ClientRequest(),
    ClientRequest(headers=(("X-Forwarded-For", LIE),)),
    ClientRequest(
        proxy=(
            ProxyHeader(
                version=1,
                source_ip=LIE,
                source_port=40000,
                destination_ip="10.0.1.10",
                destination_port=443,
            ),
        )
    ),
)
"""An honest request, a forged ``X-Forwarded-For``, and a forged PROXY header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One of Envoy's counters, before and after a request.

    Parameters
    ----------
    box
        Whose Envoy counts.
    name
        As Envoy names it, with the scenario's addresses.
    before, after
        What it stood at.
    """

    box: str
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A request on real Envoys, and everything that they say of it.

    Parameters
    ----------
    verification
        What was predicted, and what came.
    bootstraps
        By box, what its Envoy was told: JSON of envoy.config.bootstrap.v3.Bootstrap.
    listening
        By box, its listeners as the admin interface lists them: ``name::address:port``.
    trails
        For each connection of the client: the URL that was asked for, and an entry of each
        proxy's access log, from the client on, as
        :func:`aws_lb_sim.lab.lesson.access_log.log_entry` reads it.
    counters
        Those that the request changed.

    Listening ports below 1024 would need root: the load balancer's are moved up by 20,000.
    """

    verification: Verification
    bootstraps: Mapping[str, Json]
    listening: Mapping[str, tuple[str, ...]]
    trails: tuple[tuple[str, tuple[Mapping[str, str], ...]], ...]
    counters: tuple[Counter, ...]

    @property
    def log_fields(self) -> tuple[str, ...]:
        """Those of ``LOG_FIELDS`` of which a log has something to say."""
        entries = [entry for _, trail in self.trails for entry in trail]
        return tuple(name for name in LOG_FIELDS if any(name in entry for entry in entries))


def watch(scenario: Cluster | Manifests, request: ClientRequest) -> Watched:
    """Run a request on real Envoys, and keep everything that they say of it.

    Parameters
    ----------
    scenario
        A cluster, or manifests of a design or preset.
    request
        Of the client; redirects are followed.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.

    Examples
    --------
    >>> from aws_lb_sim.manifests.presets import preset
    >>> from aws_lb_sim.sweep import ClientRequest
    >>> watched = watch(preset("recommended-nlb").manifests(), ClientRequest())
    >>> for url, trail in watched.trails:
    ...     print(url, *(f"{entry['proxy']}: {entry['client']}" for entry in trail))
    https://shop.example.com/ load-balancer:443: 203.0.113.7 emissary: 203.0.113.7
    """
    cluster = scenario if isinstance(scenario, Cluster) else read_manifests(scenario)
    with Testbed(cluster) as testbed:
        envoys = testbed.envoys
        before = {box: count(envoy, box) for box, envoy in envoys.items()}
        verification = Verification(
            request=request, predicted=testbed.predict(request), observed=testbed.run(request)
        )
        after = {box: count(envoy, box) for box, envoy in envoys.items()}
        listening = {box: _listening(envoy) for box, envoy in envoys.items()}
    # An Envoy that ended has written its whole log.
    lines = {box: envoy.log_since(0, wait=0) for box, envoy in envoys.items()}
    told = {
        "bootstraps": testbed.bootstraps,
        "listening": listening,
        "trails": trails(lines.get("load-balancer", []), lines.get("emissary", [])),
        "counters": [before, after],
    }
    said = json.loads(testbed.text_in_scenario(json.dumps(told), request))
    return _watched(verification, said, testbed.scenario.addresses.service)


def envoy_version() -> str:
    """Start a real Envoy, and return the version that its admin interface tells.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.

    Examples
    --------
    >>> envoy_version().count(".")
    2
    """
    guard, address = claim_address()
    admin = f"@aws-lb-sim-lab-{address}"
    with guard, EnvoyProcess(bootstrap(admin, {}), admin) as envoy:
        # "commit/1.40.0/Clean/RELEASE/BoringSSL"
        version: str = json.loads(envoy.admin_get("/server_info"))["version"]
    return version.split("/")[1]


def _listening(envoy: EnvoyProcess) -> tuple[str, ...]:
    return tuple(envoy.admin_get("/listeners?format=text").decode().split())


def _watched(verification: Verification, said: Mapping[str, Any], service: str) -> Watched:
    before, after = said["counters"]
    changed = [
        Counter(box=box, name=name, before=before[box].get(name, 0), after=value)
        for box, counted in after.items()
        for name, value in counted.items()
        if value != before[box].get(name, 0)
    ]
    # Only the last request can be one that left no line: its connection was refused.
    urls = [each.url for each in verification.observed.exchanges]
    entries = [tuple(log_entry(line, service) for line in trail) for trail in said["trails"]]
    return Watched(
        verification=verification,
        bootstraps=said["bootstraps"],
        listening={box: tuple(lines) for box, lines in said["listening"].items()},
        trails=tuple(zip(urls, entries, strict=False)),
        counters=tuple(changed),
    )
