"""Many designs × many requests, by the same rules as one, without doing the same work twice.

Most choices decide about a part of the whole only: those about the load balancer change
what stands before Emissary, those about Emissary change what it compiles to. Each part is
read once for all designs whose manifests of that part are the same; each request is sent
up to Emissary once for each of the former, and whatever arrives there is evaluated once for
each of the latter, by whichever way it came. What decides is thus found by comparing what
was written and what arrived, and no rule is stated a second time.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aws_lb_sim.cluster import documents_of, join, read_entrance
from aws_lb_sim.design.design import Design
from aws_lb_sim.emissary.compile import compile_documents
from aws_lb_sim.findings.check import check
from aws_lb_sim.manifests.write import write
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.client import check_address, open_url
from aws_lb_sim.simulation import follow, simulate
from aws_lb_sim.travel import approach, arrive, finish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aws_lb_sim.cluster import Cluster, Entrance
    from aws_lb_sim.emissary.compile import Compiled
    from aws_lb_sim.flow import Exchange, Flow
    from aws_lb_sim.manifests.document import Document
    from aws_lb_sim.manifests.manifests import Manifests
    from aws_lb_sim.network.client import Opening
    from aws_lb_sim.network.connection import ProxyHeader
    from aws_lb_sim.network.request import Headers, HttpVersion
    from aws_lb_sim.travel import Approach, Arrival

__all__ = ["ClientRequest", "simulate_many"]

# In version 2 equal documents give equal bytes, whichever objects they share.
_MARSHAL_VERSION = 2
_ADDRESSES = Addresses()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRequest:
    """A request as :func:`aws_lb_sim.simulation.simulate` takes it, held in one record.

    Parameters
    ----------
    url, client_ip, method, http, headers, proxy, proxy_in_tls
        See there.

    Examples
    --------
    >>> ClientRequest(url="http://shop.example.com/").client_ip
    '203.0.113.7'
    """

    url: str = "https://shop.example.com/"
    client_ip: str = "203.0.113.7"
    method: str = "GET"
    http: HttpVersion = "1.1"
    headers: Headers = ()
    proxy: tuple[ProxyHeader, ...] = ()
    proxy_in_tls: tuple[ProxyHeader, ...] = ()

    def send(self, cluster: Cluster, *, findings: bool = True) -> Flow:
        """Send it through a cluster, and follow its redirects."""
        return simulate(
            cluster,
            self.url,
            client_ip=self.client_ip,
            method=self.method,
            http=self.http,
            headers=self.headers,
            proxy=self.proxy,
            proxy_in_tls=self.proxy_in_tls,
            findings=findings,
        )

    def opening(self, entrance: Entrance | Cluster, url: str) -> Opening:
        """Return what the client opens for a URL, its own or that of a redirect."""
        client = check_address(self.client_ip)
        return open_url(
            url,
            client=client,
            destination=entrance.destination(client),
            method=self.method,
            http=self.http,
            headers=self.headers,
            proxy=self.proxy,
            proxy_in_tls=self.proxy_in_tls,
        )


def simulate_many(
    designs: Iterable[Design | Manifests],
    requests: Iterable[ClientRequest],
    *,
    findings: bool = False,
) -> Iterator[tuple[Design | Manifests, ClientRequest, Flow]]:
    """Simulate every design with every request.

    Parameters
    ----------
    designs
        Designs, or manifests of one's own; :func:`aws_lb_sim.design.space.space` goes
        through all designs there are.
    requests
        Sent through each of them, in this order.
    findings
        Whether to look for hazards as well.

    Yields
    ------
    tuple
        (design, request, its flow), design by design. Flows of like designs share parts.

    Raises
    ------
    InputError
        A design that is impossible, or a request that cannot be sent.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> designs = [Design(), Design(cross_zone=False), Design(target_type="ip")]
    >>> asked = [ClientRequest(url="http://shop.example.com/"), ClientRequest()]
    >>> [flow.status for _, _, flow in simulate_many(designs, asked)]
    [301, 200, 301, 200, 301, 200]
    """
    asked = tuple(enumerate(requests))
    memory = _Memory()
    for design in designs:
        manifests = write(design) if isinstance(design, Design) else design
        sender = memory.sender(manifests)
        for number, request in asked:
            flow = sender.flow(number, request)
            if findings:
                flow = replace(flow, findings=check(sender.cluster(manifests), flow))
            yield design, request, flow


@dataclass(slots=True)
class _Way:
    """What stands before Emissary, with how far each request came through it.

    ``approaches`` is by (number of the request, URL), since redirects ask for others;
    beside each stands the number of what arrives at Emissary, None where nothing does.
    """

    entrance: Entrance
    approaches: dict[tuple[int, str], tuple[Approach, int | None]]


@dataclass(slots=True)
class _Behind:
    """An Emissary, with what it did with each thing that arrived, by its number."""

    compiled: Compiled
    arrivals: dict[int, Arrival]


class _Memory:
    """The parts of all clusters so far, by what was written."""

    def __init__(self) -> None:
        self.ways: dict[Any, _Way] = {}
        self.behind: dict[Any, _Behind] = {}
        # The same things often arrive by different ways: each gets a number.
        self.arriving: dict[Any, int] = {}

    def sender(self, manifests: Manifests) -> _Sender:
        documents = documents_of(manifests)
        emissary = [each for each in documents if _is_emissary(each)]
        others = [each for each in documents if not _is_emissary(each)]
        attributes = tuple(manifests.attributes.items())
        key = (_bytes_of(others), manifests.controller, attributes, manifests.in_front)
        way = self.ways.get(key)
        if way is None:
            way = self.ways[key] = _Way(_read_entrance(others, manifests), {})
        version = manifests.emissary_version
        place = (_bytes_of(emissary), version)
        behind = self.behind.get(place)
        if behind is None:
            compiled = compile_documents(emissary, emissary_version=version)
            behind = self.behind[place] = _Behind(compiled, {})
        return _Sender(self, way, behind)


@dataclass(slots=True)
class _Sender:
    """One cluster, which sends requests by way of what is remembered."""

    memory: _Memory
    way: _Way
    behind: _Behind

    def cluster(self, manifests: Manifests) -> Cluster:
        """Return the cluster as a whole."""
        return join(
            documents_of(manifests),
            self.way.entrance,
            self.behind.compiled,
            manifests.emissary_version,
        )

    def flow(self, number: int, request: ClientRequest) -> Flow:
        return follow(
            lambda url: self._send(number, request, url),
            request.url,
            check_address(request.client_ip),
        )

    def _send(self, number: int, request: ClientRequest, url: str) -> Exchange:
        found = self.way.approaches.get((number, url))
        if found is None:
            found = self.way.approaches[number, url] = self._approach(request, url)
        way, arriving = found
        if arriving is None:
            return finish(url, way, None)
        arrival = self.behind.arrivals.get(arriving)
        if arrival is None:
            entrance = self.way.entrance
            arrival = self.behind.arrivals[arriving] = arrive(
                self.behind.compiled.config,
                way.arriving,
                entrance.addresses.service,
                at_pod_port=entrance.path is not None,
            )
        return finish(url, way, arrival)

    def _approach(self, request: ClientRequest, url: str) -> tuple[Approach, int | None]:
        path = self.way.entrance.path
        way = approach(path, request.opening(self.way.entrance, url))
        if way.answer is not None:
            return way, None
        hop = way.arriving
        key = (hop.connection, hop.payload, path is not None)
        return way, self.memory.arriving.setdefault(key, len(self.memory.arriving))


def _read_entrance(documents: list[Document], manifests: Manifests) -> Entrance:
    return read_entrance(
        documents,
        controller=manifests.controller,
        attributes=manifests.attributes,
        in_front=manifests.in_front,  # type: ignore[arg-type]  # it checks them
        entry=None,
        node_without_pod=False,
        addresses=_ADDRESSES,
    )


def _is_emissary(document: Document) -> bool:
    return "getambassador.io/" in str(document.data.get("apiVersion", ""))


def _bytes_of(documents: list[Document]) -> bytes:
    return marshal.dumps([each.data for each in documents], _MARSHAL_VERSION)
