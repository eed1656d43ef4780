"""How a cluster behaves: each request is sent once, and each verdict reached once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lb_sim.decide.probes import CLIENT, HTTP, Probe, opening
from aws_lb_sim.network.path import build_path
from aws_lb_sim.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.decide.requirement import Verdict
    from aws_lb_sim.emissary.compile import Compiled
    from aws_lb_sim.flow import Exchange, Flow

__all__ = ["Behaviour"]


class Behaviour:
    """A cluster, with what came of the requests sent through it so far.

    Boxes keep no state, so that a request needs to be sent only once, however
    many requirements look at it and however many designs come to this cluster.

    Parameters
    ----------
    cluster
        Made of the manifests of one design, or of several that come to the same.
    host
        Whom the requests ask for.
    demanding
        Compiles the same resources with TLS 1.3 as the Hosts' lowest version.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read
    >>> from aws_lb_sim.decide.probes import HTTPS
    >>> empty = read(())
    >>> Behaviour(empty, "shop.example.com", lambda: empty.compiled).exchange(HTTPS).answer.result
    'connection-refused'
    """

    def __init__(self, cluster: Cluster, host: str, demanding: Callable[[], Compiled]) -> None:
        self.cluster = cluster
        self.host = host
        self.verdicts: dict[str, Verdict] = {}
        self._demanding = demanding
        self._exchanges: dict[str, Exchange] = {}
        self._flows: dict[str, Flow] = {}

    def exchange(self, probe: Probe) -> Exchange:
        """Send a probe, without following redirects."""
        return self._sent(self.cluster, probe, probe.words)

    def flow(self, probe: Probe) -> Flow:
        """Send a plain request over http or https, and follow redirects."""
        found = self._flows.get(probe.words)
        if found is None:
            found = simulate(self.cluster, probe.url(self.host), client_ip=CLIENT, findings=False)
            self._flows[probe.words] = found
        return found

    def on_node_without_pod(self) -> Exchange:
        """Send a request that reaches a node on which no Emissary pod runs."""
        cluster = self.cluster
        if cluster.load_balancer is None:
            return self.exchange(HTTP)
        path = build_path(
            cluster.load_balancer,
            cluster.addresses,
            cluster.in_front,  # type: ignore[arg-type]  # checked when it was read
            without_pod=True,
        )
        return self._sent(replace(cluster, path=path), _ELSEWHERE, _ELSEWHERE.words)

    def with_tls_1_3_demanded(self, probe: Probe) -> Exchange:
        """Send a probe to the same cluster, whose Hosts now accept nothing below TLS 1.3."""
        name = f"{probe.words}, TLS 1.3 demanded"
        if name in self._exchanges:
            return self._exchanges[name]
        return self._sent(replace(self.cluster, compiled=self._demanding()), probe, name)

    def _sent(self, cluster: Cluster, probe: Probe, name: str) -> Exchange:
        found = self._exchanges.get(name)
        if found is None:
            first = opening(probe, self.host, cluster.destination(CLIENT))
            found = cluster.send(first, probe.url(self.host))
            self._exchanges[name] = found
        return found


_ELSEWHERE = Probe(words="a request that reaches a node without an Emissary pod")
