"""What happened to a request, box by box: the shape that a prediction and a real run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lb_sim.envoy.forwarding import NEW_REQUEST_ID
from aws_lb_sim.lab.connections.differences import ENVOYS_OWN
from aws_lb_sim.network.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_lb_sim.flow import Exchange, Flow, Hop
    from aws_lb_sim.network.request import Headers

__all__ = ["REQUEST_ID", "ExchangeObservation", "Observation", "predicted", "service_headers"]

SENT_HEADERS = ("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port")
"""What is compared of a request that a proxy in front of Emissary sends on."""
REQUEST_ID = "x-request-id"

Facts = "Mapping[str, Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeObservation:
    """One request, and what each box saw or did.

    Parameters
    ----------
    url
        Requested.
    boxes
        Name of the box → what is known of it, by plain names: ``client`` has ``result``
        (see :class:`aws_lb_sim.network.box.Answer`), ``status`` and ``location``; a proxy in
        front of an Emissary that read a request has ``ends TLS`` and, where it reads HTTP
        itself, ``sends`` a header;
        ``emissary`` has ``peer``, ``client``, ``ends TLS`` and ``route``; ``service`` has
        ``method``, ``path``, ``host`` and each header. A box that read nothing is left out.
    """

    url: str
    boxes: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A client's request, followed through redirects.

    Parameters
    ----------
    exchanges
        The first request, then one for each redirect followed.
    redirect_loop
        Whether the client never arrives.
    not_played
        Why the rest could not be observed; empty where all was.
    """

    exchanges: tuple[ExchangeObservation, ...]
    redirect_loop: bool = False
    not_played: tuple[str, ...] = field(default=())

    def facts(self) -> dict[tuple[int, str, str], Any]:
        """Return every fact by (number of the request from 1, box, what)."""
        found = {
            (number, box, what): value
            for number, exchange in enumerate(self.exchanges, 1)
            for box, known in exchange.boxes.items()
            for what, value in known.items()
        }
        return found | {(0, "client", "redirect loop"): self.redirect_loop}

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "exchanges": [
                {"url": each.url, **{box: dict(known) for box, known in each.boxes.items()}}
                for each in self.exchanges
            ],
            "redirect_loop": self.redirect_loop,
            "not_played": list(self.not_played),
        }


def predicted(flow: Flow) -> Observation:
    """Return a simulated flow as an observation.

    Examples
    --------
    >>> from aws_lb_sim.cluster import read_manifests
    >>> from aws_lb_sim.manifests.presets import preset
    >>> from aws_lb_sim.simulation import simulate
    >>> cluster = read_manifests(preset("recommended-nlb").manifests())
    >>> flow = simulate(cluster, "https://shop.example.com/")
    >>> predicted(flow).exchanges[0].boxes["emissary"]["client"]
    '203.0.113.7'
    """
    return Observation(
        exchanges=tuple(_exchange(each) for each in flow.exchanges),
        redirect_loop=flow.redirect_loop,
    )


def service_headers(pairs: Iterable[tuple[str, str]], sent: Headers) -> dict[str, Any]:
    """Return the headers of a request as the service sees them, ready to be compared.

    Parameters
    ----------
    pairs
        (lower-case name, value), in order.
    sent
        What the client sent: of its X-Request-Id only whether it was kept is told, since
        Envoy's own is random.
    """
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in ENVOYS_OWN or name == "host":
            continue
        before = found.get(name)
        if before is None:
            found[name] = value
        else:
            found[name] = [*before, value] if isinstance(before, list) else [before, value]
    asked = [value.strip() for name, value in sent if name.lower() == REQUEST_ID]
    got = found.pop(REQUEST_ID, None)
    if asked and got is not None:
        found[REQUEST_ID] = "kept" if got in (asked, ",".join(asked)) else "replaced"
    return found


def _exchange(exchange: Exchange) -> ExchangeObservation:
    answer = exchange.answer
    client: dict[str, Any] = {"result": answer.result, "status": answer.status}
    if answer.location is not None:
        client["location"] = answer.location
    boxes: dict[str, dict[str, Any]] = {"client": client}
    payload = exchange.hops[0].payload
    sent = payload.headers if isinstance(payload, Request) else ()
    view = exchange.emissary
    if view is not None and view.client_ip is not None:
        for hop in exchange.hops:
            if hop.source.startswith(("load-balancer", "cloudfront")):
                boxes[hop.source] = _proxy(exchange, hop)
        boxes["emissary"] = {
            "peer": view.peer_ip,
            "client": view.client_ip,
            "ends TLS": view.tls,
            "route": view.route,
        }
    last = exchange.hops[-1]
    if last.target == "service" and isinstance(last.payload, Request):
        boxes["service"] = _service(last.payload, sent)
    return ExchangeObservation(url=exchange.url, boxes=boxes)


def _proxy(exchange: Exchange, hop: Hop) -> dict[str, Any]:
    """Return what a proxy did that forwarded."""
    known: dict[str, Any] = {"ends TLS": hop.source in exchange.tls_terminated_at}
    if isinstance(hop.payload, Request) and _reads_http(hop):
        for name in SENT_HEADERS:
            value = hop.payload.authority if name == "host" else hop.payload.header(name)
            known[f"sends {name}"] = value
    return known


def _reads_http(hop: Hop) -> bool:
    """Whether the box that sent this touched the request: it then wrote X-Forwarded-For."""
    return any(step.subject.lower().startswith("x-forwarded-") for step in hop.steps)


def _service(request: Request, sent: Headers) -> dict[str, Any]:
    replaced = [
        (name.lower(), "" if value == NEW_REQUEST_ID else value) for name, value in request.headers
    ]
    return {
        "method": request.method,
        "path": request.path,
        "host": request.authority,
        **service_headers(replaced, sent),
    }
