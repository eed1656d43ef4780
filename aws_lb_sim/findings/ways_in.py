"""Every way into an Emissary pod, found by sending a request through it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import (
    ForwardAction,
    ListenerRule,
    LoadBalancer,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.findings.memory import remembered
from aws_lb_sim.network.client import Opening, open_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.envoy.listener import Listener
    from aws_lb_sim.flow import Exchange, Hop

__all__ = ["WayIn", "arrival", "opening", "ways_in"]

_NAME = re.compile(r"[A-Za-z0-9.-]+")
_ENDS_TLS = ("SSL", "TLS", "HTTPS")


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """A port of the load balancer that leads to a port of the pod.

    Parameters
    ----------
    outer
        The listener that clients reach.
    load_balancer, listener, group
        The nearest to Emissary: the same, but for an ALB behind an NLB.
    exchange
        What became of a request sent through it.
    arriving
        Its hop to Emissary.
    envoy
        What listens on the pod's port, None where nothing does.
    """

    outer: LoadBalancerListener
    load_balancer: LoadBalancer
    listener: LoadBalancerListener
    group: TargetGroup
    exchange: Exchange
    arriving: Hop
    envoy: Listener | None

    @property
    def port(self) -> int:
        """The port that clients connect to."""
        return self.outer.port

    @property
    def opens_tls(self) -> bool:
        """Whether the load balancer itself opens TLS to Emissary."""
        return self.group.protocol in _ENDS_TLS


@remembered
def ways_in(cluster: Cluster) -> tuple[WayIn, ...]:
    """Return every way in; each target group once for each listener.

    Parameters
    ----------
    cluster
        With a load balancer; without one there is none.
    """
    load_balancer = cluster.load_balancer
    if load_balancer is None:
        return ()
    config = cluster.compiled.config
    found = []
    for outer in load_balancer.listeners:
        for inner, listener, group, rule in _targets(load_balancer, outer):
            exchange = cluster.send(_probe(cluster, outer, listener, group, rule))
            arriving = arrival(exchange)
            if arriving is not None:
                port = arriving.connection.destination_port
                found.append(
                    WayIn(
                        outer=outer,
                        load_balancer=inner,
                        listener=listener,
                        group=group,
                        exchange=exchange,
                        arriving=arriving,
                        envoy=config.listeners.get(port),
                    )
                )
    return tuple(found)


def arrival(exchange: Exchange) -> Hop | None:
    """Return the hop that reached Emissary, None where none did."""
    return next((hop for hop in exchange.hops if hop.target == "emissary"), None)


def opening(cluster: Cluster, url: str, **options: object) -> Opening:
    """Return what a client sends first to this cluster for ``url``."""
    client = cluster.addresses.client
    return open_url(url, client=client, destination=cluster.destination(client), **options)  # type: ignore[arg-type]


_Target = tuple[LoadBalancer, LoadBalancerListener, TargetGroup, ListenerRule | None]


def _targets(load_balancer: LoadBalancer, listener: LoadBalancerListener) -> Iterator[_Target]:
    """Yield the target groups of a listener, those of an ALB behind it included."""
    seen: list[TargetGroup] = []
    default = ListenerRule(action=listener.action)
    for rule in (default, *listener.rules):
        if not isinstance(rule.action, ForwardAction) or rule.action.target_group in seen:
            continue
        group = rule.action.target_group
        seen.append(group)
        inner = group.load_balancer
        behind = inner.listener(group.pod_port) if inner is not None else None
        if inner is not None and behind is not None:
            yield from _targets(inner, behind)
        elif group.target_type != "alb":
            yield load_balancer, listener, group, rule if rule is not default else None


def _probe(
    cluster: Cluster,
    outer: LoadBalancerListener,
    listener: LoadBalancerListener,
    group: TargetGroup,
    rule: ListenerRule | None,
) -> Opening:
    """Make a request that this rule takes, in TLS where something on the way ends it."""
    if outer.protocol in _ENDS_TLS or listener.protocol in _ENDS_TLS:
        secure = True
    elif outer.protocol == "TCP":
        envoy = cluster.compiled.config.listeners.get(group.pod_port)
        secure = envoy is not None and any(chain.tls for chain in envoy.filter_chains)
    else:
        secure = False
    name = _hostname(cluster)
    scheme = "https" if secure else "http"
    first = opening(cluster, f"{scheme}://{name}:{outer.port}/")
    # Put in afterwards: a pattern may hold what no URL may.
    request = replace(
        first.request,
        authority=_example(rule.hosts[0]) if rule and rule.hosts else name,
        path=_example(rule.paths[0]) if rule and rule.paths else "/",
    )
    return replace(first, request=request)


def _hostname(cluster: Cluster) -> str:
    """Return a host name that some Host serves, as far as it can stand in a URL."""
    for host in cluster.compiled.resources.hosts:
        name = _example(host.hostname)
        if host.hostname != "*" and _NAME.fullmatch(name):
            return name
    return "shop.example.com"


def _example(pattern: str) -> str:
    """Return a name that a pattern with ``*`` and ``?`` matches."""
    return pattern.replace("*", "www").replace("?", "x")
