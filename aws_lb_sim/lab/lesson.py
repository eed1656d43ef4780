"""Watching a request on real Envoys: what they were told, what they log, what they count.

All of it in the scenario's addresses, and without what differs from run to run (ports of
clients, times, ids): so the same request gives the same words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lb_sim.cluster import Cluster, read_manifests
from aws_lb_sim.lab.addresses import claim_address
from aws_lb_sim.lab.counters import count
from aws_lb_sim.lab.envoy_json import bootstrap
from aws_lb_sim.lab.process import EnvoyProcess
from aws_lb_sim.lab.testbed import Testbed
from aws_lb_sim.lab.verification import Verification
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.sweep import ClientRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_lb_sim.lab.envoy_json import Json
    from aws_lb_sim.lab.trail import Line
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = [
    "FORGERIES",
    "LOG_FIELDS",
    "Counter",
    "Watched",
    "envoy_version",
    "log_entry",
    "trails",
    "watch",
]

LOG_FIELDS = (
    *("proxy", "peer", "client", "tls", "server_name", "status"),
    *("why", "flags", "failure", "route", "upstream"),
)
"""What is shown of a line of an access log, in this order."""

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

_NOTHING = ("", "-", "0", "None")


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
        proxy's access log, from the client on, as :func:`log_entry` reads it.
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


def trails(in_front: Sequence[Line], emissary: Sequence[Line]) -> list[list[Line]]:
    """Put the lines of access logs in the order in which each connection passed the proxies.

    Parameters
    ----------
    in_front
        Log of the Envoy that plays all proxies in front of Emissary.
    emissary
        Log of Emissary's.

    Returns
    -------
    list of list of dict
        For each connection of the client one line of each proxy, outermost first: that of
        its request or bytes, where there is one, else that of the connection.

    Examples
    --------
    >>> first = {"peer": "192.0.2.1:1000", "onward": "10.0.1.10:2000", "level": "tcp"}
    >>> second = {"peer": "10.0.1.10:2000", "onward": None, "level": "http"}
    >>> trails([first], [second]) == [[first, second]]
    True
    """
    outer, inner = _by_peer(in_front), _by_peer(emissary)
    if not outer:
        return [[line] for line in inner.values()]
    onward = {line.get("onward") for line in outer.values()}
    return [_follow(peer, outer, inner) for peer in outer if peer not in onward]


def log_entry(line: Line, service: str) -> dict[str, str]:
    """Return what a line of an access log says, without what differs each time.

    Parameters
    ----------
    line
        In the scenario's addresses.
    service
        Address of the service in the scenario.

    Returns
    -------
    dict of str
        By the names of ``LOG_FIELDS``, as far as there is something to say.

    Examples
    --------
    >>> log_entry({"peer": "10.0.2.20:1234", "level": "http", "status": 400, "flags": "-"}, "")
    {'proxy': 'emissary', 'peer': '10.0.2.20', 'status': '400'}
    """
    said = {name: str(line.get(name)) for name in LOG_FIELDS}
    said["proxy"] = str(line.get("listener", "emissary"))
    said["peer"] = said["peer"].rpartition(":")[0]
    if line.get("level") != "http":
        # Who of two ends of a stream closed it first is a matter of microseconds.
        said["flags"] = ""
    if said["proxy"] == "emissary" and said["upstream"] not in _NOTHING:
        # The lab's service has no machine of its own.
        said["upstream"] = service
    return {name: value for name, value in said.items() if value not in _NOTHING}


def _by_peer(lines: Iterable[Line]) -> dict[str, Line]:
    """Return the most telling line of each connection, by where it came from."""
    found: dict[str, Line] = {}
    for line in lines:
        if line["peer"] not in found or line["level"] != "listener":
            found[line["peer"]] = line
    return found


def _follow(peer: str, outer: Mapping[str, Line], inner: Mapping[str, Line]) -> list[Line]:
    trail = []
    while peer in outer:
        trail.append(outer[peer])
        peer = str(outer[peer].get("onward"))
    return [*trail, inner[peer]] if peer in inner else trail


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
