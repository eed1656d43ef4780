"""A client's request, sent through a cluster and followed through redirects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from aws_lb_sim.findings.check import check
from aws_lb_sim.flow import Flow
from aws_lb_sim.network.client import check_address, open_url
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.flow import Exchange
    from aws_lb_sim.network.connection import ProxyHeader
    from aws_lb_sim.network.request import Headers, HttpVersion

__all__ = ["follow", "simulate"]

MOST_REDIRECTS = 20
"""How many redirects browsers follow before they give up (Fetch standard, section 4.4)."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def simulate(  # noqa: PLR0913  (what a person can say about one request)
    cluster: Cluster,
    url: str,
    *,
    client_ip: str = "203.0.113.7",
    method: str = "GET",
    http: HttpVersion = "1.1",
    headers: Headers = (),
    proxy: tuple[ProxyHeader, ...] = (),
    proxy_in_tls: tuple[ProxyHeader, ...] = (),
    findings: bool = True,
) -> Flow:
    """Send a request, follow its redirects, and say what is hazardous about it.

    Parameters
    ----------
    cluster
        Made by :func:`aws_lb_sim.cluster.read`.
    url
        What the client requests.
    client_ip
        The client's address.
    method, http, headers
        Of the request. ``http="2"`` over TLS offers h2 by ALPN.
    proxy, proxy_in_tls
        PROXY headers that the client itself sends, to forge its address.
    findings
        Whether to look for hazards as well.

    Raises
    ------
    InputError
        A URL or an address that is none.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read
    >>> simulate(read(()), "http://shop.example.com/").result
    'connection-refused'
    """
    client = check_address(client_ip)

    def send(target: str) -> Exchange:
        opening = open_url(
            target,
            client=client,
            destination=cluster.destination(client),
            method=method,
            http=http,
            headers=headers,
            proxy=proxy,
            proxy_in_tls=proxy_in_tls,
        )
        return cluster.send(opening, target)

    flow = follow(send, url, client)
    if not findings:
        return flow
    return replace(flow, findings=check(cluster, flow))


def follow(send: Callable[[str], Exchange], url: str, client: str) -> Flow:
    """Send a request, and follow its redirects as a browser does.

    Parameters
    ----------
    send
        Sends a request for a URL; the same URL must have the same answer always.
    url
        What the client requests first.
    client
        The client's address.

    Returns
    -------
    Flow
        Without findings.
    """
    exchanges = [send(url)]
    loop = False
    seen = {url}
    while (target := _next_url(exchanges[-1])) is not None:
        # Boxes keep no state: the same request again has the same answer, for ever.
        if target in seen or len(exchanges) > MOST_REDIRECTS:
            loop = True
            break
        seen.add(target)
        exchanges.append(send(target))
    return Flow(exchanges=tuple(exchanges), redirect_loop=loop, client_ip=client)


def _next_url(exchange: Exchange) -> str | None:
    """Return where a client goes next; None where it has arrived, or leaves this cluster."""
    location = exchange.answer.location
    if location is None or exchange.answer.status not in _REDIRECTS:
        return None
    target = urljoin(exchange.url, location)
    there = urlsplit(target).hostname
    payload = exchange.hops[0].payload
    asked = payload.authority if isinstance(payload, Request) else None
    known = {urlsplit(exchange.url).hostname, urlsplit(f"//{asked}").hostname}
    # Another host name may lead anywhere: what it answers is not ours to say.
    return target if there in known else None
