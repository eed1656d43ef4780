"""A flow as a networkx graph: nodes are boxes, edges are hops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.views.beliefs import believed_addresses
from aws_lb_sim.views.card import has_failed
from aws_lb_sim.views.changes import header_changes
from aws_lb_sim.views.words import address, payload_words, proxy_words, step_words, tls_words

if TYPE_CHECKING:
    import networkx as nx

    from aws_lb_sim.flow import Exchange, Flow, Hop

__all__ = ["to_graph"]


def to_graph(flow: Flow, *, number: int = 1) -> nx.DiGraph[str]:
    """Return the path of one request as a graph.

    Parameters
    ----------
    flow
        What happened.
    number
        Which request of the client, counted from 1; later ones follow redirects.

    Returns
    -------
    networkx.DiGraph
        A path. Nodes are names of boxes (a second box of one name gets ``-2``)
        with ``order`` (from 0), ``address`` (as its peer reaches it),
        ``client_ip`` (whom it takes for the client, None for the client itself)
        and ``client_ip_right``, ``ends_tls``, ``headers`` (its changes, as
        ``(kind, name, value)``), ``answer`` (the status or result of the box
        that answered, else None) and ``failed``. Edges have ``hop`` (the record
        itself), ``order``, ``source``, ``destination``, ``proxy``, ``tls``,
        ``http`` and ``steps`` in words. The graph has ``url``, ``result``,
        ``status`` and ``reason``.
    """
    import networkx as nx

    exchange = flow.exchanges[number - 1]
    answer = exchange.answer
    graph: nx.DiGraph[str] = nx.DiGraph(
        url=exchange.url, result=answer.result, status=answer.status, reason=answer.reason
    )
    names = _unique(exchange.boxes)
    for name, attributes in zip(names, _boxes(exchange, flow.client_ip), strict=True):
        graph.add_node(name, **attributes)
    for order, hop in enumerate(exchange.hops):
        graph.add_edge(names[order], names[order + 1], order=order, **_edge(hop))
    return graph


def _unique(names: tuple[str, ...]) -> list[str]:
    unique: list[str] = []
    for name in names:
        count = sum(1 for earlier in unique if earlier.partition("#")[0] == name)
        unique.append(f"{name}#{count + 1}" if count else name)
    return [name.replace("#", "-") for name in unique]


def _boxes(exchange: Exchange, client_ip: str) -> list[dict[str, object]]:
    hops, answer = exchange.hops, exchange.ending
    addresses = [hops[0].connection.source_ip, *(h.connection.destination_ip for h in hops)]
    beliefs = [None, *believed_addresses(exchange, client_ip)]
    changes = [*header_changes(exchange), ()]
    return [
        {
            "order": order,
            "address": addresses[order],
            "client_ip": belief.address or None if belief else None,
            "client_ip_right": belief.verdict == "good" if belief else None,
            "ends_tls": name in exchange.tls_terminated_at,
            "headers": tuple((one.kind, one.name, one.value) for one in changes[order]),
            "answer": (answer.status or answer.result) if order == len(hops) else None,
            "failed": order == len(hops) and has_failed(answer),
        }
        for order, (name, belief) in enumerate(zip(exchange.boxes, beliefs, strict=True))
    ]


def _edge(hop: Hop) -> dict[str, object]:
    link = hop.connection
    return {
        "hop": hop,
        "source": address(link.source_ip, link.source_port),
        "destination": address(link.destination_ip, link.destination_port),
        "proxy": proxy_words(link),
        "tls": tls_words(link.tls),
        "http": payload_words(hop.payload),
        "steps": tuple(step_words(step) for step in hop.steps),
    }
