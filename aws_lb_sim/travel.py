"""One request's way: up to Emissary, through it, and back; each part by itself.

The parts depend on less than the whole does, so that those who send many requests through
many clusters (:mod:`aws_lb_sim.sweep`) can do each of them once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aws_lb_sim.flow import EmissaryView, Exchange, Hop
from aws_lb_sim.network.box import Answer, Forward
from aws_lb_sim.network.emissary import visit
from aws_lb_sim.network.path import Path, PathEntry

if TYPE_CHECKING:
    from aws_lb_sim.envoy.listener import EnvoyConfig
    from aws_lb_sim.envoy.outcome import Outcome
    from aws_lb_sim.network.client import Opening

__all__ = ["Approach", "Arrival", "approach", "arrive", "finish", "pod_port"]

_NO_BOXES = PathEntry(boxes=(), returns=())
_SWITCHING_PROTOCOLS = 101
_UPGRADED = Answer(result="response", status=_SWITCHING_PROTOCOLS)
_ANSWERED = Answer(result="response", status=200)
# What clients use where no load balancer is described: the port of the URL is the pod's,
# but for the two that nobody opens on a pod of the Emissary chart.
_POD_PORTS = {80: 8080, 443: 8443}


@dataclass(slots=True)
class Approach:
    """How far a request came towards Emissary.

    Parameters
    ----------
    hops
        First to last; the last one reaches Emissary where ``answer`` is None.
    entry
        The boxes it met.
    reached
        How many of them forwarded.
    answer
        Of the box that ended it on the way; None where it reaches Emissary.
    """

    hops: tuple[Hop, ...]
    entry: PathEntry
    reached: int
    answer: Answer | None = None

    @property
    def arriving(self) -> Hop:
        """The last hop: what reaches Emissary, or the box that answered."""
        return self.hops[-1]


@dataclass(slots=True)
class Arrival:
    """What Emissary did with what reached it.

    Parameters
    ----------
    answer
        Emissary's own, or the service's.
    view
        What Emissary saw.
    onward
        The hop to the service; None where Emissary answered by itself.
    """

    answer: Answer
    view: EmissaryView
    onward: Hop | None = None


def approach(path: Path | None, opening: Opening) -> Approach:
    """Send a client's request towards Emissary.

    Parameters
    ----------
    path
        The boxes before Emissary; None where clients connect straight to the pod.
    opening
        The client's connection and request.

    Examples
    --------
    >>> from aws_lb_sim.network.client import open_url
    >>> [hop.target for hop in approach(None, open_url("http://shop.example.com/")).hops]
    ['emissary']
    """
    connection, payload = opening.connection, opening.request
    entry = _NO_BOXES if path is None else path.entry(connection.destination_port)
    hops: list[Hop] = []
    sender = "client"
    forward = Forward(connection=connection, payload=payload)
    for name, box in entry.boxes:
        hops.append(_hop(sender, name, forward))
        sender = name
        did = box(forward.connection, forward.payload)
        if isinstance(did, Answer):
            return Approach(tuple(hops), entry, len(hops) - 1, did)
        forward = did
    hops.append(_hop(sender, "emissary", forward))
    return Approach(tuple(hops), entry, len(entry.boxes))


def arrive(
    config: EnvoyConfig, arriving: Hop, service_ip: str, *, at_pod_port: bool = True
) -> Arrival:
    """Hand what reaches Emissary's pod to Emissary, and what it forwards to the service.

    Parameters
    ----------
    config
        What Emissary compiled its resources to.
    arriving
        The hop that reaches Emissary; who sent it does not matter.
    service_ip
        Address of the service behind Emissary, which always answers 200.
    at_pod_port
        Whether its port is a port of the pod; otherwise ports 80 and 443 stand for
        those of the Emissary chart.

    Examples
    --------
    >>> from aws_lb_sim.envoy.listener import EnvoyConfig
    >>> from aws_lb_sim.network.client import open_url
    >>> hop = approach(None, open_url("http://shop.example.com/")).arriving
    >>> arrive(EnvoyConfig(listeners={}), hop, "10.0.4.40").answer.result
    'connection-refused'
    """
    connection = arriving.connection
    if not at_pod_port:
        port = pod_port(config, connection.destination_port)
        connection = replace(connection, destination_port=port)
    done, outcome = visit(config, connection, arriving.payload, service_ip)
    view = _view(connection.source_ip, outcome)
    if isinstance(done, Answer):
        return Arrival(done, view)
    upgraded = outcome is not None and outcome.status == _SWITCHING_PROTOCOLS
    answer = _UPGRADED if upgraded else _ANSWERED
    return Arrival(answer, view, _hop("emissary", "service", done))


def pod_port(config: EnvoyConfig, port: int) -> int:
    """Return the pod's port that a client without a load balancer uses for a port of a URL.

    Examples
    --------
    >>> from aws_lb_sim.envoy.listener import EnvoyConfig
    >>> pod_port(EnvoyConfig(listeners={}), 443)
    443
    """
    of_chart = _POD_PORTS.get(port, port)
    return of_chart if of_chart in config.listeners else port


def finish(url: str, way: Approach, arrival: Arrival | None) -> Exchange:
    """Take the answer back to the client, through the boxes that forwarded.

    Parameters
    ----------
    url
        What the client asked for, for the record.
    way
        How the request came to where it was answered.
    arrival
        What Emissary did; None where the request did not reach it.
    """
    hops, view = way.hops, None
    if arrival is None:
        answer, answered_by = way.answer, hops[-1].target
        if answer is None:
            raise ValueError("the request reached Emissary: say what came of it there")
    else:
        answer, view, answered_by = arrival.answer, arrival.view, "emissary"
        if arrival.onward is not None:
            hops, answered_by = (*hops, arrival.onward), "service"
    received = way.entry.back_to_client(answer, way.reached)
    return Exchange(
        url=url,
        hops=hops,
        answer=received,
        answered_by=answered_by,
        emissary=view,
        cause=answer if received is not answer else None,
    )


def _hop(source: str, target: str, did: Forward) -> Hop:
    return Hop(
        source=source,
        target=target,
        connection=did.connection,
        payload=did.payload,
        steps=did.steps,
    )


def _view(peer_ip: str, outcome: Outcome | None) -> EmissaryView:
    if outcome is None:
        return EmissaryView(peer_ip=peer_ip)
    return EmissaryView(
        peer_ip=peer_ip,
        client_ip=outcome.client,
        secure=outcome.secure,
        tls=outcome.tls is not None,
        route=outcome.route,
    )
