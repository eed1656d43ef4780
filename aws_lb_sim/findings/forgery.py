"""What a client can forge: the same request is sent again with a lie, and the model decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aws_lb_sim.findings import remedies
from aws_lb_sim.findings.hops import appended, count_proxies
from aws_lb_sim.findings.places import (
    envoy_listener,
    ignores_remote_address,
    manager_of,
    module_where,
    where_listener,
)
from aws_lb_sim.findings.registry import Hazard, Input, flow_check
from aws_lb_sim.findings.ways_in import arrival, opening
from aws_lb_sim.flow import EmissaryView
from aws_lb_sim.network.client import Opening
from aws_lb_sim.network.connection import ProxyHeader
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange, Flow
    from aws_lb_sim.network.request import Headers

__all__ = ["CHECKS"]

_LIE = "198.51.100.66"
_OTHER_LIE = "198.51.100.67"
_XFF, _XFP = "X-Forwarded-For", "X-Forwarded-Proto"
_EXTERNAL = "X-Envoy-External-Address"
_Headers = tuple[ProxyHeader, ...]
_NOTHING_SEEN = EmissaryView(peer_ip="")

ADDRESS_FORGEABLE = Hazard(
    code="client-address-forgeable",
    severity="error",
    summary="A client can choose the address that Emissary takes it for, with X-Forwarded-For.",
    message="a client that sends X-Forwarded-For: {lie} is taken by Emissary for {lie}: {why}",
    fix="set l7Depth to the number of L7 proxies that append to X-Forwarded-For",
    source="Envoy source/common/http/conn_manager_utility.cc; observed with Emissary 3.3 and 4.1",
)
PROXY_FORGEABLE = Hazard(
    code="proxy-header-forgeable",
    severity="error",
    summary="A client can choose its address by a PROXY header of its own.",
    message="a client that sends a PROXY header of its own, for {lie}, is taken by Emissary for "
    "{lie}: the load balancer passes it on{place}, and the Listener believes it",
    fix="let the load balancer send the header, or take PROXY out of the protocolStack",
    source="AWS, Edit target group attributes for your Network Load Balancer (headers that clients "
    "send are kept); Envoy proxy_protocol.cc",
)
SCHEME_CLAIMED = Hazard(
    code="scheme-claimed-by-client",
    severity="error",
    summary="A cleartext client can claim https, and Emissary believes it.",
    message="a client that sends X-Forwarded-Proto: https over cleartext is taken for a secure "
    "one: it skips the redirect to https, and the service sees https",
    fix="set l7Depth to the number of L7 proxies in front",
    source="Envoy source/common/http/conn_manager_utility.cc; observed with Emissary 3.3 and 4.1",
)
EXTERNAL_CLAIMED = Hazard(
    code="external-address-claimed-by-client",
    severity="warning",
    summary="X-Envoy-External-Address reaches the service as the client wrote it.",
    message="a client's own X-Envoy-External-Address reaches the service unchanged: {why}",
    fix="let Emissary see the client's address, and leave use_remote_address on",
    source="Envoy source/common/http/conn_manager_utility.cc; observed with Emissary 3.3 and 4.1",
)
_INPUTS: tuple[Input, ...] = ("flow", "requests sent", "documents", "Listeners")
_MENDED: tuple[Input, ...] = (*_INPUTS, "load balancer", "release")


@flow_check(ADDRESS_FORGEABLE, inputs=(*_MENDED, "Envoy configuration", "proxies in front"))
def address_forged(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Send the request again with X-Forwarded-For full of one other address."""
    exchange = flow.read_exchange or flow.exchanges[0]
    lie = _lie(flow)
    manager = manager_of(envoy_listener(cluster, exchange))
    entries = 2 + (manager.xff_num_trusted_hops if manager else 0)
    again = _again(cluster, exchange, (_XFF, ", ".join([lie] * entries)))
    if _view(again).client_ip != lie:
        return
    port = _pod_port(again)
    proxies = appended(exchange)
    yield ADDRESS_FORGEABLE.found(
        where=where_listener(cluster, port, "spec", "l7Depth"),
        fix=remedies.mend_forwarded(cluster, port, proxies),
        lie=lie,
        why=f"an entry of that header is believed which {count_proxies(proxies)} in front wrote",
    )


@flow_check(PROXY_FORGEABLE, inputs=_MENDED)
def proxy_header_forged(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Send the request again behind a PROXY header, before TLS and inside it."""
    exchange = flow.exchanges[0]
    lie = _lie(flow)
    header = (ProxyHeader(version=2, source_ip=lie, destination_ip="192.0.2.10"),)
    sent = exchange.hops[0]
    places: list[tuple[_Headers, _Headers, str]] = [(header, (), "")]
    if sent.connection.tls is not None:
        places.append(((), header, " once it has ended the TLS around it"))
    for before, within, place in places:
        connection = replace(sent.connection, proxy=before, proxy_in_tls=within)
        again = cluster.send(Opening(connection=connection, request=_request(exchange)))
        if _view(again).client_ip == lie:
            port = _pod_port(again)
            send = (
                remedies.send_proxy(cluster, cluster.load_balancer) if cluster.load_balancer else ""
            )
            without = remedies.expect_proxy_not(cluster, port)
            yield PROXY_FORGEABLE.found(
                where=where_listener(cluster, port, "spec"),
                fix=f"{send}; or {without}" if send else without,
                lie=lie,
                place=place,
            )
            return


@flow_check(SCHEME_CLAIMED, inputs=(*_MENDED, "Envoy configuration", "addresses"))
def scheme_forged(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Send the request in cleartext, without and with a forged X-Forwarded-Proto."""
    exchange = _cleartext(cluster, flow)
    honest = _view(_again(cluster, exchange))
    again = _again(cluster, exchange, (_XFP, "https"))
    if honest.secure is False and _view(again).secure is True:
        port = _pod_port(again)
        yield SCHEME_CLAIMED.found(
            where=where_listener(cluster, port, "spec", "l7Depth"),
            fix=remedies.mend_forwarded(cluster, port, appended(again)),
        )


@flow_check(EXTERNAL_CLAIMED, inputs=(*_INPUTS, "Envoy configuration"))
def external_address_forged(cluster: Cluster, flow: Flow) -> Iterator[Finding]:
    """Send the request again with a forged X-Envoy-External-Address."""
    exchange = flow.exchanges[-1]
    lie = _lie(flow)
    seen = _again(cluster, exchange, (_EXTERNAL, lie)).upstream_headers or ()
    if (_EXTERNAL.lower(), lie) not in seen:
        return
    where, fix = where_listener(cluster, _pod_port(exchange), "spec"), None
    why = (
        f"Emissary takes {_view(exchange).client_ip} for the client, a private address, and the "
        "request for an internal one, whose X-Envoy-* headers it believes"
    )
    if ignores_remote_address(cluster):
        why = "with use_remote_address: false Emissary leaves it alone"
        where, fix = module_where(cluster), "remove use_remote_address: false from the Module"
    yield EXTERNAL_CLAIMED.found(where=where, fix=fix, why=why)


def _lie(flow: Flow) -> str:
    return _LIE if flow.client_ip != _LIE else _OTHER_LIE


def _request(exchange: Exchange) -> Request:
    payload = exchange.hops[0].payload
    return payload if isinstance(payload, Request) else Request()


def _again(cluster: Cluster, exchange: Exchange, *lies: tuple[str, str]) -> Exchange:
    """Send a request of the client again, with headers in place of those of that name."""
    request = _request(exchange)
    names = {_XFF.lower(), _XFP.lower()} if not lies else {name.lower() for name, _ in lies}
    kept: Headers = tuple(pair for pair in request.headers if pair[0].lower() not in names)
    changed = replace(request, headers=(*lies, *kept))
    return cluster.send(Opening(connection=exchange.hops[0].connection, request=changed))


def _cleartext(cluster: Cluster, flow: Flow) -> Exchange:
    """Return the client's cleartext request, or the cleartext twin of its first one."""
    for exchange in flow.exchanges:
        if exchange.hops[0].connection.tls is None:
            return exchange
    host = urlsplit(flow.exchanges[0].url).netloc.rpartition("@")[2]
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return cluster.send(opening(cluster, f"http://{name or 'shop.example.com'}/"))


def _view(exchange: Exchange) -> EmissaryView:
    return exchange.emissary or _NOTHING_SEEN


def _pod_port(exchange: Exchange) -> int:
    hop = arrival(exchange)
    return hop.connection.destination_port if hop else 0


CHECKS = (address_forged, proxy_header_forged, scheme_forged, external_address_forged)
