"""Listeners that pass bytes: those of an NLB, and TCP and SSL of a Classic Load Balancer.

Sources: the rules in aws_lb_sim/network/{nlb,classic}.py; Envoy API
extensions.filters.network.tcp_proxy.v3, config.listener.v3.FilterChainMatch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.lab.envoy.configuration import TYPE, access_log, end_tls
from aws_lb_sim.lab.load_balancer.upstreams import Upstream
from aws_lb_sim.lab.load_balancer.wiring import source_of, target_of

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import (
        LoadBalancerKind,
        LoadBalancerListener,
        TargetGroup,
    )
    from aws_lb_sim.lab.envoy.configuration import Json
    from aws_lb_sim.lab.load_balancer.wiring import Wiring

__all__ = ["stream_chains"]

# AWS, ALPN policies of TLS listeners: what is agreed on, most wanted first. Envoy chooses
# the filter chain by the first protocol of the client's that any chain names; the last chain
# is for clients that offer none.
_POLICIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "None": ((),),
    "HTTP1Only": (("http/1.1", "http/1.0"), ()),
    "HTTP2Only": (("h2",), ()),
    "HTTP2Optional": (("http/1.1", "http/1.0", "h2"), ()),
    "HTTP2Preferred": (("h2", "http/1.1", "http/1.0"), ("http/1.1", "http/1.0"), ()),
}


# Both halves of IPv6: a prefix of no bits is no condition to Envoy.
_IPV6 = [{"address_prefix": half, "prefix_len": 1} for half in ("::", "8000::")]


def stream_chains(
    kind: LoadBalancerKind, listener: LoadBalancerListener, own: str, name: str, wiring: Wiring
) -> tuple[list[Json], list[Upstream]]:
    """Write the filter chains of a listener that passes bytes.

    Parameters
    ----------
    kind
        ``nlb`` or ``classic``.
    listener
        TCP, TLS or SSL; its action forwards.
    own
        Address of the load balancer.
    name
        Of the listener, by which its log is told apart.
    wiring
        Of the lab.

    Returns
    -------
    tuple
        (filter chains, what they connect to).
    """
    if not isinstance(listener.action, ForwardAction):
        raise TypeError("a load balancer of layer 4 only forwards")
    group = listener.action.target_group
    ends = listener.protocol in {"TLS", "SSL"}
    offers = _POLICIES[listener.alpn_policy] if ends else ((),)
    source = source_of(kind, group, own, wiring)
    behind = _behind(kind, group, source, target_of(group, wiring), ends=ends)
    written = [_chains(name, behind, offers, wiring, ends=ends)]
    if source == wiring.client:
        # Client and target of different families: the load balancer's own address is seen.
        other = replace(behind, source=own)
        written.append(_chains(f"{name}-ipv6", other, offers, wiring, ends=ends))
        for chain in written[1][0]:
            chain.setdefault("filter_chain_match", {})["source_prefix_ranges"] = _IPV6
    return [each for chains, _ in written for each in chains], [
        each for _, upstreams in written for each in upstreams
    ]


def _chains(
    name: str,
    behind: Upstream,
    offers: tuple[tuple[str, ...], ...],
    wiring: Wiring,
    *,
    ends: bool,
) -> tuple[list[Json], list[Upstream]]:
    """Write a filter chain for each offer of an ALPN policy."""
    listener = name.removesuffix("-ipv6")
    chains, upstreams = [], []
    for number, alpn in enumerate(offers, 1):
        cluster = f"{name}-{number}"
        # What is agreed on with the client is offered to the target (inferred).
        upstreams.append(replace(behind, name=cluster, alpn=alpn[:1]))
        chain: Json = {"name": cluster, "filters": [_tcp_proxy(cluster, listener)]}
        if ends:
            chain["transport_socket"] = end_tls(wiring.certificate, alpn)
        if alpn:
            # The first chain takes all that the policy knows but what the others take.
            taken = {each for other in offers[number:] for each in other}
            wanted = [each for each in alpn if each not in taken]
            chain["filter_chain_match"] = {"application_protocols": wanted}
        chains.append(chain)
    if offers == _POLICIES["HTTP2Only"]:
        chains.append(_refusing(name, ["http/1.1", "http/1.0"]))
    elif offers == _POLICIES["HTTP1Only"]:
        # Who offers h2 first mostly offers http/1.1 as well; who does not gives up by itself.
        chains[0]["filter_chain_match"]["application_protocols"].append("h2")
    return chains, upstreams


def _refusing(name: str, protocols: list[str]) -> Json:
    """Write the chain that ends handshakes whose offer an ALPN policy does not know."""
    close = {
        "name": "envoy.filters.network.direct_response",
        "typed_config": {"@type": f"{TYPE}filters.network.direct_response.v3.Config"},
    }
    match = {"application_protocols": protocols}
    return {"name": f"{name}-refused", "filter_chain_match": match, "filters": [close]}


def _behind(
    kind: LoadBalancerKind, group: TargetGroup, source: str, place: tuple[str, int], *, ends: bool
) -> Upstream:
    is_classic = kind == "classic"
    begins = group.protocol in {"TLS", "SSL"} and (ends or is_classic)
    # A Classic Load Balancer sends no PROXY header from SSL to SSL.
    silent = is_classic and ends and begins
    return Upstream(
        name="",
        place=place,
        source=source,
        tls=begins,
        newest_tls="TLSv1_2" if is_classic else "TLSv1_3",
        proxy_protocol=0 if silent else group.proxy_protocol,
    )


def _tcp_proxy(cluster: str, name: str) -> Json:
    return {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": f"{TYPE}filters.network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": "tcp",
            "cluster": cluster,
            "access_log": access_log(level="tcp", listener=name),
        },
    }
